//! `POST /me/devices/{id}`: monitoring, do-not-disturb. And `POST /me/devices/{id}/calls`: a new
//! call.

use axum::extract::Path;
use axum::response::Response;

use super::{Requested, accepted};
use crate::http::error::Error;
use crate::world::Supervision;

/// `POST /me/devices/{id}`
pub(in crate::http) async fn device(
    Path(device): Path<String>,
    request: Requested,
) -> Result<Response, Error> {
    let (mut core, caller) = (request.core()?, request.caller);
    let world = &mut core.world;
    let how = match request.operation.as_str() {
        "ListenIn" => Supervision::ListenIn,
        "Coach" => Supervision::Coach,
        "BargeIn" => Supervision::BargeIn,
        "CancelSupervisorMonitoring" => {
            world.cancel_monitoring(caller, &device)?;
            return Ok(accepted());
        }
        switch @ ("DoNotDisturbOn" | "DoNotDisturbOff") => {
            world.set_do_not_disturb(caller, &device, switch == "DoNotDisturbOn")?;
            return Ok(accepted());
        }
        _ => return Err(request.unknown().into()),
    };
    world.monitor(caller, &device, request.parameters.monitoring(how)?)?;
    Ok(accepted())
}

/// `POST /me/devices/{id}/calls`
pub(in crate::http) async fn dial(
    Path(device): Path<String>,
    request: Requested,
) -> Result<Response, Error> {
    let mut core = request.core()?;
    if request.operation != "Dial" {
        return Err(request.unknown().into());
    }
    let number = request.parameters.destination()?;
    core.world.dial(request.caller, &device, &number)?;
    Ok(accepted())
}
