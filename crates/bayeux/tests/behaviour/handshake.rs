//! `/meta/handshake`: the request, and which sessions are accepted.

use bayeux::{Config, Endpoint, Event, Input, Phase, Reason, Response};
use serde_json::{Value, json};

use crate::harness::{DEVICES, Scripted, ms};

/// The successful reply to a handshake, with these additional fields.
fn granted(more: &Value) -> Value {
    let mut reply = json!({ "channel": "/meta/handshake", "successful": true, "clientId": "c1",
        "version": "1.0", "supportedConnectionTypes": ["long-polling"] });
    for (key, value) in more.as_object().expect("fields") {
        reply[key] = value.clone();
    }
    reply
}

/// CometDHandshakeFailureTest. There the wait is 0, 1, 2, 3 increments; here up to 1, 2, 4, 8 …
/// seconds, so that the clients of one server spread out, with no more handshakes than the budget
/// allows.
#[test]
fn failed_handshakes_back_off_exponentially_until_closed() {
    let unbounded = || Config {
        handshake_burst: 100,
        ..Config::default()
    };
    let opened = |seed| Scripted::seeded(unbounded(), seed);
    Scripted::fails_with_doubling_waits(Endpoint::Handshake, opened);

    let mut s = Scripted::opened();
    for _ in 0..8 {
        s.fail(Endpoint::Handshake);
        s.until_out(Endpoint::Handshake);
    }
    s.fail(Endpoint::Handshake);
    assert_eq!(s.client.counters().failures, 9);
    s.client.close(s.now);
    s.drain();
    s.is_silent_for_good();
}

/// CometDMultipleHandshakesTest. There a second `handshake()` throws; here opening an open client
/// does nothing.
#[test]
fn opening_twice_begins_one_session() {
    let mut s = Scripted::opened();
    s.client.open(s.now);
    s.drain();
    assert_eq!(s.sent.len(), 1);
    let mut s = Scripted::connected();
    s.client.open(s.now);
    s.drain();
    assert_eq!(s.client.counters().handshakes, 1);
    assert!(s.is_out(Endpoint::Connect) && s.sent.len() == 1);
}

/// CometDDisconnectInListenersTest, in the handshake's listener, and CometDInitDisconnectTest, in its
/// callback.
#[test]
fn closing_before_the_connect_is_taken_leaves_the_disconnect_only() {
    let mut s = Scripted::opened();
    let (id, request) = s.take(Endpoint::Handshake);
    let mut reply = granted(&json!({}));
    reply["id"] = request[0]["id"].clone();
    let response = Response::ok(json!([reply]).to_string().into_bytes());
    s.client.handle(Input::Response { id, response }, s.now);
    s.client.close(s.now);
    s.drain();
    assert_eq!(s.sent.len(), 1);
    assert!(s.is_out(Endpoint::Disconnect));
}

/// CometDMessageDeliveryDuringHandshakeTest, with messages in the handshake's response. There the
/// connect waits until they were handled; here it leaves first, as always, and they are delivered
/// before the connection is reported.
#[test]
fn messages_in_the_handshake_response_are_delivered_before_connected() {
    let mut s = Scripted::opened();
    s.answer(
        Endpoint::Handshake,
        json!([
            { "channel": DEVICES, "data": 1 },
            granted(&json!({ "x-messages": 2 })),
            { "channel": DEVICES, "data": 2 },
        ]),
    );
    assert_eq!(s.data(), ["1", "2"]);
    assert!(s.is_out(Endpoint::Connect));
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    let is_message = |event: &Event| matches!(event, Event::Message(_));
    let is_connected = |event: &Event| matches!(event, Event::Connected { .. });
    let last = s.events.iter().rposition(is_message);
    assert!(last < s.events.iter().position(is_connected));
}

/// CometDMessageDeliveryDuringHandshakeTest, with the *ack* extension.
#[test]
fn messages_in_the_handshake_response_are_acknowledged_by_the_first_connect() {
    let mut s = Scripted::opened();
    s.answer(
        Endpoint::Handshake,
        json!([
            granted(&json!({ "x-messages": 1, "ext": { "ack": { "enabled": true, "batch": 3 } } })),
            { "channel": DEVICES, "data": 1 },
        ]),
    );
    assert_eq!(s.data(), ["1"]);
    let (id, request) = s.take(Endpoint::Connect);
    assert_eq!(request[0]["ext"]["ack"], json!(3));
    // If a server sends them again nevertheless, they are dropped.
    let again = json!([
        { "channel": DEVICES, "data": 1 },
        { "channel": "/meta/connect", "successful": true, "id": request[0]["id"], "ext": { "ack": 3 } },
    ]);
    s.respond(id, Response::ok(again.to_string().into_bytes()));
    assert_eq!(s.data(), ["1"]);
}

/// CometDTransportNegotiationFailureTest, with a server that reports it.
#[test]
fn a_refusal_for_lack_of_a_common_transport_is_reported() {
    let mut s = Scripted::opened();
    s.answer(
        Endpoint::Handshake,
        json!([{ "channel": "/meta/handshake", "successful": false,
            "error": "301:long-polling:Connection types not supported",
            "supportedConnectionTypes": ["websocket"] }]),
    );
    let reason = s.client.status().reason.clone().unwrap();
    assert_eq!(
        reason.to_string(),
        "the server refused: Connection types not supported (code 301)"
    );
}

/// CometDTransportNegotiationFailureTest, with a server that grants an unusable session.
#[test]
fn a_session_without_long_polling_is_not_used() {
    let mut s = Scripted::opened();
    s.answer(
        Endpoint::Handshake,
        json!([granted(
            &json!({ "supportedConnectionTypes": ["websocket"] })
        )]),
    );
    assert_eq!(s.phase(), Phase::Waiting);
    assert_eq!(s.client.status().reason, Some(Reason::NoCommonTransport));
    assert!(s.sent.is_empty());
    // Another node behind the same address may support it.
    s.until_out(Endpoint::Handshake);
    s.grant("c2");
    assert_eq!(s.phase(), Phase::Connecting);
}

#[test]
fn a_handshake_is_sent_alone_with_version_transport_and_extensions() {
    let mut s = Scripted::opened();
    assert_eq!(s.phase(), Phase::Handshaking);
    assert_eq!(s.sent.len(), 1);
    let (_, messages) = s.take(Endpoint::Handshake);
    assert_eq!(
        messages,
        [json!({
            "id": "1", "channel": "/meta/handshake", "version": "1.0", "minimumVersion": "1.0",
            "supportedConnectionTypes": ["long-polling"], "advice": { "interval": 0, "timeout": 60_000 }, "ext": { "ack": true },
        })]
    );
}

#[test]
fn a_server_of_another_version_stops_the_client() {
    let check = |versions: Value, is_taken: bool| {
        let mut s = Scripted::opened();
        let mut reply =
            json!({ "channel": "/meta/handshake", "successful": true, "clientId": "c1" });
        for (key, value) in versions.as_object().expect("fields") {
            reply[key] = value.clone();
        }
        s.answer(Endpoint::Handshake, json!([reply]));
        if is_taken {
            assert_eq!(s.phase(), Phase::Connecting, "{versions}");
            return;
        }
        assert_eq!(s.phase(), Phase::Stopped, "{versions}");
        let reason = s.client.status().reason.clone();
        assert_eq!(reason, Some(Reason::OtherVersion), "{versions}");
        s.is_silent_for_good();
    };
    for version in ["1", "1.0", "1.0beta", "1.1", "1.12"] {
        check(json!({ "version": version }), true);
    }
    for version in ["0.9", "2", "2.0", "10.0"] {
        check(json!({ "version": version }), false);
    }
    check(json!({ "version": "2.0", "minimumVersion": "1.0" }), true);
    check(json!({ "version": "1.5", "minimumVersion": "1.1" }), false);
    check(json!({ "minimumVersion": "2" }), false);
    check(json!({ "minimumVersion": "0.9" }), true);
    check(json!({ "version": 1.0 }), true);
    // A server without a readable version is accepted.
    for version in [json!(null), json!(""), json!("one"), json!([1])] {
        check(json!({ "version": version }), true);
    }
}

/// CometDURLPathTest.
#[test]
fn the_message_type_is_appended_to_a_plain_path_only() {
    let check = |url: &str, expect: [&str; 4]| {
        let mut s = Scripted::with(Config {
            url: url.to_owned(),
            ..Config::default()
        });
        let mut sent = vec![s.out(Endpoint::Handshake).url.clone()];
        s.grant("c1");
        sent.push(s.out(Endpoint::Connect).url.clone());
        sent.push(s.out(Endpoint::Base).url.clone());
        s.client.close(s.now);
        s.drain();
        sent.push(s.out(Endpoint::Disconnect).url.clone());
        assert_eq!(sent, expect);
    };
    let plain = ["/c/handshake", "/c/connect", "/c", "/c/disconnect"];
    check("/c", plain);
    check("/c/cometd.cgi", ["/c/cometd.cgi"; 4]);
    check("/c?param=1", ["/c?param=1"; 4]);
}

#[test]
fn advice_to_handshake_on_a_handshake_reply_repeats_it_at_a_bounded_rate() {
    let mut s = Scripted::opened();
    let end = s.now + ms(60_000);
    while s.now < end {
        s.until_out(Endpoint::Handshake);
        s.answer(
            Endpoint::Handshake,
            json!([granted(&json!({ "advice": { "reconnect": "handshake" } }))]),
        );
        let others = s.client.counters().connects + s.client.counters().requests;
        assert_eq!(others, 0, "in a session that is given up");
    }
    let handshakes = s.client.counters().handshakes;
    assert!((5..=11).contains(&handshakes), "{handshakes} in a minute");
}
