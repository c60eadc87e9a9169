//! Faults as a client sees them. Those that close connections are in `tests/faults.rs`.

use super::*;
use crate::steer::instruction::Instruction;

#[tokio::test]
async fn faults_replace_the_replies_of_operations() {
    for (fault, status, wording, is_done) in [
        ("ignoreOperations", 200, r#"{"statusCode":0}"#, false),
        ("failLater", 200, r#"{"statusCode":0}"#, false),
        ("garbleReplies", 200, r#"{"statu"#, true),
        (
            "refuseOperations",
            500,
            r#""statusMessage":"The operation failed.""#,
            false,
        ),
        (
            "refuseOperations:operation=ListenIn,http=503,statusCode=7,statusMessage=Not now.",
            503,
            r#"{"statusCode":7,"statusMessage":"Not now."}"#,
            false,
        ),
        (
            "refuseOperations:operation=Coach",
            200,
            r#"{"statusCode":0}"#,
            true,
        ),
        ("webPage:path=/me/devices", 200, "<!DOCTYPE html>", false),
        ("unavailable", 503, "<h1>503 Service Unavailable", false),
        ("unavailable:path=/users", 200, r#"{"statusCode":0}"#, true),
    ] {
        let site = Site::new();
        let (mut client, device) = site.supervisor().await;
        site.control.fault(fault).unwrap();
        let reply = client.operation(&device, listen_in()).await;
        assert_eq!(reply.status, status, "{fault}: {}", reply.text);
        assert!(reply.text.contains(wording), "{fault}: {}", reply.text);
        let monitoring = site.control.monitoring("5005");
        assert_eq!(monitoring.is_some(), is_done, "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn replies_are_held_back() {
    for fault in ["holdReplies:by=3s", "bufferReplies:by=3s,path=/me/devices"] {
        let site = Site::new();
        let (mut client, device) = site.supervisor().await;
        let id = client.subscribe().await;
        site.control.fault(fault).unwrap();
        let mut poll = client.clone();
        let began = tokio::time::Instant::now();
        let operation = tokio::spawn(async move {
            let reply = client.operation(&device, listen_in()).await;
            (reply.status, began.elapsed())
        });
        assert_eq!(poll.listen(&id).await.len(), 1, "the notification is first");
        assert!(!operation.is_finished());
        let (status, after) = operation.await.unwrap();
        assert_eq!(status, 200);
        assert!(after >= Duration::from_secs(3));
    }
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_fails_later_publishes_an_error_message() {
    for (fault, wording, after) in [
        ("failLater", None, 0),
        ("failLater:message=No.,after=8s", Some("No."), 8),
    ] {
        let site = Site::new();
        let (mut client, device) = site.supervisor().await;
        let id = client.subscribe().await;
        let _driver = site.driver();
        site.control.fault(fault).unwrap();
        let began = tokio::time::Instant::now();
        client.does(&device, listen_in()).await;
        let data = client.listen(&id).await[0]["data"].to_string();
        assert_eq!(began.elapsed().as_secs(), after);
        let gws::Notification::Error {
            device: about,
            message,
        } = gws::Notification::decode(&data).expect("readable")
        else {
            panic!("no error: {data}");
        };
        assert!(device.ends_with(about.expect("a device").as_str()));
        assert_eq!(message.as_deref(), wording);
    }
}

#[tokio::test(start_paused = true)]
async fn faults_of_notifications_strike_error_messages_too() {
    for (fault, count, after) in [
        ("dropNotifications:channel=/v2/me/devices", 0, None),
        ("duplicateNotifications:copies=3", 3, Some(2)),
        ("delayNotifications:by=1s", 1, Some(3)),
    ] {
        let site = Site::new();
        let (mut client, device) = site.supervisor().await;
        let id = client.subscribe().await;
        let _driver = site.driver();
        site.control.fault("failLater:after=2s").unwrap();
        site.control.fault(fault).unwrap();
        let began = tokio::time::Instant::now();
        client.does(&device, listen_in()).await;
        assert_eq!(client.listen(&id).await.len(), count, "{fault}");
        if let Some(after) = after {
            assert_eq!(began.elapsed().as_secs(), after, "{fault}");
        }
    }
}

#[tokio::test]
async fn an_unavailable_server_may_send_retry_after() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    let fault = "unavailable:retryAfter=5s,times=1";
    site.control.fault(fault).unwrap();
    let reply = client.get("/api/v2/me").await;
    assert_eq!(
        (reply.status, &reply.headers["Retry-After"]),
        (503, &"5".parse().unwrap())
    );
    let reply = client.get("/api/v2/me").await;
    assert_eq!(
        (reply.status, reply.headers.get("Retry-After")),
        (200, None)
    );
}

#[tokio::test]
async fn a_web_page_replaces_replies_to_all_users() {
    let site = Site::new();
    site.control.fault("webPage").unwrap();
    let mut anonymous = site.anonymous();
    for reply in [
        anonymous.get("/api/v2/me").await,
        anonymous.post(NOTIFICATIONS, "[]").await,
    ] {
        assert_eq!(reply.status, 200);
        assert!(reply.text.starts_with('<'));
    }
    site.control.faults_off();
    anonymous.get("/api/v2/me").await.is_refused(403, 20);
}

/// A site whose polls may be held longer than proxies allow.
fn patient() -> Site {
    let mut config = Config::default();
    config.notifications.timeout = bayeux::Duration::from_secs(120);
    Site::with(config)
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_is_held_too_long_is_cut() {
    let site = patient();
    let (mut client, _) = site.supervisor().await;
    let id = client.subscribe().await;
    site.control.fault("cutPolls:times=1").unwrap();
    let _driver = site.driver();
    let began = tokio::time::Instant::now();
    let reply = client.operation(CONNECT, connect(&id)).await;
    assert_eq!((reply.status, began.elapsed().as_secs()), (504, 60));
    assert!(reply.text.starts_with('<'));
    // The session has survived, and the next poll is not cut.
    assert_eq!(client.listen(&id).await.len(), 0);
    assert!(began.elapsed() >= Duration::from_secs(180));
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_is_answered_in_time_is_not_cut() {
    let site = patient();
    let mut client = site.client("agent6001").await;
    let id = client.subscribe().await;
    site.control.fault("cutPolls:after=10s").unwrap();
    site.control.fault("delayNotifications:by=9s").unwrap();
    let _driver = site.driver();
    site.control.call_arrives("6001", "555-1234").unwrap();
    assert_eq!(client.listen(&id).await.len(), 2);
}

#[tokio::test]
async fn a_node_that_does_not_know_the_session_replies_402() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    let id = client.subscribe().await;
    let fault = "loseStickiness:every=2,times=1";
    site.control.fault(fault).unwrap();
    site.control.send_raw("/v2/me/devices", "1").unwrap();
    assert_eq!(client.listen(&id).await.len(), 1, "the first is spared");
    let reply = client.messages(CONNECT, connect(&id)).await;
    assert_eq!(reply[0]["advice"]["reconnect"], "handshake");
    let error = reply[0]["error"].as_str().unwrap();
    assert!(error.starts_with("402"), "{error}");
    // The session is still there.
    site.control.send_raw("/v2/me/devices", "2").unwrap();
    assert_eq!(client.listen(&id).await.len(), 1);
}

#[tokio::test]
async fn forgotten_tokens_and_sessions_are_refused() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let id = client.subscribe().await;
    let happens = |instruction| site.control.carry_out(&[instruction]).unwrap();

    happens(Instruction::ChangeCsrfTokens {});
    let reply = client.operation(&device, listen_in()).await;
    let refusal = "Missing or invalid Csrf token";
    assert_eq!((reply.status, reply.text.as_str()), (403, refusal));
    client.get("/api/v2/me").await;
    client.does(&device, listen_in()).await;

    happens(Instruction::ForgetNotificationSessions {});
    let reply = client.messages(CONNECT, connect(&id)).await;
    let error = reply[0]["error"].as_str().unwrap();
    assert!(error.starts_with("402"), "{error}");
    assert_eq!(
        client.get("/api/v2/me").await.status,
        200,
        "still signed in"
    );

    happens(Instruction::ForgetSignIns {});
    client.get("/api/v2/me").await.is_refused(403, 20);
}

#[tokio::test]
async fn faults_can_be_limited_to_known_operations_only() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    client.does(&device, listen_in()).await;
    site.control.call_arrives("6001", "555-1234").unwrap();
    for name in crate::steer::fault::OPERATIONS {
        let is_unknown = format!("Operation '{name}' is not known.");
        let mut is_known = false;
        let calls = format!("{device}/calls");
        for path in [device.as_str(), &calls, "/api/v2/me/calls/1"] {
            let reply = client
                .operation(path, json!({ "operationName": name }))
                .await;
            is_known |= !reply.text.contains(&is_unknown);
        }
        assert!(is_known, "{name}");
    }
}
