//! Faults in the supervision machine.

mod clocks;
mod connection;
mod devices;
mod requests;
mod sign_in;

use super::{Mutation, fault, tested};

/// All of them.
pub(super) const LISTS: &[&[Mutation]] = &[
    requests::MUTATIONS,
    devices::MUTATIONS,
    connection::MUTATIONS,
    sign_in::MUTATIONS,
    clocks::MUTATIONS,
];
