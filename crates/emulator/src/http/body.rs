//! Bodies, up to a limit. What is beyond it is read and thrown away, up to a point, because a
//! client that is still sending would not see the answer otherwise.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use http_body_util::BodyExt;

use super::error::Error;

/// How long a body may be.
pub(super) const LIMIT: usize = 64 * 1024;
/// How much is thrown away before the connection is.
const PATIENCE: usize = 32 * 1024 * 1024;

/// The body of a request, whole.
pub(super) struct Bytes(pub(super) Vec<u8>);

impl<S: Sync> FromRequest<S> for Bytes {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let announced = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if announced.is_some_and(|length| length > PATIENCE) {
            return Err(Error::TooLong { limit: LIMIT });
        }
        read(request.into_body()).await.map(Self)
    }
}

async fn read(mut body: Body) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Error::Incomplete)?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        length += data.len();
        if length <= LIMIT {
            bytes.extend_from_slice(data);
        } else if length > PATIENCE {
            break;
        }
    }
    if length > LIMIT {
        return Err(Error::TooLong { limit: LIMIT });
    }
    Ok(bytes)
}
