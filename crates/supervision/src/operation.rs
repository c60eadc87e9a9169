//! The operations that a supervisor can request.

use gws::{CallId, CallOperation, DeviceId, Mode, MonitoringKind, Scope};
use tolerant_json::text;

/// Whom to monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A device in the directory.
    Device(DeviceId),
    /// A number: a routing point, or somebody who is not in the directory.
    Number(String),
}

/// Whom to monitor, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct MonitoringChoice {
    /// How the supervisor takes part.
    pub kind: MonitoringKind,
    /// Whom to monitor.
    pub target: Target,
    /// Which part of a call.
    pub scope: Scope,
    /// Which calls.
    pub mode: Mode,
}

/// An operation that a supervisor requests.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Monitor somebody: `ListenIn`, `Coach`, `BargeIn`.
    Monitor(MonitoringChoice),
    /// Stop monitoring: `CancelSupervisorMonitoring`.
    Stop,
    /// An operation on a call of the supervisor's device.
    Call {
        /// The call.
        call: CallId,
        /// The operation.
        operation: CallOperation,
    },
}

impl Operation {
    /// The name on the wire.
    pub fn name(&self) -> &str {
        match self {
            Self::Monitor(choice) => choice.kind.as_str(),
            Self::Stop => "CancelSupervisorMonitoring",
            Self::Call { operation, .. } => operation.name(),
        }
    }

    /// The requested monitoring, if it is that.
    pub fn monitoring(&self) -> Option<&MonitoringChoice> {
        match self {
            Self::Monitor(choice) => Some(choice),
            Self::Stop | Self::Call { .. } => None,
        }
    }

    /// Whether it is about a device; otherwise it is about a call.
    pub(crate) fn is_of_device(&self) -> bool {
        !matches!(self, Self::Call { .. })
    }
}

/// The digits of a number, however it is formatted.
pub(crate) fn digits(number: &str) -> String {
    text::only(number, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '*' | '#')
    })
}

/// Whether `full` is `number` with country and area code: `+49306001` for `6001`; or, without the
/// plus sign, a complete number with at most a country code: `18005550100` for `8005550100`.
pub(crate) fn is_in_full(full: &str, number: &str) -> bool {
    let (digits_of_full, number) = (digits(full), digits(number));
    let is_international = full.trim().starts_with('+') && number.len() >= 3;
    let is_with_country = number.len() >= 7 && digits_of_full.len() <= number.len() + 3;
    (is_international || is_with_country) && digits_of_full.ends_with(&number)
}

/// Whether two numbers are the same, however they are formatted: `+1 (415) 555-0132` is
/// `+14155550132`.
pub(crate) fn is_same_number(one: &str, other: &str) -> bool {
    let (one, other) = (digits(one), digits(other));
    !one.is_empty() && one == other
}
