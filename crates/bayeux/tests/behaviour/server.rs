//! The server, step by step.

use bayeux::server::{Event, Options};
use serde_json::{Value, json};

use crate::harness::{DEVICES, OWNER, TestServer, channel, raw};

#[test]
fn handshake_grants_a_session_and_sets_a_cookie() {
    let mut server = TestServer::new(Options::default());
    let id = server.request(json!([{ "channel": "/meta/handshake", "id": 1, "version": "1.0", "supportedConnectionTypes": ["websocket", "long-polling"] }]));
    let reply = server.response(id)[0].clone();
    assert_eq!(reply["successful"], true);
    assert_eq!(reply["id"], 1);
    assert_eq!(reply["version"], "1.0");
    assert_eq!(reply["supportedConnectionTypes"], json!(["long-polling"]));
    assert_eq!(
        reply["advice"],
        json!({ "reconnect": "retry", "interval": 0, "timeout": 30_000 })
    );
    assert_eq!(reply["clientId"].as_str().unwrap().len(), 32);
    assert!(server.cookie.is_some());
}

#[test]
fn message_ends_a_held_connect_and_precedes_its_reply() {
    let mut server = TestServer::new(Options::default());
    let (_, held) = server.session_with_held_connect();
    let devices = channel(DEVICES);
    server.machine.deliver("somebody else", &devices, &raw("0"));
    server.deliver("/v2/me/calls", "1");
    assert!(server.is_held(held));
    server.deliver(DEVICES, "2");
    let body = server.response(held);
    assert_eq!(body[0], json!({ "channel": DEVICES, "data": 2 }));
    assert_eq!(body[1]["channel"], "/meta/connect");
}

#[test]
fn messages_between_connects_wait_for_the_next() {
    let mut server = TestServer::new(Options::default());
    let client = server.handshake();
    server.subscribe(&client, &json!(DEVICES));
    server.connect(&client);
    for n in 0..3 {
        server.deliver(DEVICES, &n.to_string());
    }
    let connect = server.connect(&client);
    assert_eq!(server.response(connect).as_array().unwrap().len(), 4);
}

#[test]
fn messages_travel_with_other_responses() {
    let mut server = TestServer::new(Options::default());
    let client = server.handshake();
    server.subscribe(&client, &json!(DEVICES));
    server.machine.deliver(OWNER, &channel(DEVICES), &raw("1"));
    let id = server.request(json!([{ "channel": "/meta/subscribe", "id": "s", "clientId": client, "subscription": "/x" }]));
    assert_eq!(server.response(id)[0]["data"], 1);
    assert_eq!(server.response(id)[1]["channel"], "/meta/subscribe");
}

#[test]
fn session_without_a_connect_ends_after_max_interval() {
    let mut server = TestServer::new(Options::default());
    let client = server.handshake();
    server.connect(&client);
    server.advance(10_000);
    assert_eq!(server.machine.session_count(), 1);
    // The next sweep.
    server.advance(997);
    assert_eq!(server.machine.session_count(), 0);
    assert!(matches!(
        server.events.last(),
        Some(Event::SessionRemoved { .. })
    ));
    let id = server.connect(&client);
    let reply = &server.response(id)[0];
    assert_eq!(reply["error"], "402::session_unknown");
    assert_eq!(
        reply["advice"],
        json!({ "reconnect": "handshake", "interval": 0 })
    );
}

#[test]
fn session_is_unknown_to_other_owners_and_browsers() {
    let mut server = TestServer::new(Options::default());
    let client = server.handshake();
    let body = json!([{ "channel": "/meta/connect", "clientId": client, "connectionType": "long-polling" }]).to_string();
    let other_owner = server.request_raw("somebody else", &body);
    server.cookie = None;
    let other_browser = server.request_raw(OWNER, &body);
    for id in [other_owner, other_browser] {
        assert_eq!(server.response(id)[0]["error"], "402::session_unknown");
    }
}

#[test]
fn disconnect_ends_the_session_and_its_held_connect_with_its_messages() {
    let mut server = TestServer::new(Options::default());
    let (client, held) = server.session_with_held_connect();
    server.machine.deliver(OWNER, &channel(DEVICES), &raw("1"));
    let reply =
        server.reply(json!({ "channel": "/meta/disconnect", "id": "d", "clientId": client }));
    assert_eq!(server.data(held), [json!(1)]);
    assert_eq!(server.response(held)[1]["advice"]["reconnect"], "none");
    assert_eq!(reply["successful"], true);
    assert_eq!(server.machine.session_count(), 0);
}

#[test]
fn aborted_connect_leaves_the_session_to_expire() {
    let mut server = TestServer::new(Options::default());
    let (_, held) = server.session_with_held_connect();
    server.abort(held);
    assert_eq!(server.machine.held_count(), 0);
    server.advance(9_999);
    assert_eq!(server.machine.session_count(), 1);
    server.advance(998);
    assert_eq!(server.machine.session_count(), 0);
}

#[test]
fn held_connects_learn_that_sessions_were_forgotten() {
    let mut server = TestServer::new(Options::default());
    let (_, held) = server.session_with_held_connect();
    server.machine.forget_sessions();
    server.drain();
    assert_eq!(server.response(held)[0]["error"], "402::session_unknown");
    assert_eq!(server.response(held)[0]["advice"]["reconnect"], "handshake");
}

#[test]
fn malformed_body_is_refused_and_changes_nothing() {
    let mut server = TestServer::new(Options::default());
    for body in [
        "",
        "x",
        "{}",
        "[]",
        "[1]",
        "[{\"channel\":1}]",
        "[[]]",
        "{\"channel\":\"/meta/handshake\"}",
        "message=%5B%7B%22channel%22%3A%22%2Fmeta%2Fhandshake%22%7D%5D",
    ] {
        let id = server.request_raw(OWNER, body);
        assert!(server.responses.contains(&(id, 400, Value::Null)), "{body}");
    }
    assert_eq!(server.machine.session_count(), 0);
}

#[test]
fn other_messages_with_a_handshake_are_ignored() {
    let mut server = TestServer::new(Options::default());
    let id = server.request(json!([
        { "channel": "/chat", "data": 1 },
        { "channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["long-polling"] },
    ]));
    assert_eq!(server.response(id).as_array().unwrap().len(), 1);
    assert_eq!(server.response(id)[0]["successful"], true);
}

#[test]
fn publish_reaches_subscribers_without_its_id() {
    let mut server = TestServer::new(Options::default());
    let client = server.handshake();
    server.subscribe(&client, &json!("/chat"));
    let id =
        server.request(json!([{ "channel": "/chat", "id": "p", "clientId": client, "data": { "x": 1 }, "ext": { "binary": {} } }]));
    assert_eq!(
        server.response(id),
        &json!([{ "data": { "x": 1 }, "channel": "/chat", "ext": { "binary": {} } }, { "channel": "/chat", "id": "p", "successful": true }])
    );
}

#[test]
fn overlapping_subscriptions_bring_a_message_once() {
    let mut server = TestServer::new(Options::default());
    let client = server.handshake();
    server.subscribe(&client, &json!(["/chat", "/chat", "/*", "/**"]));
    server.connect(&client);
    let held = server.connect(&client);
    server.machine.publish(&channel("/chat"), &raw("1"));
    server.drain();
    assert_eq!(server.data(held), [json!(1)]);
}

#[test]
fn unsubscribed_channel_brings_no_message() {
    let mut server = TestServer::new(Options::default());
    let (client, held) = server.session_with_held_connect();
    let reply = server.reply(json!({ "channel": "/meta/unsubscribe", "id": "u", "clientId": client, "subscription": DEVICES }));
    assert_eq!(
        reply,
        json!({ "channel": "/meta/unsubscribe", "id": "u", "subscription": DEVICES, "successful": true })
    );
    server.deliver(DEVICES, "1");
    server.machine.publish(&channel(DEVICES), &raw("2"));
    server.drain();
    assert!(server.is_held(held));
}

#[test]
fn refused_message_changes_nothing() {
    let mut server = TestServer::new(Options::default());
    let (client, held) = server.session_with_held_connect();
    let before = format!("{:?}", server.machine);
    for (channel, subscription) in [
        ("/meta/subscribe", json!(["/x", "/meta/y"])),
        ("/meta/unsubscribe", json!([DEVICES, "/meta/y"])),
        ("/meta/nothing", json!("/x")),
        ("/chat", json!("/x")),
    ] {
        let message =
            json!({ "channel": channel, "clientId": client, "subscription": subscription });
        assert_eq!(server.reply(message)["successful"], false, "{channel}");
    }
    assert_eq!(format!("{:?}", server.machine), before);
    assert!(server.is_held(held));
}

#[test]
fn connect_in_a_batch_is_answered_with_the_rest() {
    let mut server = TestServer::new(Options::default());
    let client = server.handshake();
    server.connect(&client);
    let id = server.request(json!([
        { "channel": "/meta/connect", "id": "c", "clientId": client, "connectionType": "long-polling" },
        { "channel": "/meta/subscribe", "id": "s", "clientId": client, "subscription": "/x" },
    ]));
    let messages = server.response(id).as_array().unwrap().iter();
    let channels: Vec<_> = messages.map(|m| m["channel"].clone()).collect();
    assert_eq!(channels, ["/meta/connect", "/meta/subscribe"]);
}

#[test]
fn request_belongs_to_the_session_of_its_first_message() {
    let mut server = TestServer::new(Options::default());
    let (one, two) = (server.handshake(), server.handshake());
    let id = server.request(json!([
        { "channel": "/meta/subscribe", "id": "1", "clientId": one, "subscription": "/x" },
        { "channel": "/meta/subscribe", "id": "2", "clientId": two, "subscription": "/x" },
    ]));
    assert_eq!(server.response(id)[0]["successful"], true);
    assert_eq!(server.response(id)[1]["error"], "402::session_unknown");
}

#[test]
fn connect_with_advice_is_answered_with_advice() {
    let mut server = TestServer::new(Options::default());
    let client = server.handshake();
    let plain = server.connect(&client);
    assert_eq!(server.response(plain)[0].get("advice"), None);
    let reply = server.reply(json!({ "channel": "/meta/connect", "id": "c", "clientId": client, "advice": { "timeout": 0 } }));
    assert_eq!(
        reply["advice"],
        json!({ "reconnect": "retry", "interval": 0, "timeout": 30_000 })
    );
}

#[test]
fn advice_of_the_client_sets_timeout_and_interval() {
    let mut server = TestServer::new(Options::default());
    let client = server.handshake();
    server.connect(&client);
    let id = server.request(json!([{ "channel": "/meta/connect", "id": "c", "clientId": client, "advice": { "timeout": 500, "interval": 60_000 } }]));
    server.advance(499);
    assert!(server.is_held(id));
    server.advance(1);
    assert_eq!(server.response(id)[0]["advice"]["interval"], 60_000);
    server.advance(69_000);
    assert_eq!(server.machine.session_count(), 1);
    server.advance(2_000);
    assert_eq!(server.machine.session_count(), 0);
}

#[test]
fn advice_of_the_client_is_capped() {
    let mut server = TestServer::new(Options::default());
    let client = server.handshake();
    server.connect(&client);
    let id = server.request(json!([{ "channel": "/meta/connect", "id": "c", "clientId": client, "advice": { "timeout": i64::MAX, "interval": i64::MAX } }]));
    server.advance(30_000);
    assert_eq!(server.response(id)[0]["advice"]["interval"], 300_000);
    server.advance(311_000);
    assert_eq!(server.machine.session_count(), 0);
}

#[test]
fn any_message_defers_the_end_of_a_session() {
    let mut server = TestServer::new(Options::default());
    let client = server.handshake();
    server.connect(&client);
    server.advance(9_000);
    server.publish(&client, "/chat", json!(1));
    server.advance(9_000);
    assert_eq!(server.machine.session_count(), 1);
    server.advance(2_000);
    assert_eq!(server.machine.session_count(), 0);
}

#[test]
fn session_ended_by_the_application_is_told_not_to_reconnect() {
    let mut server = TestServer::new(Options::default());
    let (client, held) = server.session_with_held_connect();
    let session = server.session();
    server.machine.deliver(OWNER, &channel(DEVICES), &raw("1"));
    assert!(server.machine.disconnect(&session));
    server.drain();
    assert_eq!(
        server.response(held),
        &json!([
            { "channel": DEVICES, "data": 1 },
            { "channel": "/meta/disconnect", "successful": true },
            { "channel": "/meta/connect", "id": "c", "successful": true, "advice": { "reconnect": "none" } },
        ])
    );
    assert!(matches!(
        server.events.last(),
        Some(Event::SessionRemoved { .. })
    ));
    assert!(!server.machine.disconnect(&session));
    let next = server.connect(&client);
    assert_eq!(server.response(next)[0]["error"], "402::session_unknown");
}

#[test]
fn message_ends_only_the_connect_of_its_subscriber() {
    let mut server = TestServer::new(Options::default());
    let mut held = Vec::new();
    for n in 0..50 {
        server.cookie = None;
        let client = server.handshake();
        server.subscribe(&client, &json!(format!("/of/{n}")));
        server.connect(&client);
        held.push(server.connect(&client));
    }
    assert_eq!(server.machine.held_count(), 50);
    server.deliver("/of/17", "1");
    let answered: Vec<_> = held.iter().filter(|id| !server.is_held(**id)).collect();
    assert_eq!(answered, [&held[17]]);
    assert_eq!(server.machine.held_count(), 49);
}
