//! Asking for a session: what goes with it, what it brings, and what becomes of commands meanwhile.

use bayeux::{
    Channel, Config, Endpoint, Event, Input, NotSent, Outcome, Pattern, Phase, Reason, Response,
};
use serde_json::{Value, json};

use crate::harness::{DEVICES, Scripted, channel, raw};

/// The successful reply to a handshake, with these fields besides.
fn granted(more: &Value) -> Value {
    let mut reply = json!({ "channel": "/meta/handshake", "successful": true, "clientId": "c1",
        "version": "1.0", "supportedConnectionTypes": ["long-polling"] });
    for (key, value) in more.as_object().expect("fields") {
        reply[key] = value.clone();
    }
    reply
}

/// CometDHandshakeFailureTest. There it is 0, 1, 2, 3 increments; here anything up to 1, 2, 4, 8 …
/// seconds, so that the clients of one server spread out, and no more handshakes than the budget
/// allows.
#[test]
fn failed_handshakes_back_off_further_each_time_and_end_when_closed() {
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

/// CometDMultipleHandshakesTest. There a second `handshake()` throws; here opening what is open
/// does nothing, whoever in a page does it.
#[test]
fn opening_twice_asks_for_one_session() {
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

/// CometDDisconnectInListenersTest, in the handshake's listener, and CometDInitDisconnectTest, in
/// its callback. There no connect is ever sent; here it leaves before the application hears of
/// anything, and is aborted.
#[test]
fn closed_when_the_session_is_granted_no_connect_stays_out() {
    let mut s = Scripted::opened();
    s.grant("c1");
    let connect = s.out(Endpoint::Connect).id;
    s.client.close(s.now);
    s.drain();
    assert!(s.aborted.contains(&connect));
    s.answer(
        Endpoint::Disconnect,
        json!([{ "channel": "/meta/disconnect", "successful": true }]),
    );
    s.is_silent_for_good();
    assert_eq!(s.client.counters().connects, 1);
}

/// The same, by a driver that closes before it has polled for what is to be sent.
#[test]
fn closed_before_the_connect_could_leave_none_stays_out() {
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

/// CometDMessageDeliveryDuringHandshakeTest, with no messages in the handshake's response.
#[test]
fn messages_that_waited_for_the_handshake_come_with_the_first_connect() {
    let mut s = Scripted::opened();
    s.grant("c1");
    s.accept_subscriptions();
    assert_eq!(s.data(), Vec::<String>::new());
    s.answer(
        Endpoint::Connect,
        json!([
            { "channel": DEVICES, "data": 1 },
            { "channel": "/meta/connect", "successful": true },
        ]),
    );
    assert_eq!(s.data(), ["1"]);
}

/// CometDMessageDeliveryDuringHandshakeTest, with messages in the handshake's response. There the
/// connect waits until they were handled; here it leaves first, as always, and they are given
/// before anybody is told of a connection.
#[test]
fn messages_in_the_handshakes_response_are_given_before_connected_is_said() {
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
fn messages_in_the_handshakes_response_are_acknowledged_by_the_first_connect() {
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
    // A server that sends them again nevertheless is not believed.
    let again = json!([
        { "channel": DEVICES, "data": 1 },
        { "channel": "/meta/connect", "successful": true, "id": request[0]["id"], "ext": { "ack": 3 } },
    ]);
    s.respond(id, Response::ok(again.to_string().into_bytes()));
    assert_eq!(s.data(), ["1"]);
}

/// CometDMessagesAfterFailedHandshakeTest, a handshake that is refused for good.
#[test]
fn what_is_commanded_after_a_refused_handshake_is_settled_at_once() {
    let mut s = Scripted::opened();
    s.answer(
        Endpoint::Handshake,
        json!([{ "channel": "/meta/handshake", "successful": false,
            "error": "403::handshake_denied", "advice": { "reconnect": "none" } }]),
    );
    assert_eq!(s.phase(), Phase::Stopped);
    let subscribed = s.client.subscribe(Pattern::new("/a").unwrap());
    let published = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    for token in [subscribed, published] {
        assert_eq!(s.outcome(token), Some(Outcome::NotSent(NotSent::Ended)));
    }
}

/// CometDMessagesAfterFailedHandshakeTest, one that is tried again. There commands fail; here they
/// wait for the session, as they do before the first handshake.
#[test]
fn what_is_commanded_between_two_handshakes_waits_for_the_session() {
    let mut s = Scripted::opened();
    s.fail(Endpoint::Handshake);
    let published = s.client.publish(channel("/a"), raw("1"));
    s.until_out(Endpoint::Handshake);
    assert_eq!(s.outcome(published), None);
    s.grant("c1");
    s.accept_subscriptions();
    assert_eq!(s.outcome(published), Some(Outcome::Done));
}

/// CometDPublishHeldUntilHandshookTest. There it is handshake, /bar, subscribe, /foo, connect; here
/// subscriptions go before what is published, so that nothing it leads to is missed, and the connect
/// leaves beside them rather than after.
#[test]
fn what_is_commanded_before_the_session_leaves_with_it_and_in_order() {
    let mut s = Scripted::opened();
    s.client.publish(channel("/bar"), raw("1"));
    s.client.subscribe(Pattern::new("/foo").unwrap());
    s.client.publish(channel("/foo"), raw("2"));
    s.drain();
    let out: Vec<_> = s.sent.iter().map(|exchange| exchange.endpoint).collect();
    assert_eq!(out, [Endpoint::Handshake]);
    s.grant("c1");
    assert!(s.is_out(Endpoint::Connect));
    let (_, request) = s.take(Endpoint::Base);
    let channels: Vec<_> = request.iter().map(|m| m["channel"].clone()).collect();
    assert_eq!(
        channels,
        ["/meta/subscribe", "/meta/subscribe", "/bar", "/foo"]
    );
}

/// CometDParametersTest. What a type can rule out, a type does; what is left is the grammar of
/// channels, and handles of things that are not there.
#[test]
fn what_is_no_channel_is_refused_in_words_and_what_is_not_there_ends_at_once() {
    let error = Channel::new("devices").unwrap_err();
    assert_eq!(error.to_string(), "‘devices’ is no channel");
    let error = Pattern::new("/a/*/b").unwrap_err();
    assert_eq!(error.to_string(), "‘/a/*/b’ is no channel");
    let mut s = Scripted::connected();
    let published = s.client.publish(channel("/a"), raw("1"));
    let ended = s.client.unsubscribe(published);
    s.drain();
    assert_eq!(s.outcome(ended), Some(Outcome::Done));
    assert_eq!(s.outcome(published), None);
}

/// CometDTransportNegotiationFailureTest, by a server that says so.
#[test]
fn a_refusal_for_want_of_a_common_transport_is_passed_on() {
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

/// CometDTransportNegotiationFailureTest, by a server that grants a session nobody can use.
#[test]
fn a_session_without_long_polling_is_none() {
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
    // Another node behind the same address may know better.
    s.until_out(Endpoint::Handshake);
    s.grant("c2");
    assert_eq!(s.phase(), Phase::Connecting);
}
