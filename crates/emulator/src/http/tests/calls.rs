//! Agents' operations on calls.

use super::*;

#[tokio::test]
async fn two_agents_dial_answer_hold_and_hang_up() {
    let site = Site::new();
    let (mut first, device) = site.user("agent6001").await;
    let (mut second, _) = site.user("agent6002").await;
    let dial = json!({ "operationName": "Dial", "destination": { "phoneNumber": "6002" } });
    first.does(&format!("{device}/calls"), dial.clone()).await;
    let mine = first.calls().await;
    assert_eq!(mine[0].1, "Dialing");
    let (path, state) = second.calls().await.remove(0);
    assert_eq!(state, "Ringing");
    second.asks(&path, "Answer").await;
    first.asks(&mine[0].0, "Hold").await;
    assert_eq!(first.calls().await[0].1, "Held");
    first.asks(&mine[0].0, "Retrieve").await;
    let call = second.read(&path).await["call"].take();
    assert_eq!(call["callType"], "Internal");
    let again = first.operation(&format!("{device}/calls"), dial).await;
    again.is_refused(400, 2);
    second.asks(&path, "Hangup").await;
    assert_eq!(first.calls().await, []);
}

#[tokio::test]
async fn an_agent_consults_and_transfers() {
    let site = Site::new();
    let (mut first, _) = site.user("agent6001").await;
    let (mut second, _) = site.user("agent6002").await;
    site.call_arrives("6001");
    let (primary, _) = first.calls().await.remove(0);
    let consult = json!({ "operationName": "InitiateTransfer",
        "destination": { "phoneNumber": "6002" } });
    first.does(&primary, consult).await;
    let (ringing, _) = second.calls().await.remove(0);
    second.asks(&ringing, "Answer").await;
    let calls = first.read("/api/v2/me/calls?fields=*").await;
    let parent = calls["calls"][1]["parentCallUri"].as_str().expect("a URI");
    assert!(parent.ends_with(primary.rsplit('/').next().unwrap()));
    let wrong =
        json!({ "operationName": "CompleteTransfer", "consultCallUri": "http://h/calls/1" });
    first.operation(&primary, wrong).await.is_refused(404, 6);
    let uri = calls["calls"][1]["uri"].clone();
    let complete = json!({ "operationName": "CompleteTransfer", "consultCallUri": uri });
    first.does(&primary, complete).await;
    assert_eq!(first.calls().await, []);
    assert_eq!(
        second.calls().await,
        [(primary.clone(), "Established".to_owned())]
    );
    let taken = second.read(&primary).await["call"].take();
    assert_eq!(taken["previousConnId"], calls["calls"][1]["connId"]);
    assert_eq!(taken["connId"], calls["calls"][0]["connId"]);
}

#[tokio::test]
async fn a_missing_or_mistyped_parameter_of_a_call_operation_is_refused() {
    let site = Site::new();
    let (mut client, _) = site.user("agent6001").await;
    site.call_arrives("6001");
    let (path, _) = client.calls().await.remove(0);
    for (request, code) in [
        (json!({ "operationName": "SingleStepTransfer" }), 1),
        (
            json!({ "operationName": "SingleStepTransfer", "destination": "6002" }),
            10,
        ),
        (
            json!({ "operationName": "InitiateTransfer", "destination": {} }),
            1,
        ),
        (
            json!({ "operationName": "InitiateTransfer", "destination": { "phoneNumber": 6002 } }),
            10,
        ),
        (
            json!({ "operationName": "CompleteTransfer", "consultCallUri": "/" }),
            10,
        ),
    ] {
        let reply = client.operation(&path, request).await;
        reply.is_refused(400, code);
    }
    assert_eq!(client.calls().await[0].1, "Established");
}
