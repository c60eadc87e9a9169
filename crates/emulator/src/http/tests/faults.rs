//! What can be made to go wrong.

use futures_util::StreamExt;

use super::*;
use crate::steer::instruction::Instruction;

#[tokio::test(start_paused = true)]
async fn a_reply_can_be_held_until_after_its_notification() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let id = client.subscribe().await;
    site.control.fault("holdReplies:by=3s").unwrap();
    let mut poll = client.clone();
    let began = tokio::time::Instant::now();
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    let operation = tokio::spawn(async move {
        (
            client.operation(&device, request).await.status,
            began.elapsed(),
        )
    });
    assert_eq!(poll.listen(&id).await.len(), 1);
    assert!(!operation.is_finished());
    let (status, after) = operation.await.unwrap();
    assert_eq!(status, 200);
    assert!(after >= Duration::from_secs(3));
}

#[tokio::test]
async fn an_accepted_request_can_come_to_nothing() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    site.control.fault("ignoreOperations").unwrap();
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    assert_eq!(
        client.operation(&device, request).await.text,
        r#"{"statusCode":0}"#
    );
    site.has_no_monitoring();
    assert_eq!(site.control.monitoring_requests(), 1);
}

#[tokio::test]
async fn an_accepted_request_can_fail_later() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let id = client.subscribe().await;
    for (fault, words) in [
        ("failLater", None),
        ("failLater:message=No.", Some("No.".to_owned())),
    ] {
        site.control.fault(fault).unwrap();
        let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
        assert_eq!(client.operation(&device, request).await.status, 200);
        let messages = client.listen(&id).await;
        let data = messages[0]["data"].to_string();
        let gws::Notification::Error {
            device: about,
            message,
        } = gws::Notification::decode(&data).expect("readable")
        else {
            panic!("no error: {data}");
        };
        assert!(device.ends_with(about.expect("a device").as_str()));
        assert_eq!(message, words);
    }
    site.has_no_monitoring();
}

#[tokio::test]
async fn a_web_page_can_come_instead_of_data() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    site.control.fault("webPage").unwrap();
    for reply in [
        client.get("/api/v2/me").await,
        client.post(&device, "{}").await,
        client.post("/api/v2/notifications", "[]").await,
    ] {
        assert_eq!(reply.status, 200);
        assert!(reply.text.starts_with('<'));
    }
    site.control.faults_off();
    assert_eq!(client.get("/api/v2/me").await.json()["statusCode"], 0);
}

#[tokio::test]
async fn replies_can_be_no_json() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    site.control.fault("garbleReplies").unwrap();
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    let reply = client.operation(&device, request).await;
    assert!(serde_json::from_str::<Value>(&reply.text).is_err());
    assert!(
        site.control.monitoring("5005").is_some(),
        "it has been done all the same"
    );
}

#[tokio::test(start_paused = true)]
async fn an_accepted_request_can_fail_much_later() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let id = client.subscribe().await;
    site.control.fault("failLater:after=8s").unwrap();
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    let began = tokio::time::Instant::now();
    assert_eq!(client.operation(&device, request).await.status, 200);
    let _driver = site.driver();
    assert_eq!(client.listen(&id).await.len(), 1);
    assert!(began.elapsed() >= Duration::from_secs(8));
}

#[tokio::test(start_paused = true)]
async fn what_strikes_notifications_strikes_errors_when_they_come() {
    for (fault, told, after) in [
        ("dropNotifications:channel=/v2/me/devices", 0, None),
        ("duplicateNotifications:copies=3", 3, Some(2)),
        ("delayNotifications:by=1s", 1, Some(3)),
        ("reorderNotifications:within=1s", 1, Some(3)),
    ] {
        let site = Site::new();
        let (mut client, device) = site.supervisor().await;
        let id = client.subscribe().await;
        let _driver = site.driver();
        site.control.fault("failLater:after=2s").unwrap();
        site.control.fault(fault).unwrap();
        let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
        let began = tokio::time::Instant::now();
        assert_eq!(client.operation(&device, request).await.status, 200);
        assert_eq!(client.listen(&id).await.len(), told, "{fault}");
        if let Some(after) = after {
            assert_eq!(began.elapsed().as_secs(), after, "{fault}");
        }
    }
}

#[tokio::test]
async fn an_operation_can_be_refused_with_any_status() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let fault = "refuseOperations:operation=ListenIn,http=503,statusCode=7,statusMessage=Not now.";
    site.control.fault(fault).unwrap();
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    let reply = client.operation(&device, request).await;
    reply.is_refused(503, 7);
    assert_eq!(reply.json()["statusMessage"], "Not now.");
    site.has_no_monitoring();
    // Another operation is not touched: it is refused for its own reason.
    let request = json!({ "operationName": "CancelSupervisorMonitoring" });
    let reply = client.operation(&device, request).await;
    assert_ne!(reply.json()["statusCode"], 7);
}

#[tokio::test]
async fn the_server_can_be_unavailable_and_say_for_how_long() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    site.control
        .fault("unavailable:retryAfter=5s,times=1")
        .unwrap();
    let reply = client.get("/api/v2/me").await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.headers["Retry-After"], "5");
    assert_eq!(client.get("/api/v2/me").await.status, 200);
    site.control.fault("unavailable:path=/users").unwrap();
    let reply = client.get("/api/v2/users").await;
    assert_eq!(
        (reply.status, reply.headers.get("Retry-After")),
        (503, None)
    );
    assert_eq!(client.get("/api/v2/me").await.status, 200);
}

/// What a client hears of an agent's call that comes and goes at once.
async fn told_of_a_call(fault: &str) -> Vec<String> {
    let site = Site::new();
    let mut client = site.client("agent6001").await;
    let id = client.subscribe().await;
    site.control.fault(fault).unwrap();
    site.control.call_arrives("6001", "555-1234").unwrap();
    site.control.end_call("6001").unwrap();
    let messages = client.listen(&id).await;
    let states = messages
        .iter()
        .map(|message| &message["data"]["call"]["state"]);
    states
        .map(|state| state.as_str().expect("a call").to_owned())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn notifications_can_be_delayed() {
    let site = Site::new();
    let mut client = site.client("agent6001").await;
    let id = client.subscribe().await;
    site.control.fault("delayNotifications:by=4s").unwrap();
    let _driver = site.driver();
    let began = tokio::time::Instant::now();
    site.control.call_arrives("6001", "555-1234").unwrap();
    assert!(!client.listen(&id).await.is_empty());
    assert!(began.elapsed() >= Duration::from_secs(4));
}

#[tokio::test]
async fn notifications_can_be_lost() {
    let told = told_of_a_call("dropNotifications:times=1").await;
    assert_eq!(told, ["Established", "Released"]);
}

#[tokio::test]
async fn notifications_can_come_twice() {
    let told = told_of_a_call("duplicateNotifications:times=1").await;
    assert_eq!(told, ["Ringing", "Ringing", "Established", "Released"]);
}

#[tokio::test]
async fn notifications_can_overtake_one_another() {
    let told = told_of_a_call("reorderNotifications:times=2").await;
    assert_eq!(told, ["Established", "Ringing", "Released"]);
}

#[tokio::test]
async fn what_waits_is_overtaken_once_even_if_the_fault_is_over() {
    let told = told_of_a_call("reorderNotifications:times=1").await;
    assert_eq!(told, ["Established", "Ringing", "Released"]);
}

#[tokio::test]
async fn the_csrf_token_can_change() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    site.control
        .carry_out(&[Instruction::ChangeCsrfTokens {}])
        .unwrap();
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    let reply = client.operation(&device, request.clone()).await;
    assert_eq!(
        (reply.status, reply.text.as_str()),
        (403, "Missing or invalid Csrf token")
    );
    site.has_no_monitoring();
    client.get("/api/v2/me").await;
    assert_eq!(client.operation(&device, request).await.status, 200);
}

/// A site whose polls may be held for longer than proxies like.
fn patient() -> Site {
    let mut config = Config::default();
    config.notifications.timeout = Duration::from_secs(120);
    Site::with(config)
}

#[tokio::test(start_paused = true)]
async fn a_proxy_can_cut_polls_that_are_held_for_60_s() {
    let site = patient();
    let (mut client, _) = site.supervisor().await;
    let id = client.subscribe().await;
    site.control.fault("cutPolls:times=1").unwrap();
    let _driver = site.driver();
    let began = tokio::time::Instant::now();
    let reply = client.operation(CONNECT, connect(&id)).await;
    assert_eq!((reply.status, began.elapsed().as_secs()), (504, 60));
    assert!(reply.text.starts_with('<'));
    // The session has outlived it, and the next poll is left alone.
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
    let faults = site.control.faults();
    assert_eq!((faults[0].struck, faults[1].struck), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_proxy_can_buffer_replies() {
    let site = Site::new();
    let mut client = site.client("agent6001").await;
    let id = client.subscribe().await;
    site.control
        .fault("bufferReplies:by=5s,path=/notifications")
        .unwrap();
    site.control.call_arrives("6001", "555-1234").unwrap();
    let began = tokio::time::Instant::now();
    assert_eq!(client.listen(&id).await.len(), 2);
    assert_eq!(began.elapsed().as_secs(), 5);
    assert_eq!(client.get("/api/v2/me").await.status, 200);
    assert_eq!(began.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn replies_can_trickle() {
    for (speed, most) in [(100, 10), (5, 1)] {
        let site = Site::new();
        let (mut client, _) = site.supervisor().await;
        let whole = client.get("/api/v2/me").await.text;
        let fault = format!("trickle:bytesPerSecond={speed},path=/me");
        site.control.fault(&fault).unwrap();
        let request = Request::get("/api/v2/me").header(header::COOKIE, client.cookie());
        let request = request.body(Body::empty()).unwrap();
        let response = site.router.clone().oneshot(request).await.unwrap();
        assert_eq!(
            response.headers()[header::CONTENT_LENGTH],
            whole.len().to_string()
        );
        let mut drips = response.into_body().into_data_stream();
        let began = tokio::time::Instant::now();
        let mut text = String::new();
        while let Some(drip) = drips.next().await {
            let drip = drip.unwrap();
            assert!(drip.len() <= most);
            text += std::str::from_utf8(&drip).unwrap();
        }
        assert_eq!(text, whole);
        let seconds = u64::try_from(whole.len()).unwrap() / speed;
        assert!((seconds..=seconds + 1).contains(&began.elapsed().as_secs()));
    }
}

#[tokio::test]
async fn a_client_can_meet_a_node_that_does_not_know_it() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    let id = client.subscribe().await;
    site.control
        .fault("loseStickiness:every=2,times=1")
        .unwrap();
    site.control.send_raw("/v2/me/devices", "1").unwrap();
    assert_eq!(client.listen(&id).await.len(), 1, "the first is left alone");
    let reply = client.messages(CONNECT, connect(&id)).await;
    assert_eq!(reply[0]["successful"], false);
    assert!(
        reply[0]["error"].as_str().unwrap().starts_with("402"),
        "{reply:?}"
    );
    assert_eq!(reply[0]["advice"]["reconnect"], "handshake");
    // The session is still there, and so are handshakes.
    site.control.send_raw("/v2/me/devices", "2").unwrap();
    assert_eq!(client.listen(&id).await.len(), 1);
}

#[tokio::test]
async fn the_clock_can_be_wrong() {
    let site = Site::new();
    let mut client = site.client("agent6001").await;
    let id = client.subscribe().await;
    site.control.fault("clockSkew:by=-2h").unwrap();
    site.control.call_arrives("6001", "555-1234").unwrap();
    let now = std::time::SystemTime::now();
    let is_behind = |time: std::time::SystemTime| {
        let behind = now.duration_since(time).unwrap().as_secs();
        assert!((7_190..=7_210).contains(&behind), "{behind}");
    };
    let reply = client.operation(CONNECT, connect(&id)).await;
    let date = reply.headers[header::DATE].to_str().unwrap();
    is_behind(httpdate::parse_http_date(date).unwrap());
    let metrics = &reply.json()[0]["data"]["metrics"]["eventProcessing"];
    let made = metrics["serverGenerationTimestamp"].as_u64().unwrap();
    is_behind(std::time::UNIX_EPOCH + Duration::from_millis(made));
}

#[tokio::test]
async fn notification_sessions_can_be_forgotten() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    let id = client.subscribe().await;
    site.control
        .carry_out(&[Instruction::ForgetNotificationSessions {}])
        .unwrap();
    let reply = client.messages(CONNECT, connect(&id)).await;
    assert!(
        reply[0]["error"].as_str().unwrap().starts_with("402"),
        "{reply:?}"
    );
    assert_eq!(
        client.get("/api/v2/me").await.status,
        200,
        "still signed in"
    );
}

#[tokio::test]
async fn sign_ins_can_be_forgotten() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    site.control
        .carry_out(&[Instruction::ForgetSignIns {}])
        .unwrap();
    client.get("/api/v2/me").await.is_refused(403, 20);
}
