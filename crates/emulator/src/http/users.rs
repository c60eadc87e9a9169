//! `GET /users`, `/users/{id}`: the users of the contact centre. Anyone signed in may read them
//! (*UsersAPI*).

use axum::extract::Path;
use axum::response::Response;

use super::devices::device;
use super::error::Error;
use super::list::list;
use super::query::{Query, Read};
use crate::state::Core;
use crate::wire;
use crate::world::{Feature, PersonId};

/// `GET /users`: everyone, with `subresources=*` with their devices.
pub(super) async fn users(read: Read) -> Result<Response, Error> {
    let core = read.shared.lock();
    let people = core.world.people();
    let users = people.map(|person| with_subresources(&core, person, &read.query));
    list(&read.query, "users", users, |user| user.uri.clone())
}

/// `GET /users/{id}`
pub(super) async fn user(Path(id): Path<String>, read: Read) -> Result<Response, Error> {
    let core = read.shared.lock();
    let person = core.world.user_with_id(&id)?;
    let user = with_subresources(&core, person, &read.query);
    Ok(read.query.one("user", &user))
}

/// A user with the subresources that others may see. Without `api-voice` there are no devices and
/// channels among them.
pub(super) fn with_subresources(core: &Core, id: PersonId, query: &Query) -> wire::User {
    let person = core.world.person(id);
    let mut user = wire::User::new(person, &core.format);
    let voice = core.world.features().has(Feature::ApiVoice);
    if voice && query.wants("devices") {
        user.devices = Some(vec![device(core, id)]);
    }
    if voice && query.wants("channels") {
        user.channels = Some(vec![wire::Channel::new(person, &core.format)]);
    }
    user
}
