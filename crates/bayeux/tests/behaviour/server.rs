//! The server, asked by hand.

use crate::harness::{DEVICES, OWNER, channel, ms, raw};
use bayeux::ExchangeId;
use bayeux::Instant;
use bayeux::server::{Input, Options, Output, Server};
use serde_json::{Value, json};

struct Asked {
    server: Server,
    now: Instant,
    next: u64,
    cookie: Option<String>,
    responses: Vec<(u64, u16, Value)>,
}

impl Asked {
    fn new(options: Options) -> Self {
        Self {
            server: Server::new(options, 17),
            now: Instant::from_millis(1_000),
            next: 0,
            cookie: None,
            responses: Vec::new(),
        }
    }

    fn ask_raw(&mut self, owner: &str, body: &str) -> u64 {
        self.next += 1;
        let input = Input::Request {
            id: ExchangeId::new(self.next),
            owner,
            browser: self.cookie.as_deref(),
            body: body.as_bytes(),
        };
        self.server.handle(input, self.now);
        self.drain();
        self.next
    }

    fn ask(&mut self, messages: Value) -> u64 {
        self.ask_raw(OWNER, &messages.to_string())
    }

    fn drain(&mut self) {
        while let Output::Respond {
            id,
            status,
            body,
            browser,
        } = self.server.poll(self.now)
        {
            self.cookie = browser.or_else(|| self.cookie.take());
            let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
            self.responses.push((id.number(), status, body));
        }
    }

    fn advance(&mut self, millis: u64) {
        self.now = self.now + ms(millis);
        self.server.handle(Input::Wake, self.now);
        self.drain();
    }

    /// The response to that request, which must have been given.
    fn response(&self, id: u64) -> &Value {
        let found = self.responses.iter().find(|(to, ..)| *to == id);
        &found.unwrap_or_else(|| panic!("no response to {id}")).2
    }

    fn is_held(&self, id: u64) -> bool {
        self.responses.iter().all(|(to, ..)| *to != id)
    }

    fn handshake(&mut self) -> String {
        let id = self.ask(json!([{ "channel": "/meta/handshake", "id": "1", "version": "1.0", "supportedConnectionTypes": ["long-polling"] }]));
        self.response(id)[0]["clientId"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn connect(&mut self, client: &str) -> u64 {
        self.ask(json!([{ "channel": "/meta/connect", "id": "c", "clientId": client, "connectionType": "long-polling" }]))
    }

    fn subscribe(&mut self, client: &str, subscription: &Value) -> Value {
        let id = self.ask(json!([{ "channel": "/meta/subscribe", "id": "s", "clientId": client, "subscription": subscription }]));
        self.response(id)[0].clone()
    }
}

#[test]
fn a_handshake_grants_a_session_and_sets_a_cookie() {
    let mut a = Asked::new(Options::default());
    let id = a.ask(json!([{ "channel": "/meta/handshake", "id": 1, "version": "1.0", "supportedConnectionTypes": ["websocket", "long-polling"] }]));
    let reply = a.response(id)[0].clone();
    assert_eq!(reply["successful"], true);
    assert_eq!(reply["id"], 1);
    assert_eq!(reply["version"], "1.0");
    assert_eq!(reply["supportedConnectionTypes"], json!(["long-polling"]));
    assert_eq!(
        reply["advice"],
        json!({ "reconnect": "retry", "interval": 0, "timeout": 30_000 })
    );
    assert_eq!(reply["clientId"].as_str().unwrap().len(), 32);
    assert!(a.cookie.is_some());
}

#[test]
fn a_handshake_without_a_common_transport_is_refused_for_good() {
    let mut a = Asked::new(Options::default());
    let id = a.ask(json!([{ "channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["websocket"] }]));
    let reply = a.response(id)[0].clone();
    assert_eq!(reply["successful"], false);
    assert_eq!(reply["advice"]["reconnect"], "none");
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn the_first_connect_is_answered_at_once_and_the_next_is_held() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    let first = a.connect(&client);
    assert_eq!(a.response(first)[0]["successful"], true);
    let second = a.connect(&client);
    assert!(a.is_held(second));
    a.advance(29_999);
    assert!(a.is_held(second));
    a.advance(1);
    assert_eq!(
        a.response(second),
        &json!([{ "channel": "/meta/connect", "id": "c", "successful": true }])
    );
}

#[test]
fn a_message_wakes_the_held_connect_and_comes_before_its_reply() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.subscribe(&client, &json!([DEVICES, "/v2/other"]));
    a.connect(&client);
    let held = a.connect(&client);
    a.server
        .deliver("somebody else", &channel(DEVICES), &raw("0"));
    a.server.deliver(OWNER, &channel("/v2/me/calls"), &raw("1"));
    a.drain();
    assert!(a.is_held(held));
    a.server.deliver(OWNER, &channel(DEVICES), &raw("2"));
    a.drain();
    let body = a.response(held);
    assert_eq!(body[0], json!({ "channel": DEVICES, "data": 2 }));
    assert_eq!(body[1]["channel"], "/meta/connect");
}

#[test]
fn what_waits_between_two_connects_is_not_lost() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.subscribe(&client, &json!(DEVICES));
    a.connect(&client);
    for n in 0..3 {
        a.server
            .deliver(OWNER, &channel(DEVICES), &raw(&n.to_string()));
    }
    let connect = a.connect(&client);
    assert_eq!(a.response(connect).as_array().unwrap().len(), 4);
}

#[test]
fn messages_ride_on_other_responses_too() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.subscribe(&client, &json!(DEVICES));
    a.server.deliver(OWNER, &channel(DEVICES), &raw("1"));
    let id = a.ask(json!([{ "channel": "/meta/subscribe", "id": "s", "clientId": client, "subscription": "/x" }]));
    assert_eq!(a.response(id)[0]["data"], 1);
    assert_eq!(a.response(id)[1]["channel"], "/meta/subscribe");
}

#[test]
fn a_session_nobody_connects_for_ends_after_max_interval() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    a.advance(9_999);
    assert_eq!(a.server.session_count(), 1);
    a.advance(1);
    let id = a.connect(&client);
    let reply = &a.response(id)[0];
    assert_eq!(reply["error"], "402::session_unknown");
    assert_eq!(
        reply["advice"],
        json!({ "reconnect": "handshake", "interval": 0 })
    );
}

#[test]
fn only_a_connect_of_an_unknown_session_is_given_advice() {
    let mut a = Asked::new(Options::default());
    let id = a.ask(json!([{ "channel": "/meta/subscribe", "id": "s", "clientId": "nobody", "subscription": "/x" }]));
    assert_eq!(
        a.response(id),
        &json!([{ "channel": "/meta/subscribe", "id": "s", "error": "402::session_unknown", "successful": false }])
    );
}

#[test]
fn a_session_belongs_to_its_owner_and_its_browser() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    let body = json!([{ "channel": "/meta/connect", "clientId": client, "connectionType": "long-polling" }]).to_string();
    let id = a.ask_raw("somebody else", &body);
    assert_eq!(a.response(id)[0]["error"], "402::session_unknown");
    a.cookie = None;
    let id = a.ask_raw(OWNER, &body);
    assert_eq!(a.response(id)[0]["error"], "402::session_unknown");
}

#[test]
fn a_second_connect_ends_the_held_one() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    let first = a.connect(&client);
    let second = a.connect(&client);
    assert!(
        a.responses
            .iter()
            .any(|(to, status, _)| (*to, *status) == (first, 500))
    );
    assert!(a.is_held(second));
}

#[test]
fn a_second_session_of_a_browser_is_not_held() {
    let mut a = Asked::new(Options::default());
    let one = a.handshake();
    a.connect(&one);
    a.connect(&one);
    let two = a.handshake();
    let id = a.connect(&two);
    assert_eq!(
        a.response(id)[0]["advice"],
        json!({ "multiple-clients": true, "reconnect": "retry", "interval": 2_000, "timeout": 30_000 })
    );
    let again = a.connect(&two);
    assert_eq!(a.response(again)[0]["successful"], true);
}

#[test]
fn subscriptions_follow_the_grammar() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    let mut check = |subscription: Value, error: Option<&str>| {
        let reply = a.subscribe(&client, &subscription);
        assert_eq!(reply["error"].as_str(), error, "{subscription}");
        assert_eq!(reply["successful"], error.is_none());
    };
    check(json!("/v2/me/*"), None);
    check(json!(["/a", "/b/**"]), None);
    check(json!("/service/x"), None);
    check(json!("/meta/*"), Some("403::subscribe_failed"));
    check(json!("nonsense"), Some("403::subscription_invalid"));
    check(json!(null), Some("403::subscription_missing"));
    check(json!([]), Some("403::subscription_missing"));
}

#[test]
fn a_disconnect_ends_the_session_and_its_held_connect() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    let held = a.connect(&client);
    let id = a.ask(json!([{ "channel": "/meta/disconnect", "id": "d", "clientId": client }]));
    assert_eq!(a.response(held)[0]["advice"]["reconnect"], "none");
    assert_eq!(a.response(id)[0]["successful"], true);
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn a_connect_that_was_cut_off_leaves_the_session_to_expire() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    let held = a.connect(&client);
    let input = Input::Gone {
        id: ExchangeId::new(held),
    };
    a.server.handle(input, a.now);
    assert_eq!(a.server.held_count(), 0);
    a.advance(10_000);
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn a_server_that_forgets_says_so_to_whom_it_holds() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    let held = a.connect(&client);
    a.server.forget_sessions();
    a.drain();
    assert_eq!(a.response(held)[0]["error"], "402::session_unknown");
    assert_eq!(a.response(held)[0]["advice"]["reconnect"], "handshake");
}

#[test]
fn rubbish_is_refused_and_changes_nothing() {
    let mut a = Asked::new(Options::default());
    for body in [
        "",
        "x",
        "{}",
        "[]",
        "[1]",
        "[{}]",
        "[{\"channel\":1}]",
        "[[]]",
        "{\"channel\":\"/meta/handshake\"}",
    ] {
        let id = a.ask_raw(OWNER, body);
        assert!(a.responses.contains(&(id, 400, Value::Null)), "{body}");
    }
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn a_publish_is_echoed_to_subscribers_where_it_is_allowed() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.subscribe(&client, &json!("/chat"));
    let id =
        a.ask(json!([{ "channel": "/chat", "id": "p", "clientId": client, "data": { "x": 1 } }]));
    assert_eq!(
        a.response(id),
        &json!([{ "data": { "x": 1 }, "channel": "/chat" }, { "channel": "/chat", "id": "p", "successful": true }])
    );
    let mut strict = Asked::new(Options {
        allow_publish: false,
        ..Options::default()
    });
    let client = strict.handshake();
    let id = strict.ask(json!([{ "channel": "/chat", "clientId": client, "data": 1 }]));
    assert_eq!(strict.response(id)[0]["error"], "403:denied:publish_denied");
}
