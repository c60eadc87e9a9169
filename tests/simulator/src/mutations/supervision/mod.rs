//! Faults in the supervision machine.

mod clocks;
mod connection;
mod devices;
mod requests;
mod sign_in;

use super::{Mutation, Net};

const fn fault(
    name: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
) -> Mutation {
    Mutation {
        name,
        net: Net::Supervision,
        file,
        find,
        replace,
    }
}

const fn tested(
    name: &'static str,
    file: &'static str,
    find: &'static str,
    replace: &'static str,
) -> Mutation {
    Mutation {
        net: Net::Behaviour,
        ..fault(name, file, find, replace)
    }
}

/// All of them.
pub(super) fn mutations() -> impl Iterator<Item = &'static Mutation> {
    let parts = [
        requests::MUTATIONS,
        devices::MUTATIONS,
        connection::MUTATIONS,
        sign_in::MUTATIONS,
        clocks::MUTATIONS,
    ];
    parts.into_iter().flatten()
}
