//! Subscriptions: what the server hears of them, and what becomes of them.

use bayeux::{Endpoint, Event, NotSent, Outcome, Pattern, Phase};
use serde_json::json;

use crate::harness::{DEVICES, Link, Pair, Scripted, channel, ms, raw};

fn pattern(text: &str) -> Pattern {
    Pattern::new(text).expect("a pattern")
}

/// CometDSubscribeTest: the server hears of the first subscriber of a channel and of the last.
#[test]
fn the_server_hears_of_the_first_and_the_last_subscriber_only() {
    let mut s = Scripted::connected();
    let first = s.client.subscribe(pattern("/a"));
    let second = s.client.subscribe(pattern("/a"));
    s.drain();
    assert_eq!(s.messages(Endpoint::Base).len(), 1);
    s.accept_subscriptions();
    let third = s.client.subscribe(pattern("/a"));
    s.drain();
    for token in [first, second, third] {
        assert_eq!(s.outcome(token), Some(Outcome::Done));
    }
    for token in [first, second] {
        let ended = s.client.unsubscribe(token);
        s.drain();
        assert_eq!(s.outcome(ended), Some(Outcome::Done));
        assert!(!s.is_out(Endpoint::Base));
    }
    let ended = s.client.unsubscribe(third);
    s.drain();
    assert_eq!(s.outcome(ended), None);
    let request = s.messages(Endpoint::Base);
    assert_eq!(request[0]["channel"], "/meta/unsubscribe");
    s.accept_subscriptions();
    assert_eq!(s.outcome(ended), Some(Outcome::Done));
}

/// CometDSubscribeTest: there subscriptions are gone after a new handshake, and every application
/// has to make them again; here they are what the application wants, and brought about in every
/// session.
#[test]
fn subscriptions_are_made_again_in_a_new_session_and_those_that_ended_are_not() {
    let mut s = Scripted::connected();
    let kept = s.client.subscribe(pattern("/kept"));
    let ended = s.client.subscribe(pattern("/ended"));
    s.drain();
    s.accept_subscriptions();
    s.client.unsubscribe(ended);
    s.drain();
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": false, "error": "402::session_unknown" }));
    s.grant("c2");
    let (_, request) = s.take(Endpoint::Base);
    let again: Vec<_> = request.iter().map(|m| m["subscription"].clone()).collect();
    assert_eq!(again, [json!(DEVICES), json!("/kept")]);
    // It was settled when it was first made, and is not settled again.
    assert_eq!(s.outcome(kept), Some(Outcome::Done));
}

/// CometDSubscribeTest: dynamic re-subscription after a restart of the server.
#[test]
fn messages_arrive_after_a_restart_of_the_server() {
    let mut pair = Pair::new(5, Link::GOOD);
    pair.open();
    pair.until(ms(1_000), Pair::is_connected);
    pair.publish("1");
    pair.advance(ms(1_000));
    pair.restart_server(50);
    pair.advance(ms(10_000));
    pair.publish("2");
    pair.advance(ms(1_000));
    assert_eq!(pair.data(), ["1", "2"]);
}

/// CometDSubscribeTest: a denied subscription.
#[test]
fn a_denied_subscription_is_told_to_whoever_made_it_and_may_be_asked_for_again() {
    let mut s = Scripted::connected();
    let denied = s.client.subscribe(pattern("/a"));
    let too = s.client.subscribe(pattern("/a"));
    s.drain();
    s.answer_each(|_| json!({ "successful": false, "error": "403:denied:subscribe_denied" }));
    for token in [denied, too] {
        assert!(
            matches!(s.outcome(token), Some(Outcome::Refused(error)) if error.code == Some(403))
        );
    }
    let is_told = |event: &Event| matches!(event, Event::SubscriptionRefused { pattern, .. } if pattern.as_str() == "/a");
    assert_eq!(s.events.iter().filter(|event| is_told(event)).count(), 1);
    s.advance(ms(60_000));
    assert!(!s.is_out(Endpoint::Base), "not asked again by itself");
    let again = s.client.subscribe(pattern("/a"));
    s.drain();
    s.accept_subscriptions();
    assert_eq!(s.outcome(again), Some(Outcome::Done));
}

/// CometDSubscribeTest: callbacks of subscribe and unsubscribe.
#[test]
fn each_subscribe_and_unsubscribe_is_settled_once() {
    let mut s = Scripted::connected();
    let wanted = s.client.subscribe(pattern("/a"));
    s.drain();
    assert_eq!(s.outcome(wanted), None);
    s.accept_subscriptions();
    assert_eq!(s.outcome(wanted), Some(Outcome::Done));
    let ended = s.client.unsubscribe(wanted);
    s.drain();
    assert_eq!(s.outcome(ended), None);
    s.accept_subscriptions();
    assert_eq!(s.outcome(ended), Some(Outcome::Done));
}

/// CometDSubscribeWithPublishDeniedTest.
#[test]
fn a_channel_nobody_may_publish_to_may_be_subscribed_to() {
    let mut s = Scripted::connected();
    let subscribed = s.client.subscribe(pattern("/a"));
    let published = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.answer_each(|message| match message["channel"] == "/a" {
        true => json!({ "successful": false, "error": "403:denied:publish_denied" }),
        false => json!({ "successful": true }),
    });
    assert_eq!(s.outcome(subscribed), Some(Outcome::Done));
    assert!(matches!(s.outcome(published), Some(Outcome::Refused(_))));
    s.answer(
        Endpoint::Connect,
        json!([
            { "channel": "/a", "data": "from somebody who may" },
            { "channel": "/meta/connect", "successful": true },
        ]),
    );
    assert_eq!(s.data(), [r#""from somebody who may""#]);
}

/// CometDLongPollingSubscribeFailureTest, a request that came to nothing. There the subscribe fails
/// and is given up; here it is sent again, because doing so does no harm.
#[test]
fn a_subscribe_whose_request_failed_is_sent_again_and_the_poll_goes_on() {
    let mut s = Scripted::connected();
    let token = s.client.subscribe(pattern("/a"));
    s.drain();
    s.fail(Endpoint::Base);
    assert_eq!(s.phase(), Phase::Connected);
    assert!(s.is_out(Endpoint::Connect) && s.aborted.is_empty());
    assert_eq!(s.outcome(token), None);
    s.until_out(Endpoint::Base);
    s.accept_subscriptions();
    assert_eq!(s.outcome(token), Some(Outcome::Done));
}

/// CometDLongPollingSubscribeFailureTest, a subscribe that failed only for the client. There later
/// messages of the channel are dropped; here the subscription is wanted still, and they are given.
#[test]
fn a_subscribe_that_timed_out_only_for_the_client_delivers_and_is_made_sure_of() {
    let mut s = Scripted::connected();
    let token = s.client.subscribe(pattern("/a"));
    s.drain();
    let out = s.out(Endpoint::Base).id;
    s.advance(ms(10_000));
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
    assert_eq!(s.outcome(token), Some(Outcome::Done));
}

/// CometDLongPollingUnsubscribeFailureTest.
#[test]
fn an_unsubscribe_whose_request_failed_is_sent_again_and_the_poll_goes_on() {
    let mut s = Scripted::connected();
    let token = s.client.subscribe(pattern("/a"));
    s.drain();
    s.accept_subscriptions();
    let ended = s.client.unsubscribe(token);
    s.drain();
    s.fail(Endpoint::Base);
    assert_eq!(s.phase(), Phase::Connected);
    assert!(s.is_out(Endpoint::Connect));
    s.until_out(Endpoint::Base);
    s.answer_each(|message| {
        assert_eq!(message["channel"], "/meta/unsubscribe");
        json!({ "successful": true })
    });
    assert_eq!(s.outcome(ended), Some(Outcome::Done));
    s.advance(ms(10_000));
    assert!(!s.is_out(Endpoint::Base));
}

/// CometDBatchPublishTest.
#[test]
fn what_is_published_in_the_request_that_subscribes_comes_back() {
    let mut pair = Pair::new(6, Link::GOOD);
    pair.open();
    let is_announced = |pair: &Pair| {
        let connected = |event: &Event| matches!(event, Event::Connected { .. });
        pair.events.iter().any(connected)
    };
    pair.until(ms(1_000), is_announced);
    let requests = pair.client.counters().requests;
    pair.client.subscribe(pattern("/chat/*"));
    pair.client
        .publish(channel("/chat/room"), raw(r#""hello""#));
    pair.drain();
    pair.advance(ms(1_000));
    assert_eq!(pair.data(), [r#""hello""#]);
    assert_eq!(pair.client.counters().requests, requests + 1);
}

#[test]
fn a_subscription_that_is_taken_back_before_it_was_sent_is_not_sent() {
    let mut s = Scripted::connected();
    let wanted = s.client.subscribe(pattern("/a"));
    let ended = s.client.unsubscribe(wanted);
    s.drain();
    assert!(!s.is_out(Endpoint::Base));
    assert_eq!(
        s.outcome(wanted),
        Some(Outcome::NotSent(NotSent::Withdrawn))
    );
    assert_eq!(s.outcome(ended), Some(Outcome::Done));
}

#[test]
fn a_topic_that_is_wanted_again_while_it_ends_begins_again() {
    let mut s = Scripted::connected();
    let first = s.client.subscribe(pattern("/a"));
    s.drain();
    s.answer_each(|_| json!({ "successful": true }));
    s.client.unsubscribe(first);
    s.drain();
    let again = s.client.subscribe(pattern("/a"));
    s.drain();
    s.answer_each(|_| json!({ "successful": true }));
    let (_, request) = s.take(Endpoint::Base);
    assert_eq!(request[0]["channel"], "/meta/subscribe");
    assert_eq!(s.outcome(again), None);
}

#[test]
fn an_unsubscribe_of_which_the_server_need_not_hear_is_done() {
    let mut s = Scripted::connected();
    let first = s.client.subscribe(pattern("/a"));
    s.drain();
    s.answer_each(|_| json!({ "successful": true }));
    let ended = s.client.unsubscribe(first);
    let again = s.client.subscribe(pattern("/a"));
    s.drain();
    assert!(!s.is_out(Endpoint::Base), "it is still in force");
    assert_eq!(s.outcome(ended), Some(Outcome::Done));
    assert_eq!(s.outcome(again), Some(Outcome::Done));
}

#[test]
fn a_topic_of_which_nobody_knows_whether_it_ended_begins_again() {
    let mut s = Scripted::connected();
    let first = s.client.subscribe(pattern("/a"));
    s.drain();
    s.answer_each(|_| json!({ "successful": true }));
    let ended = s.client.unsubscribe(first);
    s.drain();
    s.fail(Endpoint::Base);
    let again = s.client.subscribe(pattern("/a"));
    s.drain();
    s.advance(ms(1_000));
    let (_, request) = s.take(Endpoint::Base);
    assert_eq!(request[0]["channel"], "/meta/subscribe");
    assert_eq!(s.outcome(ended), Some(Outcome::Done));
    assert_eq!(s.outcome(again), None);
}

#[test]
fn requests_that_are_refused_as_such_stop_after_a_few_tries() {
    let mut s = Scripted::connected();
    s.client.subscribe(pattern("/a"));
    s.drain();
    for _ in 0..5 {
        while !s.is_out(Endpoint::Base) {
            let next = s.wake_at.expect("another try");
            s.advance(next.since(s.now));
        }
        s.http(Endpoint::Base, 404, "");
    }
    assert_eq!(s.phase(), Phase::Stopped);
}
