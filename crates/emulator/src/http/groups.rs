//! `GET /me/groups`, `/groups`, `/groups/{id}`: agent groups, their members and managers
//! (*BusinessUnitAPI*).

use axum::extract::Path;
use axum::response::Response;
use serde_json::json;

use super::error::Error;
use super::list::list;
use super::query::Read;
use super::reply::success;
use crate::wire::{Group, WholeGroup};

/// `GET /me/groups`: the user's groups.
pub(super) async fn mine(read: Read) -> Result<Response, Error> {
    let core = read.shared.lock();
    let groups = core.world.groups_of(read.caller);
    let groups = groups.filter(|_| is_of_type(&read));
    let groups = groups.map(|group| Group::new(group, &core.format));
    list(&read.query, "groups", groups, |group| group.uri.clone())
}

/// Whether the requested type, if there is one, is that of agent groups: there are no others.
fn is_of_type(read: &Read) -> bool {
    let asked_for = read.query.parameter("type");
    asked_for.is_none_or(|kind| kind == Group::TYPE)
}

/// `GET /groups`
pub(super) async fn all(read: Read) -> Result<Response, Error> {
    let core = read.shared.lock();
    let groups = core.world.groups().iter();
    let groups = groups.filter(|_| is_of_type(&read));
    let groups = groups.map(|group| Group::new(group, &core.format));
    list(&read.query, "groups", groups, |group| group.uri.clone())
}

/// `GET /groups/{id}`: with `subresources`, its members.
pub(super) async fn one(Path(id): Path<String>, read: Read) -> Result<Response, Error> {
    let core = read.shared.lock();
    let whole = WholeGroup::new(core.world.group(&id)?, &core.world, &core.format);
    let mut group = read.query.fields().of(&whole);
    if let Some(properties) = group.as_object_mut() {
        for subresource in whole.group.contains {
            if !read.query.wants(subresource) {
                properties.remove(subresource);
            }
        }
    }
    Ok(success(json!({ "group": group })))
}

/// `GET /groups/{id}/{subresource}`: `users`, `supervisors`.
pub(super) async fn subresource(
    Path((id, subresource)): Path<(String, String)>,
    read: Read,
) -> Result<Response, Error> {
    let core = read.shared.lock();
    let group = WholeGroup::new(core.world.group(&id)?, &core.world, &core.format);
    match subresource.as_str() {
        "users" => list(&read.query, "users", group.users, |user| user.uri.clone()),
        "supervisors" => list(&read.query, "supervisors", group.supervisors, |user| {
            user.uri.clone()
        }),
        _ => Err(Error::NoSuchResource),
    }
}
