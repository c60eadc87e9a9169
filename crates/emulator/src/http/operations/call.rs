//! `POST /me/calls/{id}`: everything one can do with a call. Sources: *CallControl*,
//! *InitiateTransfer* and its like, *SwitchToListenIn*.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use gws::CallId;

use super::{Parameters, reply, requested};
use crate::http::body::Bytes;
use crate::http::gate::Caller;
use crate::state::{Core, Shared};
use crate::world::{CallOperation, PersonId, Refusal};

/// `POST /me/calls/{id}`
pub(in crate::http) async fn call(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(id): Path<String>,
    Bytes(body): Bytes,
) -> Response {
    let outcome = operate(&mut shared.lock(), caller, &id, &body);
    reply(&shared, caller, outcome)
}

fn operate(core: &mut Core, caller: PersonId, call: &str, body: &[u8]) -> Result<(), Refusal> {
    let parameters = requested(core, call, body)?;
    let ids: Vec<CallId> = core
        .world
        .own_calls(caller)
        .into_iter()
        .map(|call| call.id)
        .collect();
    let style = core.format.style();
    // The ids that are sent are not the contact centre's own in every dialect.
    let known = |sent: &str| {
        let id = ids.iter().find(|id| style.call_id(id).as_str() == sent);
        id.map_or_else(|| sent.to_owned(), ToString::to_string)
    };
    let operation = read(parameters.operation()?, &parameters, &known)?;
    core.world.call_operation(caller, &known(call), operation)
}

fn read(
    operation: &str,
    parameters: &Parameters,
    known: &impl Fn(&str) -> String,
) -> Result<CallOperation, Refusal> {
    let destination = || parameters.destination();
    let consult_call = || {
        let id = parameters.id_in("consultCallUri")?;
        Ok::<_, Refusal>(id.map(|id| known(&id)))
    };
    Ok(match operation {
        "Answer" => CallOperation::Answer,
        "Hangup" => CallOperation::Hangup,
        "ClearCall" => CallOperation::ClearCall,
        "Hold" => CallOperation::Hold,
        "Retrieve" => CallOperation::Retrieve,
        "SwapCalls" => CallOperation::SwapCalls,
        "MuteCall" => CallOperation::MuteCall,
        "UnmuteCall" => CallOperation::UnmuteCall,
        "SwitchToBargeIn" => CallOperation::SwitchToBargeIn,
        "SwitchToListenIn" => CallOperation::SwitchToListenIn,
        "MuteMonitoredUser" => CallOperation::MuteMonitoredUser,
        "UnmuteMonitoredUser" => CallOperation::UnmuteMonitoredUser,
        "SingleStepTransfer" => CallOperation::SingleStepTransfer {
            destination: destination()?,
        },
        "SingleStepConference" => CallOperation::SingleStepConference {
            destination: destination()?,
        },
        "InitiateTransfer" => CallOperation::InitiateTransfer {
            destination: destination()?,
        },
        "InitiateConference" => CallOperation::InitiateConference {
            destination: destination()?,
        },
        "CompleteTransfer" => CallOperation::CompleteTransfer {
            consult_call: consult_call()?,
        },
        "CompleteConference" => CallOperation::CompleteConference {
            consult_call: consult_call()?,
        },
        "RemoveParticipantFromConference" => CallOperation::RemoveParticipantFromConference {
            participant: parameters.required("participant")?.to_owned(),
        },
        _ => return Err(Refusal::UnknownOperation(operation.to_owned())),
    })
}
