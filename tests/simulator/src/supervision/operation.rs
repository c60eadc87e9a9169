//! Operations in requests, and on devices.

use gws::{CallId, CallOperation, DeviceId, Monitoring};
use serde_json::Value;
use supervision::{MonitoringChoice, Operation, Target};

/// Whether an operation is in force on a device that monitors like this, or nobody.
pub(super) fn is_in_force(operation: &Operation, found: Option<&Monitoring>) -> bool {
    match (operation, found) {
        (Operation::Monitor(choice), Some(found)) => {
            let is_target = match &choice.target {
                Target::Device(device) => found.target().as_ref() == Some(device),
                Target::Number(number) => found.phone_number.as_ref() == Some(number),
            };
            let MonitoringChoice {
                kind, scope, mode, ..
            } = choice;
            is_target && (kind, scope, mode) == (&found.state, &found.scope, &found.mode)
        }
        (Operation::Stop, found) => found.is_none(),
        _ => false,
    }
}

/// Parses the body of a POST to a device or a call. None if it is not an operation.
pub(super) fn read(call: Option<&CallId>, body: &[u8]) -> Option<Operation> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let text = |name: &str| body[name].as_str();
    let name = text("operationName")?;
    if let Some(call) = call {
        let mut known = CallOperation::ALL.into_iter();
        return Some(Operation::Call {
            call: call.clone(),
            operation: known.find(|operation| operation.name() == name)?,
        });
    }
    if name == Operation::Stop.name() {
        return Some(Operation::Stop);
    }
    let target = match text("targetDeviceUri") {
        Some(uri) => Target::Device(DeviceId::from_uri(uri)?),
        None => Target::Number(text("phoneNumber")?.to_owned()),
    };
    Some(Operation::Monitor(MonitoringChoice {
        kind: name.into(),
        target,
        scope: text("supervisorMonitoringScope").unwrap_or("Call").into(),
        mode: text("supervisorMonitoringMode")
            .unwrap_or("AllCalls")
            .into(),
    }))
}
