//! The reply to a request for a restart is sent before the restart ends its connection.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http_body_util::BodyExt;
use tokio::sync::OwnedRwLockReadGuard;

use crate::state::Shared;

/// A request that may lead to a restart. Until its reply is out, the restart waits.
pub(super) struct Steering(OwnedRwLockReadGuard<()>);

impl Steering {
    pub(super) async fn begin(shared: &Shared) -> Self {
        Self(Arc::clone(&shared.steering).read_owned().await)
    }

    /// The same reply; the restart waits until its body has been handed to the connection.
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
