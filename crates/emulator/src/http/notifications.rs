//! `POST /notifications`: CometD over long polling. [`bayeux::server`] decides what to reply and when;
//! this file passes requests and responses, and reports clients that abort a held request.
//!
//! CometD's JavaScript client appends the message type to the address (`/handshake`, `/connect`,
//! `/disconnect`). The body repeats it, so it is ignored. Source: *AsynchronousEvents*.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bayeux::ExchangeId;

use super::body::Bytes;
use super::gate::{Caller, append, cookie};
use super::reply::JSON;
use crate::notifications::CometdResponse;
use crate::state::Shared;

/// `POST /notifications`, `/notifications/{handshake,connect,disconnect}`
pub(super) async fn post(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    headers: HeaderMap,
    Bytes(body): Bytes,
) -> Response {
    let browser = cookie(&headers, &shared.config.notifications.browser_cookie.name);
    let (id, answer) = shared.lock().notification_request(caller, browser, &body);
    // If the client goes away, this future is dropped, and the guard with it.
    let _guard = Held {
        shared: Arc::clone(&shared),
        id,
    };
    let Ok(answer) = answer.await else {
        // The server restarts and closes this connection: no reply is sent.
        return std::future::pending().await;
    };
    let browser = answer.browser.clone();
    let mut response = answer.into_response();
    if let Some(browser) = browser {
        let cookie = shared.config.browser_cookie().header(&browser);
        append(response.headers_mut(), header::SET_COOKIE, &cookie);
    }
    response
}

impl IntoResponse for CometdResponse {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if self.body.is_empty() {
            // CometD replies to such requests with a status only.
            return (status, status.canonical_reason().unwrap_or_default()).into_response();
        }
        (status, [(header::CONTENT_TYPE, JSON)], self.body).into_response()
    }
}

/// A request without a response yet. Dropping it reports that to the notification server.
struct Held {
    shared: Arc<Shared>,
    id: ExchangeId,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.shared.lock().notification_request_gone(self.id);
    }
}
