//! What one can ask for: operations on one's own device (*ListenIn*, *CancelSupervisorMonitoring*)
//! and on one's own calls.

use serde::Serialize;

use crate::words::open_enum;

open_enum! {
    /// What is monitored (`supervisorMonitoringScope`). Without it the server takes `Call`.
    pub enum Scope {
        /// The whole call, wherever it goes: after a transfer the supervisor stays with the
        /// customer and the new agent.
        Call = "Call",
        /// The agent only: if the agent transfers the call, the supervisor is released from it.
        Agent = "Agent",
    }
}

open_enum! {
    /// For how long (`supervisorMonitoringMode`). Without it the server takes `AllCalls`.
    pub enum Mode {
        /// Every call until it is cancelled.
        AllCalls = "AllCalls",
        /// Only the next call the agent receives; then monitoring ends.
        NextCall = "NextCall",
    }
}

/// An operation on one's own device: the body of `POST /me/devices/{id}`. Both need the features
/// `api-voice` and `api-supervisor-monitoring`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "operationName")]
pub enum DeviceOperation {
    /// Hear an agent's calls without being heard. The reply only says that the request was taken;
    /// a `DeviceStateChangeMessage` for the supervisor's device confirms it.
    #[serde(rename_all = "camelCase")]
    ListenIn {
        /// The device to monitor, by [`DeviceId::to_uri`](crate::DeviceId::to_uri).
        target_device_uri: String,
        /// What is monitored.
        supervisor_monitoring_scope: Scope,
        /// For how long.
        supervisor_monitoring_mode: Mode,
    },
    /// End the monitoring.
    CancelSupervisorMonitoring {},
}

impl DeviceOperation {
    /// The name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ListenIn { .. } => "ListenIn",
            Self::CancelSupervisorMonitoring {} => "CancelSupervisorMonitoring",
        }
    }
}

/// An operation on one's own call: the body of `POST /me/calls/{id}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "operationName")]
pub enum CallOperation {
    /// Take a ringing call.
    Answer {},
    /// Leave the call. Assumption: monitoring of all calls goes on after it.
    Hangup {},
}

impl CallOperation {
    /// The name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Answer {} => "Answer",
            Self::Hangup {} => "Hangup",
        }
    }
}
