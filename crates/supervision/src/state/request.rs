//! What was asked for, and why it did not come about.

use bayeux::Instant;
use gws::{CallId, DeviceId, Mode, ReplyError, Scope};

/// Something a supervisor asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Listen in to a device's calls.
    ListenIn {
        /// The device.
        target: DeviceId,
        /// Of what.
        scope: Scope,
        /// For how long.
        mode: Mode,
    },
    /// Stop monitoring.
    Stop,
    /// Answer a call.
    Answer(CallId),
    /// Leave a call.
    Leave(CallId),
}

/// A request that is neither confirmed nor refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// What was asked for.
    pub operation: Operation,
    /// How far it has come.
    pub stage: PendingStage,
    /// When it was asked for.
    pub since: Instant,
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PendingStage {
    /// It was sent.
    Sent,
    /// The server took it. Nothing is in force yet.
    Accepted,
    /// It was not confirmed in time, or nobody knows whether it arrived: the device is read again.
    Checking,
}

/// Why something asked for did not come about.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What was asked for.
    pub operation: Operation,
    /// Why.
    pub why: Why,
    /// When that became known.
    pub at: Instant,
}

/// Why something asked for did not come about.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Why {
    /// The server answered, but not with success.
    Reply(ReplyError),
    /// The server took it and reported an error later, with or without words.
    Reported(Option<String>),
    /// The server took it, and the device does not show it.
    NeverConfirmed,
    /// Nobody knows whether the request arrived; the device does not show it.
    Unknown,
}
