//! Why something can't be asked for now.

use super::request::Operation;

/// Why something can't be asked for now.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Obstacle {
    /// The server does not know who we are.
    SignInNeeded,
    /// What is shown may be out of date.
    NotLive,
    /// Something else was asked for and is not settled.
    UnderWay(Operation),
    /// The supervisor has no device.
    NoDevice,
    /// The supervisor's device is not active.
    DeviceInactive,
    /// The device does not offer it.
    NoCapability {
        /// A feature that the contact centre lacks, which would explain it.
        missing_feature: Option<&'static str>,
    },
    /// No agent is picked.
    NothingPicked,
    /// The picked device is the supervisor's own.
    OwnDevice,
    /// It is in force already.
    AlreadyInForce,
    /// There is nothing to stop.
    NothingMonitored,
    /// There is no such call, or it does not offer that.
    NoSuchCall,
}
