//! Devices and calls of the fake GWS.

use serde_json::{Value, json};

use super::{BASE, SECOND, SUPERVISOR};

pub(crate) fn device(monitoring: Option<Value>) -> Value {
    let mut capabilities = vec![
        "ForwardCallsOn",
        "DoNotDisturbOn",
        "ListenIn",
        "Coach",
        "BargeIn",
    ];
    if monitoring.is_some() {
        capabilities.push("CancelSupervisorMonitoring");
    }
    let mut device = json!({
        "id": SUPERVISOR, "deviceState": "Active", "phoneNumber": "5005", "e164Number": "",
        "userState": { "state": "NotReady", "displayName": "Not Ready" },
        "capabilities": capabilities,
    });
    if let Some(monitoring) = monitoring {
        device["supervisorMonitoringState"] = monitoring;
    }
    device
}

/// The supervisor's second device.
pub(crate) fn second_device(monitoring: Option<Value>) -> Value {
    let mut second = device(monitoring);
    second["id"] = json!(SECOND);
    second["phoneNumber"] = json!("5007");
    second
}

/// A monitored call on a device of the supervisor.
pub(crate) fn call_on(device: &str, state: &str, mute: Option<&str>) -> Value {
    let mut call = leg(state, &["Answer", "Hangup"]);
    call["deviceUri"] = json!(format!("http://x/api/v2/devices/{device}"));
    if let Some(mute) = mute {
        call["mute"] = json!(mute);
    }
    call
}

pub(crate) fn listening(target: &str, scope: &str, mode: &str) -> Value {
    json!({ "state": "ListenIn", "mode": mode, "scope": scope,
        "targetDeviceUri": format!("http://127.0.0.1:8080/api/v2/devices/{target}") })
}

pub(crate) fn leg(state: &str, capabilities: &[&str]) -> Value {
    json!({ "id": "call-1", "state": state, "deviceUri": format!("{BASE}/devices/{SUPERVISOR}"),
        "participants": [{ "phoneNumber": "555-1234" }, { "phoneNumber": "6001" }],
        "monitoring": true, "callType": "Inbound", "duration": "0", "capabilities": capabilities })
}
