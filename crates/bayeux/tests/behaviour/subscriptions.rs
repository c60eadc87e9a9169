//! Subscriptions: when they are sent, and reactions to refusals, losses and replies.

use bayeux::{Endpoint, Event, Phase, Reason};
use serde_json::json;

use crate::harness::{DEVICES, Scripted, ms};

#[test]
fn subscriptions_and_the_first_connect_are_sent_at_once_in_two_requests() {
    let mut s = Scripted::opened();
    s.subscribe("/v2/me/calls");
    s.grant("c1");
    assert_eq!(s.sent.len(), 2);
    let (_, connect) = s.take(Endpoint::Connect);
    assert_eq!(connect[0]["advice"], json!({ "timeout": 0 }));
    assert_eq!(connect[0]["clientId"], "c1");
    assert_eq!(connect[0]["connectionType"], "long-polling");
    assert_eq!(s.subscribes(), [DEVICES, "/v2/me/calls"]);
}

/// CometDSubscribeTest and CometDAutoBatchTest.
#[test]
fn subscribes_made_while_one_is_out_wait_and_share_a_request() {
    let mut s = Scripted::connected();
    for pattern in ["/a", "/b/*", "/a", "/c/**"] {
        s.subscribe(pattern);
    }
    assert_eq!(s.subscribes(), ["/a"]);
    s.accept_subscriptions();
    assert_eq!(s.subscribes(), ["/b/*", "/c/**"], "each once");
    s.accept_subscriptions();
    s.subscribe("/a");
    assert!(!s.is_out(Endpoint::Base), "it is active");
}

/// CometDSubscribeTest: a denied subscription.
#[test]
fn a_refused_subscription_is_reported_and_requested_again_in_the_next_session() {
    let mut s = Scripted::connected();
    s.subscribe("/a");
    s.answer_each(|_| json!({ "successful": false, "error": "403:denied:subscribe_denied" }));
    let is_denied = |event: &Event| {
        matches!(event, Event::SubscriptionRefused { pattern, error }
            if pattern.as_str() == "/a" && error.code == Some(403))
    };
    assert_eq!(s.events.iter().filter(|e| is_denied(e)).count(), 1);
    s.advance(ms(60_000));
    assert!(!s.is_out(Endpoint::Base), "not in this session");
    s.reply_connect(json!({ "successful": false, "error": "402::session_unknown" }));
    s.grant("c2");
    assert_eq!(s.subscribes(), [DEVICES, "/a"]);
    s.answer_each(|_| json!({ "successful": false, "error": "403:denied:subscribe_denied" }));
    assert_eq!(s.refused(), ["/a", DEVICES, "/a"]);
}

/// CometDLongPollingSubscribeFailureTest, a failed request. There the subscribe is given up; here
/// it is sent again, because it is idempotent.
#[test]
fn a_subscribe_whose_request_failed_is_sent_again_and_the_poll_goes_on() {
    let mut s = Scripted::connected();
    s.subscribe("/a");
    s.http(Endpoint::Base, 500, "");
    assert_eq!(s.phase(), Phase::Connected);
    assert!(s.is_out(Endpoint::Connect) && s.aborted.is_empty());
    s.until_out(Endpoint::Base);
    assert_eq!(s.subscribes(), ["/a"]);
    s.accept_subscriptions();
    // The poll's own back-off has not begun.
    s.fail(Endpoint::Connect);
    assert!(s.wait() <= ms(1_000));
    let network = Some(Reason::Network(String::new()));
    assert_eq!(s.client.status().reason, network);
}

/// CometDLongPollingSubscribeFailureTest, a subscribe that failed only for the client. There later
/// messages of the channel are dropped; here they are delivered.
#[test]
fn a_subscribe_that_timed_out_only_for_the_client_delivers_and_is_sent_again() {
    let mut s = Scripted::connected();
    s.subscribe("/a");
    let out = s.out(Endpoint::Base).id;
    s.advance(ms(9_999));
    assert!(s.aborted.is_empty());
    s.advance(ms(1));
    assert_eq!(s.aborted, [out]);
    s.answer(
        Endpoint::Connect,
        json!([
            { "channel": "/a", "data": 1 },
            { "channel": "/meta/connect", "successful": true },
        ]),
    );
    assert_eq!(s.data(), ["1"]);
    s.until_out(Endpoint::Base);
    s.accept_subscriptions();
    s.advance(ms(60_000));
    assert!(!s.is_out(Endpoint::Base));
}

#[test]
fn subscribes_rejected_by_http_stop_the_client_after_a_few() {
    let mut s = Scripted::connected();
    s.subscribe("/a");
    for _ in 0..5 {
        s.until_out(Endpoint::Base);
        s.http(Endpoint::Base, 404, "");
    }
    assert_eq!(s.phase(), Phase::Stopped);
}

/// Some servers send absent fields as null.
#[test]
fn a_reply_may_have_data_that_is_null() {
    let mut s = Scripted::connected();
    s.subscribe("/a");
    s.answer_each(|_| json!({ "successful": true, "data": null }));
    assert_eq!(s.data(), Vec::<String>::new());
    s.advance(ms(60_000));
    assert!(!s.is_out(Endpoint::Base), "it is active");
}

#[test]
fn advice_in_the_reply_to_a_subscribe_is_followed() {
    let mut s = Scripted::connected();
    s.subscribe("/a");
    s.answer_each(|_| json!({ "successful": true, "advice": { "reconnect": "handshake" } }));
    assert!(s.is_out(Endpoint::Handshake));

    let mut s = Scripted::connected();
    s.subscribe("/a");
    s.answer_each(|_| json!({ "successful": false, "advice": { "reconnect": "none" } }));
    assert_eq!(s.phase(), Phase::Stopped);
}

#[test]
fn an_interval_in_the_reply_to_a_subscribe_moves_the_next_connect() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": { "interval": 1_000 } }));
    s.subscribe("/a");
    s.answer_each(|_| json!({ "successful": true, "advice": { "interval": 4_000 } }));
    s.advance(ms(3_999));
    assert!(!s.is_out(Endpoint::Connect));
    s.advance(ms(1));
    assert!(s.is_out(Endpoint::Connect));
}

#[test]
fn advice_that_moves_the_next_try_is_reported() {
    let mut s = Scripted::connected();
    s.subscribe("/a");
    s.fail(Endpoint::Connect);
    s.events.clear();
    s.answer_each(|_| json!({ "successful": true, "advice": { "interval": 20_000 } }));
    assert_eq!(s.wait(), ms(20_000));
    let is_told = |event: &Event| matches!(event, Event::StatusChanged);
    assert!(s.events.iter().any(is_told));
}
