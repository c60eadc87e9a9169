//! One body, given to client and server in every place where one can come.

use core::time::Duration;

use bayeux::{Channel, Event, ExchangeId, Instant, RawValue, Response, server};
use serde_json::{Value, json};

use crate::body;
use crate::run::Run;
use crate::step::{Request, Step};

/// Gives a body to a client, as the response to a handshake, to a connect and to commands; and to a
/// server, as a request.
///
/// # Panics
/// If anything does not hold that must.
pub fn decode(body: &[u8]) {
    for place in [
        Place::Handshake,
        Place::Connect,
        Place::Acknowledged,
        Place::Commands,
    ] {
        decode_response(place, body);
    }
    decode_request(body);
}

/// Where a client can get a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Handshake,
    Connect,
    /// A connect, with the *ack* extension.
    Acknowledged,
    Commands,
}

fn decode_response(place: Place, body: &[u8]) {
    let mut run = Run::default();
    let script = match place {
        Place::Handshake => "open",
        Place::Connect | Place::Commands => {
            "subscribe /v2/me/devices\nopen\nrespond poll 200 [$replies]\n\
             respond commands 200 [$replies]\nrespond poll 200 [$replies]"
        }
        Place::Acknowledged => {
            "subscribe /v2/me/devices\nopen\nrespond poll 200 [{\"channel\":\"/meta/handshake\",\
             \"id\":\"$1\",\"successful\":true,\"clientId\":\"c1\",\"ext\":{\"ack\":true}}]\n\
             respond commands 200 [$replies]\nrespond poll 200 [$replies]"
        }
    };
    let commands = "publish /a 1\ncall /service/a 5000 1\nsubscribe /b";
    for line in script.lines() {
        run.step(Step::read(line).expect("a step"));
    }
    let request = match place {
        Place::Commands => {
            for line in commands.lines() {
                run.step(Step::read(line).expect("a step"));
            }
            // The publish left by itself.
            run.step(Step::read("respond commands 200 [$replies]").expect("a step"));
            Request::Commands
        }
        _ => Request::Poll,
    };
    run.events.clear();
    let before = *run.client.counters();
    let (id, asked) = run.end_request(request).expect("a request is out");
    let filled = match core::str::from_utf8(body) {
        Ok(text) => body::fill(text, &asked, "c1").into_bytes(),
        Err(_) => body.to_vec(),
    };
    run.respond(id, Response::ok(filled.clone()));

    // A client reads what is no text as a browser would.
    let filled = String::from_utf8_lossy(&filled);
    let elements = match serde_json::from_str::<Vec<&RawValue>>(&filled) {
        Ok(elements) => elements.len(),
        Err(_) => usize::from(serde_json::from_str::<&RawValue>(&filled).is_ok()),
    };
    let after = *run.client.counters();
    let told = (after.messages - before.messages)
        + (after.unreadable - before.unreadable)
        + (after.repetitions - before.repetitions);
    let elements = u64::try_from(elements).unwrap_or(u64::MAX);
    run.must(told <= elements, "more came of a body than was in it");
    let is_message = |event: &&Event| matches!(event, Event::Message(_));
    let given = run.events.iter().filter(is_message);
    let given = u64::try_from(given.count()).unwrap_or(u64::MAX);
    run.must(
        given == after.messages - before.messages,
        "a message that was counted was not given",
    );
    run.good_bye();
}

/// Requests to a server, and what it answers.
struct Served {
    server: server::Server,
    now: Instant,
    browser: Option<String>,
    asked: u64,
    wake_at: Option<Instant>,
    answers: Vec<(ExchangeId, Value)>,
}

const OWNER: &str = "supervisor";
const DEVICES: &str = "/v2/me/devices";

fn decode_request(body: &[u8]) {
    let mut served = Served {
        server: server::Server::new(server::Options::default(), 17),
        now: Instant::from_millis(1_000_000),
        browser: None,
        asked: 0,
        wake_at: None,
        answers: Vec::new(),
    };
    let granted = served.ask_well(&json!({ "channel": "/meta/handshake", "version": "1.0",
        "supportedConnectionTypes": ["long-polling"] }));
    let client = granted[0]["clientId"]
        .as_str()
        .expect("a session")
        .to_owned();
    served.ask_well(&json!({ "channel": "/meta/connect", "clientId": client,
        "connectionType": "long-polling" }));
    served.ask_well(&json!({ "channel": "/meta/subscribe", "clientId": client,
        "subscription": DEVICES }));

    let filled = match core::str::from_utf8(body) {
        Ok(text) => body::fill(text, &[], &client).into_bytes(),
        Err(_) => body.to_vec(),
    };
    let id = served.ask(&filled);
    // Whatever it was: the server goes on.
    let data = RawValue::from_string("1".to_owned()).expect("JSON");
    let channel = Channel::new(DEVICES).expect("a channel");
    served.server.deliver(OWNER, &channel, &data);
    served.drain();
    served.server.handle(server::Input::Gone { id }, served.now);
    served.drain();
    served.advance(Duration::from_secs(600));
    assert_eq!(served.server.held_count(), 0, "a connect is held for ever");
    assert_eq!(served.server.session_count(), 0, "a session never expires");
}

impl Served {
    /// A request of one message, which is answered.
    fn ask_well(&mut self, message: &Value) -> Value {
        let id = self.ask(json!([message]).to_string().as_bytes());
        let answer = self.answers.iter().find(|(answered, _)| *answered == id);
        answer.expect("an answer").1.clone()
    }

    fn ask(&mut self, body: &[u8]) -> ExchangeId {
        self.asked += 1;
        let id = ExchangeId::new(self.asked);
        let input = server::Input::Request {
            id,
            owner: OWNER,
            browser: self.browser.as_deref(),
            version: server::HttpVersion::Http1,
            body,
        };
        self.server.handle(input, self.now);
        self.drain();
        id
    }

    fn drain(&mut self) {
        // Every message to a service is an event.
        for _ in 0..4_096 {
            match self.server.poll(self.now) {
                server::Output::Respond {
                    id,
                    status,
                    body,
                    browser,
                } => {
                    let is_new = self.answers.iter().all(|(answered, _)| *answered != id);
                    assert!(is_new, "a request is answered twice");
                    let answer = match status {
                        200 => serde_json::from_slice(&body).expect("JSON"),
                        _ => Value::Null,
                    };
                    assert!(
                        answer.is_array() || (400..600).contains(&status),
                        "neither messages nor an error: {status}"
                    );
                    self.answers.push((id, answer));
                    if browser.is_some() {
                        self.browser = browser;
                    }
                }
                server::Output::Event(_) => {}
                server::Output::Idle { wake_at } => {
                    assert!(
                        wake_at.is_none_or(|at| at > self.now),
                        "a hot loop: to be woken now"
                    );
                    self.wake_at = wake_at;
                    return;
                }
            }
        }
        panic!("no end of outputs");
    }

    fn advance(&mut self, span: Duration) {
        let end = self.now + span;
        for _ in 0..2_000 {
            let Some(at) = self.wake_at.filter(|at| *at <= end) else {
                self.now = end;
                return;
            };
            self.now = at;
            self.server.handle(server::Input::Wake, self.now);
            self.drain();
        }
        panic!("woken again and again");
    }
}
