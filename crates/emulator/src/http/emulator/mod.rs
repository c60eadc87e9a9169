//! `/emulator/…`: the control API. No sign-in: whoever can reach the emulator may steer it. Pages
//! of other sites may not.
//!
//! | file | answers |
//! |---|---|
//! | [`guard`] | requests that other sites' pages make: before everything else |
//! | [`instructions`] | `GET` and `POST /emulator/instructions` |
//! | [`scripts`] | `GET`, `POST` and `DELETE /emulator/scripts` |
//! | [`state`] | `GET /emulator/state`: the contact centre at this moment, and the log |
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
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;

use super::reply::json;
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
                "this is not for that method".to_owned(),
            )
        })
        .layer(from_fn(guard::guard))
        .with_state(Arc::clone(shared))
}

/// `{"error":…}`: why a request is refused. Nothing has changed.
fn refusal(status: StatusCode, error: String) -> Response {
    #[derive(Serialize)]
    struct Body {
        error: String,
    }
    json(status, &Body { error }).into_response()
}
