//! `POST /me/devices/{id}` and `POST /me/calls/{id}`: what the caller wants done. The reply only
//! says that it was taken; notifications say what came of it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use gws::{Mode, Scope};
use serde_json::{Map, Value};

use super::body::Bytes;
use super::error::Error;
use super::gate::Caller;
use super::reply::{Nothing, success};
use crate::state::{Core, Shared};
use crate::world::{ListenIn, PersonId, Refusal};

/// `POST /me/devices/{id}`
pub(super) async fn device(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Bytes(body): Bytes,
) -> Response {
    let outcome = device_operation(&mut shared.lock(), caller, &id, &body);
    reply(outcome)
}

/// `POST /me/calls/{id}`
pub(super) async fn call(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Bytes(body): Bytes,
) -> Response {
    let outcome = call_operation(&mut shared.lock(), caller, &id, &body);
    reply(outcome)
}

fn device_operation(
    core: &mut Core,
    caller: PersonId,
    device: &str,
    body: &[u8],
) -> Result<(), Refusal> {
    let parameters = Parameters::read(body)?;
    let operation = parameters.operation()?;
    tracing::info!(operation, device, "requested");
    core.world.features().permit(operation)?;
    match operation {
        "ListenIn" => {
            let request = parameters.listen_in()?;
            core.world.listen_in(caller, device, request)
        }
        "CancelSupervisorMonitoring" => core.world.cancel_monitoring(caller, device),
        "Coach" | "BargeIn" | "DoNotDisturbOn" | "DoNotDisturbOff" | "ForwardCallsOn"
        | "ForwardCallsOff" => Err(Refusal::NotEmulated(operation.to_owned())),
        _ => Err(Refusal::UnknownOperation(operation.to_owned())),
    }
}

fn call_operation(
    core: &mut Core,
    caller: PersonId,
    call: &str,
    body: &[u8],
) -> Result<(), Refusal> {
    let parameters = Parameters::read(body)?;
    let operation = parameters.operation()?;
    tracing::info!(operation, call, "requested");
    core.world.features().permit(operation)?;
    match operation {
        "Answer" => core.world.answer(caller, call),
        "Hangup" => core.world.hangup(caller, call),
        "SwitchToBargeIn"
        | "SwitchToListenIn"
        | "Hold"
        | "Retrieve"
        | "SendDtmf"
        | "InitiateTransfer"
        | "CompleteTransfer"
        | "InitiateConference"
        | "CompleteConference"
        | "SingleStepTransfer"
        | "SingleStepConference"
        | "AttachUserData"
        | "UpdateUserData"
        | "DeleteUserData"
        | "DeleteUserDataPair"
        | "MuteCall"
        | "UnmuteCall"
        | "MuteMonitoredUser"
        | "UnmuteMonitoredUser" => Err(Refusal::NotEmulated(operation.to_owned())),
        _ => Err(Refusal::UnknownOperation(operation.to_owned())),
    }
}

fn reply(outcome: Result<(), Refusal>) -> Response {
    match outcome {
        Ok(()) => success(Nothing {}),
        Err(refusal) => {
            tracing::info!(%refusal, "refused");
            Error::from(refusal).into_response()
        }
    }
}

/// The parameters of an operation. All are strings; `null` is as good as absent.
struct Parameters(Map<String, Value>);

impl Parameters {
    fn read(body: &[u8]) -> Result<Self, Refusal> {
        serde_json::from_slice(body)
            .map(Self)
            .map_err(|_| Refusal::NotAnObject)
    }

    fn operation(&self) -> Result<&str, Refusal> {
        self.text("operationName")?
            .filter(|name| !name.is_empty())
            .ok_or(Refusal::Missing("operationName"))
    }

    /// The parameters of `ListenIn`, with the defaults of the ListenIn page.
    fn listen_in(&self) -> Result<ListenIn, Refusal> {
        let scope = self.text("supervisorMonitoringScope")?;
        let mode = self.text("supervisorMonitoringMode")?;
        Ok(ListenIn {
            target_device_uri: self.text("targetDeviceUri")?.map(str::to_owned),
            phone_number: self.text("phoneNumber")?.map(str::to_owned),
            scope: match scope.map(Scope::from) {
                None => Scope::Call,
                Some(Scope::Other(value)) => {
                    return Err(Refusal::OutOfRange {
                        name: "supervisorMonitoringScope",
                        value,
                        allowed: "Agent, Call",
                    });
                }
                Some(scope) => scope,
            },
            mode: match mode.map(Mode::from) {
                None => Mode::AllCalls,
                Some(Mode::Other(value)) => {
                    return Err(Refusal::OutOfRange {
                        name: "supervisorMonitoringMode",
                        value,
                        allowed: "NextCall, AllCalls",
                    });
                }
                Some(mode) => mode,
            },
        })
    }

    fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::NotAString(name.to_owned())),
        }
    }
}
