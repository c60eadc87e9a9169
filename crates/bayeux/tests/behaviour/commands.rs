//! Subscribing and publishing: what is sent, and how each command ends.

use bayeux::{
    Client, Config, Endpoint, Event, ExchangeId, NotSent, Outcome, Output, Pattern, Phase,
    Response, Token,
};
use serde_json::json;

use crate::harness::{Scripted, channel, ms, raw};

fn pattern(text: &str) -> Pattern {
    Pattern::new(text).expect("a pattern")
}

#[test]
fn what_is_commanded_between_two_polls_travels_in_one_request() {
    let mut s = Scripted::connected();
    for n in 0..3 {
        s.client.publish(channel("/a"), raw(&n.to_string()));
    }
    s.client.subscribe(pattern("/b/*"));
    s.drain();
    let (_, request) = s.take(Endpoint::Base);
    let channels: Vec<_> = request.iter().map(|m| m["channel"].clone()).collect();
    assert_eq!(channels, ["/meta/subscribe", "/a", "/a", "/a"]);
}

#[test]
fn a_second_request_waits_for_the_first_and_takes_all_that_came_meanwhile() {
    let mut s = Scripted::connected();
    for n in 0..5 {
        s.client.publish(channel("/a"), raw(&n.to_string()));
        s.drain();
    }
    let (id, first) = s.take(Endpoint::Base);
    assert_eq!(first.len(), 1);
    s.respond(id, Response::ok(b"[]".to_vec()));
    let (_, second) = s.take(Endpoint::Base);
    assert_eq!(second.len(), 4);
}

#[test]
fn a_request_takes_no_more_than_it_may() {
    let mut s = Scripted::with(Config {
        max_request_size: 100,
        ..Config::default()
    });
    s.grant("c1");
    s.accept_subscriptions();
    let text = raw(&format!("\"{}\"", "x".repeat(40)));
    for _ in 0..3 {
        s.client.publish(channel("/a"), text.clone());
    }
    s.drain();
    let (id, first) = s.take(Endpoint::Base);
    assert_eq!(first.len(), 2);
    s.respond(id, Response::ok(b"[]".to_vec()));
    let (_, second) = s.take(Endpoint::Base);
    assert_eq!(second.len(), 1);
}

#[test]
fn a_full_queue_takes_no_more() {
    let mut s = Scripted::with(Config {
        max_queue: 2,
        ..Config::default()
    });
    let tokens: Vec<Token> = (0..3)
        .map(|_| s.client.publish(channel("/a"), raw("1")))
        .collect();
    s.drain();
    let full = Outcome::NotSent(NotSent::QueueFull { limit: 2 });
    assert_eq!(s.outcome(tokens[2]), Some(full));
    assert_eq!(s.outcome(tokens[0]), None, "waits for a session");
}

#[test]
fn what_is_on_its_way_is_part_of_the_queue() {
    let mut s = Scripted::with(Config {
        max_queue: 2,
        ..Config::default()
    });
    s.grant("c1");
    s.accept_subscriptions();
    let tokens: Vec<Token> = (0..3)
        .map(|_| {
            let token = s.client.publish(channel("/a"), raw("1"));
            s.drain();
            token
        })
        .collect();
    assert!(s.is_out(Endpoint::Base), "the first");
    let full = Outcome::NotSent(NotSent::QueueFull { limit: 2 });
    assert_eq!(s.outcome(tokens[2]), Some(full));
}

#[test]
fn after_a_stop_nothing_waits() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": { "reconnect": "none" } }));
    assert_eq!(s.phase(), Phase::Stopped);
    let token = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    assert_eq!(s.outcome(token), Some(Outcome::NotSent(NotSent::Ended)));
}

#[test]
fn after_a_close_nothing_waits_and_before_an_open_everything_does() {
    let command = |s: &mut Scripted| {
        let tokens = [
            s.client.subscribe(pattern("/a")),
            s.client.publish(channel("/a"), raw("1")),
        ];
        s.drain();
        tokens
    };
    let mut s = Scripted::connected();
    s.client.close(s.now);
    for token in command(&mut s) {
        assert_eq!(s.outcome(token), Some(Outcome::NotSent(NotSent::Ended)));
    }
    s.answer(
        Endpoint::Disconnect,
        json!([{ "channel": "/meta/disconnect", "successful": true }]),
    );
    s.client.open(s.now);
    let waiting = command(&mut s);
    assert!(waiting.iter().all(|token| s.outcome(*token).is_none()));
    s.grant("c2");
    let (_, request) = s.take(Endpoint::Base);
    let channels: Vec<_> = request.iter().map(|m| m["channel"].clone()).collect();
    let subscribe = "/meta/subscribe";
    assert_eq!(channels, [subscribe, subscribe, "/a"]);

    let mut client = Client::new(Config::default(), 17);
    client.publish(channel("/a"), raw("1"));
    let said = client.poll(s.now);
    assert!(matches!(said, Output::Idle { wake_at: None }), "{said:?}");
}

#[test]
fn advice_in_the_reply_to_a_command_counts() {
    let mut s = Scripted::connected();
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.answer_each(|_| json!({ "successful": true, "advice": { "reconnect": "handshake" } }));
    assert!(s.is_out(Endpoint::Handshake));

    let mut s = Scripted::connected();
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.answer_each(|_| json!({ "successful": false, "advice": { "reconnect": "none" } }));
    assert_eq!(s.phase(), Phase::Stopped);
}

/// The session has ended while a publish of it is out; what its late reply would be.
fn left_behind(s: &mut Scripted) -> (Token, ExchangeId, Response) {
    let token = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    let (id, request) = s.take(Endpoint::Base);
    s.reply_connect(json!({ "successful": false, "error": "402::session_unknown" }));
    let late = json!([{ "channel": "/a", "id": request[0]["id"], "successful": false,
        "error": "402::session_unknown", "advice": { "reconnect": "none" } }]);
    (token, id, Response::ok(late.to_string().into_bytes()))
}

#[test]
fn what_was_sent_in_a_session_that_has_ended_is_settled_by_its_reply_and_ends_nothing_else() {
    let mut s = Scripted::connected();
    let (token, id, late) = left_behind(&mut s);
    s.respond(id, late);
    assert!(matches!(s.outcome(token), Some(Outcome::Refused(_))));
    assert_ne!(s.phase(), Phase::Stopped);
    s.connect();
}

#[test]
fn a_new_session_does_not_wait_for_what_was_sent_in_the_last() {
    let mut s = Scripted::connected();
    let (token, id, late) = left_behind(&mut s);
    assert_eq!(s.outcome(token), None, "it may be answered yet");
    s.grant("c2");
    assert_eq!(s.outcome(token), Some(Outcome::Unknown));
    assert_eq!(s.aborted.last(), Some(&id));
    assert!(s.is_out(Endpoint::Base), "subscribes at once");
    s.respond(id, late);
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
}

#[test]
fn the_reply_to_a_goodbye_does_not_end_the_session_after_it() {
    let mut s = Scripted::connected();
    s.client.close(s.now);
    s.client.open(s.now);
    s.drain();
    s.grant("c2");
    let goodbye = s.out(Endpoint::Disconnect).id;
    assert!(!s.aborted.contains(&goodbye));
    s.answer(
        Endpoint::Disconnect,
        json!([{ "channel": "/meta/disconnect", "successful": false,
            "error": "402::session_unknown", "advice": { "reconnect": "handshake" } }]),
    );
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
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
fn an_interval_in_the_reply_to_a_command_moves_the_connect_that_waits() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": { "interval": 1_000 } }));
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.answer_each(|_| json!({ "successful": true, "advice": { "interval": 4_000 } }));
    s.advance(ms(3_999));
    assert!(!s.is_out(Endpoint::Connect));
    s.advance(ms(1));
    assert!(s.is_out(Endpoint::Connect));
}

#[test]
fn when_advice_moves_the_next_try_that_is_told() {
    let mut s = Scripted::connected();
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.fail(Endpoint::Connect);
    s.events.clear();
    s.answer_each(|_| json!({ "successful": true, "advice": { "interval": 20_000 } }));
    assert_eq!(s.wait(), ms(20_000));
    let is_told = |event: &Event| matches!(event, Event::StatusChanged);
    assert!(s.events.iter().any(is_told));
}
