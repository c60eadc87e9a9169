//! A recording is made of one client's day and served to another: what the second sees is what the
//! first saw. Over real sockets.

mod client;

use std::path::{Path, PathBuf};
use std::time::Duration;

use gws_emulator::{Config, Emulator, StartError, Tape, start};
use serde_json::{Value, json};

use self::client::{Client, Reply};

/// Generous: a machine may be busy with other things.
const SOON: Duration = Duration::from_secs(20);

/// A file that is gone when the test is over.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let name = format!("gws-emulator-{name}-{}.jsonl", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn lines(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.0).expect("a recording");
        // The last may be in the making.
        text.split_inclusive('\n')
            .filter(|line| line.ends_with('\n'))
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // It may not have been made.
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn recorder(file: &Path) -> Emulator {
    let config = Config {
        port: 0,
        agents: 5,
        life: false,
        tape: Tape::Record(file.to_owned()),
        ..Config::default()
    };
    start(config).await.expect("started")
}

async fn replayer(file: &Path, speed: f64) -> Emulator {
    let config = Config {
        port: 0,
        agents: 5,
        life: false,
        tape: Tape::Replay {
            file: file.to_owned(),
            speed,
        },
        ..Config::default()
    };
    start(config).await.expect("started")
}

/// What a client was told, in order, without what differs from client to client.
#[derive(Debug, Default, PartialEq)]
struct Seen(Vec<Value>);

impl Seen {
    fn reply(&mut self, reply: &Reply) {
        self.0
            .push(json!({ "status": reply.status, "text": reply.text }));
    }

    /// Replies to messages by channel, events as they are.
    fn messages(&mut self, messages: &[Value]) {
        for message in messages {
            let mut message = message.clone();
            let fields = message.as_object_mut().expect("a message");
            fields.remove("id");
            fields.remove("clientId");
            self.0.push(message);
        }
    }
}

/// A client of its own habits.
struct Habits {
    /// From which number on it counts its messages.
    first_id: u64,
    /// Whether handshakes and subscriptions go to addresses of their own.
    suffixes: bool,
}

/// A supervisor's quarter of an hour, which needs nothing but what the server says. `stage` is
/// what happens in the contact centre; a replayed one needs no stage.
async fn quarter_of_an_hour(
    client: &mut Client,
    habits: &Habits,
    mut stage: impl FnMut(&str),
) -> Seen {
    let mut seen = Seen::default();
    let mut id = habits.first_id;
    let mut next = || {
        id += 1;
        id.to_string()
    };
    let address = |what: &str| match habits.suffixes {
        true => format!("/api/v2/notifications/{what}"),
        false => "/api/v2/notifications".to_owned(),
    };

    seen.reply(&client.get("/api/v2/me/devices?fields=*").await);
    client.sign_in("supervisor", "listen-in").await;
    let devices = client.get("/api/v2/me/devices?fields=*").await;
    seen.reply(&devices);
    let device = devices.json()["devices"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();

    let handshake = json!([{ "id": next(), "channel": "/meta/handshake", "version": "1.0",
        "supportedConnectionTypes": ["long-polling"] }]);
    let told = client.messages(&address("handshake"), handshake).await;
    seen.messages(&told);
    let me = told[0]["clientId"]
        .as_str()
        .expect("a client id")
        .to_owned();
    let subscribe = json!([{ "id": next(), "channel": "/meta/subscribe", "clientId": me,
        "subscription": "/v2/me/*" }]);
    seen.messages(&client.messages(&address("subscribe"), subscribe).await);

    let connect = |id: String| {
        json!([{ "id": id, "channel": "/meta/connect", "clientId": me,
            "connectionType": "long-polling" }])
    };
    let number = next();
    let told = client
        .messages(&address("connect"), connect(number.clone()))
        .await;
    assert_eq!(told[0]["id"], json!(number), "its own number: {told:?}");
    seen.messages(&told);

    let operation = |path: String, body: Value| (path, body);
    let on_device = |body: Value| operation(format!("/api/v2/me/devices/{device}"), body);
    let (path, body) = on_device(json!({ "operationName": "ListenIn", "phoneNumber": "999" }));
    seen.reply(&client.post(&path, body).await);
    let (path, body) = on_device(json!({ "operationName": "ListenIn", "phoneNumber": "6001" }));
    seen.reply(&client.post(&path, body).await);
    seen.messages(&client.messages(&address("connect"), connect(next())).await);

    stage("a call arrives");
    let told = client.messages(&address("connect"), connect(next())).await;
    seen.messages(&told);
    let calls = client.get("/api/v2/me/calls?fields=*").await;
    seen.reply(&calls);
    let call = calls.json()["calls"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let answer = json!({ "operationName": "Answer" });
    seen.reply(
        &client
            .post(&format!("/api/v2/me/calls/{call}"), answer)
            .await,
    );
    seen.messages(&client.messages(&address("connect"), connect(next())).await);

    stage("the call ends");
    seen.messages(&client.messages(&address("connect"), connect(next())).await);
    let (path, body) = on_device(json!({ "operationName": "CancelSupervisorMonitoring" }));
    seen.reply(&client.post(&path, body).await);
    seen.messages(&client.messages(&address("connect"), connect(next())).await);
    seen
}

async fn record(file: &Path) -> Seen {
    let emulator = recorder(file).await;
    let control = emulator.control();
    let mut client = Client::new(&emulator);
    let habits = Habits {
        first_id: 0,
        suffixes: true,
    };
    let stage = |what: &str| match what {
        "a call arrives" => control
            .call_arrives("6001", "555-1234")
            .expect("it arrives"),
        _ => control.end_call("6001").expect("it ends"),
    };
    let seen = quarter_of_an_hour(&mut client, &habits, stage);
    let seen = tokio::time::timeout(SOON, seen).await.expect("recorded");
    emulator.stop().await;
    seen
}

#[tokio::test]
async fn another_client_sees_in_the_replay_what_the_first_saw() {
    let file = Scratch::new("story");
    let first = record(&file.0).await;
    assert!(
        first
            .0
            .iter()
            .any(|seen| seen["data"]["call"]["state"] == "Established"),
        "{first:?}"
    );

    let emulator = replayer(&file.0, 1.0).await;
    for habits in [
        Habits {
            first_id: 4_000,
            suffixes: true,
        },
        Habits {
            first_id: 70,
            suffixes: false,
        },
    ] {
        let mut client = Client::new(&emulator);
        let second = quarter_of_an_hour(&mut client, &habits, |_| {});
        let second = tokio::time::timeout(SOON, second).await.expect("replayed");
        assert_eq!(second, first);
    }
    emulator.stop().await;
}

#[tokio::test]
async fn a_recording_holds_every_exchange_and_no_secret() {
    let file = Scratch::new("secrets");
    record(&file.0).await;
    let lines = file.lines();
    assert_eq!(lines[0]["recording"], "gws-emulator");
    assert_eq!(lines.len(), 17, "{lines:#?}");
    for line in &lines[1..] {
        let status = line["reply"]["status"].as_u64();
        assert!(status.is_some_and(|status| status >= 200), "{line}");
        assert!(line["reply"]["body"].is_object() || line["reply"]["body"].is_array());
    }
    let text = std::fs::read_to_string(&file.0).expect("a recording");
    assert!(text.contains("\"authorization\":\"Basic <authorization-1>\""));
    assert!(text.contains("\"cookie\":\"JSESSIONID=<JSESSIONID-1>"));
    assert!(text.contains("\"x-csrf-token\":\"<x-csrf-token-1>\""));
    for secret in ["c3VwZXJ2aXNvcjpsaXN0ZW4taW4=", "listen-in"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    // The placeholders are the only values of cookies and tokens.
    for name in ["JSESSIONID=", "BAYEUX_BROWSER=", "\"x-csrf-token\":\""] {
        for found in text.split(name).skip(1) {
            assert!(found.starts_with('<'), "{name}{}", &found[..20]);
        }
    }
}

#[tokio::test]
async fn a_held_poll_that_is_cut_off_is_recorded_as_such() {
    let file = Scratch::new("aborted");
    let emulator = recorder(&file.0).await;
    let mut client = Client::new(&emulator);
    client.sign_in("supervisor", "listen-in").await;
    let me = client.shake_hands().await;
    let held = client.hold_connect(&me).await;
    drop(held);
    let aborted = async {
        loop {
            let lines = file.lines();
            if let Some(line) = lines.iter().find(|line| line["aborted"].is_string()) {
                break line.clone();
            }
            tokio::task::yield_now().await;
        }
    };
    let line = tokio::time::timeout(SOON, aborted).await.expect("written");
    assert_eq!(line["aborted"], "before the reply");
    assert_eq!(line["request"]["body"][0]["channel"], "/meta/connect");
    assert!(line.get("reply").is_none(), "{line}");
}

#[tokio::test]
async fn a_reply_that_can_not_be_read_is_recorded_and_served_as_it_was() {
    let file = Scratch::new("unreadable");
    let emulator = recorder(&file.0).await;
    let mut client = Client::new(&emulator);
    client.sign_in("supervisor", "listen-in").await;
    let devices = client.get("/api/v2/me/devices?fields=*").await.json();
    let device = devices["devices"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = format!("/api/v2/me/devices/{device}");
    let listen = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    let control = emulator.control();
    control.fault("garbleReplies").expect("a fault");
    let first = client.post(&path, listen.clone()).await;
    emulator.stop().await;

    let emulator = replayer(&file.0, 1.0).await;
    let mut client = Client::new(&emulator);
    let second = client.post(&path, listen).await;
    assert_eq!((second.status, &second.text), (first.status, &first.text));
    assert!(serde_json::from_str::<Value>(&second.text).is_err());
    assert!(!second.text.is_empty());
}

#[tokio::test]
async fn what_is_not_in_the_recording_is_refused_in_words() {
    let file = Scratch::new("otherwise");
    record(&file.0).await;
    let emulator = replayer(&file.0, 1.0).await;
    let mut client = Client::new(&emulator);

    let reply = client.get("/api/v2/users?fields=*").await;
    assert_eq!(reply.status, 404);
    let words = reply.json()["statusMessage"]
        .as_str()
        .expect("words")
        .to_owned();
    assert!(words.contains("no GET /api/v2/users?fields=*"), "{words}");

    let reply = client.get("/api/v2/me/devices?fields=id").await;
    let words = reply.json()["statusMessage"]
        .as_str()
        .expect("words")
        .to_owned();
    assert!(words.contains("/api/v2/me/devices?fields=*"), "{words}");

    let coach = json!({ "operationName": "Coach", "phoneNumber": "6001" });
    let reply = client.post("/api/v2/me/devices/1", coach).await;
    assert_eq!(reply.status, 409);
    let words = reply.json()["statusMessage"]
        .as_str()
        .expect("words")
        .to_owned();
    assert!(
        words.contains("ListenIn") && words.contains("999") && words.contains("line "),
        "it says what is expected, and where: {words}"
    );
}

#[tokio::test]
async fn a_recording_never_replaces_a_file() {
    let file = Scratch::new("precious");
    std::fs::write(&file.0, "precious").expect("written");
    let config = Config {
        port: 0,
        tape: Tape::Record(file.0.clone()),
        ..Config::default()
    };
    let error = start(config).await.err().expect("refused");
    assert!(matches!(error, StartError::Record { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&file.0).expect("text"), "precious");
}

#[tokio::test]
async fn what_can_not_be_replayed_is_refused_before_listening() {
    let file = Scratch::new("nonsense");
    let refused = async |speed: f64| {
        let config = Config {
            port: 0,
            tape: Tape::Replay {
                file: file.0.clone(),
                speed,
            },
            ..Config::default()
        };
        start(config).await.err().expect("refused").to_string()
    };
    let words = refused(1.0).await;
    assert!(words.contains("cannot replay"), "{words}");
    std::fs::write(
        &file.0,
        "{\"recording\":\"gws-emulator\",\"version\":1}\n{}\n",
    )
    .expect("written");
    let words = refused(1.0).await;
    assert!(words.contains("line 2: that is no exchange"), "{words}");
    let words = refused(0.0).await;
    assert!(
        words.contains("speed must be from 0.001 to 1000"),
        "{words}"
    );
}
