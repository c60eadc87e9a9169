//! Operations on voice channels.

use super::*;

#[tokio::test]
async fn a_user_sets_their_state_by_channel_or_for_all() {
    let site = Site::new();
    let (mut client, device) = site.user("agent6001").await;
    let voice = "/api/v2/me/channels/voice";
    let lunch = json!({ "operationName": "NotReady", "reason": "Lunch" });
    client.does(voice, lunch).await;
    let state = client.read(&device).await["device"]["userState"].take();
    assert_eq!(state["reason"], "Lunch");
    client.asks("/api/v2/me", "Ready").await;
    let state = client.read(&device).await["device"]["userState"].take();
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
    let received = messages
        .iter()
        .map(|message| &message["data"]["messageType"]);
    let received: Vec<&Value> = received.collect();
    assert_eq!(
        received,
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
