//! Request bodies, up to a maximum length.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use http_body_util::LengthLimitError;

use super::error::Error;

/// The maximum length of a body in bytes.
pub(super) const LIMIT: usize = 64 * 1024;

/// The whole body of a request.
pub(super) struct Bytes(pub(super) Vec<u8>);

impl<S: Sync> FromRequest<S> for Bytes {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        read(request.into_body()).await.map(Self)
    }
}

/// The whole body, if it is not too long.
pub(super) async fn read(body: Body) -> Result<Vec<u8>, Error> {
    match to_bytes(body, LIMIT).await {
        Ok(bytes) => Ok(bytes.into()),
        Err(error) => Err(match error.into_inner().is::<LengthLimitError>() {
            true => Error::TooLong(LIMIT),
            false => Error::Incomplete,
        }),
    }
}
