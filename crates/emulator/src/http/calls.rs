//! `GET /me/calls`, `/me/calls/{id}`: the calls one takes part in, the documented way to recover
//! them after a reload (*RecoveringExistingState*).

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::error::Error;
use super::gate::Caller;
use super::list::list;
use super::query::Query;
use super::reply::success;
use crate::state::{Core, Shared};
use crate::wire;
use crate::world::{PersonId, Refusal};

/// `GET /me/calls`
pub(super) async fn mine(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    query: Query,
) -> Result<Response, Error> {
    let calls = own_calls(&shared.lock(), caller);
    list(&query, "calls", calls, wire::Call::uri)
}

/// `GET /me/calls/{id}`
pub(super) async fn one_of_mine(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let mut calls = own_calls(&shared.lock(), caller).into_iter();
    let call = calls.find(|call| call.resource.id.as_str() == id);
    let call = call.ok_or(Refusal::NoSuchCall(id))?;
    Ok(success(json!({ "call": query.fields().of(&call) })))
}

/// The calls of a user, as they are sent.
pub(super) fn own_calls(core: &Core, owner: PersonId) -> Vec<wire::Call> {
    let calls = core.world.own_calls(owner);
    calls
        .iter()
        .map(|call| wire::Call::new(call, &core.format))
        .collect()
}
