//! How a supervisor takes part in a call, and how their leg begins.

use clap::ValueEnum;
use gws::MonitoringKind;
use serde::Deserialize;

/// How a supervisor takes part in an agent's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Supervision {
    /// Hears, but is not heard. T-Server's `mute`.
    #[serde(rename = "mute")]
    #[value(name = "mute")]
    ListenIn,
    /// Is heard by the agent only. T-Server's `coach`.
    Coach,
    /// Is heard by everyone. T-Server's `connect`.
    #[serde(rename = "connect")]
    #[value(name = "connect")]
    BargeIn,
}

impl Supervision {
    /// The contract's name for it.
    pub fn to_kind(self) -> MonitoringKind {
        match self {
            Self::ListenIn => MonitoringKind::ListenIn,
            Self::Coach => MonitoringKind::Coach,
            Self::BargeIn => MonitoringKind::BargeIn,
        }
    }
}

/// How a supervisor's leg begins.
///
/// Assumption: no public text says which of the two a v2 server does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SupervisorLeg {
    /// It rings, and waits for `Answer`.
    #[default]
    Ring,
    /// It is established at once, unless the supervisor is talking on another call.
    Answered,
}
