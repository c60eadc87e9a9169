//! A session that outlives its page (CometD's reload extension): one client lets go of it, the next
//! goes on with it.

use crate::harness::{DEVICES, Link, Pair, Scripted, channel, ms, raw};
use bayeux::{
    Client, Config, Endpoint, Event, Handover, Input, Outcome, Pattern, Phase, Reason, Response,
};
use serde_json::json;

/// What a connected client with acknowledged messages hands over, as text.
fn handed_over() -> String {
    let mut first = Scripted::acknowledging();
    let handover = first.client.hand_over(first.now).unwrap();
    handover.to_json()
}

/// The client of the next page, which takes over what the one before left.
fn next(text: &str) -> Scripted {
    let mut next = Scripted::opened();
    next.client = Client::new(Config::default(), 18);
    next.client.subscribe(Pattern::new(DEVICES).unwrap());
    next.sent.clear();
    next.events.clear();
    let handover = Handover::from_json(text).unwrap();
    next.client.take_over(handover, next.now);
    next.drain();
    next
}

#[test]
fn whoever_hands_over_says_no_good_bye_and_is_idle() {
    let mut s = Scripted::connected();
    let published = s.client.publish(channel("/news"), raw("1"));
    s.drain();
    assert!(s.is_out(Endpoint::Base) && s.is_out(Endpoint::Connect));
    let waiting = s.client.publish(channel("/news"), raw("2"));
    assert!(s.client.hand_over(s.now).is_some());
    s.drain();
    assert_eq!(s.phase(), Phase::Idle);
    assert!(s.sent.is_empty(), "{:?}", s.sent);
    assert_eq!(s.aborted.len(), 2);
    assert_eq!(s.outcome(published), Some(Outcome::Unknown));
    assert!(matches!(s.outcome(waiting), Some(Outcome::NotSent(_))));
    assert_eq!(s.wake_at, None);
}

#[test]
fn without_a_session_there_is_nothing_to_hand_over() {
    let mut s = Scripted::opened();
    assert!(s.client.hand_over(s.now).is_none());
    s.drain();
    assert_eq!(s.phase(), Phase::Handshaking);
    assert!(s.is_out(Endpoint::Handshake));
}

#[test]
fn the_next_client_connects_at_once_with_the_same_id_and_the_last_batch() {
    let mut s = next(&handed_over());
    assert_eq!(s.sent.len(), 1, "{:?}", s.sent);
    let (_, connect) = s.take(Endpoint::Connect);
    assert_eq!(connect[0]["clientId"], "c1");
    assert_eq!(connect[0]["ext"]["ack"], 1);
    assert_eq!(connect[0]["advice"], json!({ "timeout": 0 }));
    assert_eq!(s.phase(), Phase::Connecting);
}

#[test]
fn nothing_else_is_sent_before_the_first_connect_is_answered() {
    let mut s = next(&handed_over());
    s.client.publish(channel("/news"), raw("1"));
    s.drain();
    assert!(!s.is_out(Endpoint::Base));
    s.reply_connect(json!({ "successful": true, "ext": { "ack": 2 } }));
    let (_, messages) = s.take(Endpoint::Base);
    assert_eq!(messages[0]["subscription"], DEVICES);
    assert_eq!(messages[1]["channel"], "/news");
}

#[test]
fn a_session_that_is_gone_by_then_is_followed_by_a_handshake_and_a_gap() {
    let mut s = next(&handed_over());
    s.reply_connect(
        json!({ "successful": false, "error": "402::session_unknown",
        "advice": { "reconnect": "handshake", "interval": 0 } }),
    );
    assert_eq!(s.client.status().reason, Some(Reason::SessionUnknown));
    s.grant("c2");
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    let told = |event: &Event| matches!(event, Event::Connected { missed: Some(_) });
    assert!(s.events.iter().any(told));
}

#[test]
fn a_session_of_another_address_is_left_aside() {
    let elsewhere = handed_over().replace("\"url\":\"\"", "\"url\":\"https://elsewhere/\"");
    let s = next(&elsewhere);
    assert!(s.is_out(Endpoint::Handshake));
    assert!(!s.is_out(Endpoint::Connect));
}

#[test]
fn a_client_at_work_takes_nothing_over() {
    let handover = Handover::from_json(&handed_over()).unwrap();
    let mut s = Scripted::connected();
    s.client.take_over(handover, s.now);
    s.drain();
    assert_eq!(s.phase(), Phase::Connected);
    let (_, connect) = s.take(Endpoint::Connect);
    assert_eq!(connect[0].get("ext"), None, "the session without ack");
}

#[test]
fn text_that_is_no_handover_is_refused() {
    for text in [
        "",
        "{}",
        "[]",
        "{\"url\":\"\"}",
        "{\"url\":1,\"clientId\":\"x\"}",
    ] {
        let error = Handover::from_json(text).unwrap_err();
        assert!(error.to_string().starts_with("no session was handed over"));
    }
}

#[test]
fn the_server_sees_one_session_and_no_event_is_lost() {
    let mut pair = Pair::new(5, Link::GOOD);
    pair.open();
    pair.until(ms(5_000), Pair::is_connected);
    pair.publish("1");
    pair.until(ms(5_000), |pair| pair.data() == ["1"]);

    let handover = pair.client.hand_over(pair.now).unwrap();
    pair.drain();
    pair.advance(ms(100));
    pair.publish("2");
    pair.client = Client::new(Config::default(), 6);
    pair.client.subscribe(Pattern::new(DEVICES).unwrap());
    pair.client.take_over(handover, pair.now);
    pair.drain();
    pair.until(ms(5_000), |pair| pair.data() == ["1", "2"]);
    pair.publish("3");
    pair.until(ms(5_000), |pair| pair.data() == ["1", "2", "3"]);
    assert_eq!(pair.server.session_count(), 1);
    assert_eq!(pair.handshakes.len(), 1);
}

#[test]
fn a_late_answer_to_the_first_client_is_not_taken_by_it() {
    let mut s = Scripted::connected();
    let (id, _) = s.take(Endpoint::Connect);
    s.client.hand_over(s.now).unwrap();
    s.drain();
    let body = json!([{ "channel": DEVICES, "data": 1 }, { "channel": "/meta/connect", "successful": true }]);
    let response = Response::ok(body.to_string().into_bytes());
    s.client.handle(Input::Response { id, response }, s.now);
    s.drain();
    assert!(s.data().is_empty());
    assert_eq!(s.phase(), Phase::Idle);
}
