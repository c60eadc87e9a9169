//! Operations on the supervisor's own device (*ListenIn*, *Coach*, *BargeIn*,
//! *CancelSupervisorMonitoring*) and on their own calls (*SwitchToBargeIn*, *MuteMonitoredUser*, …).

use crate::call::CallCapability;
use crate::monitoring::{Mode, MonitoringKind, Scope};

/// An operation on the supervisor's own device: the body of `POST /me/devices/{id}`. All need the
/// features `api-voice` and `api-supervisor-monitoring`. The reply only says that the request was
/// accepted; a `DeviceStateChangeMessage` for the supervisor's device confirms it.
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
/// omitted.
#[derive(Clone, Debug, PartialEq)]
pub struct MonitoringParameters {
    /// The device to monitor, by [`DeviceId::to_uri`](crate::DeviceId::to_uri).
    pub target_device_uri: Option<String>,
    /// The number to monitor, if the device is unknown: a routing point, for example.
    pub phone_number: Option<String>,
    /// The monitored part of a call.
    pub supervisor_monitoring_scope: Scope,
    /// The monitored calls.
    pub supervisor_monitoring_mode: Mode,
}

impl DeviceOperation {
    /// The operation for a kind of monitoring; none for a kind that can't be requested.
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
            if let Some(uri) = &how.target_device_uri {
                fields.push(("targetDeviceUri", uri));
            }
            if let Some(number) = &how.phone_number {
                fields.push(("phoneNumber", number));
            }
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

/// An operation on the supervisor's own call: the body of `POST /me/calls/{id}`. Each is possible
/// while the call has the [capability](CallCapability) of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOperation {
    /// Answer a ringing call.
    Answer,
    /// Leave the call. Assumption: monitoring of all calls continues afterwards.
    Hangup,
    /// Be heard by everyone in this call.
    SwitchToBargeIn,
    /// Go back to listening in this call.
    SwitchToListenIn,
    /// Mute the supervisor's own microphone.
    MuteCall,
    /// Unmute it.
    UnmuteCall,
    /// Mute the agent's microphone.
    MuteMonitoredUser,
    /// Unmute it.
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

    /// The capability that it needs.
    pub fn capability(self) -> CallCapability {
        CallCapability::from(self.name())
    }
}
