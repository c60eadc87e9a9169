//! `GET /me/devices`: one's own telephone (*DevicesList*).

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
use crate::state::{Core, Shared};
use crate::wire::Device;
use crate::world::{PersonId, Refusal};

/// `GET /me/devices`
pub(super) async fn mine(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    query: Query,
) -> Result<Response, Error> {
    let core = shared.lock();
    list(&query, "devices", [device(&core, caller)], |device| {
        device.id().to_uri(core.format.base())
    })
}

/// `GET /me/devices/{id}`
///
/// Assumption: one device is always an object; without `fields` it is whole.
pub(super) async fn one_of_mine(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let device = device(&shared.lock(), caller);
    if device.id().as_str() != id {
        return Err(Refusal::NoSuchDevice(id).into());
    }
    Ok(success(json!({ "device": query.fields().of(&device) })))
}

/// The device of a user, as it is sent.
pub(super) fn device(core: &Core, owner: PersonId) -> Device {
    Device::new(&core.world.device(owner), &core.format)
}
