//! Replies that do not get through as they should: what proxies and bad lines make of them.

use std::convert::Infallible;
use std::time::Duration;

use axum::BoxError;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http_body_util::BodyExt;
use hyper::body::Bytes;

/// How often a trickle drips.
const DRIP: Duration = Duration::from_millis(100);

/// The whole body of a reply, and the rest of it.
async fn whole(response: Response) -> Result<(axum::http::response::Parts, Bytes), Response> {
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => Ok((parts, body.to_bytes())),
        Err(error) => {
            tracing::error!(%error, "a reply of our own that can't be read");
            Err(StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
    }
}

/// The same reply, and what is in it.
pub(super) async fn look(response: Response) -> Result<(Response, Bytes), Response> {
    let (parts, body) = whole(response).await?;
    let response = Response::from_parts(parts, Body::from(body.clone()));
    Ok((response, body))
}

/// The same reply, whole as HTTP has it, with the first half of its JSON.
pub(super) async fn garbled(response: Response) -> Response {
    match whole(response).await {
        Ok((mut parts, body)) => {
            parts.headers.remove(header::CONTENT_LENGTH);
            let half = body.slice(..body.len() / 2);
            Response::from_parts(parts, Body::from(half))
        }
        Err(response) => response,
    }
}

/// The same reply, whose connection ends in the middle of the body.
pub(super) async fn cut_off(response: Response) -> Response {
    let (mut parts, body) = match whole(response).await {
        Ok(whole) => whole,
        Err(response) => return response,
    };
    let length = HeaderValue::from(body.len());
    parts.headers.insert(header::CONTENT_LENGTH, length);
    let half = body.slice(..body.len() / 2);
    let body = stream::unfold(Some(half), async |rest| match rest {
        Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
        _ => {
            // The half that came before must have left: what is written goes out when there is
            // nothing more to write at the moment.
            tokio::task::yield_now().await;
            Some((Err(BoxError::from("cut off on purpose")), None))
        }
    });
    Response::from_parts(parts, Body::from_stream(body))
}

/// No reply at all: the connection ends.
pub(super) fn lost() -> Response {
    let nothing = Err::<Bytes, _>(BoxError::from("lost on purpose"));
    let body = Body::from_stream(stream::iter([nothing]));
    (StatusCode::BAD_GATEWAY, body).into_response()
}

/// The same reply, whose body comes slowly.
pub(super) async fn trickle(response: Response, bytes_per_second: u32) -> Response {
    let (mut parts, body) = match whole(response).await {
        Ok(whole) => whole,
        Err(response) => return response,
    };
    let length = HeaderValue::from(body.len());
    parts.headers.insert(header::CONTENT_LENGTH, length);
    let bytes_per_second = usize::try_from(bytes_per_second).unwrap_or(usize::MAX);
    // At least one byte a drip; slower than that, drips are rarer.
    let (drop, pause) = match bytes_per_second / 10 {
        0 => (
            1,
            Duration::from_secs(1) / u32::try_from(bytes_per_second.max(1)).unwrap_or(1),
        ),
        some => (some, DRIP),
    };
    let drips = stream::unfold(body, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let next = rest.split_to(drop.min(rest.len()));
        Some((Ok::<_, Infallible>(next), rest))
    });
    Response::from_parts(parts, Body::from_stream(drips))
}
