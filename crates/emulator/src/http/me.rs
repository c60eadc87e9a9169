//! `GET /me` with its subresources, `/me/channels`, `/me/features`, `/me/settings`: who the caller
//! is and what the caller has. These are the documented way to recover the state
//! after a reload (*RecoveringExistingState*).

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::calls::own_calls;
use super::error::Error;
use super::features;
use super::gate::Caller;
use super::list::list;
use super::query::Query;
use super::reply::success;
use super::users::with_subresources;
use crate::state::Shared;
use crate::wire::{Channel, Group};
use crate::world::{Feature, PersonId, SETTINGS_SECTION, World};

/// `GET /me?subresources=…`
///
/// Without `api-voice` there are no calls among them either.
pub(super) async fn me(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    query: Query,
) -> Response {
    let core = shared.lock();
    let mut user = with_subresources(&core, caller, &query);
    if core.world.features().has(Feature::Voice) && query.wants("calls") {
        user.calls = Some(own_calls(&core, caller));
    }
    if query.wants("features") {
        user.features = Some(features::all(&core).collect());
    }
    if query.wants("settings") {
        user.settings = Some(settings_of(&core.world, caller));
    }
    if query.wants("groups") {
        let groups = core.world.groups_of(caller);
        user.groups = Some(
            groups
                .map(|group| Group::new(group, &core.format))
                .collect(),
        );
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
    let core = shared.lock();
    let channel = Channel::new(core.world.person(caller), &core.format);
    list(&query, "channels", [channel], |channel| {
        format!("{}/me/channels/{}", core.format.base(), channel.channel)
    })
}

/// `GET /me/channels/{id}`
pub(super) async fn channel(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let core = shared.lock();
    let channel = Channel::new(core.world.person(caller), &core.format);
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
