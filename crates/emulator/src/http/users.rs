//! `GET /users`, `/users/{id}`: who works in the contact centre. Anyone signed in may read them
//! (*UsersAPI*).

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
use crate::features::Feature;
use crate::state::Shared;
use crate::wire;
use crate::world::{PersonId, Refusal, Role, World};

/// `GET /users`: everyone, with `subresources=*` with their devices and skills.
pub(super) async fn users(
    State(shared): State<Arc<Shared>>,
    query: Query,
) -> Result<Response, Error> {
    let core = shared.lock();
    let people = core.world.people();
    let users = people.map(|person| with_subresources(&core.world, person, &query));
    list(&query, "users", users, |user| user.uri.clone())
}

/// `GET /users/{id}`
pub(super) async fn user(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let world = &shared.lock().world;
    let person = world.user_with_id(&id)?;
    let user = with_subresources(world, person, &query);
    Ok(success(json!({ "user": query.fields().of(&user) })))
}

/// `GET /users/{id}/devices`: for administrators (*DevicesList*).
pub(super) async fn devices(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    admin_only(&shared, caller)?;
    let world = &shared.lock().world;
    let person = world.user_with_id(&id)?;
    super::devices::answer(world, world.devices(person), &query)
}

/// `GET /users/{id}/skills`
pub(super) async fn skills(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let world = &shared.lock().world;
    let person = world.user_with_id(&id)?;
    list(&query, "skills", world.skills(person), |skill| {
        skill.uri.clone()
    })
}

/// A user with those subresources that any user has for any other. Without `api-voice` there are
/// no devices and channels among them.
pub(super) fn with_subresources(world: &World, person: PersonId, query: &Query) -> wire::User {
    let mut user = world.user(person);
    let voice = world.features().has(Feature::Voice);
    if voice && query.wants("devices") {
        user.devices = Some(world.devices(person));
    }
    if voice && query.wants("channels") {
        user.channels = Some(world.channels(person));
    }
    if query.wants("skills") {
        user.skills = Some(world.skills(person));
    }
    user
}

/// Refuses everybody but administrators.
pub(super) fn admin_only(shared: &Shared, caller: PersonId) -> Result<(), Error> {
    let world = &shared.lock().world;
    match world.role(caller) {
        Role::Admin => Ok(()),
        Role::Agent | Role::Supervisor => {
            Err(Refusal::NotAnAdmin(world.user(caller).user_name).into())
        }
    }
}
