//! Shapes of the versions, and the oddities of captured traffic.

use super::*;
use crate::wire::{Dialect, Style};

/// A supervisor's device and call, while a call of 6001's is monitored, as they are read.
async fn shapes(style: Style) -> (Value, Value) {
    let site = Site::with(Config {
        style,
        ..Config::default()
    });
    let (mut client, device) = site.supervisor().await;
    let request = listen_in();
    client.operation(&device, request).await;
    site.call_arrives("6001");
    let device = client.read(&device).await["device"].take();
    let calls = client.get("/api/v2/me/calls?fields=*").await;
    let read = gws::reply::calls(200, calls.text.as_bytes()).expect("readable in any shape");
    let numbers = read[0].participants.iter();
    let numbers: Vec<&str> = numbers.map(|party| &*party.phone_number).collect();
    assert_eq!(numbers, ["555-1234", "6001"]);
    assert_eq!(read[0].duration, Some(0));
    (device, calls.json()["calls"][0].take())
}

/// Source: *DevicesAttribs*, *CallResource*.
#[tokio::test]
async fn since_8_5_2_monitoring_and_participants_are_objects() {
    let (device, call) = shapes(Style::default()).await;
    assert_eq!(device["supervisorMonitoringState"]["state"], "ListenIn");
    assert_eq!(device.get("supervisorMonitoringMode"), None);
    assert_eq!(call["participants"][0]["phoneNumber"], "555-1234");
    assert_eq!(call.get("participantsInfo"), None);
    assert_eq!(call["supervisorMonitoringState"]["state"], "ListenIn");
    assert_eq!(call["id"], call["callUuid"]);
}

/// Source: *DevicesAPI* 8.5.1, *CallsDial*.
#[tokio::test]
async fn in_8_5_1_monitoring_is_a_word_and_participants_are_numbers() {
    let (device, call) = shapes(Style {
        dialect: Dialect::V851,
        ..Style::default()
    })
    .await;
    assert_eq!(device["supervisorMonitoringState"], "ListenIn");
    assert_eq!(device["supervisorMonitoringMode"], "AllCalls");
    assert_eq!(call["participants"], json!(["555-1234", "6001"]));
    assert_eq!(call["participantsInfo"][1]["digits"], "6001");
    assert_eq!(call.get("supervisorMonitoringState"), None);
    assert_eq!(call["id"].as_str().expect("an id").len(), 16);
    assert_eq!(call.get("connId"), None);
}

/// Source: captured traffic.
#[tokio::test]
async fn oddities_can_be_left_out() {
    let (device, call) = shapes(Style::default()).await;
    assert_eq!(device["e164Number"], "");
    assert_eq!(call["duration"], "0");
    assert_eq!(call["participants"][0]["e164Number"], "");
    assert!(
        call["uri"]
            .as_str()
            .unwrap()
            .starts_with("http://localhost:")
    );

    let plain = Style {
        oddities: false,
        ..Style::default()
    };
    let (device, call) = shapes(plain).await;
    assert_eq!(device["e164Number"], "5005");
    assert_eq!(call["duration"], 0);
    assert_eq!(call["participants"][0]["e164Number"], "555-1234");
    assert!(
        call["uri"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:")
    );
    assert!(call["path"].as_str().unwrap().starts_with("/calls/"));

    let site = Site::with(Config {
        style: plain,
        ..Config::default()
    });
    let (mut client, device) = site.supervisor().await;
    let user = site.control.agent("6001").expect("an agent").user_id;
    let path = format!("/api/v2/users/{user}/channels/voice");
    let reply = client
        .operation(&path, json!({ "operationName": "NotReady" }))
        .await;
    assert_eq!(reply.text, r#"{"statusCode":0}"#);
    let id = client.subscribe().await;
    site.control.set_supervisor_active(false);
    let reply = client.operation(CONNECT, connect(&id)).await;
    let first = r#""data":{"messageType":"DeviceStateChangeMessage","#;
    assert!(reply.text.contains(first), "{}", reply.text);
    assert!(!reply.text.contains("metrics"));
    let found = client.read(&device).await["device"]["userState"].take();
    assert_eq!(found["state"], "LoggedOut");
}

/// Source: captured traffic.
#[tokio::test]
async fn notifications_of_a_customers_call_carry_extensions() {
    for (oddities, extensions) in [
        (true, json!({ "BusinessCall": 1, "WrapUpTime": 20 })),
        (false, Value::Null),
    ] {
        let site = Site::with(Config {
            style: Style {
                oddities,
                ..Style::default()
            },
            ..Config::default()
        });
        let (mut supervisor, device) = site.supervisor().await;
        let request = listen_in();
        supervisor.does(&device, request).await;
        let (mut talker, _) = site.user("agent6001").await;
        let mine = supervisor.subscribe().await;
        let theirs = talker.subscribe().await;
        site.call_arrives("6001");
        let received = talker.listen(&theirs).await;
        assert_eq!(received[0]["data"]["extensions"], extensions);
        let received = supervisor.listen(&mine).await;
        assert_eq!(received[0]["data"]["call"]["state"], "Ringing");
        assert_eq!(received[0]["data"].get("extensions"), None);
    }
}

/// Source: *SwitchToListenIn*: the sample's path has no slash, others have.
#[tokio::test]
async fn call_paths_come_with_and_without_a_slash() {
    let site = Site::new();
    let mut seen = [false, false];
    let mut client = site.client("agent6001").await;
    for _ in 0..64 {
        site.call_arrives("6001");
        let calls = client.read("/api/v2/me/calls?fields=*").await;
        let path = calls["calls"][0]["path"].as_str().expect("a path");
        seen[usize::from(path.starts_with('/'))] = true;
        site.control.end_call("6001").expect("a call");
    }
    assert_eq!(seen, [true, true]);
}

/// Source: captured traffic: the order varies, the type is often last.
#[tokio::test]
async fn the_message_type_is_first_or_last() {
    let site = Site::new();
    let mut client = site.client("agent6001").await;
    let id = client.subscribe().await;
    let mut last = 0;
    for _ in 0..64 {
        site.call_arrives("6001");
        let reply = client.operation(CONNECT, connect(&id)).await;
        let is_last = reply
            .text
            .contains(r#""messageType":"CallStateChangeMessage"}"#);
        let is_first = reply
            .text
            .contains(r#"{"messageType":"CallStateChangeMessage","#);
        assert_ne!(is_first, is_last, "{}", reply.text);
        last += usize::from(is_last);
        site.control.end_call("6001").expect("a call");
        client.operation(CONNECT, connect(&id)).await;
    }
    assert!((33..64).contains(&last), "{last} of 64");
}
