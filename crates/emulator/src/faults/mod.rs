//! What can be made to go wrong, at run time: by `--fault`, by a script, over HTTP, or by
//! [`Control`](crate::Control). All use the same names.
//!
//! | file | holds |
//! |---|---|
//! | `kinds` | the faults, and a line on each |
//! | `switch` | a fault that is on: its parameters, what it is limited to, how often |
//! | `flag` | the short way to write one: `NAME:key=value,…` |
//! | `active` | those that are on, and what they strike |
//! | `delivery` | what faults make of notifications on their way to the notification server |
//!
//! Where they strike: `http::faults` (requests and replies), `state` (notifications), `listener`
//! (connections).

mod active;
mod delivery;
mod flag;
mod kinds;
mod switch;
#[cfg(test)]
mod tests;

pub use self::active::FaultStatus;
pub use self::kinds::{About, Copies, CutWith, FAULTS, Fault, FaultName, HttpStatus};
pub use self::switch::{
    ChannelPattern, Extent, FaultOn, InvalidFault, OperationName, PathPrefix, Scope,
};

pub(crate) use self::active::{Faults, Target};
pub(crate) use self::delivery::{Delivery, Notification};
