//! Subscribing, publishing and calling: what is sent, and how each command ends.

use bayeux::{Binary, Config, Endpoint, Event, NotSent, Outcome, Pattern, Phase, Response, Token};
use serde_json::{Value, json};

use crate::harness::{DEVICES, Scripted, channel, ms, raw};

fn pattern(text: &str) -> Pattern {
    Pattern::new(text).expect("a pattern")
}

/// Answers each message of the request that is out as `reply` says.
fn answer_each(s: &mut Scripted, mut reply: impl FnMut(&Value) -> Value) {
    let (id, request) = s.take(Endpoint::Base);
    let replies: Vec<_> = request
        .iter()
        .map(|message| {
            let mut reply = reply(message);
            reply["channel"] = message["channel"].clone();
            reply["id"] = message["id"].clone();
            reply
        })
        .collect();
    s.respond(id, Response::ok(json!(replies).to_string().into_bytes()));
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
fn a_message_that_is_too_large_is_never_sent() {
    let mut s = Scripted::connected();
    let data = raw(&format!("\"{}\"", "x".repeat(8_190)));
    let token = s.client.publish(channel("/a"), data);
    s.drain();
    let (size, limit) = (8_194, 8_192);
    let too_large = NotSent::TooLarge { size, limit };
    assert_eq!(s.outcome(token), Some(Outcome::NotSent(too_large)));
    assert!(!s.is_out(Endpoint::Base));
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
fn after_a_stop_nothing_waits() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": { "reconnect": "none" } }));
    assert_eq!(s.phase(), Phase::Stopped);
    let token = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    assert_eq!(s.outcome(token), Some(Outcome::NotSent(NotSent::Ended)));
}

#[test]
fn advice_in_the_reply_to_a_command_counts() {
    let mut s = Scripted::connected();
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    answer_each(
        &mut s,
        |_| json!({ "successful": true, "advice": { "reconnect": "handshake" } }),
    );
    assert!(s.is_out(Endpoint::Handshake));

    let mut s = Scripted::connected();
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    answer_each(
        &mut s,
        |_| json!({ "successful": false, "advice": { "reconnect": "none" } }),
    );
    assert_eq!(s.phase(), Phase::Stopped);
}

#[test]
fn a_late_reply_to_an_old_session_does_not_end_the_new_one() {
    let mut s = Scripted::connected();
    let token = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    let (id, request) = s.take(Endpoint::Base);
    s.reply_connect(json!({ "successful": false, "error": "402::session_unknown" }));
    s.grant("c2");
    let late = json!([{ "channel": "/a", "id": request[0]["id"], "successful": false,
        "error": "402::session_unknown", "advice": { "reconnect": "handshake" } }]);
    s.respond(id, Response::ok(late.to_string().into_bytes()));
    assert!(matches!(s.outcome(token), Some(Outcome::Refused(_))));
    assert!(!s.is_out(Endpoint::Handshake));
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
fn the_server_hears_of_the_first_and_the_last_subscriber_only() {
    let mut s = Scripted::connected();
    let first = s.client.subscribe(pattern("/a"));
    let second = s.client.subscribe(pattern("/a"));
    s.drain();
    let (id, request) = s.take(Endpoint::Base);
    assert_eq!(request.len(), 1);
    let reply =
        json!([{ "channel": "/meta/subscribe", "id": request[0]["id"], "successful": true }]);
    s.respond(id, Response::ok(reply.to_string().into_bytes()));
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
    let (id, request) = s.take(Endpoint::Base);
    assert_eq!(request[0]["channel"], "/meta/unsubscribe");
    let reply =
        json!([{ "channel": "/meta/unsubscribe", "id": request[0]["id"], "successful": true }]);
    s.respond(id, Response::ok(reply.to_string().into_bytes()));
    assert_eq!(s.outcome(ended), Some(Outcome::Done));
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
    answer_each(&mut s, |_| json!({ "successful": true }));
    s.client.unsubscribe(first);
    s.drain();
    let again = s.client.subscribe(pattern("/a"));
    s.drain();
    answer_each(&mut s, |_| json!({ "successful": true }));
    let (_, request) = s.take(Endpoint::Base);
    assert_eq!(request[0]["channel"], "/meta/subscribe");
    assert_eq!(s.outcome(again), None);
}

#[test]
fn an_unsubscribe_of_which_the_server_need_not_hear_is_done() {
    let mut s = Scripted::connected();
    let first = s.client.subscribe(pattern("/a"));
    s.drain();
    answer_each(&mut s, |_| json!({ "successful": true }));
    let ended = s.client.unsubscribe(first);
    let again = s.client.subscribe(pattern("/a"));
    s.drain();
    assert!(!s.is_out(Endpoint::Base), "it is still in force");
    assert_eq!(s.outcome(ended), Some(Outcome::Done));
    assert_eq!(s.outcome(again), Some(Outcome::Done));
}

#[test]
fn messages_are_given_to_whoever_subscribed_by_name_or_by_pattern() {
    let mut s = Scripted::opened();
    let one = s.client.subscribe(pattern("/v2/me/*"));
    let any = s.client.subscribe(pattern("/v2/**"));
    s.client.subscribe(pattern("/other"));
    let subscribers: Vec<_> = s.client.subscribers(&channel(DEVICES)).collect();
    assert_eq!(subscribers.len(), 3, "the harness has one, too");
    assert_eq!(subscribers[1..], [one, any]);
}

#[test]
fn a_call_ends_with_its_answer_on_whichever_response() {
    let mut s = Scripted::connected();
    let call = s
        .client
        .call(channel("/service/echo"), raw("7"), ms(5_000), s.now);
    s.drain();
    let (id, request) = s.take(Endpoint::Base);
    let reply = json!([{ "channel": "/service/echo", "id": request[0]["id"], "successful": true }]);
    s.respond(id, Response::ok(reply.to_string().into_bytes()));
    assert_eq!(s.outcome(call), None, "taken, not answered");
    s.answer(
        Endpoint::Connect,
        json!([
            { "channel": "/service/echo", "id": request[0]["id"], "data": { "n": 7 } },
            { "channel": "/meta/connect", "successful": true },
        ]),
    );
    let data = s.events.iter().find_map(|event| match event {
        Event::Settled {
            token,
            outcome: Outcome::Done,
            data,
        } if *token == call => data.as_ref().map(|data| data.get().to_owned()),
        _ => None,
    });
    assert_eq!(data.as_deref(), Some(r#"{"n":7}"#));
}

#[test]
fn a_call_that_fails_says_why() {
    let mut s = Scripted::connected();
    let call = s
        .client
        .call(channel("/service/echo"), raw("7"), ms(5_000), s.now);
    s.drain();
    let (id, request) = s.take(Endpoint::Base);
    let answer = json!([
        { "channel": "/service/echo", "id": request[0]["id"], "successful": true },
        { "channel": "/service/echo", "id": request[0]["id"], "successful": false, "data": "no such agent" },
    ]);
    s.respond(id, Response::ok(answer.to_string().into_bytes()));
    assert!(matches!(s.outcome(call), Some(Outcome::Refused(_))));
}

#[test]
fn a_call_without_an_answer_is_of_unknown_outcome_and_a_late_answer_is_a_message() {
    let mut s = Scripted::connected();
    let call = s
        .client
        .call(channel("/service/echo"), raw("7"), ms(5_000), s.now);
    s.drain();
    let (id, request) = s.take(Endpoint::Base);
    s.respond(id, Response::ok(b"[]".to_vec()));
    s.advance(ms(5_000));
    assert_eq!(s.outcome(call), Some(Outcome::Unknown));
    s.answer(
        Endpoint::Connect,
        json!([
            { "channel": "/service/echo", "id": request[0]["id"], "data": 9 },
            { "channel": "/meta/connect", "successful": true },
        ]),
    );
    assert_eq!(s.data(), ["9"]);
    assert_eq!(s.outcome(call), Some(Outcome::Unknown));
}

#[test]
fn a_call_whose_time_is_up_before_it_could_leave_was_not_sent() {
    let mut s = Scripted::opened();
    let call = s
        .client
        .call(channel("/service/echo"), raw("7"), ms(5_000), s.now);
    s.drain();
    s.advance(ms(5_000));
    assert_eq!(s.outcome(call), Some(Outcome::NotSent(NotSent::TimedOut)));
}

#[test]
fn a_topic_of_which_nobody_knows_whether_it_ended_begins_again() {
    let mut s = Scripted::connected();
    let first = s.client.subscribe(pattern("/a"));
    s.drain();
    answer_each(&mut s, |_| json!({ "successful": true }));
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
    answer_each(
        &mut s,
        |_| json!({ "successful": true, "advice": { "interval": 4_000 } }),
    );
    s.advance(ms(3_999));
    assert!(!s.is_out(Endpoint::Connect));
    s.advance(ms(1));
    assert!(s.is_out(Endpoint::Connect));
}

#[test]
fn a_publish_may_say_how_it_is_to_be_taken() {
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

#[test]
fn a_subscription_says_in_each_session_where_to_begin() {
    let mut s = Scripted::opened();
    let topic = s.client.subscribe(Pattern::new("/topic/x").unwrap());
    let replay = |from: i64| Some(raw(&json!({ "replay": { "/topic/x": from } }).to_string()));
    s.client.set_subscription_ext(topic, replay(-1));
    s.grant("c1");
    let begins_at = |s: &mut Scripted| {
        let mut at = Value::Null;
        answer_each(s, |message| {
            match message["subscription"].as_str() {
                Some("/topic/x") => at = message["ext"]["replay"]["/topic/x"].clone(),
                _ => assert_eq!(message.get("ext"), None),
            }
            json!({ "successful": true })
        });
        at
    };
    assert_eq!(begins_at(&mut s), -1);
    s.client.set_subscription_ext(topic, replay(17));
    s.reply_connect(json!({ "successful": false, "error": "402::session_unknown" }));
    s.grant("c2");
    assert_eq!(begins_at(&mut s), 17);
}
