//! What a supervisor can ask for, in the words of neither machine nor world.

use core::fmt;

use gws::{CallId, DeviceId, Mode, Monitoring, MonitoringKind, Scope};
use serde_json::Value;

/// Something that is asked for of a device, or of a call on it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Asked {
    /// `ListenIn`, `Coach`, `BargeIn`.
    Monitor {
        kind: MonitoringKind,
        target: Target,
        scope: Scope,
        mode: Mode,
    },
    /// `CancelSupervisorMonitoring`.
    Stop,
    /// An operation on a call, by its name.
    Call(CallId, String),
}

/// Who is to be monitored.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    Device(DeviceId),
    Number(String),
}

/// Without whom, so that violations can be counted by their kind.
impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Monitor {
                kind,
                target: Target::Device(_),
                ..
            } => write!(f, "{kind}"),
            Self::Monitor { kind, .. } => write!(f, "{kind} by number"),
            Self::Stop => f.write_str("CancelSupervisorMonitoring"),
            Self::Call(_, operation) => f.write_str(operation),
        }
    }
}

impl Asked {
    /// Whether that is in force where a device monitors like this, or nobody.
    pub(super) fn is_in_force(&self, found: Option<&Monitoring>) -> bool {
        match (self, found) {
            (
                Self::Monitor {
                    kind,
                    target,
                    scope,
                    mode,
                },
                Some(found),
            ) => {
                let is_target = match target {
                    Target::Device(device) => found.target().as_ref() == Some(device),
                    Target::Number(number) => found.phone_number.as_ref() == Some(number),
                };
                is_target && (kind, scope, mode) == (&found.state, &found.scope, &found.mode)
            }
            (Self::Stop, found) => found.is_none(),
            _ => false,
        }
    }

    /// Whether it is asked of that call.
    pub(super) fn is_of(&self, call: &CallId) -> bool {
        matches!(self, Self::Call(of, _) if of == call)
    }

    /// Reads the body of a POST to a device or a call; none if it can't be read.
    pub(super) fn read(call: Option<&CallId>, body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let text = |name: &str| body[name].as_str();
        let operation = text("operationName")?;
        if let Some(call) = call {
            return Some(Self::Call(call.clone(), operation.to_owned()));
        }
        if operation == "CancelSupervisorMonitoring" {
            return Some(Self::Stop);
        }
        let target = match text("targetDeviceUri") {
            Some(uri) => Target::Device(DeviceId::from_uri(uri)?),
            None => Target::Number(text("phoneNumber")?.to_owned()),
        };
        Some(Self::Monitor {
            kind: operation.into(),
            target,
            scope: text("supervisorMonitoringScope").unwrap_or("Call").into(),
            mode: text("supervisorMonitoringMode")
                .unwrap_or("AllCalls")
                .into(),
        })
    }
}
