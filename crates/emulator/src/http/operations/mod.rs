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

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::response::Response;

use self::parameters::Parameters;
use super::body::Bytes;
use super::error::Error;
use super::gate::Caller;
use super::reply::{Nothing, success};
use crate::state::{Locked, Shared};
use crate::world::{PersonId, Refusal};

pub(super) use self::call::call;
pub(super) use self::channel::{all_own_channels, channel_of_agent, own_channel};
pub(super) use self::device::{device, dial};

/// A request for an operation, by a signed-in user.
pub(super) struct Requested {
    shared: Arc<Shared>,
    caller: PersonId,
    operation: String,
    parameters: Parameters,
}

impl FromRequest<Arc<Shared>> for Requested {
    type Rejection = Error;

    async fn from_request(request: Request, shared: &Arc<Shared>) -> Result<Self, Error> {
        let caller = Caller::of(request.extensions())?;
        let Bytes(body) = Bytes::from_request(request, shared).await?;
        let parameters = Parameters::read(&body)?;
        let operation = parameters.operation()?.to_owned();
        Ok(Self {
            shared: Arc::clone(shared),
            caller,
            operation,
            parameters,
        })
    }
}

impl Requested {
    /// The state, if the contact centre has the feature that the operation belongs to.
    fn core(&self) -> Result<Locked<'_>, Refusal> {
        let core = self.shared.lock();
        core.world.features().permit(&self.operation)?;
        Ok(core)
    }

    fn unknown(&self) -> Refusal {
        Refusal::UnknownOperation(self.operation.clone())
    }
}

/// `{"statusCode":0}`
fn accepted() -> Response {
    success(Nothing {})
}
