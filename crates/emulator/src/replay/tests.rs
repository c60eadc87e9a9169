//! The replayer in virtual time, driven by a recording that was written by hand.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::time::Instant;
use tower::ServiceExt;

use super::{Replayer, service};
use crate::config::Config;
use crate::record::Recording;
use crate::state::Shared;

const SAMPLE: &str = include_str!("../../recordings/device-message-before-reply.jsonl");
const DEVICE: &str = "/api/v2/me/devices/8f1c2a60-5d1e-4b7c-9a3e-0c5d2b7e6f10";

fn listen_in() -> Value {
    json!({
        "operationName": "ListenIn",
        // Another host: only the id counts.
        "targetDeviceUri": "http://127.0.0.1/api/v2/devices/1b2e9a54-77c3-4f0d-8d61-5a9e3c20b7d4",
        "supervisorMonitoringMode": "AllCalls",
        "supervisorMonitoringScope": "Call",
    })
}

fn replayer(text: &str, speed: f64) -> Arc<Replayer> {
    let recording = Recording::parse(text.as_bytes()).expect("a recording");
    Replayer::new(recording, speed)
}

/// A client with a cookie jar.
#[derive(Clone)]
struct Client {
    replayer: Arc<Replayer>,
    shared: Arc<Shared>,
    cookie: Option<String>,
}

struct Reply {
    status: u16,
    body: Value,
    /// When it came.
    at: Instant,
}

impl Client {
    fn of(replayer: &Arc<Replayer>) -> Self {
        Self {
            replayer: Arc::clone(replayer),
            shared: Shared::new(Config::default(), "http://127.0.0.1:8090/api/v2".to_owned()),
            cookie: None,
        }
    }

    async fn send(&mut self, method: &str, path: &str, body: Value) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let body = match body {
            Value::Null => Body::empty(),
            body => Body::from(body.to_string()),
        };
        let request = request.body(body).expect("a request");
        let reply = service(&self.replayer, &self.shared).oneshot(request).await;
        let reply = reply.expect("infallible");
        for cookie in reply.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            self.cookie = Some(cookie.split(';').next().expect("a pair").to_owned());
        }
        let status = reply.status().as_u16();
        let body = reply.into_body().collect().await.expect("a body");
        Reply {
            status,
            body: serde_json::from_slice(&body.to_bytes()).expect("JSON"),
            at: Instant::now(),
        }
    }

    async fn messages(&mut self, messages: Value) -> Reply {
        self.send("POST", "/api/v2/notifications", messages).await
    }

    /// Shakes hands, subscribes and connects in one request, as a client may; its id.
    async fn begin(&mut self) -> String {
        let handshake = json!([{ "id": "h", "channel": "/meta/handshake" }]);
        let reply = self.messages(handshake).await;
        assert_eq!(reply.body[0]["id"], "h");
        let id = reply.body[0]["clientId"]
            .as_str()
            .expect("an id")
            .to_owned();
        let batch = json!([
            { "id": "s", "channel": "/meta/subscribe", "clientId": id, "subscription": "/v2/me/*" },
            { "id": "c", "channel": "/meta/connect", "clientId": id },
        ]);
        let reply = self.messages(batch).await;
        let ids: Vec<&Value> = reply
            .body
            .as_array()
            .expect("a list")
            .iter()
            .map(|message| &message["id"])
            .collect();
        assert_eq!(ids, ["s", "c"]);
        id
    }

    async fn connect(&mut self, id: &str) -> Reply {
        let connect = json!([{ "id": "n", "channel": "/meta/connect", "clientId": id }]);
        self.messages(connect).await
    }
}

/// Within the clock's grain.
#[track_caller]
fn is_about(span: Duration, expected: u64) {
    let millis = span.as_millis();
    assert!(
        (u128::from(expected)..=u128::from(expected) + 5).contains(&millis),
        "{millis} ms, not {expected}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_device_message_comes_before_the_reply() {
    let replayer = replayer(SAMPLE, 1.0);
    let mut client = Client::of(&replayer);
    let id = client.begin().await;
    // Whatever the client does first, the story waits for it.
    tokio::time::sleep(Duration::from_secs(8)).await;
    let asked = Instant::now();
    let mut poll = client.clone();
    let (reply, told) = tokio::join!(client.send("POST", DEVICE, listen_in()), poll.connect(&id));
    is_about(told.at - asked, 90);
    is_about(reply.at - asked, 840);
    assert_eq!(reply.body, json!({ "statusCode": 0 }));
    let state = &told.body[0]["data"]["devices"][0]["supervisorMonitoringState"];
    assert_eq!(state["state"], "ListenIn");
    assert_eq!(told.body[1]["id"], "n", "the client's own id");
    // And the call, as long after as it was.
    let told = client.connect(&id).await;
    is_about(told.at - asked, 5_200);
    assert_eq!(told.body[0]["data"]["call"]["state"], "Ringing");
}

#[tokio::test(start_paused = true)]
async fn the_speed_divides_all_times() {
    let replayer = replayer(SAMPLE, 10.0);
    let mut client = Client::of(&replayer);
    let id = client.begin().await;
    let asked = Instant::now();
    let mut poll = client.clone();
    let (reply, told) = tokio::join!(client.send("POST", DEVICE, listen_in()), poll.connect(&id));
    is_about(told.at - asked, 9);
    is_about(reply.at - asked, 84);
    let told = client.connect(&id).await;
    is_about(told.at - asked, 520);
}

#[tokio::test(start_paused = true)]
async fn a_connect_that_waits_for_the_client_is_held_and_answered_empty() {
    let replayer = replayer(SAMPLE, 1.0);
    let mut client = Client::of(&replayer);
    let id = client.begin().await;
    for _ in 0..3 {
        let asked = Instant::now();
        let told = client.connect(&id).await;
        is_about(told.at - asked, 25_000);
        assert_eq!(
            told.body.as_array().expect("a list").len(),
            1,
            "{}",
            told.body
        );
        assert_eq!(told.body[0]["successful"], true);
    }
    // Nothing of the story is lost by it.
    client.send("POST", DEVICE, listen_in()).await;
    let told = client.connect(&id).await;
    assert_eq!(told.body[0]["channel"], "/v2/me/devices");
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_the_client_cuts_off_takes_nothing_with_it() {
    let replayer = replayer(SAMPLE, 1.0);
    let mut client = Client::of(&replayer);
    let id = client.begin().await;
    let cut = tokio::time::timeout(Duration::from_secs(1), client.connect(&id)).await;
    assert!(cut.is_err());
    client.send("POST", DEVICE, listen_in()).await;
    let told = client.connect(&id).await;
    assert_eq!(told.body[0]["channel"], "/v2/me/devices");
}

#[tokio::test(start_paused = true)]
async fn a_second_connect_ends_the_first() {
    let replayer = replayer(SAMPLE, 1.0);
    let mut client = Client::of(&replayer);
    let id = client.begin().await;
    let (mut one, mut other) = (client.clone(), client.clone());
    let began = Instant::now();
    let first = one.connect(&id);
    let second = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        other.connect(&id).await
    };
    let (first, second) = tokio::join!(first, second);
    is_about(first.at - began, 1_000);
    is_about(second.at - began, 26_000);
}

#[tokio::test(start_paused = true)]
async fn another_change_is_refused_and_does_not_take_the_place_of_the_recorded_one() {
    let replayer = replayer(SAMPLE, 1.0);
    let mut client = Client::of(&replayer);
    client.begin().await;
    let mut another = listen_in();
    another["supervisorMonitoringScope"] = json!("Agent");
    let reply = client.send("POST", DEVICE, another).await;
    assert_eq!(reply.status, 409);
    let words = reply.body["statusMessage"].as_str().expect("words");
    assert!(
        words.contains("line 9") && words.contains("\"supervisorMonitoringScope\":\"Call\""),
        "{words}"
    );
    let reply = client.send("POST", DEVICE, listen_in()).await;
    assert_eq!(reply.status, 200);
    let reply = client
        .send(
            "POST",
            "/api/v2/me/calls/c0a7f3d2-3e18-4d6a-b6f4-2f9b81e5d0aa",
            json!({ "operationName": "Answer" }),
        )
        .await;
    assert_eq!(reply.status, 200);
    let reply = client.send("POST", DEVICE, listen_in()).await;
    assert_eq!(reply.status, 409);
    let words = reply.body["statusMessage"].as_str().expect("words");
    assert!(words.contains("no further change"), "{words}");
}

#[tokio::test(start_paused = true)]
async fn reads_are_answered_as_often_as_they_are_asked_for() {
    let replayer = replayer(SAMPLE, 1.0);
    let mut client = Client::of(&replayer);
    for _ in 0..3 {
        let reply = client
            .send("GET", "/api/v2/me/devices?fields=*", Value::Null)
            .await;
        assert_eq!(reply.body["devices"][0]["phoneNumber"], "5005");
    }
    let reply = client.send("GET", "/api/v2/me/devices", Value::Null).await;
    assert_eq!(reply.status, 404);
}

#[tokio::test(start_paused = true)]
async fn messages_of_unknown_clients_and_kinds_are_refused_in_words() {
    let replayer = replayer(SAMPLE, 1.0);
    let mut client = Client::of(&replayer);
    let told = client.connect("somebody").await;
    assert_eq!(told.body[0]["successful"], false);
    assert_eq!(told.body[0]["advice"]["reconnect"], "handshake");
    let id = client.begin().await;

    let subscribe = |channel: &str| json!({ "channel": "/meta/subscribe", "clientId": id, "subscription": channel });
    // Part of what was subscribed to.
    let told = client.messages(subscribe("/v2/me/devices")).await;
    assert_eq!(told.body[0]["successful"], true);
    assert_eq!(told.body[0]["subscription"], "/v2/me/devices");
    let told = client.messages(subscribe("/v2/elsewhere")).await;
    assert_eq!(told.body[0]["successful"], false);
    let error = told.body[0]["error"].as_str().expect("words");
    assert!(error.contains("subscriptions to /v2/me/*"), "{error}");

    let handshake = json!([{ "channel": "/meta/handshake" }]);
    let told = client.messages(handshake).await;
    assert_eq!(told.body[0]["successful"], false);
    assert_eq!(told.body[0]["advice"]["reconnect"], "none");

    let told = client.messages(json!("nonsense")).await;
    assert_eq!(told.status, 400);
}

#[tokio::test(start_paused = true)]
async fn clients_without_a_cookie_begin_anew_and_have_ids_of_their_own() {
    let replayer = replayer(SAMPLE, 1.0);
    let (mut one, mut other) = (Client::of(&replayer), Client::of(&replayer));
    let first = one.begin().await;
    let second = other.begin().await;
    assert_ne!(first, second);
    for client in [&mut one, &mut other] {
        let reply = client.send("POST", DEVICE, listen_in()).await;
        assert_eq!(reply.status, 200);
    }
}

const HEAD: &str = r#"{"recording":"gws-emulator","version":1}"#;

fn read(at: u64, cookie: &str, says: &str) -> String {
    json!({
        "at": at,
        "request": { "method": "GET", "path": "/api/v2/me", "headers": { "cookie": cookie } },
        "reply": { "status": 200, "body": { "says": says } },
    })
    .to_string()
}

#[tokio::test(start_paused = true)]
async fn each_client_plays_a_part_of_its_own() {
    let lines = [
        HEAD,
        &read(1, "JSESSIONID=a", "first"),
        &read(2, "JSESSIONID=b", "second"),
    ];
    let replayer = replayer(&lines.join("\n"), 1.0);
    for expected in ["first", "second", "first"] {
        let mut client = Client::of(&replayer);
        for _ in 0..2 {
            let reply = client.send("GET", "/api/v2/me", Value::Null).await;
            assert_eq!(reply.body["says"], expected);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn reads_follow_the_story() {
    let change = |at: u64| {
        json!({
            "at": at,
            "request": { "method": "POST", "path": "/api/v2/x", "headers": { "cookie": "JSESSIONID=a" } },
            "reply": { "status": 200, "body": {} },
        })
        .to_string()
    };
    let lines = [
        HEAD,
        &read(1, "JSESSIONID=a", "at first"),
        &read(2, "JSESSIONID=a", "then"),
        &change(3),
        &read(4, "JSESSIONID=a", "after the change"),
        &change(5),
        &read(6, "JSESSIONID=a", "after both"),
    ];
    let replayer = replayer(&lines.join("\n"), 1.0);
    let mut client = Client::of(&replayer);
    let mut says = async |change: bool| {
        if change {
            client.send("POST", "/api/v2/x", Value::Null).await;
        }
        let reply = client.send("GET", "/api/v2/me", Value::Null).await;
        reply.body["says"].as_str().expect("text").to_owned()
    };
    assert_eq!(says(false).await, "at first");
    assert_eq!(says(false).await, "then");
    assert_eq!(says(false).await, "then");
    assert_eq!(says(true).await, "after the change");
    assert_eq!(says(false).await, "after the change");
    assert_eq!(says(true).await, "after both");
}

#[tokio::test(start_paused = true)]
async fn acknowledgements_and_clocks_are_for_whom_asks_for_them() {
    let exchange = |at: u64, asked: Value, told: Value| {
        json!({
            "at": at,
            "request": { "method": "POST", "path": "/api/v2/notifications", "body": [asked] },
            "reply": { "status": 200, "body": [told] },
        })
        .to_string()
    };
    let lines = [
        HEAD.to_owned(),
        exchange(
            0,
            json!({ "channel": "/meta/handshake", "id": "1", "ext": { "ack": true, "timesync": { "tc": 1_000, "l": 0, "o": 0 } } }),
            json!({ "channel": "/meta/handshake", "id": "1", "successful": true, "clientId": "r",
                "ext": { "ack": true, "timesync": { "tc": 1_000, "ts": 4_000, "p": 1, "a": 0 } } }),
        ),
    ];
    let replayer = replayer(&lines.join("\n"), 1.0);
    let mut client = Client::of(&replayer);
    let told = client
        .messages(json!([{ "channel": "/meta/handshake", "id": "7" }]))
        .await;
    assert_eq!(told.body[0].get("ext"), None, "{}", told.body);
    // It shows that it has its cookie: whoever has none from here on is another.
    client
        .messages(json!([{ "channel": "/meta/disconnect" }]))
        .await;
    let ext = json!({ "ack": true, "timesync": { "tc": 50_000, "l": 0, "o": 0 } });
    let told = Client::of(&replayer)
        .messages(json!([{ "channel": "/meta/handshake", "id": "8", "ext": ext }]))
        .await;
    let ext = &told.body[0]["ext"];
    assert_eq!(ext["ack"], true);
    // The server's clock is three seconds ahead, as it was.
    assert_eq!(ext["timesync"]["tc"], 50_000);
    assert_eq!(ext["timesync"]["ts"], 53_000);
    assert_ne!(told.body[0]["clientId"], "r");
}
