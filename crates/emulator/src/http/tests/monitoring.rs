//! Monitoring: good requests work, bad ones are refused and change nothing.

use super::*;

#[tokio::test]
async fn missing_parameters_have_the_documented_defaults() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let request = json!({ "operationName": "ListenIn", "targetDeviceUri": site.uri_of("6001") });
    assert_eq!(client.operation(&device, request).await.status, 200);
    let found = site.control.monitoring("5005").expect("monitoring");
    assert_eq!(
        (found.scope, found.mode),
        (gws::Scope::Call, gws::Mode::AllCalls)
    );
    assert_eq!(site.control.monitoring_requests(), 1);
    let cancel = json!({ "operationName": "CancelSupervisorMonitoring" });
    assert_eq!(
        client.operation(&device, cancel).await.text,
        r#"{"statusCode":0}"#
    );
    assert_eq!(site.control.monitoring("5005"), None);
}

/// Such a request is refused, and changes nothing.
async fn refused(body: impl Into<Body>, status: u16, code: u64) {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    client.post(&device, body).await.is_refused(status, code);
    site.has_no_monitoring();
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    for body in ["", "ListenIn", "{", "[]", "\"ListenIn\"", "null", "\u{0}"] {
        refused(body, 400, 10).await;
    }
}

#[tokio::test]
async fn a_parameter_of_the_wrong_type_is_refused() {
    for (name, value) in [
        ("operationName", json!(1)),
        ("targetDeviceUri", json!(["x"])),
        ("phoneNumber", json!(6001)),
        ("supervisorMonitoringScope", json!({})),
        ("supervisorMonitoringMode", json!(true)),
    ] {
        let mut request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
        request[name] = value;
        refused(request.to_string(), 400, 10).await;
    }
}

#[tokio::test]
async fn a_missing_parameter_is_named() {
    refused("{}", 400, 1).await;
    refused(r#"{"operationName":null}"#, 400, 1).await;
    refused(r#"{"operationName":"ListenIn"}"#, 400, 1).await;
}

#[tokio::test]
async fn a_wrong_scope_or_mode_is_refused() {
    for (name, value) in [
        ("supervisorMonitoringScope", "call"),
        ("supervisorMonitoringScope", ""),
        ("supervisorMonitoringMode", "Never"),
    ] {
        let mut request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
        request[name] = json!(value);
        refused(request.to_string(), 400, 10).await;
    }
}

#[tokio::test]
async fn a_malformed_or_unknown_target_is_refused() {
    let request =
        |uri: &str| json!({ "operationName": "ListenIn", "targetDeviceUri": uri }).to_string();
    refused(request("not a uri"), 400, 10).await;
    refused(request("http://127.0.0.1/api/v2/users/1"), 400, 10).await;
    refused(request("http://127.0.0.1/api/v2/devices/1"), 404, 6).await;
    // The address of one's own device, though the agent's id is the same in each centre.
    let own = Site::new().uri_of("6001");
    let own = own.replace("/devices/", "/me/devices/");
    refused(request(&own), 400, 10).await;
}

#[tokio::test]
async fn an_operation_that_is_unknown_is_refused() {
    refused(r#"{"operationName":"listenin"}"#, 400, 10).await;
    refused(r#"{"operationName":"SwitchToCoach"}"#, 400, 10).await;
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused() {
    let mut body = br#"{"operationName":"ListenIn","phoneNumber":"6001","x":""#.to_vec();
    body.resize(10_000_000, b'x');
    body.extend_from_slice(b"\"}");
    refused(body, 413, 10).await;
}

#[tokio::test]
async fn monitoring_oneself_is_refused() {
    refused(
        r#"{"operationName":"ListenIn","phoneNumber":"5005"}"#,
        400,
        2,
    )
    .await;
}

#[tokio::test]
async fn cancelling_nothing_is_refused() {
    refused(r#"{"operationName":"CancelSupervisorMonitoring"}"#, 400, 2).await;
}

#[tokio::test]
async fn somebody_elses_device_is_not_found() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    let agent = site.control.agent("6002").expect("an agent").device_id;
    for id in [agent.as_str(), "1", "%2e%2e"] {
        let path = format!("/api/v2/me/devices/{id}");
        client
            .operation(&path, request.clone())
            .await
            .is_refused(404, 6);
    }
    site.has_no_monitoring();
}

#[tokio::test]
async fn an_agent_monitored_by_another_supervisor_is_refused() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    site.control.monitored_by_other("6001").expect("accepted");
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    let reply = client.operation(&device, request.clone()).await;
    reply.is_refused(403, 3);
    assert!(
        reply
            .text
            .contains("already monitored by another supervisor")
    );
    site.has_no_monitoring();
    site.control.cancel_other().expect("cancelled");
    assert_eq!(client.operation(&device, request).await.status, 200);
}

#[tokio::test]
async fn somebody_who_is_no_supervisor_is_refused() {
    let site = Site::new();
    let mut client = site.client("agent6002").await;
    let id = site.control.agent("6002").expect("an agent").device_id;
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    let path = format!("/api/v2/me/devices/{id}");
    client.operation(&path, request).await.is_refused(403, 5);
    assert!(
        site.control
            .agents()
            .iter()
            .all(|agent| agent.call.is_none())
    );
}

#[tokio::test]
async fn a_call_can_be_answered_and_left() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    client.operation(&device, request).await;
    site.control
        .call_arrives("6001", "555-1234")
        .expect("a free agent");
    let calls = client.get("/api/v2/me/calls?fields=*").await;
    let calls = gws::reply::calls(200, calls.text.as_bytes()).expect("calls");
    assert_eq!(calls[0].state, gws::CallState::Ringing);
    assert!(calls[0].is_monitoring_leg());
    let path = format!("/api/v2/me/calls/{}", calls[0].id);
    let answer = json!({ "operationName": "Answer" });
    assert_eq!(client.operation(&path, answer.clone()).await.status, 200);
    assert_eq!(
        client.get(&path).await.json()["call"]["state"],
        "Established"
    );
    client.operation(&path, answer).await.is_refused(400, 2);
    let hangup = json!({ "operationName": "Hangup" });
    assert_eq!(client.operation(&path, hangup.clone()).await.status, 200);
    client.operation(&path, hangup).await.is_refused(404, 6);
    assert!(site.control.monitoring("5005").is_some());
}

#[tokio::test]
async fn a_supervisor_coaches_barges_in_and_goes_back_to_listening() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let coach = json!({ "operationName": "Coach", "targetDeviceUri": site.uri_of("6001") });
    assert_eq!(client.operation(&device, coach).await.status, 200);
    let found = site.control.monitoring("5005").expect("monitoring");
    assert_eq!(found.how, crate::world::Supervision::Coach);
    site.control
        .call_arrives("6001", "555-1234")
        .expect("a free agent");
    let calls = client.get("/api/v2/me/calls?fields=*").await.json();
    let id = calls["calls"][0]["id"].as_str().expect("a call");
    let path = format!("/api/v2/me/calls/{id}");
    for (operation, kind, mute) in [
        ("Answer", "Coach", "Off"),
        ("SwitchToBargeIn", "BargeIn", "Off"),
        ("SwitchToListenIn", "ListenIn", "On"),
    ] {
        let request = json!({ "operationName": operation });
        assert_eq!(client.operation(&path, request).await.status, 200);
        let call = client.get(&path).await.json()["call"].take();
        assert_eq!(call["supervisorMonitoringState"]["state"], kind);
        assert_eq!(call["mute"], mute);
    }
    let request = json!({ "operationName": "SwitchToListenIn" });
    let reply = client.operation(&path, request).await;
    reply.is_refused(400, 2);
    assert!(reply.text.contains("SwitchToBargeIn"), "{}", reply.text);
}

/// Source: *ErrorHandling*: T-Server refuses by an `ErrorMessage`, after the request was accepted.
#[tokio::test]
async fn what_t_server_refuses_can_be_refused_late() {
    let site = Site::with(Config {
        late_refusals: true,
        ..Config::default()
    });
    let (mut client, device) = site.supervisor().await;
    let id = client.subscribe().await;
    site.control.monitored_by_other("6001").expect("accepted");
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    client.does(&device, request).await;
    let messages = client.listen(&id).await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["data"]["messageType"], "ErrorMessage");
    let words = messages[0]["data"]["errorMessage"].as_str().expect("words");
    assert!(words.contains("already monitored"), "{words}");
    site.has_no_monitoring();
    // What is wrong with the request itself is refused at once.
    let request = json!({ "operationName": "ListenIn" });
    client.operation(&device, request).await.is_refused(400, 1);
}

#[tokio::test]
async fn a_parameter_that_is_given_twice_is_refused_by_its_name() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    for name in ["operationName", "operationN\\u0061me"] {
        let body =
            format!(r#"{{"operationName":"ListenIn","phoneNumber":"6001","{name}":"Hangup"}}"#);
        let reply = client.post(&device, body).await;
        reply.is_refused(400, 10);
        assert!(reply.text.contains("'operationName'"), "{}", reply.text);
    }
    site.has_no_monitoring();
}
