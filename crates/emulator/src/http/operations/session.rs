//! `POST /me`: `StartContactCenterSession`, `EndContactCenterSession`, and one's state on all
//! channels. Sources: the pages of that name, *AgentStateReady*.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;

use super::channel::read;
use super::{Parameters, reply_with};
use crate::features::Feature;
use crate::http::body::Bytes;
use crate::http::gate::{Caller, cookie};
use crate::http::reply::{Nothing, json, success};
use crate::state::{Core, Shared};
use crate::world::{PersonId, Refusal};

/// `POST /me`
pub(in crate::http) async fn me(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    headers: HeaderMap,
    Bytes(body): Bytes,
) -> Response {
    let session = cookie(&headers, "JSESSIONID");
    let outcome = operate(&mut shared.lock(), caller, session, &body);
    reply_with(outcome)
}

fn operate(
    core: &mut Core,
    caller: PersonId,
    session: Option<&str>,
    body: &[u8],
) -> Result<Response, Refusal> {
    let parameters = Parameters::read(body)?;
    let operation = parameters.operation()?;
    tracing::debug!(operation, "requested");
    match operation {
        "StartContactCenterSession" => return start(core, caller, &parameters),
        "EndContactCenterSession" => {
            core.world.end_session(caller);
            // The session under which this was asked for is invalid now; whoever goes on must sign
            // in again.
            if let Some(session) = session {
                core.sessions.end(session);
            }
        }
        "Ready" | "NotReady" => {
            has_voice(core)?;
            let operation = read(operation, &parameters)?;
            core.world.set_own_state(caller, operation)?;
        }
        _ => return Err(Refusal::UnknownOperation(operation.to_owned())),
    }
    Ok(success(Nothing {}))
}

/// Begins on each channel. Some may fail; if all do, one of the reasons is all that is said.
///
/// Assumption: `place`, `loginCode` and `queue` are taken as they are; everybody has one device.
fn start(core: &mut Core, caller: PersonId, parameters: &Parameters) -> Result<Response, Refusal> {
    let channels = parameters.channels()?;
    if let Some(device) = parameters.device_path()?
        && device != *core.world.device_id(caller)
    {
        return Err(Refusal::NoSuchDevice(device.to_string()));
    }
    let mut succeeded = Vec::new();
    let mut failed = Vec::new();
    let mut last_refusal = None;
    for channel in channels {
        match begin_on(core, caller, &channel) {
            Ok(()) => succeeded.push(Outcome {
                status_code: 0,
                status_message: None,
                channel,
            }),
            Err(refusal) => {
                failed.push(Outcome {
                    status_code: refusal.code().0,
                    status_message: Some(refusal.to_string()),
                    channel,
                });
                last_refusal = Some(refusal);
            }
        }
    }
    if let Some(refusal) = last_refusal.as_ref().filter(|_| succeeded.is_empty()) {
        return Err(refusal.clone());
    }
    core.world.start_session(caller)?;
    if failed.is_empty() {
        return Ok(success(Nothing {}));
    }
    let body = PartialSuccess {
        status_code: gws::StatusCode::PARTIAL.0,
        failed,
        succeeded,
    };
    Ok(json(StatusCode::OK, &body))
}

/// Only voice is to be had here: no Interaction Server runs.
fn begin_on(core: &Core, caller: PersonId, channel: &str) -> Result<(), Refusal> {
    match channel {
        "voice" => has_voice(core).and_then(|()| core.world.has_voice_channel(caller)),
        "chat" | "email" | "sms" | "smssession" | "workitem" | "social" => {
            Err(Refusal::ChannelOutOfService(channel.to_owned()))
        }
        other => Err(Refusal::NoSuchChannel(other.to_owned())),
    }
}

/// Without `api-voice` there is no such channel.
fn has_voice(core: &Core) -> Result<(), Refusal> {
    if core.world.features().has(Feature::Voice) {
        Ok(())
    } else {
        Err(Refusal::NoSuchChannel("voice".to_owned()))
    }
}

/// As captured: what failed with its reason, what did not with a zero.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PartialSuccess {
    status_code: u32,
    failed: Vec<Outcome>,
    succeeded: Vec<Outcome>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    status_code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_message: Option<String>,
    channel: String,
}
