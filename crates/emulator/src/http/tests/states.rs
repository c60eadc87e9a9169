//! What devices, channels and sessions can be asked for.

use super::*;

#[tokio::test]
async fn devices_turn_calls_away_and_forward_them() {
    let site = Site::new();
    let (mut client, device) = agent(&site, "6001").await;
    client
        .does(&device, json!({ "operationName": "DoNotDisturbOn" }))
        .await;
    let forward = json!({ "operationName": "ForwardCallsOn", "destination": "6002" });
    client.does(&device, forward).await;
    let found = client.get(&device).await.json()["device"].take();
    assert_eq!(found["forwardTo"], "6002");
    assert_eq!(found["doNotDisturb"], "On");
    client
        .does(&device, json!({ "operationName": "ForwardCallsOff" }))
        .await;
    client
        .does(&device, json!({ "operationName": "DoNotDisturbOff" }))
        .await;
    let found = client.get(&device).await.json()["device"].take();
    assert_eq!(found.get("forwardTo"), None);
    client
        .operation(&device, json!({ "operationName": "ForwardCallsOn" }))
        .await
        .is_refused(400, 1);
}

#[tokio::test]
async fn one_sets_ones_state_by_channel_or_for_all() {
    let site = Site::new();
    let (mut client, device) = agent(&site, "6001").await;
    let voice = "/api/v2/me/channels/voice";
    let lunch = json!({ "operationName": "NotReady", "reason": "Lunch" });
    client.does(voice, lunch).await;
    let state = client.get(&device).await.json()["device"]["userState"].take();
    assert_eq!(state["reason"], "Lunch");
    client
        .does("/api/v2/me", json!({ "operationName": "Ready" }))
        .await;
    let state = client.get(&device).await.json()["device"]["userState"].take();
    assert_eq!(state["state"], "Ready");
    let nap = json!({ "operationName": "NotReady", "reason": "Nap" });
    client.operation(voice, nap).await.is_refused(400, 10);
    let ready = json!({ "operationName": "Ready" });
    let chat = client.operation("/api/v2/me/channels/chat", ready).await;
    chat.is_refused(404, 6);
}

#[tokio::test]
async fn the_status_of_a_reply_about_an_agents_channel_is_a_string() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    let mut other = site.client("agent6001").await;
    let id = other.subscribe().await;
    let user = site.control.agent("6001").expect("an agent").user_id;
    let path = format!("/api/v2/users/{user}/channels/voice");
    let request = json!({ "operationName": "NotReady" });
    let reply = client.operation(&path, request.clone()).await;
    assert_eq!(reply.text, r#"{"statusCode":"0"}"#);
    let messages = other.listen(&id).await;
    let told = messages
        .iter()
        .map(|message| &message["data"]["messageType"]);
    let told: Vec<&Value> = told.collect();
    assert_eq!(
        told,
        ["DeviceStateChangeMessage", "ChannelStateChangeMessageV2"]
    );
    assert_eq!(messages[1]["channel"], "/v2/me/channels");
    let channel = &messages[1]["data"]["channels"][0];
    assert_eq!(channel["channel"], "voice");
    assert_eq!(channel["userState"]["state"], "NotReady");

    other.operation(&path, request).await.is_refused(403, 5);
    for (operation, status, code) in [("DoNotDisturbOn", 400, 2), ("AuxWork", 400, 10)] {
        let request = json!({ "operationName": operation });
        client
            .operation(&path, request)
            .await
            .is_refused(status, code);
    }
}

#[tokio::test]
async fn a_session_begins_on_some_channels_or_on_none() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let start = |channels: Value| {
        json!({ "operationName": "StartContactCenterSession",
        "channels": channels })
    };
    client.does("/api/v2/me", start(json!(["voice"]))).await;
    let reply = client
        .operation("/api/v2/me", start(json!(["voice", "chat"])))
        .await;
    assert_eq!(reply.status, 200);
    let body = reply.json();
    assert_eq!(body["statusCode"], 7);
    assert_eq!(
        body["succeeded"],
        json!([{ "statusCode": 0, "channel": "voice" }])
    );
    assert_eq!(body["failed"][0]["statusCode"], 4);
    assert_eq!(body["failed"][0]["channel"], "chat");
    let none = client.operation("/api/v2/me", start(json!(["chat"]))).await;
    none.is_refused(500, 4);
    for channels in [json!([]), json!("voice"), json!([1])] {
        let reply = client.operation("/api/v2/me", start(channels)).await;
        reply.is_refused(400, 10);
    }
    assert_eq!(client.get(&device).await.status, 200);
}

#[tokio::test]
async fn ending_a_session_logs_out_and_ends_the_sign_in() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    client.does(&device, request).await;
    let end = json!({ "operationName": "EndContactCenterSession" });
    client.does("/api/v2/me", end).await;
    client.get(&device).await.is_refused(403, 20);
    site.has_no_monitoring();
    let (mut client, device) = site.supervisor().await;
    let found = client.get(&device).await.json()["device"].take();
    assert_eq!(found["deviceState"], "Inactive");
    let start = json!({ "operationName": "StartContactCenterSession", "channels": ["voice"] });
    client.does("/api/v2/me", start).await;
    let found = client.get(&device).await.json()["device"].take();
    assert_eq!(found["deviceState"], "Active");
}
