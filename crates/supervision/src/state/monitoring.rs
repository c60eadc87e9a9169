//! Whom the supervisor's device monitors: what the device says, and nothing else.

use bayeux::Instant;
use gws::device::MonitoringKind;
use gws::{DeviceId, Mode, Scope};

/// What the device says of monitoring.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Monitoring {
    /// The device has not been read yet.
    #[default]
    Unknown,
    /// Nobody is monitored.
    None,
    /// Someone is.
    Active(Monitored),
    /// The server says that someone is monitored, in a way this version can't read.
    Unrecognised(String),
}

/// A monitoring subscription in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Monitored {
    /// How the supervisor takes part.
    pub kind: MonitoringKind,
    /// For how long.
    pub mode: Mode,
    /// Of what.
    pub scope: Scope,
    /// The monitored device, if its URI can be read.
    pub target: Option<DeviceId>,
    /// The monitored number, if the server says.
    pub number: Option<String>,
    /// Since when.
    pub since: Since,
}

impl Monitored {
    /// Whether this is listening to that device in that way.
    pub fn is(&self, target: &DeviceId, scope: &Scope, mode: &Mode) -> bool {
        self.target.as_ref() == Some(target)
            && self.scope == *scope
            && self.mode == *mode
            && self.kind == MonitoringKind::ListenIn
    }

    /// Whether `other` is the same subscription, whenever it was seen.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (&self.kind, &self.mode, &self.scope, &self.target)
            == (&other.kind, &other.mode, &other.scope, &other.target)
    }
}

/// A beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// When it was, or, if it was not observed, when it was first seen to have been.
    pub at: Instant,
    /// Whether it was observed. If not, a clock that counts from it must say "at least".
    pub is_observed: bool,
}
