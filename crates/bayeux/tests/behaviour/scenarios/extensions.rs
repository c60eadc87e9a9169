//! The extensions that are spoken: *ack*, *timesync* and *binary*.

use bayeux::{Binary, Config, Endpoint, Event, Outcome, Page, ServerClock};
use serde_json::{Value, json};

use crate::harness::{DEVICES, Scripted, channel, ms, raw};

/// Answers the connect that is out with these events, as batch `batch`; tells which batch the
/// client had seen last.
fn bring(s: &mut Scripted, batch: i64, events: &[i64]) -> Value {
    let request = s.messages(Endpoint::Connect);
    let mut messages: Vec<Value> = events
        .iter()
        .map(|n| json!({ "channel": DEVICES, "data": n }))
        .collect();
    messages
        .push(json!({ "channel": "/meta/connect", "successful": true, "ext": { "ack": batch } }));
    s.answer(Endpoint::Connect, json!(messages));
    request[0]["ext"]["ack"].clone()
}

/// ext/CometDAckExtensionTest: it is negotiated, and each connect says what was seen.
#[test]
fn acknowledgement_is_negotiated_and_each_connect_says_what_was_seen() {
    let s = Scripted::opened();
    let request = s.messages(Endpoint::Handshake);
    assert_eq!(request[0]["ext"]["ack"], json!(true));
    let mut s = Scripted::acknowledging();
    assert_eq!(bring(&mut s, 2, &[1]), json!(1));
    assert_eq!(bring(&mut s, 3, &[2]), json!(2));
    assert_eq!(s.data(), ["1", "2"]);
}

/// ext/CometDAckExtensionTest: what was sent during an outage comes after it, in order.
#[test]
fn what_was_sent_during_an_outage_comes_after_it_in_order_and_once() {
    let mut s = Scripted::acknowledging();
    bring(&mut s, 2, &[1]);
    // The server wrote batch 3 to a connection that broke.
    s.fail(Endpoint::Connect);
    s.until_out(Endpoint::Connect);
    s.fail(Endpoint::Connect);
    s.until_out(Endpoint::Connect);
    assert_eq!(bring(&mut s, 4, &[2, 3, 4]), json!(2));
    assert_eq!(bring(&mut s, 4, &[2, 3, 4]), json!(4));
    bring(&mut s, 5, &[5]);
    assert_eq!(s.data(), ["1", "2", "3", "4", "5"]);
}

/// ext/CometDAckAndReloadExtensionTest. There over a reload; here over a page that was put away.
#[test]
fn a_message_sent_while_the_page_was_put_away_arrives_once_and_then_the_next() {
    let mut s = Scripted::acknowledging();
    s.page(Page::Leaving { kept: true });
    s.advance(ms(5_000));
    s.page(Page::Resumed);
    assert_eq!(bring(&mut s, 2, &[1]), json!(1));
    assert_eq!(bring(&mut s, 3, &[2]), json!(2));
    assert_eq!(s.data(), ["1", "2"]);
}

/// ext/CometDTimeSyncExtensionTest.
#[test]
fn the_servers_clock_is_known_to_within_the_lag() {
    let mut s = Scripted::with(Config {
        timesync: true,
        ..Config::default()
    });
    let sent = s.now.as_millis();
    // A server whose clock is an hour ahead, and 100 ms away each way.
    let (ahead, lag) = (3_600_000, 100);
    s.advance(ms(2 * lag));
    s.answer(
        Endpoint::Handshake,
        json!([{ "channel": "/meta/handshake", "successful": true, "clientId": "c1",
            "version": "1.0", "supportedConnectionTypes": ["long-polling"],
            "ext": { "timesync": { "tc": sent, "ts": sent + lag + ahead, "p": 0, "a": 0 } } }]),
    );
    let clock = ServerClock {
        offset: 3_600_000,
        lag: 100,
    };
    assert_eq!(s.client.server_clock(), Some(clock));
    // The server is told what was found.
    let request = s.messages(Endpoint::Connect);
    let now = s.now.as_millis();
    let expected = json!({ "tc": now, "l": 100, "o": 3_600_000 });
    assert_eq!(request[0]["ext"]["timesync"], expected);
}

/// ext/CometDBinaryExtensionTest.
#[test]
fn binary_data_is_sent_and_read_and_what_does_not_say_so_is_none() {
    let mut s = Scripted::connected();
    let sent = Binary {
        bytes: vec![1, 2, 3, 4, 5],
        last: true,
        meta: Some(raw(r#"{"name":"x"}"#)),
    };
    s.client
        .publish_with_ext(channel("/files"), sent.data(), Binary::ext());
    s.drain();
    let (_, messages) = s.take(Endpoint::Base);
    assert_eq!(messages[0]["ext"], json!({ "binary": {} }));
    assert_eq!(messages[0]["data"]["last"], true);

    // The same comes back from a server.
    let data = messages[0]["data"].clone();
    s.answer(
        Endpoint::Connect,
        json!([{ "channel": DEVICES, "data": data, "ext": { "binary": {} } },
            { "channel": DEVICES, "data": data },
            { "channel": "/meta/connect", "successful": true }]),
    );
    let incoming: Vec<_> = s
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Message(message) => Some(Binary::read(message)),
            _ => None,
        })
        .collect();
    let binary = incoming[0].as_ref().unwrap();
    assert_eq!((&binary.bytes, binary.last), (&sent.bytes, true));
    assert_eq!(binary.meta.as_ref().unwrap().get(), r#"{"name":"x"}"#);
    assert!(incoming[1].is_err(), "it does not say that it is binary");
}

/// CometDRemoteCallTest, with binary data there and back.
#[test]
fn a_call_may_be_binary_and_its_answer_too() {
    let mut s = Scripted::connected();
    let asked = Binary {
        bytes: vec![1, 2, 3, 4, 5],
        last: true,
        meta: None,
    };
    let (data, ext) = (asked.data(), Binary::ext());
    let call = s
        .client
        .call_with_ext(channel("/service/files"), data, ext, ms(5_000), s.now);
    s.drain();
    let (_, messages) = s.take(Endpoint::Base);
    assert_eq!(messages[0]["ext"], json!({ "binary": {} }));

    // The service sends back what it got.
    let (id, data) = (messages[0]["id"].clone(), messages[0]["data"].clone());
    s.answer(
        Endpoint::Connect,
        json!([{ "channel": "/service/files", "id": id, "data": data, "ext": { "binary": {} } },
            { "channel": "/meta/connect", "successful": true }]),
    );
    assert_eq!(s.outcome(call), Some(Outcome::Done));
    let answer = s.events.iter().find_map(|event| match event {
        Event::Settled { token, data, .. } if *token == call => data.as_ref(),
        _ => None,
    });
    let answer = Binary::from_data(answer.unwrap()).unwrap();
    assert_eq!(answer.bytes, asked.bytes);
}
