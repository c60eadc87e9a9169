//! One body, given to client and server in every place where one can come.

use bayeux::{Event, RawValue, Response};

use crate::body;
use crate::requests;
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
    let commands = "publish /a 1\npublish /service/a 1\nsubscribe /b";
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

/// A request among good ones.
fn decode_request(body: &[u8]) {
    let mut run = requests::Run::default();
    for line in [
        r#"ask 0 [{"channel":"/meta/handshake","version":"1.0"}]"#,
        r#"ask 0 [{"channel":"/meta/connect","clientId":"$client"}]"#,
        r#"ask 0 [{"channel":"/meta/subscribe","clientId":"$client","subscription":"/v2/me/devices"}]"#,
    ] {
        run.step(requests::Step::read(line).expect("a step"));
    }
    run.ask(0, body);
    // Whatever it was: the server goes on.
    run.step(requests::Step::read("deliver 0 /v2/me/devices").expect("a step"));
    run.end();
}
