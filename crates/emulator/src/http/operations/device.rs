//! `POST /me/devices/{id}`: monitoring, turning calls away. And `POST /me/devices/{id}/calls`: a new
//! call.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;

use super::{Parameters, reply, requested};
use crate::http::body::Bytes;
use crate::http::gate::Caller;
use crate::state::{Core, Shared};
use crate::world::{PersonId, Refusal, Supervision};

/// `POST /me/devices/{id}`
pub(in crate::http) async fn device(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Bytes(body): Bytes,
) -> Response {
    let outcome = operate(&mut shared.lock(), caller, &id, &body);
    reply(&shared, caller, outcome)
}

/// `POST /me/devices/{id}/calls`
pub(in crate::http) async fn dial(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Bytes(body): Bytes,
) -> Response {
    let outcome = dial_from(&mut shared.lock(), caller, &id, &body);
    reply(&shared, caller, outcome)
}

fn operate(core: &mut Core, caller: PersonId, device: &str, body: &[u8]) -> Result<(), Refusal> {
    let parameters = requested(core, device, body)?;
    let operation = parameters.operation()?;
    match operation {
        "ListenIn" => monitor(core, caller, device, &parameters, Supervision::ListenIn),
        "Coach" => monitor(core, caller, device, &parameters, Supervision::Coach),
        "BargeIn" => monitor(core, caller, device, &parameters, Supervision::BargeIn),
        "CancelSupervisorMonitoring" => core.world.cancel_monitoring(caller, device),
        "DoNotDisturbOn" => core.world.set_do_not_disturb(caller, device, true),
        "DoNotDisturbOff" => core.world.set_do_not_disturb(caller, device, false),
        _ => Err(Refusal::UnknownOperation(operation.to_owned())),
    }
}

fn monitor(
    core: &mut Core,
    caller: PersonId,
    device: &str,
    parameters: &Parameters,
    how: Supervision,
) -> Result<(), Refusal> {
    let request = parameters.monitoring(how)?;
    core.world.monitor(caller, device, request)
}

fn dial_from(core: &mut Core, caller: PersonId, device: &str, body: &[u8]) -> Result<(), Refusal> {
    let parameters = requested(core, device, body)?;
    let operation = parameters.operation()?;
    if operation != "Dial" {
        return Err(Refusal::UnknownOperation(operation.to_owned()));
    }
    let number = parameters.destination()?;
    core.world.dial(caller, device, &number)
}
