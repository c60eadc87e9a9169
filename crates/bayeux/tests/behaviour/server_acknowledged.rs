//! The server with the *ack* extension, and messages with the reply to a handshake.

use bayeux::server::{Event, Options, Output};
use serde_json::{Value, json};

use crate::harness::{DEVICES, OWNER, TestServer, channel, raw};

fn acknowledging() -> Options {
    Options {
        acknowledged_messages: true,
        ..Options::default()
    }
}

/// A session whose messages are acknowledged, after its first connect.
fn session(server: &mut TestServer) -> String {
    let reply = server.handshake_with(json!({ "ack": true }));
    assert_eq!(reply["ext"], json!({ "ack": true }));
    let client = reply["clientId"].as_str().unwrap().to_owned();
    server.subscribe(&client, &json!(DEVICES));
    let first = server.acknowledge(&client, -1);
    assert_eq!(batch(server, first), json!(1));
    client
}

/// The batch number in a response.
fn batch(server: &TestServer, id: u64) -> Value {
    let reply = server.response(id).as_array().unwrap().last().unwrap();
    reply["ext"]["ack"].clone()
}

#[test]
fn ack_is_used_only_if_both_sides_offer_it() {
    let mut server = TestServer::new(acknowledging());
    assert_eq!(server.handshake_with(json!({})).get("ext"), None);
    let mut server = TestServer::new(Options::default());
    assert_eq!(
        server.handshake_with(json!({ "ack": true })).get("ext"),
        None
    );
}

#[test]
fn each_connect_reply_closes_a_batch() {
    let mut server = TestServer::new(acknowledging());
    let client = session(&mut server);
    let held = server.acknowledge(&client, 1);
    server.deliver(DEVICES, "1");
    assert_eq!(
        (server.data(held), batch(&server, held)),
        (vec![json!(1)], json!(2))
    );
    let empty = server.acknowledge(&client, 2);
    assert!(server.is_held(empty));
    server.advance(30_000);
    assert_eq!(
        (server.data(empty), batch(&server, empty)),
        (vec![], json!(3))
    );
}

#[test]
fn acknowledged_messages_travel_only_with_connect_replies() {
    let mut server = TestServer::new(acknowledging());
    let client = session(&mut server);
    server.deliver(DEVICES, "1");
    let id =
        server.request(json!([{ "channel": "/chat", "id": "p", "clientId": client, "data": 7 }]));
    assert_eq!(server.response(id).as_array().unwrap().len(), 1);
    let connect = server.acknowledge(&client, 1);
    assert_eq!(server.data(connect), [json!(1)]);
}

#[test]
fn unacknowledged_messages_are_sent_again_before_new_ones() {
    let mut server = TestServer::new(acknowledging());
    let client = session(&mut server);
    let lost = server.acknowledge(&client, 1);
    server.deliver(DEVICES, "1");
    assert_eq!(batch(&server, lost), json!(2));
    // The last batch did not arrive.
    let again = server.acknowledge(&client, 1);
    assert_eq!(
        (server.data(again), batch(&server, again)),
        (vec![json!(1)], json!(3))
    );
    server.deliver(DEVICES, "2");
    let both = server.acknowledge(&client, 1);
    assert_eq!(server.data(both), [json!(1), json!(2)]);
    let seen = server.acknowledge(&client, 4);
    assert!(server.is_held(seen));
}

#[test]
fn duplicate_connect_loses_no_messages() {
    let mut server = TestServer::new(acknowledging());
    let client = session(&mut server);
    let first = server.acknowledge(&client, 1);
    let second = server.acknowledge(&client, 1);
    assert_eq!(server.status(first), Some(500));
    server.deliver(DEVICES, "1");
    assert_eq!(
        (server.data(second), batch(&server, second)),
        (vec![json!(1)], json!(2))
    );
}

#[test]
fn connect_without_ack_acknowledges_nothing() {
    let mut server = TestServer::new(acknowledging());
    let client = session(&mut server);
    server.deliver(DEVICES, "1");
    server.acknowledge(&client, 1);
    let id = server.connect(&client);
    assert!(server.is_held(id));
    server.deliver(DEVICES, "2");
    assert_eq!(server.data(id), [json!(1), json!(2)]);
}

#[test]
fn messages_travel_with_the_handshake_reply_if_allowed() {
    for (allowed, acknowledged) in [(true, false), (true, true), (false, true), (false, false)] {
        let mut server = TestServer::new(Options {
            allow_message_delivery_during_handshake: allowed,
            acknowledged_messages: acknowledged,
            ..Options::default()
        });
        let body = json!([{ "channel": "/meta/handshake", "id": "1", "supportedConnectionTypes": ["long-polling"], "ext": { "ack": true } }]);
        let id = server.handle(OWNER, &body.to_string());
        // The application learns of the session before its client does.
        let Output::Event(Event::SessionAdded { session }) = server.machine.poll(server.now) else {
            panic!("no session");
        };
        assert!(
            server
                .machine
                .deliver_to(&session, &channel("/greeting"), &raw("1"))
        );
        server.drain();
        let (reply, client) = {
            let reply = &server.response(id)[0];
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
        assert_eq!(server.data(id), expected);
        assert_eq!(reply.get("x-messages"), allowed.then_some(&json!(1)));
        let seen = if allowed && acknowledged { 1 } else { -1 };
        let first = server.acknowledge(&client, seen);
        let expected = if allowed { vec![] } else { vec![json!(1)] };
        assert_eq!(server.data(first), expected);
    }
}
