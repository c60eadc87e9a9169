//! `POST /me/channels/{channel}`: one's own state; `POST /me`: on all channels (*AgentStateReady*).
//! `POST /users/{id}/channels/{channel}`: an agent's, with the feature `api-supervisor-agent-control`.
//! There is one channel, `voice`.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::{Parameters, refused_late, reply, reply_with};
use crate::http::body::Bytes;
use crate::http::gate::Caller;
use crate::http::reply::json;
use crate::state::{Core, Shared};
use crate::world::{ChannelOperation, Feature, PersonId, Refusal};

/// `POST /me/channels/{channel}`
pub(in crate::http) async fn own_channel(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path(channel): Path<String>,
    Bytes(body): Bytes,
) -> Response {
    let outcome = operate(&mut shared.lock(), caller, &channel, &body);
    reply(&shared, caller, outcome)
}

/// `POST /me`
pub(in crate::http) async fn all_own_channels(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Bytes(body): Bytes,
) -> Response {
    let outcome = operate_on_all(&mut shared.lock(), caller, &body);
    reply(&shared, caller, outcome)
}

/// `POST /users/{id}/channels/{channel}`
pub(in crate::http) async fn channel_of_agent(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    Path((user, channel)): Path<(String, String)>,
    Bytes(body): Bytes,
) -> Response {
    let outcome = operate_for(&mut shared.lock(), caller, &user, &channel, &body);
    let outcome = refused_late(&shared, caller, outcome);
    let status = shared.lock().format.style().status_of_agent_control();
    let success = json(StatusCode::OK, &json!({ "statusCode": status }));
    reply_with(outcome.map(|()| success))
}

fn operate(core: &mut Core, caller: PersonId, channel: &str, body: &[u8]) -> Result<(), Refusal> {
    let parameters = Parameters::read(body)?;
    let operation = parameters.operation()?;
    tracing::debug!(operation, channel, "requested");
    is_voice(channel)?;
    let operation = read(operation, &parameters)?;
    core.world.set_own_state(caller, operation)
}

fn operate_on_all(core: &mut Core, caller: PersonId, body: &[u8]) -> Result<(), Refusal> {
    let parameters = Parameters::read(body)?;
    let operation = parameters.operation()?;
    tracing::debug!(operation, "requested");
    let read = match operation {
        "Ready" | "NotReady" => read(operation, &parameters)?,
        _ => return Err(Refusal::UnknownOperation(operation.to_owned())),
    };
    // Without `api-voice` there is no such channel.
    if !core.world.features().has(Feature::Voice) {
        return Err(Refusal::NoSuchChannel("voice".to_owned()));
    }
    core.world.set_own_state(caller, read)
}

fn operate_for(
    core: &mut Core,
    caller: PersonId,
    user: &str,
    channel: &str,
    body: &[u8],
) -> Result<(), Refusal> {
    let parameters = Parameters::read(body)?;
    let operation = parameters.operation()?;
    tracing::debug!(operation, user, channel, "requested");
    let agent = core.world.user_with_id(user)?;
    is_voice(channel)?;
    let operation = match operation {
        "Ready" | "NotReady" | "Offline" => read(operation, &parameters)?,
        // "Not for voice" (*AgentStateControlDoNotDisturbOn*).
        "DoNotDisturbOn" | "DoNotDisturbOff" => {
            return Err(Refusal::NotForVoice(operation.to_owned()));
        }
        _ => return Err(Refusal::UnknownOperation(operation.to_owned())),
    };
    core.world.set_state_of_agent(caller, agent, operation)
}

/// The operations by which one changes one's own state.
fn read(operation: &str, parameters: &Parameters) -> Result<ChannelOperation, Refusal> {
    Ok(match operation {
        "Ready" => ChannelOperation::Ready,
        "NotReady" => ChannelOperation::NotReady(parameters.reason()?),
        "AuxWork" => ChannelOperation::AuxWork,
        "AfterCallWork" => ChannelOperation::AfterCallWork,
        "Offline" => ChannelOperation::Offline,
        _ => return Err(Refusal::UnknownOperation(operation.to_owned())),
    })
}

fn is_voice(channel: &str) -> Result<(), Refusal> {
    match channel {
        "voice" => Ok(()),
        other => Err(Refusal::NoSuchChannel(other.to_owned())),
    }
}
