//! `GET /me` with its subresources, `/me/channels`, `/me/features`, `/me/settings`: the caller's own
//! data, and the documented way to recover the state after a reload (*RecoveringExistingState*).

use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};

use super::calls::own_calls;
use super::error::Error;
use super::features;
use super::list::list;
use super::query::Read;
use super::reply::success;
use super::users::with_subresources;
use crate::wire::{Channel, Group};
use crate::world::{Feature, PersonId, SETTINGS_SECTION, World};

/// `GET /me?subresources=…`
///
/// Without `api-voice` there are no calls either.
pub(super) async fn me(read: Read) -> Response {
    let core = read.shared.lock();
    let mut user = with_subresources(&core, read.caller, &read.query);
    if core.world.features().has(Feature::ApiVoice) && read.query.wants("calls") {
        user.calls = Some(own_calls(&core, read.caller));
    }
    if read.query.wants("features") {
        user.features = Some(features::all(&core).collect());
    }
    if read.query.wants("settings") {
        user.settings = Some(settings_of(&core.world, read.caller));
    }
    if read.query.wants("groups") {
        let groups = core.world.groups_of(read.caller);
        user.groups = Some(
            groups
                .map(|group| Group::new(group, &core.format))
                .collect(),
        );
    }
    read.query.one("user", &user)
}

/// `GET /me/channels`
///
/// Assumption: a channel's URI ends with its name.
pub(super) async fn channels(read: Read) -> Result<Response, Error> {
    let core = read.shared.lock();
    let channel = Channel::new(core.world.person(read.caller), &core.format);
    list(&read.query, "channels", [channel], |channel| {
        format!("{}/me/channels/{}", core.format.base(), channel.channel)
    })
}

/// `GET /me/channels/{id}`
pub(super) async fn channel(Path(id): Path<String>, read: Read) -> Result<Response, Error> {
    let core = read.shared.lock();
    let channel = Channel::new(core.world.person(read.caller), &core.format);
    if channel.channel != id {
        return Err(Error::NoSuchResource);
    }
    Ok(read.query.one("channel", &channel))
}

/// `GET /me/settings`
pub(super) async fn settings(read: Read) -> Response {
    let settings = settings_of(&read.shared.lock().world, read.caller);
    success(json!({ "settings": settings }))
}

fn settings_of(world: &World, caller: PersonId) -> Value {
    json!({ SETTINGS_SECTION: world.settings_of(caller) })
}
