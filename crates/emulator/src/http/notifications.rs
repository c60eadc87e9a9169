//! `POST /notifications`: CometD over long polling. What to answer and when is decided by
//! [`bayeux::server`]; this file carries requests there and answers back, and says so when a
//! client cuts a held request off.
//!
//! CometD's JavaScript client appends the message type to the address (`/handshake`, `/connect`,
//! `/disconnect`); the body says the same, so it is not looked at. Source: *AsynchronousEvents*.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bayeux::ExchangeId;

use super::body::Bytes;
use super::gate::{Caller, append, cookie};
use super::reply::JSON;
use crate::balancer::Node;
use crate::state::Shared;

/// `POST /notifications`, `/notifications/{handshake,connect,disconnect}`
pub(super) async fn post(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    node: Option<Extension<Node>>,
    headers: HeaderMap,
    Bytes(body): Bytes,
) -> Response {
    let browser = cookie(&headers, &shared.config.notifications.browser_cookie.name);
    let node = node.map_or(Node::First, |Extension(node)| node);
    let (id, answer) = shared
        .lock()
        .notification_request(caller, browser, &body, node);
    // Held from here on. If the client goes away, this future is dropped, and the guard with it.
    let _guard = Held {
        shared: Arc::clone(&shared),
        id,
    };
    let Ok(answer) = answer.await else {
        // The server restarts, and this connection is about to end: nobody is told anything.
        return std::future::pending().await;
    };
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = if answer.body.is_empty() {
        // CometD ends such requests with a status and nothing to read.
        (status, status.canonical_reason().unwrap_or_default()).into_response()
    } else {
        (status, [(header::CONTENT_TYPE, JSON)], answer.body).into_response()
    };
    if let Some(browser) = answer.browser {
        let cookie = shared.config.browser_cookie().header(&browser);
        append(response.headers_mut(), header::SET_COOKIE, &cookie);
    }
    response
}

/// A request that waits for its answer. Dropped before, it tells the notification server.
struct Held {
    shared: Arc<Shared>,
    id: ExchangeId,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.shared.lock().notification_request_gone(self.id);
    }
}
