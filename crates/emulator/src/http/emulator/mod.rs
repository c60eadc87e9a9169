//! `/emulator/…`: the control API. It needs no sign-in: whoever can reach the emulator may use it,
//! except for pages of other sites.
//!
//! | file | answers |
//! |---|---|
//! | [`guard`] | requests of other sites' pages: before everything else |
//! | [`instructions`] | `GET` and `POST /emulator/instructions` |
//! | [`scripts`] | `GET`, `POST` and `DELETE /emulator/scripts` |
//! | [`state`] | `GET /emulator/state`: the current contact centre, and the log |
//! | [`console`] | `GET /emulator`: a page for people |
//!
//! [`steering`] sends a reply before a restart ends its connection.

mod console;
mod guard;
mod instructions;
mod scripts;
mod state;
mod steering;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::reply;
use crate::state::Shared;

/// Everything below `/emulator`.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route(
            "/instructions",
            get(instructions::vocabulary).post(instructions::carry_out),
        )
        .route(
            "/scripts",
            get(scripts::list).post(scripts::play).delete(scripts::stop),
        )
        .route("/state", get(state::state))
        .merge(console::router())
        .fallback(async || {
            let error = "there are /emulator/state, /instructions and /scripts".to_owned();
            refusal(StatusCode::NOT_FOUND, error)
        })
        .method_not_allowed_fallback(async || {
            refusal(
                StatusCode::METHOD_NOT_ALLOWED,
                "the method is not supported here".to_owned(),
            )
        })
        .layer(from_fn(guard::guard))
        .with_state(Arc::clone(shared))
}

/// `{"error":…}`: why a request is refused. Nothing has changed.
fn refusal(status: StatusCode, error: String) -> Response {
    reply::json(status, &json!({ "error": error }))
}
