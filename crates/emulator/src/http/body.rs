//! Bodies, up to a length and for a time. What is too long is read and thrown away, up to a point,
//! because a client that is still sending would not see the answer otherwise.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use http_body_util::BodyExt;

use super::error::Error;
use crate::state::Shared;

/// How much is thrown away before the connection is.
const PATIENCE: usize = 32 * 1024 * 1024;

/// The body of a request, whole.
pub(super) struct Bytes(pub(super) Vec<u8>);

impl FromRequest<Arc<Shared>> for Bytes {
    type Rejection = Error;

    async fn from_request(request: Request, shared: &Arc<Shared>) -> Result<Self, Error> {
        let limits = &shared.config.limits;
        let limit = limits.body_bytes;
        let announced = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if announced.is_some_and(|length| length > PATIENCE) {
            return Err(Error::TooLong { limit });
        }
        let body = read(request.into_body(), limit);
        match tokio::time::timeout(limits.body_timeout, body).await {
            Ok(body) => body.map(Self),
            Err(_) => Err(Error::TooSlow {
                limit: limits.body_timeout,
            }),
        }
    }
}

async fn read(mut body: Body, limit: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Error::Incomplete)?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        length += data.len();
        if length <= limit {
            bytes.extend_from_slice(data);
        } else if length > PATIENCE {
            break;
        }
    }
    if length > limit {
        return Err(Error::TooLong { limit });
    }
    Ok(bytes)
}
