//! What can be made to go wrong.

use super::*;
use crate::faults::{Faults, LateError};

#[tokio::test(start_paused = true)]
async fn a_reply_can_be_held_until_after_its_notification() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let id = client.subscribe().await;
    let hold_replies = Some(Duration::from_secs(3));
    site.control.set_faults(Faults {
        hold_replies,
        ..Faults::default()
    });
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
    site.control.set_faults(Faults {
        never_confirm: true,
        ..Faults::default()
    });
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
    for (error, words) in [
        (LateError::Silent, None),
        (LateError::Saying("No.".to_owned()), Some("No.".to_owned())),
    ] {
        let accept_then_error = Some(error);
        site.control.set_faults(Faults {
            accept_then_error,
            ..Faults::default()
        });
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
    site.control.set_faults(Faults {
        web_page: true,
        ..Faults::default()
    });
    for reply in [
        client.get("/api/v2/me").await,
        client.post(&device, "{}").await,
        client.post("/api/v2/notifications", "[]").await,
    ] {
        assert_eq!(reply.status, 200);
        assert!(reply.text.starts_with('<'));
    }
    site.control.set_faults(Faults::default());
    assert_eq!(client.get("/api/v2/me").await.json()["statusCode"], 0);
}

#[tokio::test]
async fn replies_can_break_off() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    site.control.set_faults(Faults {
        unreadable_replies: true,
        ..Faults::default()
    });
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    let reply = client.operation(&device, request).await;
    assert!(serde_json::from_str::<Value>(&reply.text).is_err());
    assert!(
        site.control.monitoring("5005").is_some(),
        "it has been done all the same"
    );
}
