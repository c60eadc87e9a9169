//! Replies damaged as by proxies or bad lines.

use axum::BoxError;
use axum::body::Body;
use axum::http::response::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http_body_util::BodyExt;
use hyper::body::Bytes;

/// The first half of a reply's body, the length of the whole, and the rest of the reply.
async fn half(response: Response) -> Result<(Parts, Bytes, usize), Response> {
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => {
            let body = body.to_bytes();
            Ok((parts, body.slice(..body.len() / 2), body.len()))
        }
        Err(error) => {
            tracing::error!(%error, "cannot read a reply of the emulator");
            Err(StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
    }
}

/// The reply with the first half of its JSON, valid by HTTP.
pub(super) async fn garbled(response: Response) -> Response {
    match half(response).await {
        Ok((mut parts, half, _)) => {
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, Body::from(half))
        }
        Err(response) => response,
    }
}

/// The reply, with the connection closed in the middle of the body.
pub(super) async fn cut_off(response: Response) -> Response {
    let (mut parts, half, length) = match half(response).await {
        Ok(half) => half,
        Err(response) => return response,
    };
    let length = HeaderValue::from(length);
    parts.headers.insert(header::CONTENT_LENGTH, length);
    let body = stream::unfold(Some(half), async |rest| match rest {
        Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
        _ => {
            // Lets hyper flush the half first.
            tokio::task::yield_now().await;
            Some((Err(BoxError::from("cut off on purpose")), None))
        }
    });
    Response::from_parts(parts, Body::from_stream(body))
}

/// No reply: the connection is closed.
pub(super) fn lost() -> Response {
    let nothing = Err::<Bytes, _>(BoxError::from("lost on purpose"));
    let body = Body::from_stream(stream::iter([nothing]));
    (StatusCode::BAD_GATEWAY, body).into_response()
}
