//! Operations. The reply only shows that one was accepted; notifications show the outcome.
//!
//! | module | answers |
//! |---|---|
//! | [`device`] | `POST /me/devices/{id}`, `/me/devices/{id}/calls` |
//! | [`call`] | `POST /me/calls/{id}` |
//! | [`channel`] | `POST /me`, `/me/channels/{channel}`, `/users/{id}/channels/{channel}` |
//! | [`parameters`] | reads the bodies of all these |

mod call;
mod channel;
mod device;
mod parameters;

use std::time::Duration;

use axum::response::{IntoResponse, Response};

use super::error::Error;
use super::reply::{Nothing, success};
use crate::state::{Core, Shared};
use crate::world::{PersonId, Refusal};

pub(super) use self::call::call;
pub(super) use self::channel::{all_own_channels, channel_of_agent, own_channel};
pub(super) use self::device::{device, dial};

use self::parameters::Parameters;

/// What is asked for on a device or a call, if the contact centre has the feature for it.
fn requested(core: &Core, on: &str, body: &[u8]) -> Result<Parameters, Refusal> {
    let parameters = Parameters::read(body)?;
    let operation = parameters.operation()?;
    tracing::debug!(operation, on, "requested");
    core.world.features().permit(operation)?;
    Ok(parameters)
}

/// With `late_refusals`, what T-Server refuses has been accepted, and fails with an `ErrorMessage`.
///
/// Assumption: without, it is refused in the reply.
fn refused_late(
    shared: &Shared,
    caller: PersonId,
    outcome: Result<(), Refusal>,
) -> Result<(), Refusal> {
    let Err(refusal) = outcome else {
        return Ok(());
    };
    let mut core = shared.lock();
    if !core.centre().late_refusals || !refusal.is_t_servers() {
        return Err(refusal);
    }
    tracing::info!(%refusal, "refused late");
    core.publish_error(caller, Some(&refusal.to_string()), Duration::ZERO);
    Ok(())
}

/// `{"statusCode":0}`, or why not.
fn reply(shared: &Shared, caller: PersonId, outcome: Result<(), Refusal>) -> Response {
    let outcome = refused_late(shared, caller, outcome);
    reply_with(outcome.map(|()| success(Nothing {})))
}

/// The reply, or why not.
fn reply_with(outcome: Result<Response, Refusal>) -> Response {
    outcome.unwrap_or_else(|refusal| {
        tracing::debug!(%refusal, "refused");
        Error::from(refusal).into_response()
    })
}
