//! Refusals of the server.

use bayeux::server::Options;
use serde_json::{Value, json};

use crate::harness::TestServer;

#[test]
fn handshake_without_long_polling_is_refused() {
    let mut server = TestServer::new(Options::default());
    let reply = server
        .reply(json!({ "channel": "/meta/handshake", "supportedConnectionTypes": ["websocket"] }));
    assert_eq!(reply["error"], "403::handshake_failed");
    assert_eq!(reply["advice"], json!({ "reconnect": "none" }));
}

#[test]
fn refusals_have_the_errors_of_cometd() {
    let mut server = TestServer::new(Options::default());
    let client = server.handshake();
    let mut check = |message: Value, error: &str| {
        let mut message = message;
        message["clientId"] = json!(client);
        let reply = server.reply(message.clone());
        assert_eq!(reply["error"], error, "{message}");
        assert_eq!(reply["successful"], false);
        assert_eq!(reply.get("id"), message.get("id"));
        assert_eq!(reply.get("channel"), message.get("channel"));
        assert_eq!(reply.get("subscription"), message.get("subscription"));
    };
    let subscribe =
        |to: Value| json!({ "channel": "/meta/subscribe", "id": "1", "subscription": to });
    let unsubscribe =
        |to: Value| json!({ "channel": "/meta/unsubscribe", "id": "1", "subscription": to });
    let publish =
        |channel: &str, data: Value| json!({ "channel": channel, "id": "1", "data": data });

    check(subscribe(json!([])), "403::subscription_missing");
    check(
        json!({ "channel": "/meta/subscribe", "id": "1" }),
        "403::subscription_missing",
    );
    check(subscribe(json!(7)), "403::subscription_invalid");
    check(subscribe(json!("no channel")), "403::subscription_invalid");
    check(subscribe(json!("/meta/*")), "403::subscribe_failed");
    check(unsubscribe(json!("/meta/*")), "403::unsubscribe_failed");
    check(
        json!({ "channel": "/meta/unsubscribe" }),
        "403::subscription_missing",
    );

    check(
        publish("/meta/unheard-of", json!(1)),
        "403:denied_by_security_policy:channel_create_denied",
    );
    check(
        json!({ "channel": "/chat", "id": "1" }),
        "400::data_missing",
    );

    check(json!({ "id": "1", "data": 1 }), "400::channel_missing");
    check(publish("chat", json!(1)), "405::channel_invalid");
    check(publish("/chat/*", json!(1)), "405::channel_invalid");
    check(
        json!({ "channel": "/chat", "id": "a b", "data": 1 }),
        "405::message_id_invalid",
    );
    check(
        json!({ "channel": "/chat", "id": {}, "data": 1 }),
        "405::message_id_invalid",
    );
}

#[test]
fn messages_of_an_unknown_session_are_refused() {
    let mut server = TestServer::new(Options::default());
    for channel in [
        "/meta/connect",
        "/meta/subscribe",
        "/meta/unsubscribe",
        "/meta/disconnect",
        "/chat",
        "/service/x",
    ] {
        let reply = server.reply(json!({ "channel": channel, "id": "1", "clientId": "nobody", "subscription": "/x", "data": 1 }));
        assert_eq!(reply["error"], "402::session_unknown", "{channel}");
        assert_eq!(reply.get("advice").is_some(), channel == "/meta/connect");
    }
    let reply = server.reply(json!({ "channel": "/chat", "data": 1 }));
    assert_eq!(reply["error"], "402::session_unknown");
}

#[test]
fn subscriptions_beyond_the_limit_are_refused() {
    let mut server = TestServer::new(Options {
        max_subscriptions: Some(2),
        ..Options::default()
    });
    let client = server.handshake();
    let three = json!(["/a", "/b", "/c"]);
    for (channels, is_taken) in [
        (&three, false),
        (&json!(["/a", "/a", "/service/s"]), true),
        (&json!("/b"), true),
        (&json!("/c"), false),
        (&json!(["/b", "/a", "/service/t"]), true),
    ] {
        let reply = server.subscribe(&client, channels);
        assert_eq!(reply["successful"], is_taken, "{channels}");
        if !is_taken {
            let error = "403:too_many_subscriptions:subscribe_denied";
            assert_eq!(reply["error"], error);
        }
    }
    server
        .reply(json!({ "channel": "/meta/unsubscribe", "clientId": client, "subscription": "/a" }));
    assert_eq!(server.subscribe(&client, &json!("/c"))["successful"], true);
}

#[test]
fn message_on_a_service_channel_goes_nowhere() {
    let mut server = TestServer::new(Options::default());
    let (client, held) = server.session_with_held_connect();
    server.subscribe(&client, &json!(["/service/echo", "/**"]));
    assert_eq!(
        server.publish(&client, "/service/echo", json!({ "x": 1 })),
        json!({ "channel": "/service/echo", "id": "p", "successful": true })
    );
    assert!(server.is_held(held));
}
