//! `GET /me/groups`, `/groups`, `/groups/{id}`: agent groups, who is in them and who manages them
//! (*BusinessUnitAPI*).

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
use crate::wire::{Group, WholeGroup};

/// `GET /me/groups`: those one belongs to.
pub(super) async fn mine(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    query: Query,
) -> Result<Response, Error> {
    let core = shared.lock();
    let groups = core.world.groups_of(caller);
    let groups = groups.map(|group| Group::new(group, &core.format));
    list(&query, "groups", groups, |group| group.uri.clone())
}

/// `GET /groups`
pub(super) async fn all(
    State(shared): State<Arc<Shared>>,
    query: Query,
) -> Result<Response, Error> {
    let core = shared.lock();
    let groups = core.world.groups().iter();
    let groups = groups.map(|group| Group::new(group, &core.format));
    list(&query, "groups", groups, |group| group.uri.clone())
}

/// `GET /groups/{id}`: with `subresources`, who is in it.
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let core = shared.lock();
    let whole = WholeGroup::new(core.world.group(&id)?, &core.world, &core.format);
    let mut group = query.fields().of(&whole);
    if let Some(properties) = group.as_object_mut() {
        for subresource in whole.group.contains {
            if !query.wants(subresource) {
                properties.remove(subresource);
            }
        }
    }
    Ok(success(json!({ "group": group })))
}

/// `GET /groups/{id}/{subresource}`: `users`, `supervisors`.
pub(super) async fn subresource(
    State(shared): State<Arc<Shared>>,
    Path((id, subresource)): Path<(String, String)>,
    query: Query,
) -> Result<Response, Error> {
    let core = shared.lock();
    let group = WholeGroup::new(core.world.group(&id)?, &core.world, &core.format);
    match subresource.as_str() {
        "users" => list(&query, "users", group.users, |user| user.uri.clone()),
        "supervisors" => list(&query, "supervisors", group.supervisors, |user| {
            user.uri.clone()
        }),
        _ => Err(Error::NoSuchResource),
    }
}
