//! Notifications over CometD.

use super::*;

#[tokio::test]
async fn a_held_connect_returns_the_confirmation() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let id = client.subscribe().await;
    assert!(
        client
            .cookies
            .iter()
            .any(|(name, _)| name == "BAYEUX_BROWSER")
    );
    let mut poll = client.clone();
    let held = tokio::spawn(async move { poll.listen(&id).await });
    tokio::task::yield_now().await;
    let request = listen_in();
    client.operation(&device, request).await;
    let messages = held.await.unwrap();
    assert_eq!(messages[0]["channel"], "/v2/me/devices");
    let data = &messages[0]["data"];
    assert_eq!(
        data["devices"][0]["supervisorMonitoringState"]["phoneNumber"],
        "6001"
    );
    assert!(data["metrics"]["eventProcessing"].is_object());
    let notification = gws::Notification::decode(&data.to_string()).expect("readable");
    assert!(matches!(notification, gws::Notification::Devices(devices) if devices.len() == 1));
}

#[tokio::test]
async fn users_get_their_own_notifications_only() {
    let site = Site::new();
    let (mut supervisor, _) = site.supervisor().await;
    let mut agent = site.client("agent6001").await;
    let (mine, theirs) = (supervisor.subscribe().await, agent.subscribe().await);
    site.call_arrives("6001");
    site.control.set_supervisor_active(false);
    let to_supervisor = supervisor.listen(&mine).await;
    assert_eq!(to_supervisor.len(), 1);
    assert_eq!(
        to_supervisor[0]["data"]["devices"][0]["deviceState"],
        "Inactive"
    );
    let to_agent = agent.listen(&theirs).await;
    assert!(!to_agent.is_empty());
    assert!(
        to_agent
            .iter()
            .all(|message| message["channel"] == "/v2/me/calls")
    );
}

#[tokio::test]
async fn any_json_can_be_published() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    let id = client.subscribe().await;
    site.control
        .send_raw("/v2/me/devices", r#"{"strange": [1]}"#)
        .expect("JSON");
    assert!(site.control.send_raw("/v2/me/devices", "{").is_err());
    assert!(site.control.send_raw("devices", "{}").is_err());
    assert_eq!(
        client.listen(&id).await[0]["data"],
        json!({ "strange": [1] })
    );
}

#[tokio::test]
async fn a_body_without_messages_is_refused() {
    let site = Site::new();
    let mut client = site.client("supervisor").await;
    for body in ["", "{}", "[]", "[1]", "[", "<html>"] {
        let reply = client.post(NOTIFICATIONS, body).await;
        assert_eq!((reply.status, reply.text.as_str()), (400, "Bad Request"));
    }
    assert_eq!(site.control.notification_sessions(), 0);
}

#[tokio::test]
async fn cometd_options_apply_to_cookies_too() {
    let mut config = Config::default();
    for (name, value) in [
        ("browserCookieName", "BROWSER"),
        ("browserCookieSameSite", "Strict"),
        ("maxSessionsPerBrowser", "0"),
    ] {
        config.notifications.set(name, value).unwrap();
    }
    let site = Site::with(Config {
        auto_login: true,
        csrf: false,
        ..config
    });
    let mut client = site.anonymous();
    let reply = client.operation(NOTIFICATIONS, handshake()).await;
    let mut cookies = reply.headers.get_all(header::SET_COOKIE).iter();
    let has_set = |cookie: &HeaderValue| {
        let cookie = cookie.to_str().unwrap();
        cookie.starts_with("BROWSER=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict")
    };
    assert!(cookies.any(has_set), "{:?}", reply.headers);
    // The cookie is recognised by this name, or this would be 402.
    let id = client.subscribe().await;
    let reply = client.messages(CONNECT, connect(&id)).await;
    assert_eq!(reply[0]["advice"]["multiple-clients"], true);
}

#[tokio::test]
async fn unacknowledged_notifications_are_sent_again() {
    let mut config = Config::default();
    config.notifications.acknowledged_messages = true;
    let site = Site::with(Config {
        auto_login: true,
        csrf: false,
        ..config
    });
    let mut client = site.anonymous();
    let mut handshake = handshake();
    handshake[0]["ext"] = json!({ "ack": true });
    let reply = client.messages(NOTIFICATIONS, handshake).await;
    let id = reply[0]["clientId"].as_str().unwrap().to_owned();
    let subscribe =
        json!([{ "channel": "/meta/subscribe", "clientId": id, "subscription": "/v2/me/*" }]);
    client.messages(NOTIFICATIONS, subscribe).await;
    let connect =
        |seen: i64| json!([{ "channel": "/meta/connect", "clientId": id, "ext": { "ack": seen } }]);
    client.messages(CONNECT, connect(-1)).await;
    site.control.send_raw("/v2/me/devices", "1").expect("JSON");
    for batch in [2, 3] {
        let messages = client.messages(CONNECT, connect(1)).await;
        assert_eq!(messages[0]["data"], 1);
        assert_eq!(messages[1]["ext"]["ack"], batch);
    }
}
