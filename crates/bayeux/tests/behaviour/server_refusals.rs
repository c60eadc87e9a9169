//! Every error that the server makes, and the limits that it may be given.

use bayeux::server::{Limits, Options};
use serde_json::{Value, json};

use crate::harness::{Asked, OWNER};

#[test]
fn a_handshake_that_shares_no_transport_fails() {
    let mut a = Asked::new(Options::default());
    let reply =
        a.reply(json!({ "channel": "/meta/handshake", "supportedConnectionTypes": ["websocket"] }));
    assert_eq!(reply["error"], "403::handshake_failed");
    assert_eq!(reply["advice"], json!({ "reconnect": "none" }));
}

#[test]
fn each_refusal_has_cometds_error() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    let mut check = |message: Value, error: &str| {
        let mut message = message;
        message["clientId"] = json!(client);
        let reply = a.reply(message.clone());
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
        unsubscribe(json!("/never/heard/of")),
        "400::channel_missing",
    );
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
fn messages_of_a_session_that_is_unknown_are_all_refused() {
    let mut a = Asked::new(Options::default());
    for channel in [
        "/meta/connect",
        "/meta/subscribe",
        "/meta/unsubscribe",
        "/meta/disconnect",
        "/chat",
        "/service/x",
    ] {
        let reply = a.reply(json!({ "channel": channel, "id": "1", "clientId": "nobody", "subscription": "/x", "data": 1 }));
        assert_eq!(reply["error"], "402::session_unknown", "{channel}");
        assert_eq!(reply.get("advice").is_some(), channel == "/meta/connect");
    }
    let reply = a.reply(json!({ "channel": "/chat", "data": 1 }));
    assert_eq!(reply["error"], "402::session_unknown");
}

fn limited(limits: Limits) -> Asked {
    Asked::new(Options {
        limits,
        ..Options::default()
    })
}

#[test]
fn a_handshake_for_which_there_is_no_room_is_told_when_to_come_again() {
    let mut a = limited(Limits {
        sessions: 1,
        ..Limits::default()
    });
    let client = a.handshake();
    let id = a.ask_raw(OWNER, r#"[{"channel":"/meta/handshake","id":"1"}]"#);
    assert_eq!(
        a.response(id)[0],
        json!({ "channel": "/meta/handshake", "id": "1", "successful": false, "error": "403::handshake_denied", "advice": { "reconnect": "handshake", "interval": 10_000 } })
    );
    assert_eq!(a.server.session_count(), 1);
    a.reply(json!({ "channel": "/meta/disconnect", "clientId": client }));
    a.handshake();
}

#[test]
fn of_too_many_subscriptions_the_last_is_refused() {
    let mut a = limited(Limits {
        subscriptions: 2,
        ..Limits::default()
    });
    let client = a.handshake();
    let three = json!(["/a", "/b", "/c"]);
    for (channels, is_taken) in [
        (&three, false),
        (&json!(["/a", "/a", "/service/s"]), true),
        (&json!("/b"), true),
        (&json!("/c"), false),
        (&json!(["/b", "/a", "/service/t"]), true),
    ] {
        let reply = a.subscribe(&client, channels);
        assert_eq!(reply["successful"], is_taken, "{channels}");
        if !is_taken {
            let error = "403:too_many_subscriptions:subscribe_denied";
            assert_eq!(reply["error"], error);
        }
    }
    a.reply(json!({ "channel": "/meta/unsubscribe", "clientId": client, "subscription": "/a" }));
    assert_eq!(a.subscribe(&client, &json!("/c"))["successful"], true);
}

#[test]
fn a_channel_with_too_long_a_name_is_refused() {
    let mut a = limited(Limits {
        channel_name: 3,
        ..Limits::default()
    });
    let client = a.handshake();
    let reply = a.subscribe(&client, &json!("/abc"));
    assert_eq!(reply["error"], "403:channel_name_too_long:create_denied");
    let reply = a.publish(&client, "/abc", json!(1));
    let error = "403:channel_name_too_long:channel_create_denied";
    assert_eq!(reply["error"], error);
    assert_eq!(a.subscribe(&client, &json!("/ab"))["successful"], true);
}

#[test]
fn what_is_said_to_a_service_is_taken_and_reaches_nobody() {
    let mut a = Asked::new(Options::default());
    let (client, held) = a.listening();
    a.subscribe(&client, &json!(["/service/echo", "/**"]));
    assert_eq!(
        a.publish(&client, "/service/echo", json!({ "x": 1 })),
        json!({ "channel": "/service/echo", "id": "p", "successful": true })
    );
    assert!(a.is_held(held));
}
