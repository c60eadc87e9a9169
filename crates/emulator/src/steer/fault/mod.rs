//! Faults, switched on by `--fault`, by a script, over HTTP, or by [`Control`](crate::Control).
//!
//! A fault is data: where it strikes ([`At`], [`Match`]), what it does ([`Action`]), how often and
//! how long ([`Limits`]). It is identified by a name in [`FAULTS`], which stands for a place and an
//! action.
//!
//! | file | holds |
//! |---|---|
//! | `table` | the names, for parsing, the help, the console and the README |
//! | `action` | what a fault does |
//! | `place` | what it strikes |
//! | `short` | parameters as in a flag |
//! | `written` | the fault, and how it is written in JSON and in a flag |
//! | `active` | the active faults, and which of them strike |
//! | `delivery` | delays, drops and copies notifications |
//!
//! Requests and replies are struck in `http::faults` and `http::broken`, notifications in
//! `state::publish`.

mod action;
mod active;
mod delivery;
mod place;
mod short;
mod table;
#[cfg(test)]
mod tests;
mod written;

pub use self::action::{Action, TimeOut};
pub use self::active::FaultStatus;
#[cfg(test)]
pub(crate) use self::place::OPERATIONS;
pub use self::place::{At, ChannelPattern, Match};
pub use self::short::InvalidFault;
pub use self::table::{FAULTS, FaultKind, FaultName};
pub use self::written::{Fault, Limits};

pub(crate) use self::active::{Faults, Target};
pub(crate) use self::delivery::{Delivery, Notification};
