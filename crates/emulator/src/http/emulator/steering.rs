//! Makes a restart wait until the reply to the request for it is sent.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http_body_util::BodyExt;
use tokio::sync::OwnedRwLockReadGuard;

use crate::state::Shared;

/// A request that may cause a restart, which waits for its reply.
pub(super) struct Steering(OwnedRwLockReadGuard<()>);

impl Steering {
    pub(super) async fn begin(shared: &Shared) -> Self {
        Self(Arc::clone(&shared.steering).read_owned().await)
    }

    /// The reply; a restart waits until its body was passed to the connection.
    pub(super) fn until_sent(self, response: Response) -> Response {
        response.map(|body| {
            Body::new(body.map_frame(move |frame| {
                // Held for as long as there is a body.
                let _held = &self.0;
                frame
            }))
        })
    }
}
