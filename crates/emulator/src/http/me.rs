//! `GET /me` with its subresources, `/me/channels`, `/me/features`, `/me/settings`: who the caller
//! is and what the caller has. These are the documented way to recover the state
//! after a reload (*RecoveringExistingState*).

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::error::Error;
use super::gate::Caller;
use super::list::list;
use super::query::Query;
use super::reply::success;
use super::users::with_subresources;
use crate::state::Shared;
use crate::wire;
use crate::world::{Feature, PersonId, SETTINGS_SECTION, World};

/// `GET /me?subresources=…`
///
/// Without `api-voice` there are no calls among them either.
pub(super) async fn me(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    query: Query,
) -> Response {
    let world = &shared.lock().world;
    let mut user = with_subresources(world, caller, &query);
    if world.features().has(Feature::Voice) && query.wants("calls") {
        user.calls = Some(world.own_calls(caller));
    }
    if query.wants("features") {
        let on = world.features().on();
        user.features = Some(
            on.map(|feature| wire::Feature::of(feature, world.base()))
                .collect(),
        );
    }
    if query.wants("settings") {
        user.settings = Some(settings_of(world, caller));
    }
    if query.wants("groups") {
        user.groups = Some(world.groups_of(caller));
    }
    success(json!({ "user": query.fields().of(&user) }))
}

/// `GET /me/channels`
///
/// Assumption: a channel's URI ends with its name.
pub(super) async fn channels(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    query: Query,
) -> Result<Response, Error> {
    let world = &shared.lock().world;
    list(&query, "channels", [world.channel(caller)], |channel| {
        format!("{}/me/channels/{}", world.base(), channel.channel)
    })
}

/// `GET /me/channels/{id}`
pub(super) async fn channel(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let channel = shared.lock().world.channel(caller);
    if channel.channel != id {
        return Err(Error::NoSuchResource);
    }
    Ok(success(json!({ "channel": query.fields().of(&channel) })))
}

/// `GET /me/settings`
pub(super) async fn settings(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
) -> Response {
    let settings = settings_of(&shared.lock().world, caller);
    success(json!({ "settings": settings }))
}

fn settings_of(world: &World, caller: PersonId) -> Value {
    json!({ SETTINGS_SECTION: world.settings_of(caller) })
}
