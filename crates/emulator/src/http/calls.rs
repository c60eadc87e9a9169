//! `GET /me/calls`, `/me/calls/{id}`: the user's calls, the documented way to recover them after a
//! reload (*RecoveringExistingState*).

use axum::extract::Path;
use axum::response::Response;

use super::error::Error;
use super::list::list;
use super::query::Read;
use crate::state::Core;
use crate::wire;
use crate::world::{PersonId, Refusal};

/// `GET /me/calls`
pub(super) async fn mine(read: Read) -> Result<Response, Error> {
    let calls = own_calls(&read.shared.lock(), read.caller);
    list(&read.query, "calls", calls, wire::Call::uri)
}

/// `GET /me/calls/{id}`
pub(super) async fn one_of_mine(Path(id): Path<String>, read: Read) -> Result<Response, Error> {
    let mut calls = own_calls(&read.shared.lock(), read.caller).into_iter();
    let call = calls.find(|call| call.resource.id.as_str() == id);
    let call = call.ok_or(Refusal::NoSuchCall(id))?;
    Ok(read.query.one("call", &call))
}

/// The calls of a user in their wire format.
pub(super) fn own_calls(core: &Core, owner: PersonId) -> Vec<wire::Call> {
    let calls = core.world.own_calls(owner);
    calls
        .iter()
        .map(|call| wire::Call::new(call, &core.format))
        .collect()
}
