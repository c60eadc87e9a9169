//! Successful replies.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// The content type of JSON.
pub(crate) const JSON: &str = "application/json;charset=UTF-8";

/// A reply in JSON.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => (status, [(header::CONTENT_TYPE, JSON)], body).into_response(),
        Err(error) => {
            tracing::error!(%error, "a reply has no JSON form");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `{"statusCode":0, …}` with the properties of `rest`.
pub(super) fn success(rest: impl Serialize) -> Response {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<T> {
        status_code: u32,
        #[serde(flatten)]
        rest: T,
    }
    let body = Body {
        status_code: 0,
        rest,
    };
    json(StatusCode::OK, &body)
}

/// Nothing but `{"statusCode":0}`.
#[derive(Serialize)]
pub(super) struct Nothing {}
