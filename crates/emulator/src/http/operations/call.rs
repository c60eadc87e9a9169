//! `POST /me/calls/{id}`: all operations on a call. Sources: *CallControl*, *InitiateTransfer* and
//! the like, *SwitchToListenIn*.

use axum::extract::Path;
use axum::response::Response;

use super::{Requested, accepted};
use crate::http::error::Error;
use crate::world::{CallOperation, Refusal};

/// `POST /me/calls/{id}`
pub(in crate::http) async fn call(
    Path(id): Path<String>,
    request: Requested,
) -> Result<Response, Error> {
    let mut core = request.core()?;
    let (calls, style) = (core.world.own_calls(request.caller), core.format.style());
    // In some dialects the ids on the wire are not the contact centre's own.
    let known = |sent: &str| {
        let call = calls
            .iter()
            .find(|it| style.call_id(&it.id).as_str() == sent);
        call.map_or_else(|| sent.to_owned(), |call| call.id.to_string())
    };
    let operation = read(&request, &known)?;
    core.world
        .call_operation(request.caller, &known(&id), operation)?;
    Ok(accepted())
}

fn read(request: &Requested, known: &impl Fn(&str) -> String) -> Result<CallOperation, Refusal> {
    let parameters = &request.parameters;
    let destination = || parameters.destination();
    let consult_call = || {
        let id = parameters.id_in("consultCallUri")?;
        Ok::<_, Refusal>(id.map(|id| known(&id)))
    };
    Ok(match request.operation.as_str() {
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
        _ => return Err(request.unknown()),
    })
}
