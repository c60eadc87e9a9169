//! `GET /me/devices`: the user's own telephone (*DevicesList*).

use axum::extract::Path;
use axum::response::Response;

use super::error::Error;
use super::list::list;
use super::query::Read;
use crate::state::Core;
use crate::wire::Device;
use crate::world::{PersonId, Refusal};

/// `GET /me/devices`
pub(super) async fn mine(read: Read) -> Result<Response, Error> {
    let core = read.shared.lock();
    list(
        &read.query,
        "devices",
        [device(&core, read.caller)],
        |device| device.id().to_uri(core.format.base()),
    )
}

/// `GET /me/devices/{id}`
///
/// Assumption: one device is always an object; without `fields` it is complete.
pub(super) async fn one_of_mine(Path(id): Path<String>, read: Read) -> Result<Response, Error> {
    let device = device(&read.shared.lock(), read.caller);
    if device.id().as_str() != id {
        return Err(Refusal::NoSuchDevice(id).into());
    }
    Ok(read.query.one("device", &device))
}

/// The device of a user in its wire format.
pub(super) fn device(core: &Core, owner: PersonId) -> Device {
    Device::new(&core.world.device(owner), &core.format)
}
