//! `POST /me/channels/{channel}`: the user's own state; `POST /me`: on all channels
//! (*AgentStateReady*). `POST /users/{id}/channels/{channel}`: an agent's state, with the feature
//! `api-supervisor-agent-control`. There is one channel, `voice`.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::{Requested, accepted};
use crate::http::error::Error;
use crate::http::reply::json;
use crate::world::{ChannelOperation, Feature, Refusal};

/// `POST /me/channels/{channel}`
pub(in crate::http) async fn own_channel(
    Path(channel): Path<String>,
    request: Requested,
) -> Result<Response, Error> {
    is_voice(&channel)?;
    let operation = read(&request)?;
    let mut core = request.core()?;
    core.world.set_own_state(request.caller, operation)?;
    Ok(accepted())
}

/// `POST /me`
pub(in crate::http) async fn all_own_channels(request: Requested) -> Result<Response, Error> {
    let operation = read(&request)?;
    if !matches!(request.operation.as_str(), "Ready" | "NotReady") {
        return Err(request.unknown().into());
    }
    let mut core = request.core()?;
    // Without `api-voice` there is no such channel.
    if !core.world.features().has(Feature::ApiVoice) {
        return Err(Refusal::NoSuchChannel("voice".to_owned()).into());
    }
    core.world.set_own_state(request.caller, operation)?;
    Ok(accepted())
}

/// `POST /users/{id}/channels/{channel}`
pub(in crate::http) async fn channel_of_agent(
    Path((user, channel)): Path<(String, String)>,
    request: Requested,
) -> Result<Response, Error> {
    let mut core = request.core()?;
    let agent = core.world.user_with_id(&user)?;
    is_voice(&channel)?;
    let operation = match request.operation.as_str() {
        "Ready" | "NotReady" | "Offline" => read(&request)?,
        // "Not for voice" (*AgentStateControlDoNotDisturbOn*).
        name @ ("DoNotDisturbOn" | "DoNotDisturbOff") => {
            return Err(Refusal::NotForVoice(name.to_owned()).into());
        }
        _ => return Err(request.unknown().into()),
    };
    core.world
        .set_state_of_agent(request.caller, agent, operation)?;
    let status = core.format.style().status_of_agent_control();
    Ok(json(StatusCode::OK, &json!({ "statusCode": status })))
}

/// The operations that change the user's own state.
fn read(request: &Requested) -> Result<ChannelOperation, Refusal> {
    Ok(match request.operation.as_str() {
        "Ready" => ChannelOperation::Ready,
        "NotReady" => ChannelOperation::NotReady(request.parameters.reason()?),
        "AuxWork" => ChannelOperation::AuxWork,
        "AfterCallWork" => ChannelOperation::AfterCallWork,
        "Offline" => ChannelOperation::Offline,
        _ => return Err(request.unknown()),
    })
}

fn is_voice(channel: &str) -> Result<(), Refusal> {
    match channel {
        "voice" => Ok(()),
        other => Err(Refusal::NoSuchChannel(other.to_owned())),
    }
}
