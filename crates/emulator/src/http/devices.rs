//! `GET /me/devices`, `/devices`, `/voice-environments/{id}`: telephones (*DevicesList*). One's
//! own are anyone's to read, everybody's an administrator's.

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
use super::users::admin_only;
use crate::state::Shared;
use crate::wire;
use crate::world::{Refusal, World};

/// `GET /me/devices`
pub(super) async fn mine(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    query: Query,
) -> Result<Response, Error> {
    let world = &shared.lock().world;
    list(&query, "devices", world.devices(caller), |device| {
        device.id().to_uri(world.base())
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
    let devices = shared.lock().world.devices(caller);
    let mut found = devices.iter().filter(|device| device.id().as_str() == id);
    let device = found
        .next()
        .ok_or_else(|| Refusal::NoSuchDevice(id.clone()))?;
    Ok(success(json!({ "device": query.fields().of(device) })))
}

/// `GET /devices`
pub(super) async fn all(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    query: Query,
) -> Result<Response, Error> {
    admin_only(&shared, caller)?;
    let world = &shared.lock().world;
    let everyone = world.people();
    let devices = everyone.flat_map(|person| world.devices(person));
    answer(world, devices, &query)
}

/// `GET /devices/{id}`
///
/// Assumption: for administrators, like the list.
pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    admin_only(&shared, caller)?;
    let world = &shared.lock().world;
    let device = wire::ProvisionedDevice::from(world.device_with_id(&id)?);
    Ok(success(json!({ "device": query.fields().of(&device) })))
}

/// `GET /voice-environments/{id}`
pub(super) async fn voice_environment(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let found = shared.lock().world.voice_environment(&id);
    let found = found.ok_or(Error::NoSuchResource)?;
    Ok(success(
        json!({ "voiceEnvironment": query.fields().of(&found) }),
    ))
}

/// Devices as a list for administrators.
pub(super) fn answer(
    world: &World,
    devices: impl IntoIterator<Item = wire::Device>,
    query: &Query,
) -> Result<Response, Error> {
    let devices = devices.into_iter().map(wire::ProvisionedDevice::from);
    list(query, "devices", devices, |found| {
        found.device.id().to_uri(world.base())
    })
}
