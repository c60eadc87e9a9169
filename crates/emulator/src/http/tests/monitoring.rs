//! Monitoring: defaults, refusals, switches.

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

#[tokio::test]
async fn a_bad_request_is_refused_with_its_code_and_changes_nothing() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let with = |name: &str, value: Value| {
        let mut request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
        request[name] = value;
        request.to_string()
    };
    let target =
        |uri: &str| json!({ "operationName": "ListenIn", "targetDeviceUri": uri }).to_string();
    let text = str::to_owned;
    let own = site.uri_of("6001").replace("/devices/", "/me/devices/");
    for (body, code) in [
        // Not a JSON object.
        (text(""), 10),
        (text("ListenIn"), 10),
        (text("{"), 10),
        (text("[]"), 10),
        (text("\"ListenIn\""), 10),
        (text("null"), 10),
        (text("\u{0}"), 10),
        // A parameter is missing, of the wrong type, or given twice.
        (text("{}"), 1),
        (text(r#"{"operationName":null}"#), 1),
        (text(r#"{"operationName":"ListenIn"}"#), 1),
        (with("operationName", json!(1)), 10),
        (with("targetDeviceUri", json!(["x"])), 10),
        (with("phoneNumber", json!(6001)), 10),
        (with("supervisorMonitoringScope", json!({})), 10),
        (with("supervisorMonitoringMode", json!(true)), 10),
        (
            text(r#"{"operationName":"ListenIn","operationN\u0061me":"Hangup"}"#),
            10,
        ),
        // A value is not allowed.
        (with("supervisorMonitoringScope", json!("call")), 10),
        (with("supervisorMonitoringScope", json!("")), 10),
        (with("supervisorMonitoringMode", json!("Never")), 10),
        (with("operationName", json!("listenin")), 10),
        (with("operationName", json!("SwitchToCoach")), 10),
        // The target is not a device, or the supervisor's own.
        (target("not a uri"), 10),
        (target("http://127.0.0.1/api/v2/users/1"), 10),
        (target(&own), 10),
        (with("phoneNumber", json!("5005")), 2),
        // Nothing to cancel.
        (text(r#"{"operationName":"CancelSupervisorMonitoring"}"#), 2),
    ] {
        let reply = client.post(&device, body).await;
        reply.is_refused(400, code);
        site.has_no_monitoring();
    }
    let unknown = target("http://127.0.0.1/api/v2/devices/1");
    client.post(&device, unknown).await.is_refused(404, 6);
    site.has_no_monitoring();
}

#[tokio::test]
async fn another_users_device_is_not_found() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    let request = listen_in();
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
async fn a_supervisor_coaches_barges_in_and_returns_to_listening() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let coach = json!({ "operationName": "Coach", "targetDeviceUri": site.uri_of("6001") });
    assert_eq!(client.operation(&device, coach).await.status, 200);
    let found = site.control.monitoring("5005").expect("monitoring");
    assert_eq!(found.how, crate::world::Supervision::Coach);
    site.call_arrives("6001");
    let calls = client.read("/api/v2/me/calls?fields=*").await;
    let id = calls["calls"][0]["id"].as_str().expect("a call");
    let path = format!("/api/v2/me/calls/{id}");
    for (operation, kind, mute) in [
        ("Answer", "Coach", "Off"),
        ("SwitchToBargeIn", "BargeIn", "Off"),
        ("SwitchToListenIn", "ListenIn", "On"),
    ] {
        let request = json!({ "operationName": operation });
        assert_eq!(client.operation(&path, request).await.status, 200);
        let call = client.read(&path).await["call"].take();
        assert_eq!(call["supervisorMonitoringState"]["state"], kind);
        assert_eq!(call["mute"], mute);
    }
    let request = json!({ "operationName": "SwitchToListenIn" });
    let reply = client.operation(&path, request).await;
    reply.is_refused(400, 2);
    assert!(reply.text.contains("SwitchToBargeIn"), "{}", reply.text);
}
