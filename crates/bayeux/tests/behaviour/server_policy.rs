//! What the application allows, and every error that the server makes.

use bayeux::server::{Caller, Denied, HandshakeDenied, Options, Policy, QueueMaxed, Verdict};
use bayeux::{Advice, Channel, Pattern, RawValue, Reconnect};
use serde_json::{Value, json};

use crate::harness::{Asked, DEVICES, OWNER};

/// Denies what has its name.
#[derive(Debug)]
struct Strict;

impl Policy for Strict {
    fn can_handshake(&self, owner: &str, ext: Option<&RawValue>) -> Result<(), HandshakeDenied> {
        match ext.map(RawValue::get) {
            _ if owner == "stranger" => Err(HandshakeDenied::default()),
            Some(ext) if ext.contains("stale") => Err(HandshakeDenied {
                advice: Advice {
                    reconnect: Some(Reconnect::Handshake),
                    interval: Some(1_000),
                    ..Advice::default()
                },
            }),
            _ => Ok(()),
        }
    }

    fn can_create(&self, caller: Caller<'_>, channel: &Pattern) -> Result<(), Denied> {
        assert_eq!(caller.owner, OWNER);
        match channel.as_str() {
            "/uncreated" => Err(Denied::default()),
            "/reasoned" => Err(Denied::because("not: today, please")),
            _ => Ok(()),
        }
    }

    fn can_subscribe(&self, caller: Caller<'_>, channel: &Pattern) -> Result<(), Denied> {
        assert!(caller.session.is_some());
        match channel.as_str() {
            "/secret" => Err(Denied::because("not_a_supervisor")),
            _ => Ok(()),
        }
    }

    fn can_publish(&self, _: Caller<'_>, channel: &Channel, data: &RawValue) -> Result<(), Denied> {
        match channel.as_str() {
            "/read-only" => Err(Denied::default()),
            _ if data.get() == "\"rude\"" => Err(Denied::because("rude")),
            _ => Ok(()),
        }
    }

    fn incoming(&self, _: Caller<'_>, channel: &str, ext: Option<&RawValue>) -> Verdict {
        let is_deleted = ext.is_some_and(|ext| ext.get().contains("forged"));
        match is_deleted || channel == "/nowhere" {
            true => Verdict::Delete,
            false => Verdict::Keep,
        }
    }

    fn queue_maxed(&self, _: Caller<'_>, channel: &Channel) -> QueueMaxed {
        match channel.as_str() {
            DEVICES => QueueMaxed::Queue,
            _ => QueueMaxed::Discard,
        }
    }
}

fn strict() -> Asked {
    Asked::with_policy(Options::default(), Strict)
}

fn shake_hands(owner: &str, ext: &Value) -> Value {
    let mut a = strict();
    let body = json!([{ "channel": "/meta/handshake", "id": "1", "supportedConnectionTypes": ["long-polling"], "ext": ext }]);
    let id = a.ask_raw(owner, &body.to_string());
    let reply = a.response(id)[0].clone();
    let is_granted = reply["successful"] == true;
    assert_eq!(a.server.session_count(), usize::from(is_granted));
    assert_eq!(a.cookie.is_some(), is_granted);
    reply
}

#[test]
fn a_denied_handshake_is_told_not_to_come_back() {
    assert_eq!(
        shake_hands("stranger", &json!({})),
        json!({ "channel": "/meta/handshake", "id": "1", "successful": false, "error": "403::handshake_denied", "advice": { "reconnect": "none" } })
    );
    assert_eq!(shake_hands(OWNER, &json!({}))["successful"], true);
}

#[test]
fn the_application_may_advise_otherwise() {
    let reply = shake_hands(OWNER, &json!({ "token": "stale" }));
    assert_eq!(reply["error"], "403::handshake_denied");
    assert_eq!(
        reply["advice"],
        json!({ "reconnect": "handshake", "interval": 1_000 })
    );
}

#[test]
fn a_handshake_that_shares_no_transport_fails() {
    let mut a = strict();
    let reply =
        a.reply(json!({ "channel": "/meta/handshake", "supportedConnectionTypes": ["websocket"] }));
    assert_eq!(reply["error"], "403::handshake_failed");
    assert_eq!(reply["advice"], json!({ "reconnect": "none" }));
}

#[test]
fn each_refusal_has_cometds_error() {
    let mut a = strict();
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

    check(
        subscribe(json!("/uncreated")),
        "403:denied_by_security_policy:create_denied",
    );
    check(
        subscribe(json!("/reasoned")),
        "403:not_ today_ please:create_denied",
    );
    check(
        subscribe(json!("/secret")),
        "403:not_a_supervisor:subscribe_denied",
    );
    check(
        subscribe(json!(["/ok", "/secret"])),
        "403:not_a_supervisor:subscribe_denied",
    );
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
        publish("/uncreated", json!(1)),
        "403:denied_by_security_policy:channel_create_denied",
    );
    check(
        publish("/read-only", json!(1)),
        "403:denied_by_security_policy:publish_denied",
    );
    check(publish("/chat", json!("rude")), "403:rude:publish_denied");
    check(
        publish("/service/x", json!("rude")),
        "403:rude:publish_denied",
    );
    check(
        publish("/meta/unheard-of", json!(1)),
        "403:denied_by_security_policy:channel_create_denied",
    );
    check(publish("/nowhere", json!(1)), "404::message_deleted");
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
    check(
        json!({ "channel": "/meta/connect", "id": "1", "ext": { "forged": true } }),
        "404::message_deleted",
    );
}

#[test]
fn a_deleted_handshake_grants_nothing() {
    let mut a = strict();
    let reply = a.handshake_with(json!({ "forged": 1 }));
    assert_eq!(reply["error"], "404::message_deleted");
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn messages_of_a_session_that_is_unknown_are_all_refused() {
    let mut a = strict();
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

#[test]
fn a_channel_that_exists_is_not_created_again() {
    #[derive(Debug)]
    struct Once(std::sync::atomic::AtomicUsize);
    impl Policy for Once {
        fn can_create(&self, _: Caller<'_>, _: &Pattern) -> Result<(), Denied> {
            use std::sync::atomic::Ordering::Relaxed;
            match self.0.fetch_add(1, Relaxed) {
                0 => Ok(()),
                _ => Err(Denied::default()),
            }
        }
    }
    let mut a = Asked::with_policy(Options::default(), Once(0.into()));
    let client = a.handshake();
    a.connect(&client);
    assert_eq!(a.publish(&client, "/chat", json!(1))["successful"], true);
    assert_eq!(a.subscribe(&client, &json!("/chat"))["successful"], true);
    a.advance(5_000);
    assert_eq!(a.publish(&client, "/chat", json!(1))["successful"], true);
    a.reply(json!({ "channel": "/meta/unsubscribe", "clientId": client, "subscription": "/chat" }));
    // Nobody uses it any more.
    a.advance(5_000);
    let reply = a.publish(&client, "/chat", json!(1));
    assert_eq!(
        reply["error"],
        "403:denied_by_security_policy:channel_create_denied"
    );
}

#[test]
fn the_application_may_set_a_limit_to_subscriptions() {
    #[derive(Debug)]
    struct Two;
    impl Policy for Two {
        fn can_subscribe_beside(&self, _: Caller<'_>, others: usize) -> Result<(), Denied> {
            match others {
                0 | 1 => Ok(()),
                _ => Err(Denied::because("enough")),
            }
        }
    }
    let mut a = Asked::with_policy(Options::default(), Two);
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
            assert_eq!(reply["error"], "403:enough:subscribe_denied");
        }
    }
    a.reply(json!({ "channel": "/meta/unsubscribe", "clientId": client, "subscription": "/a" }));
    assert_eq!(a.subscribe(&client, &json!("/c"))["successful"], true);
}

#[test]
fn the_application_decides_what_becomes_of_one_message_too_many() {
    let options = Options {
        max_queue: Some(1),
        ..Options::default()
    };
    let mut a = Asked::with_policy(options, Strict);
    let client = a.handshake();
    a.subscribe(&client, &json!([DEVICES, "/chatter"]));
    for n in 0..3 {
        a.deliver(DEVICES, &n.to_string());
        a.deliver("/chatter", "\"lost\"");
    }
    let id = a.connect(&client);
    assert_eq!(a.data(id), [json!(0), json!(1), json!(2)]);
}
