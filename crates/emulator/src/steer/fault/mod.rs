//! What can be made to go wrong, at run time: by `--fault`, by a script, over HTTP, or by
//! [`Control`](crate::Control). All use the same names.
//!
//! | file | holds |
//! |---|---|
//! | `kinds` | the faults, with their parameters |
//! | `parameters` | what such a parameter can be |
//! | `operation` | the operations one can be limited to |
//! | `about` | a line on each, for people; what it can be limited to |
//! | `switch` | a fault that is on: its parameters, what it is limited to, how often |
//! | `flag` | the short way to write one: `NAME:key=value,…` |
//! | `active` | those that are on, and what they strike |
//! | `delivery` | what faults make of notifications on their way to the notification server |
//!
//! Where they strike: `http::faults` and `http::broken` (requests and replies), `state`
//! (notifications).

mod about;
mod active;
mod delivery;
mod flag;
mod kinds;
mod operation;
mod parameters;
mod switch;
#[cfg(test)]
mod tests;

pub use self::about::{About, FAULTS, FaultName};
pub use self::active::FaultStatus;
pub use self::kinds::Fault;
pub use self::operation::OperationName;
pub use self::parameters::{Copies, CutWith, HttpStatus};
pub use self::switch::{ChannelPattern, Extent, FaultOn, InvalidFault, PathPrefix, Scope};

pub(crate) use self::active::{Faults, Target};
pub(crate) use self::delivery::{Delivery, Notification};
