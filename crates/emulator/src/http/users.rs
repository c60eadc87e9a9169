//! `GET /users`, `/users/{id}`: who works in the contact centre. Anyone signed in may read them
//! (*UsersAPI*).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::devices::device;
use super::error::Error;
use super::list::list;
use super::query::Query;
use super::reply::success;
use crate::state::{Core, Shared};
use crate::wire;
use crate::world::{Feature, PersonId};

/// `GET /users`: everyone, with `subresources=*` with their devices.
pub(super) async fn users(
    State(shared): State<Arc<Shared>>,
    query: Query,
) -> Result<Response, Error> {
    let core = shared.lock();
    let people = core.world.people();
    let users = people.map(|person| with_subresources(&core, person, &query));
    list(&query, "users", users, |user| user.uri.clone())
}

/// `GET /users/{id}`
pub(super) async fn user(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let core = shared.lock();
    let person = core.world.user_with_id(&id)?;
    let user = with_subresources(&core, person, &query);
    Ok(success(json!({ "user": query.fields().of(&user) })))
}

/// A user with those subresources that any user has for any other. Without `api-voice` there are
/// no devices and channels among them.
pub(super) fn with_subresources(core: &Core, id: PersonId, query: &Query) -> wire::User {
    let person = core.world.person(id);
    let mut user = wire::User::new(person, &core.format);
    let voice = core.world.features().has(Feature::Voice);
    if voice && query.wants("devices") {
        user.devices = Some(vec![device(core, id)]);
    }
    if voice && query.wants("channels") {
        user.channels = Some(vec![wire::Channel::new(person, &core.format)]);
    }
    user
}
