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
use crate::state::Shared;
use crate::wire;
use crate::world::Refusal;

/// `GET /me/calls`
pub(super) async fn mine(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    query: Query,
) -> Response {
    let calls = shared.lock().world.own_calls(caller);
    list(&query, "calls", calls, wire::Call::uri)
}

/// `GET /me/calls/{id}`
pub(super) async fn one_of_mine(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let calls = shared.lock().world.own_calls(caller);
    let mut calls = calls
        .into_iter()
        .filter(|call| call.resource.id.as_str() == id);
    let call = calls.next().ok_or(Refusal::NoSuchCall(id))?;
    Ok(success(json!({ "call": query.fields().of(&call) })))
}
