//! What one can ask for: operations on one's own device (*ListenIn*, *Coach*, *BargeIn*,
//! *CancelSupervisorMonitoring*) and on one's own calls (*SwitchToBargeIn*, *MuteMonitoredUser*, …).

use crate::call::CallCapability;
use crate::monitoring::{Mode, MonitoringKind, Scope};

/// An operation on one's own device: the body of `POST /me/devices/{id}`. All need the features
/// `api-voice` and `api-supervisor-monitoring`. The reply only says that the request was taken; a
/// `DeviceStateChangeMessage` for the supervisor's device confirms it.
#[derive(Clone, Debug, PartialEq)]
pub enum DeviceOperation {
    /// Hear an agent's calls without being heard.
    ListenIn(MonitoringParameters),
    /// Hear an agent's calls, and be heard by the agent only.
    Coach(MonitoringParameters),
    /// Take part in an agent's calls: agent and customer hear the supervisor.
    BargeIn(MonitoringParameters),
    /// End the monitoring.
    CancelSupervisorMonitoring,
}

/// Whom to monitor, and how: the parameters that `ListenIn`, `Coach` and `BargeIn` share.
///
/// Assumption: `phoneNumber` alone names a target. No page says whether `targetDeviceUri` may be
/// left out beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct MonitoringParameters {
    /// The device to monitor, by [`DeviceId::to_uri`](crate::DeviceId::to_uri).
    pub target_device_uri: Option<String>,
    /// The number to monitor, where the device is not known: a routing point, for example.
    pub phone_number: Option<String>,
    /// What is monitored.
    pub supervisor_monitoring_scope: Scope,
    /// For how long.
    pub supervisor_monitoring_mode: Mode,
}

impl DeviceOperation {
    /// The request to take part in calls in that way; none for a kind that no operation sets up.
    pub fn monitor(kind: &MonitoringKind, parameters: MonitoringParameters) -> Option<Self> {
        match kind {
            MonitoringKind::ListenIn => Some(Self::ListenIn(parameters)),
            MonitoringKind::Coach => Some(Self::Coach(parameters)),
            MonitoringKind::BargeIn => Some(Self::BargeIn(parameters)),
            MonitoringKind::Other(_) => None,
        }
    }

    /// What is sent, by names.
    pub(crate) fn fields(&self) -> Vec<(&'static str, &str)> {
        let mut fields = vec![("operationName", self.name())];
        if let Self::ListenIn(how) | Self::Coach(how) | Self::BargeIn(how) = self {
            let device = how.target_device_uri.as_deref();
            fields.extend(device.map(|uri| ("targetDeviceUri", uri)));
            let number = how.phone_number.as_deref();
            fields.extend(number.map(|number| ("phoneNumber", number)));
            let scope = how.supervisor_monitoring_scope.as_str();
            fields.push(("supervisorMonitoringScope", scope));
            let mode = how.supervisor_monitoring_mode.as_str();
            fields.push(("supervisorMonitoringMode", mode));
        }
        fields
    }

    /// The name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ListenIn(_) => "ListenIn",
            Self::Coach(_) => "Coach",
            Self::BargeIn(_) => "BargeIn",
            Self::CancelSupervisorMonitoring => "CancelSupervisorMonitoring",
        }
    }
}

/// An operation on one's own call: the body of `POST /me/calls/{id}`. Each is possible while the
/// call offers the [capability](CallCapability) of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOperation {
    /// Take a ringing call.
    Answer,
    /// Leave the call. Assumption: monitoring of all calls goes on after it.
    Hangup,
    /// Be heard by everyone in this call.
    SwitchToBargeIn,
    /// Go back to listening in this call.
    SwitchToListenIn,
    /// Stop being heard: one's own microphone.
    MuteCall,
    /// Be heard again.
    UnmuteCall,
    /// Take the agent's microphone away.
    MuteMonitoredUser,
    /// Give it back.
    UnmuteMonitoredUser,
}

impl CallOperation {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Answer,
        Self::Hangup,
        Self::SwitchToBargeIn,
        Self::SwitchToListenIn,
        Self::MuteCall,
        Self::UnmuteCall,
        Self::MuteMonitoredUser,
        Self::UnmuteMonitoredUser,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answer => "Answer",
            Self::Hangup => "Hangup",
            Self::SwitchToBargeIn => "SwitchToBargeIn",
            Self::SwitchToListenIn => "SwitchToListenIn",
            Self::MuteCall => "MuteCall",
            Self::UnmuteCall => "UnmuteCall",
            Self::MuteMonitoredUser => "MuteMonitoredUser",
            Self::UnmuteMonitoredUser => "UnmuteMonitoredUser",
        }
    }

    /// What a call must offer for it.
    pub fn capability(self) -> CallCapability {
        CallCapability::from(self.name())
    }
}
