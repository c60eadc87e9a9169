//! One body in every place where client and server read one.

use bayeux::server::{self, Options, Server};
use bayeux::{Event, ExchangeId, Instant, RawValue, Response};
use serde_json::{Value, json};

use crate::body;
use crate::run::Run;
use crate::step::{Request, Step};

/// Passes a body to a client, as the response to a handshake, to a connect and to commands; and to a
/// server, as a request.
///
/// # Panics
/// If an invariant is violated.
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

/// The places where a client reads a body.
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
    let commands = "subscribe /a\nsubscribe /b\nsubscribe /c";
    for line in script.lines() {
        run.step(Step::read(line).expect("a step"));
    }
    let request = match place {
        Place::Commands => {
            for line in commands.lines() {
                run.step(Step::read(line).expect("a step"));
            }
            // The first was sent alone.
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

    // Invalid UTF-8 is replaced, as in a browser.
    let filled = String::from_utf8_lossy(&filled);
    let elements = match serde_json::from_str::<Vec<&RawValue>>(&filled) {
        Ok(elements) => elements.len(),
        Err(_) => usize::from(serde_json::from_str::<&RawValue>(&filled).is_ok()),
    };
    let after = *run.client.counters();
    let counted = (after.messages - before.messages)
        + (after.unreadable - before.unreadable)
        + (after.repetitions - before.repetitions);
    let elements = u64::try_from(elements).unwrap_or(u64::MAX);
    run.must(counted <= elements, "more messages than the body has");
    let is_message = |event: &&Event| matches!(event, Event::Message(_));
    let delivered = run.events.iter().filter(is_message);
    let delivered = u64::try_from(delivered.count()).unwrap_or(u64::MAX);
    run.must(
        delivered == after.messages - before.messages,
        "a counted message was not delivered",
    );
    run.ends_cleanly();
}

/// Sends a body to a server as a request within a session: it is answered or held, and so is the next
/// connect.
fn decode_request(body: &[u8]) {
    let mut server = Server::new(Options::default(), 17);
    let handshake = br#"[{"channel":"/meta/handshake","version":"1.0"}]"#;
    let reply = answer(&mut server, 1, handshake).expect("a reply");
    let reply: Vec<Value> = serde_json::from_slice(&reply).expect("messages");
    let client = reply[0]["clientId"].as_str().expect("a client id");
    let filled = match core::str::from_utf8(body) {
        Ok(text) => text.replace("$client", client).into_bytes(),
        Err(_) => body.to_vec(),
    };
    if answer(&mut server, 2, &filled).is_none() {
        assert_eq!(server.held_count(), 1, "neither answered nor held");
    }
    let connect =
        json!([{ "channel": "/meta/connect", "clientId": client, "advice": { "timeout": 0 } }]);
    answer(&mut server, 3, connect.to_string().as_bytes()).expect("a reply");
}

/// The body with which a server answers a request at once.
fn answer(server: &mut Server, number: u64, body: &[u8]) -> Option<Vec<u8>> {
    let now = Instant::from_millis(1_000_000);
    let request = server::Input::Request {
        id: ExchangeId::new(number),
        owner: "one",
        browser: None,
        body,
    };
    server.handle(request, now);
    let mut answer = None;
    // Each byte may be a message at most.
    for _ in 0..64 + body.len() {
        match server.poll(now) {
            server::Output::Respond { id, body, .. } if id == ExchangeId::new(number) => {
                answer = Some(body.to_vec());
            }
            server::Output::Idle { wake_at } => {
                assert!(wake_at.is_none_or(|at| at > now), "a hot loop");
                return answer;
            }
            _ => {}
        }
    }
    panic!("no end of outputs");
}
