//! `GET /me` with its subresources, `/me/devices`, `/me/calls`: what the caller has. These are the
//! documented way to recover the state after a reload (*RecoveringExistingState*).

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::error::Error;
use super::gate::Caller;
use super::query::{Fields, Query};
use super::reply::success;
use crate::state::Shared;
use crate::wire;
use crate::world::{PersonId, Refusal, World};

/// `GET /me?subresources=…`
pub(super) async fn me(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    query: Query,
) -> Response {
    #[derive(Serialize)]
    struct Reply {
        user: wire::User,
    }
    let world = &shared.lock().world;
    let mut user = with_subresources(world, caller, &query);
    if query.wants("calls") {
        user.calls = Some(world.call(caller).into_iter().collect());
    }
    if query.wants("features") {
        user.features = Some(wire::Feature::all(world.base()));
    }
    if query.wants("settings") {
        user.settings = Some(settings());
    }
    success(Reply { user })
}

/// A user with those subresources that any user has for any other.
pub(super) fn with_subresources(world: &World, person: PersonId, query: &Query) -> wire::User {
    let mut user = world.user(person);
    if query.wants("devices") {
        user.devices = Some(vec![world.device(person)]);
    }
    if query.wants("channels") {
        user.channels = Some(vec![world.channel(person)]);
    }
    if query.wants("skills") {
        user.skills = Some([]);
    }
    user
}

/// `GET /me/devices`
pub(super) async fn devices(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    query: Query,
) -> Response {
    let world = &shared.lock().world;
    let device = world.device(caller);
    match query.fields() {
        Fields::Uris => uris([device.id().to_uri(world.base())]),
        fields => success(json!({ "devices": [fields.of(&device)] })),
    }
}

/// `GET /me/devices/{id}`
///
/// Assumption: one device is always an object; without `fields` it is whole.
pub(super) async fn device(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let device = shared.lock().world.device(caller);
    if device.id().as_str() != id {
        return Err(Refusal::NoSuchDevice(id).into());
    }
    Ok(success(json!({ "device": query.fields().of(&device) })))
}

/// `GET /me/calls`
pub(super) async fn calls(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    query: Query,
) -> Response {
    let world = &shared.lock().world;
    let call = world.call(caller);
    match query.fields() {
        Fields::Uris => uris(call.map(|call| call.uri)),
        fields => {
            let calls: Vec<Value> = call.iter().map(|call| fields.of(call)).collect();
            success(json!({ "calls": calls }))
        }
    }
}

/// `GET /me/calls/{id}`
pub(super) async fn call(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let call = shared.lock().world.call(caller);
    let call = call.filter(|call| call.resource.id.as_str() == id);
    let call = call.ok_or(Refusal::NoSuchCall(id))?;
    Ok(success(json!({ "call": query.fields().of(&call) })))
}

/// A list without `fields`.
pub(super) fn uris(uris: impl IntoIterator<Item = String>) -> Response {
    let uris: Vec<String> = uris.into_iter().collect();
    success(json!({ "uris": uris }))
}

/// Options of the desktop that concern supervision, by their documented names and defaults.
fn settings() -> Value {
    json!({ "interaction-workspace": {
        "privilege.teamlead.can-use": "true",
        "privilege.teamlead.can-monitor-voice": "true",
        "privilege.teamlead.can-coach-voice": "true",
        "privilege.teamlead.can-monitor-routing-point": "false",
        "teamlead.monitoring-scope": "call",
    } })
}
