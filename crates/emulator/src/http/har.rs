//! Serves the API from a HAR: CometD is live, everything else has recorded responses.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Router};

use super::body::Bytes;
use super::error::Error;
use super::gate::Caller;
use super::notifications;
use crate::har::{Replay, Request, pause};
use crate::state::Shared;

/// Everything below `/api`.
pub(super) fn resources(replay: &Arc<Replay>) -> Router<Arc<Shared>> {
    Router::new()
        .route("/v2/notifications", post(notify))
        .route("/v2/notifications/", post(notify))
        .route("/v2/notifications/{kind}", post(notify))
        .fallback(answer)
        .layer(Extension(Arc::clone(replay)))
}

async fn answer(
    Extension(replay): Extension<Arc<Replay>>,
    method: Method,
    uri: Uri,
    Bytes(body): Bytes,
) -> Result<Response, Error> {
    let query = uri.query().unwrap_or_default();
    let asked = Request::new(method.as_str(), uri.path(), query, &body);
    let entry = replay.answer(&asked).map_err(Error::NotInHar)?;
    pause(entry.took).await;
    let mut response = entry.body.clone().into_response();
    *response.status_mut() = entry.status;
    response.headers_mut().clone_from(&entry.headers);
    Ok(response)
}

/// CometD. Notifications may come from the first subscription on.
async fn notify(
    state: State<Arc<Shared>>,
    Extension(replay): Extension<Arc<Replay>>,
    caller: Extension<Caller>,
    headers: HeaderMap,
    Bytes(body): Bytes,
) -> Response {
    const SUBSCRIBE: &[u8] = b"/meta/subscribe";
    let subscribes = body.windows(SUBSCRIBE.len()).any(|part| part == SUBSCRIBE);
    let response = notifications::post(state, caller, headers, Bytes(body)).await;
    if subscribes && response.status() == StatusCode::OK {
        replay.has_subscribed();
    }
    response
}
