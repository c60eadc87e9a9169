//! The server with the *ack* extension, and messages on the reply to a
//! handshake.

use bayeux::server::{Event, Options, Output};
use serde_json::{Value, json};

use crate::harness::{Asked, DEVICES, Link, OWNER, Pair, channel, ms, raw};

fn acknowledging() -> Options {
    Options {
        acknowledged_messages: true,
        ..Options::default()
    }
}

/// A session whose messages are acknowledged, after its first connect.
fn session(a: &mut Asked) -> String {
    let reply = a.handshake_with(json!({ "ack": true }));
    assert_eq!(reply["ext"], json!({ "ack": true }));
    let client = reply["clientId"].as_str().unwrap().to_owned();
    a.subscribe(&client, &json!(DEVICES));
    let first = a.acknowledge(&client, -1);
    assert_eq!(batch(a, first), json!(1));
    client
}

/// The batch that a response carries.
fn batch(a: &Asked, id: u64) -> Value {
    let reply = a.response(id).as_array().unwrap().last().unwrap();
    reply["ext"]["ack"].clone()
}

#[test]
fn messages_are_acknowledged_only_if_both_sides_want_it() {
    let mut a = Asked::new(acknowledging());
    assert_eq!(a.handshake_with(json!({})).get("ext"), None);
    let mut a = Asked::new(Options::default());
    assert_eq!(a.handshake_with(json!({ "ack": true })).get("ext"), None);
}

#[test]
fn every_reply_to_a_connect_closes_a_batch() {
    let mut a = Asked::new(acknowledging());
    let client = session(&mut a);
    let held = a.acknowledge(&client, 1);
    a.deliver(DEVICES, "1");
    assert_eq!((a.data(held), batch(&a, held)), (vec![json!(1)], json!(2)));
    let empty = a.acknowledge(&client, 2);
    assert!(a.is_held(empty));
    a.advance(30_000);
    assert_eq!((a.data(empty), batch(&a, empty)), (vec![], json!(3)));
}

#[test]
fn messages_ride_on_replies_to_connects_alone() {
    let mut a = Asked::new(acknowledging());
    let client = session(&mut a);
    a.deliver(DEVICES, "1");
    let id = a.ask(json!([{ "channel": "/chat", "id": "p", "clientId": client, "data": 7 }]));
    assert_eq!(a.response(id).as_array().unwrap().len(), 1);
    let connect = a.acknowledge(&client, 1);
    assert_eq!(a.data(connect), [json!(1)]);
}

#[test]
fn what_was_not_acknowledged_is_sent_again_at_once_and_before_what_is_new() {
    let mut a = Asked::new(acknowledging());
    let client = session(&mut a);
    let lost = a.acknowledge(&client, 1);
    a.deliver(DEVICES, "1");
    assert_eq!(batch(&a, lost), json!(2));
    // It did not arrive.
    let again = a.acknowledge(&client, 1);
    assert_eq!(
        (a.data(again), batch(&a, again)),
        (vec![json!(1)], json!(3))
    );
    a.deliver(DEVICES, "2");
    let both = a.acknowledge(&client, 1);
    assert_eq!(a.data(both), [json!(1), json!(2)]);
    let seen = a.acknowledge(&client, 4);
    assert!(a.is_held(seen));
}

#[test]
fn what_was_given_to_a_connect_that_is_gone_comes_on_the_next() {
    let mut a = Asked::new(acknowledging());
    let client = session(&mut a);
    let held = a.acknowledge(&client, 1);
    a.deliver(DEVICES, "1");
    a.cut_off(held);
    let next = a.acknowledge(&client, 1);
    assert_eq!(a.data(next), [json!(1)]);
}

#[test]
fn a_duplicate_connect_takes_no_messages_with_it() {
    let mut a = Asked::new(acknowledging());
    let client = session(&mut a);
    let first = a.acknowledge(&client, 1);
    let second = a.acknowledge(&client, 1);
    assert_eq!(a.status(first), Some(500));
    a.deliver(DEVICES, "1");
    assert_eq!(
        (a.data(second), batch(&a, second)),
        (vec![json!(1)], json!(2))
    );
}

#[test]
fn nobody_acknowledges_what_was_not_sent() {
    let mut a = Asked::new(acknowledging());
    let client = session(&mut a);
    a.deliver(DEVICES, "1");
    let id = a.acknowledge(&client, 99);
    assert_eq!(a.data(id), [json!(1)]);
}

#[test]
fn without_a_number_nothing_is_acknowledged_and_nothing_hurried() {
    let mut a = Asked::new(acknowledging());
    let client = session(&mut a);
    a.deliver(DEVICES, "1");
    a.acknowledge(&client, 1);
    let id = a.connect(&client);
    assert!(a.is_held(id));
    a.deliver(DEVICES, "2");
    assert_eq!(a.data(id), [json!(1), json!(2)]);
}

/// What the client gets over a link, of so many numbers told at any time.
fn told(seed: u64, link: Link, options: Options, numbers: u32) -> Vec<String> {
    let mut pair = Pair::with(seed, link, options);
    pair.open();
    let is_announced = |pair: &Pair| {
        let mut events = pair.events.iter();
        events.any(|event| matches!(event, bayeux::Event::Connected { .. }))
    };
    pair.until(ms(300_000), is_announced);
    pair.events.clear();
    for n in 0..numbers {
        pair.publish(&n.to_string());
        let pause = pair.roll(2_000);
        pair.advance(ms(pause));
    }
    pair.link = Link::GOOD;
    pair.advance(ms(120_000));
    assert_eq!(pair.client.counters().sessions, 1, "seed {seed}");
    pair.data()
}

#[test]
fn over_a_lossy_link_nothing_is_lost_nothing_comes_twice_and_all_in_order() {
    let expected: Vec<_> = (0..200).map(|n| n.to_string()).collect();
    for seed in 1..=60 {
        let link = Link {
            drop: 15,
            duplicate: 10,
            delay: 200,
        };
        // The session must outlive the client's back-off.
        let options = Options {
            max_interval: ms(120_000),
            ..acknowledging()
        };
        assert_eq!(told(seed, link, options, 200), expected, "seed {seed}");
    }
}

#[test]
fn without_acknowledgement_the_same_link_loses_messages() {
    let lost = (1..=20).filter(|seed| {
        let link = Link {
            drop: 15,
            duplicate: 10,
            delay: 200,
        };
        let options = Options {
            max_interval: ms(120_000),
            ..Options::default()
        };
        told(*seed, link, options, 100).len() < 100
    });
    assert!(lost.count() > 10);
}

#[test]
fn messages_ride_on_the_reply_to_a_handshake_where_that_is_allowed() {
    for (allowed, acknowledged) in [(true, false), (true, true), (false, true), (false, false)] {
        let mut a = Asked::new(Options {
            allow_message_delivery_during_handshake: allowed,
            acknowledged_messages: acknowledged,
            ..Options::default()
        });
        let body = json!([{ "channel": "/meta/handshake", "id": "1", "supportedConnectionTypes": ["long-polling"], "ext": { "ack": true } }]);
        let id = a.hand_in(OWNER, &body.to_string());
        // The application hears of the session before its client does.
        let Output::Event(Event::SessionAdded { session, owner }) = a.server.poll(a.now) else {
            panic!("no session");
        };
        assert_eq!(owner, OWNER);
        assert!(
            a.server
                .deliver_to(&session, &channel("/greeting"), &raw("1"))
        );
        a.drain();
        let (reply, client) = {
            let reply = &a.response(id)[0];
            (
                reply.clone(),
                reply["clientId"].as_str().unwrap().to_owned(),
            )
        };
        let ext = match (allowed, acknowledged) {
            (true, true) => json!({ "ack": { "enabled": true, "batch": 1 } }),
            (false, true) => json!({ "ack": true }),
            (_, false) => Value::Null,
        };
        assert_eq!(reply["ext"], ext);
        let expected = if allowed { vec![json!(1)] } else { vec![] };
        assert_eq!(a.data(id), expected);
        assert_eq!(reply.get("x-messages"), allowed.then_some(&json!(1)));
        let seen = if allowed && acknowledged { 1 } else { -1 };
        let first = a.acknowledge(&client, seen);
        let expected = if allowed { vec![] } else { vec![json!(1)] };
        assert_eq!(a.data(first), expected);
    }
}

#[test]
fn what_rode_on_a_handshake_is_given_to_the_application_once() {
    let mut pair = Pair::with(
        5,
        Link::GOOD,
        Options {
            allow_message_delivery_during_handshake: true,
            ..acknowledging()
        },
    );
    pair.greeting = Some(raw("\"hello\""));
    pair.open();
    pair.until(ms(1_000), Pair::is_connected);
    pair.publish("\"news\"");
    pair.advance(ms(1_000));
    assert_eq!(pair.data(), ["\"hello\"", "\"news\""]);
}
