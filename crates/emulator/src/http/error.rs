//! Why a request fails, as a response: JSON with `statusCode` and `statusMessage` (*ReturnValues*),
//! except for the CSRF check, which real servers answer with plain text (*CSRFProtection*).

use axum::http::{StatusCode as Http, header};
use axum::response::{IntoResponse, Response};
use gws::StatusCode;
use serde_json::json;

use super::reply::json;
use crate::world::Refusal;

/// Why a request fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// Nobody is signed in: HTTP 403, as in captured traffic, not 401.
    #[error("Access denied")]
    NotSignedIn,
    /// No token, or a wrong one.
    #[error("Missing or invalid Csrf token")]
    Csrf,
    /// There is nothing at this address.
    #[error("Resource not found.")]
    NoSuchResource,
    /// A HAR is replayed, and has no response to this request.
    #[error("{0}")]
    NotInHar(String),
    /// The resource does not support this method.
    #[error("The resource does not support this method.")]
    MethodNotAllowed,
    /// The body is too long.
    #[error("The request body is longer than {0} bytes.")]
    TooLong(usize),
    /// The body was cut off.
    #[error("The request body is incomplete.")]
    Incomplete,
    /// The path is not UTF-8.
    #[error("The address is not UTF-8.")]
    Address,
    /// The query can't be parsed.
    #[error("The query string cannot be read.")]
    Query,
    /// The contact centre refused it.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl Error {
    fn code(&self) -> StatusCode {
        match self {
            Self::NotSignedIn | Self::Csrf => StatusCode::NOT_AUTHENTICATED,
            Self::NoSuchResource | Self::NotInHar(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::FORBIDDEN,
            Self::TooLong(_) | Self::Incomplete | Self::Address | Self::Query => {
                StatusCode::OUT_OF_RANGE
            }
            Self::Refused(refusal) => refusal.code(),
        }
    }

    /// Assumption: which HTTP status goes with which code. Only 403 for 20 and 500 for 4 are known.
    fn http(&self) -> Http {
        match self {
            Self::MethodNotAllowed => return Http::METHOD_NOT_ALLOWED,
            Self::TooLong(_) => return Http::PAYLOAD_TOO_LARGE,
            _ => {}
        }
        match self.code() {
            StatusCode::PARAMETER_MISSING
            | StatusCode::PARAMETER_INVALID
            | StatusCode::OUT_OF_RANGE => Http::BAD_REQUEST,
            StatusCode::FORBIDDEN | StatusCode::NO_PERMISSION | StatusCode::NOT_AUTHENTICATED => {
                Http::FORBIDDEN
            }
            StatusCode::NOT_FOUND => Http::NOT_FOUND,
            _ => Http::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status_message = self.to_string();
        if matches!(self, Self::Csrf) {
            let text = [(header::CONTENT_TYPE, "text/plain;charset=UTF-8")];
            return (self.http(), text, status_message).into_response();
        }
        if let Self::NotInHar(message) = &self {
            tracing::warn!("{message}");
        }
        tracing::debug!(code = self.code().0, "{status_message}");
        let body = json!({ "statusCode": self.code(), "statusMessage": status_message });
        json(self.http(), &body)
    }
}
