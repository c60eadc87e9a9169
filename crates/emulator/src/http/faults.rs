//! What goes wrong with requests and replies: one layer around everything below `/api`, for what
//! proxies and balancers do before a request arrives, and one within the gate, for what depends on
//! who asks for what.

use std::borrow::Cow;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Extension;
use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::body::Bytes;
use super::broken;
use super::error::Error;
use super::gate::Caller;
use super::reply::{Nothing, json, success};
use crate::notifications::answer_of_a_stranger;
use crate::span::Span;
use crate::state::Shared;
use crate::steer::fault::{CutWith, Fault, Target};
use crate::world::PersonId;

/// What goes wrong on the way to the server and back.
pub(super) async fn on_the_way(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let path = below_the_version(request.uri().path());
    let (struck, skew) = {
        let mut core = shared.glimpse();
        (core.strike(Target::Request(path)), core.clock_skew())
    };
    for fault in &struck {
        match fault {
            Fault::WebPage {} => return Html(LOGIN_PAGE).into_response(),
            Fault::Unavailable { retry_after } => return unavailable(*retry_after),
            _ => {}
        }
    }
    let mut response = next.run(request).await;
    if skew != 0 {
        set_date(&mut response, skew);
    }
    for fault in struck {
        response = match fault {
            Fault::BufferReplies { by } => {
                tokio::time::sleep(by.duration()).await;
                response
            }
            Fault::Trickle { bytes_per_second } => {
                broken::trickle(response, bytes_per_second.get()).await
            }
            Fault::CutOffReplies {} => broken::cut_off(response).await,
            Fault::LoseReplies {} => broken::lost(),
            _ => response,
        };
    }
    response
}

/// What goes wrong with requests of somebody who is signed in.
pub(super) async fn within(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() != Method::POST {
        next.run(request).await
    } else if below_the_version(request.uri().path()).starts_with("/notifications") {
        poll(&shared, caller, request, next).await
    } else {
        operation(&shared, caller, request, next).await
    }
}

/// What goes wrong with requests to the notification server.
async fn poll(shared: &Arc<Shared>, caller: PersonId, request: Request, next: Next) -> Response {
    let (request, body) = match with_body(shared, request).await {
        Ok(read) => read,
        Err(error) => return error.into_response(),
    };
    let (to, cut) = {
        let mut core = shared.glimpse();
        let to = core.world.number_of(caller).to_owned();
        // A handshake brings no session that somebody could not know.
        if !channels(&body).any(|channel| channel == "/meta/handshake")
            && !core.strike(Target::Poll { to: &to }).is_empty()
            && let Some(answer) = answer_of_a_stranger(&body)
        {
            return answer.into_response();
        }
        let cut = match core.faults.may_strike(Target::HeldPoll { to: &to }) {
            Some(&Fault::CutPolls { after, with }) => Some((after, with)),
            _ => None,
        };
        (to, cut)
    };
    let mut answer = pin!(next.run(request));
    if let Some((after, with)) = cut {
        tokio::select! {
            biased;
            response = &mut answer => return cut_off_notifications(shared, &to, response).await,
            () = tokio::time::sleep(after.duration()) => {
                if !shared.glimpse().strike(Target::HeldPoll { to: &to }).is_empty() {
                    // The request goes with its future, as when a proxy gives it up.
                    return match with {
                        CutWith::GatewayTimeout => gateway_timeout(),
                        CutWith::Close => broken::lost(),
                    };
                }
            }
        }
    }
    cut_off_notifications(shared, &to, answer.await).await
}

async fn cut_off_notifications(shared: &Shared, to: &str, response: Response) -> Response {
    if shared.glimpse().faults.is_empty() {
        return response;
    }
    let (response, body) = match broken::look(response).await {
        Ok(seen) => seen,
        Err(response) => return response,
    };
    if !carries_notifications(&body) {
        return response;
    }
    let struck = shared.glimpse().strike(Target::Delivery { to });
    if struck.is_empty() {
        return response;
    }
    broken::cut_off(response).await
}

/// Whether a response of the notification server holds anything but replies.
fn carries_notifications(body: &[u8]) -> bool {
    channels(body).any(|channel| !channel.starts_with("/meta/"))
}

/// The channels of a body's messages.
fn channels(body: &[u8]) -> impl Iterator<Item = Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Message<'a> {
        #[serde(borrow)]
        channel: Cow<'a, str>,
    }
    let messages = serde_json::from_slice::<Vec<Message<'_>>>(body).unwrap_or_default();
    messages.into_iter().map(|message| message.channel)
}

/// The same request, and its body.
async fn with_body(shared: &Arc<Shared>, request: Request) -> Result<(Request, Vec<u8>), Error> {
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let Bytes(body) = Bytes::from_request(whole, shared).await?;
    Ok((Request::from_parts(parts, Body::from(body.clone())), body))
}

/// What goes wrong with operations.
async fn operation(
    shared: &Arc<Shared>,
    caller: PersonId,
    request: Request,
    next: Next,
) -> Response {
    let (request, body) = match with_body(shared, request).await {
        Ok(read) => read,
        Err(error) => return error.into_response(),
    };
    // A body without a name is refused further on.
    let name = serde_json::from_slice::<Named>(&body).map_or_else(|_| String::new(), |it| it.name);
    let struck = {
        let mut core = shared.glimpse();
        if matches!(name.as_str(), "ListenIn" | "Coach" | "BargeIn") {
            core.monitoring_requests += 1;
        }
        core.strike(Target::Operation(&name))
    };
    for fault in &struck {
        match fault {
            Fault::RefuseOperations {
                http,
                status_code,
                status_message,
            } => return refusal(http.number(), *status_code, status_message),
            Fault::FailLater { after, message } => {
                let after = after.duration();
                let mut core = shared.lock();
                core.publish_error(caller, message.as_deref(), after);
                return success(Nothing {});
            }
            Fault::IgnoreOperations {} => return success(Nothing {}),
            _ => {}
        }
    }
    let mut response = next.run(request).await;
    for fault in struck {
        match fault {
            Fault::HoldReplies { by } => tokio::time::sleep(by.duration()).await,
            Fault::GarbleReplies {} => response = broken::garbled(response).await,
            _ => {}
        }
    }
    response
}

/// `/v2/me` as `/me`.
fn below_the_version(path: &str) -> &str {
    path.strip_prefix("/v2").unwrap_or(path)
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "operationName")]
    name: String,
}

fn refusal(http: u16, status_code: u32, status_message: &str) -> Response {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Refusal<'a> {
        status_code: u32,
        status_message: &'a str,
    }
    let http = StatusCode::from_u16(http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = Refusal {
        status_code,
        status_message,
    };
    json(http, &body)
}

fn unavailable(retry_after: Option<Span>) -> Response {
    let mut response = (
        StatusCode::SERVICE_UNAVAILABLE,
        Html("<html><body><h1>503 Service Unavailable</h1></body></html>\n"),
    )
        .into_response();
    if let Some(span) = retry_after {
        let seconds = HeaderValue::from(span.duration().as_secs());
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

fn gateway_timeout() -> Response {
    let page = Html("<html><body><h1>504 Gateway Time-out</h1></body></html>\n");
    (StatusCode::GATEWAY_TIMEOUT, page).into_response()
}

/// Says what time it is by a clock that is wrong by so many milliseconds.
fn set_date(response: &mut Response, skew: i64) {
    let span = Duration::from_millis(skew.unsigned_abs());
    let now = SystemTime::now();
    let wrong = if skew < 0 { now - span } else { now + span };
    let date = httpdate::fmt_http_date(wrong);
    // The format is ASCII.
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(header::DATE, date);
    }
}

const LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\
<body><form method=\"post\" action=\"/login\"><input name=\"user\"><button>Sign in</button></form>\
</body></html>\n";
