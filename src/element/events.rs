//! What the element tells the page: events named `listen-in-…`, their details plain objects.

use gws::{CallState, Mode, Scope};
use js_sys::Function;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use supervision::{Event, Monitoring, Operation, RequestStage, State};
use wasm_bindgen::JsValue;

use crate::view::phase_key;

/// Tells the page of `event`.
pub(super) fn emit(emit: &Function, state: &State, event: &Event) {
    let told = match event {
        Event::Connection => told("listen-in-connection", &ConnectionDetail::of(state)),
        Event::Device => told("listen-in-device", &DeviceDetail::of(state)),
        Event::Monitoring => told("listen-in-monitoring", &MonitoringDetail::of(state)),
        Event::Call => told("listen-in-call", &CallsDetail::of(state)),
        Event::Request { operation, stage } => {
            told("listen-in-request", &RequestDetail::of(operation, *stage))
        }
        // The journal is for the supervisor's eyes.
        _ => return,
    };
    if let Some((name, detail)) = told {
        // A listener that throws is reported by the browser where the page's author looks for it.
        let _ = emit.call2(&JsValue::UNDEFINED, &name.into(), &detail);
    }
}

fn told(name: &'static str, detail: &impl Serialize) -> Option<(&'static str, JsValue)> {
    let detail = detail.serialize(&Serializer::json_compatible()).ok()?;
    Some((name, detail))
}

/// `listen-in-connection`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConnectionDetail {
    /// `idle`, `starting`, `live`, `reconnecting`, `sign-in-needed`, `stopped`.
    phase: &'static str,
}

impl ConnectionDetail {
    fn of(state: &State) -> Self {
        Self {
            phase: phase_key(state.connection.phase),
        }
    }
}

/// `listen-in-device`: the supervisor's device, or nothing but nulls.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeviceDetail<'a> {
    id: Option<&'a str>,
    phone_number: Option<&'a str>,
    device_state: Option<&'a str>,
    user_state: Option<&'a str>,
    capabilities: Vec<&'a str>,
}

impl<'a> DeviceDetail<'a> {
    fn of(state: &'a State) -> Self {
        let device = state.device();
        Self {
            id: device.map(|device| device.id.as_str()),
            phone_number: device.map(|device| device.phone_number.as_str()),
            device_state: device.and_then(|device| Some(device.device_state.as_ref()?.as_str())),
            user_state: device.and_then(|device| Some(device.user_state.as_ref()?.state.as_str())),
            capabilities: device.map_or_else(Vec::new, |device| {
                device.capabilities.iter().map(|c| c.as_str()).collect()
            }),
        }
    }
}

/// `listen-in-monitoring`: whom the device monitors, as it says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MonitoringDetail<'a> {
    /// `unknown`, `none`, `active`, `unrecognised`.
    state: &'static str,
    /// With `active`: `ListenIn`, `Coach`, `BargeIn`.
    kind: Option<&'a str>,
    target_device_id: Option<&'a str>,
    scope: Option<&'a str>,
    mode: Option<&'a str>,
}

impl<'a> MonitoringDetail<'a> {
    fn of(state: &'a State) -> Self {
        let active = match &state.monitoring {
            Monitoring::Active(active) => Some(active),
            _ => None,
        };
        Self {
            state: match state.monitoring {
                Monitoring::Unknown => "unknown",
                Monitoring::None => "none",
                Monitoring::Active(_) => "active",
                Monitoring::Unrecognised(_) => "unrecognised",
            },
            kind: active.map(|active| active.kind.as_str()),
            target_device_id: active.and_then(|active| Some(active.target.as_ref()?.as_str())),
            scope: active.map(|active| active.scope.as_str()),
            mode: active.map(|active| active.mode.as_str()),
        }
    }
}

/// `listen-in-call`: the calls on the device that are not over.
#[derive(Serialize)]
struct CallsDetail<'a> {
    calls: Vec<CallDetail<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallDetail<'a> {
    id: &'a str,
    state: &'a str,
    /// Whether it is the leg by which the supervisor monitors.
    is_monitoring: bool,
    /// Whether the supervisor can hear it.
    is_established: bool,
    participants: Vec<&'a str>,
}

impl<'a> CallsDetail<'a> {
    fn of(state: &'a State) -> Self {
        let calls = state.legs.iter().map(|leg| CallDetail {
            id: leg.call.id.as_str(),
            state: leg.call.state.as_str(),
            is_monitoring: leg.call.is_monitoring_leg(),
            is_established: leg.call.state == CallState::Established,
            participants: leg.call.participants.iter().map(|p| p.shown()).collect(),
        });
        Self {
            calls: calls.collect(),
        }
    }
}

/// `listen-in-request`: how far something that was asked for has come.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestDetail<'a> {
    /// `ListenIn`, `CancelSupervisorMonitoring`, `Answer`, `Hangup`.
    operation: &'static str,
    /// `sent`, `accepted`; then once `confirmed`, `refused`, `unconfirmed` or `unknown`.
    stage: &'static str,
    target_device_id: Option<&'a str>,
    scope: Option<&'a str>,
    mode: Option<&'a str>,
}

impl<'a> RequestDetail<'a> {
    fn of(operation: &'a Operation, stage: RequestStage) -> Self {
        let listen_in = match operation {
            Operation::ListenIn {
                target,
                scope,
                mode,
            } => Some((target, scope, mode)),
            _ => None,
        };
        Self {
            operation: match operation {
                Operation::ListenIn { .. } => "ListenIn",
                Operation::Stop => "CancelSupervisorMonitoring",
                Operation::Answer(_) => "Answer",
                Operation::Leave(_) => "Hangup",
            },
            stage: match stage {
                RequestStage::Sent => "sent",
                RequestStage::Accepted => "accepted",
                RequestStage::Confirmed => "confirmed",
                RequestStage::Refused => "refused",
                RequestStage::Unconfirmed => "unconfirmed",
                RequestStage::Unknown => "unknown",
            },
            target_device_id: listen_in.map(|(target, ..)| target.as_str()),
            scope: listen_in.map(|(_, scope, _): (_, &Scope, _)| scope.as_str()),
            mode: listen_in.map(|(.., mode): (_, _, &Mode)| mode.as_str()),
        }
    }
}
