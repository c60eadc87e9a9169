//! What there may not be too much of, as far as it shows without sockets.

use axum::body::Bytes;
use http_body_util::channel::{Channel, Sender};

use super::*;
use crate::limits::Limits;

#[tokio::test]
async fn how_long_a_body_may_be_can_be_said() {
    let site = Site::with(Config {
        limits: Limits {
            body_bytes: 100,
            ..Limits::default()
        },
        ..Config::default()
    });
    let (mut client, device) = site.supervisor().await;
    let body = |length: usize| {
        let mut body = r#"{"operationName":"ListenIn","phoneNumber":"6001"}"#.to_owned();
        body.extend(std::iter::repeat_n(' ', length - body.len()));
        body
    };
    let reply = client.post(&device, body(101)).await;
    reply.is_refused(413, 10);
    assert!(reply.text.contains("longer than 100 bytes"));
    site.has_no_monitoring();
    assert_eq!(client.post(&device, body(100)).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let (sender, body) = begun().await;
    let began = tokio::time::Instant::now();
    let reply = client.post(&device, body).await;
    reply.is_refused(408, 10);
    assert!(reply.text.contains("within 10 seconds"), "{}", reply.text);
    assert_eq!(began.elapsed().as_secs(), 10);
    drop(sender);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let (sender, body) = begun().await;
    sender.abort(std::io::Error::other("gone"));
    client.post(&device, body).await.is_refused(400, 10);
}

/// A body of which there is the beginning.
async fn begun() -> (Sender<Bytes, std::io::Error>, Body) {
    let (mut sender, body) = Channel::new(1);
    sender
        .send_data(Bytes::from_static(b"{\"operationName\":"))
        .await
        .expect("taken");
    (sender, Body::new(body))
}

#[tokio::test]
async fn of_too_many_notification_sessions_the_last_is_told_to_come_again() {
    let site = Site::with(Config {
        limits: Limits {
            notification_sessions: 1,
            ..Limits::default()
        },
        ..Config::default()
    });
    let (mut first, _) = site.supervisor().await;
    let id = first.subscribe().await;
    let mut second = site.client("agent6001").await;
    let handshake = json!([{ "channel": "/meta/handshake", "version": "1.0",
        "supportedConnectionTypes": ["long-polling"] }]);
    let path = "/api/v2/notifications";
    let reply = &second.messages(path, handshake).await[0];
    assert_eq!(reply["error"], "403::handshake_denied");
    let advice = json!({ "reconnect": "handshake", "interval": 10_000 });
    assert_eq!(reply["advice"], advice);
    assert_eq!(site.control.notification_sessions(), 1);
    let good_bye = json!([{ "channel": "/meta/disconnect", "clientId": id }]);
    first.messages(path, good_bye).await;
    second.subscribe().await;
}

#[tokio::test]
async fn of_too_many_subscriptions_the_last_is_refused() {
    let site = Site::with(Config {
        limits: Limits {
            subscriptions: 3,
            ..Limits::default()
        },
        ..Config::default()
    });
    let (mut client, _) = site.supervisor().await;
    // To one.
    let id = client.subscribe().await;
    let path = "/api/v2/notifications";
    for (channels, error) in [
        (json!(["/a", "/b", "/c"]), true),
        (json!(["/a", "/a", "/v2/me/*"]), false),
        (json!("/b"), false),
        (json!("/b"), false),
        (json!("/c"), true),
    ] {
        let subscribe = json!([{ "channel": "/meta/subscribe", "clientId": id,
            "subscription": channels }]);
        let reply = &client.messages(path, subscribe).await[0];
        assert_eq!(reply["successful"], !error, "{channels}");
        if error {
            assert_eq!(
                reply["error"],
                "403:too_many_subscriptions:subscribe_denied"
            );
        }
    }
    site.control.set_supervisor_active(false);
    assert!(!client.listen(&id).await.is_empty(), "told all the same");
}

#[tokio::test]
async fn a_channel_with_too_long_a_name_is_refused() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    let id = client.subscribe().await;
    let name = |length: usize| format!("/{}", "a".repeat(length - 1));
    let path = "/api/v2/notifications";
    for (length, subscribe, publish) in [
        (255, Value::Null, Value::Null),
        (
            256,
            json!("403:channel_name_too_long:create_denied"),
            json!("403:channel_name_too_long:channel_create_denied"),
        ),
    ] {
        let messages = json!([
            { "channel": name(length), "clientId": id, "data": 1 },
            { "channel": "/meta/subscribe", "clientId": id, "subscription": name(length) },
        ]);
        let replies = client.messages(path, messages).await;
        assert_eq!(replies[0]["error"], publish);
        assert_eq!(replies[1]["error"], subscribe);
    }
}

#[tokio::test]
async fn an_address_that_is_no_text_is_refused() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    for path in [
        "/api/v2/users/%ff",
        "/api/v2/%c3%28",
        "/api/v2/me/devices/%fe",
    ] {
        client.get(path).await.is_refused(400, 10);
        client.post(path, "{}").await.is_refused(400, 10);
    }
}
