//! Faults in requests and replies: one layer around everything below `/api`, like proxies and
//! balancers, and one inside the gate, for faults that depend on the user or the operation.

use std::borrow::Cow;
use std::pin::pin;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::body::Bytes;
use super::broken;
use super::error::Error;
use super::gate::Caller;
use super::reply::{Nothing, json, success};
use crate::notifications::unknown_session_reply;
use crate::span::Span;
use crate::state::Shared;
use crate::steer::fault::{Action, Target, TimeOut};
use crate::world::PersonId;

/// Faults of proxies and balancers.
pub(super) async fn around_gate(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let path = below_the_version(request.uri().path());
    let struck = shared.peek().strike(Target::Request(path));
    exchange(struck, next.run(request)).await
}

/// Faults in requests of a user who is signed in.
pub(super) async fn inside_gate(
    State(shared): State<Arc<Shared>>,
    Extension(Caller(caller)): Extension<Caller>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let is_poll = below_the_version(request.uri().path()).starts_with("/notifications");
    let (request, body) = match with_body(&shared, request).await {
        Ok(read) => read,
        Err(error) => return error.into_response(),
    };
    let (struck, replacement) = if is_poll {
        poll(&shared, caller, &body)
    } else {
        operation(&shared, caller, &body)
    };
    match replacement {
        Some(response) => response,
        None => exchange(struck, next.run(request)).await,
    }
}

/// The actions that strike a request to the notification server, and the response that replaces it.
fn poll(shared: &Shared, caller: PersonId, body: &[u8]) -> (Vec<Action>, Option<Response>) {
    if is_handshake(body) {
        return (Vec::new(), None);
    }
    let mut core = shared.peek();
    let to = core.world.number_of(caller).to_owned();
    let struck = core.strike(Target::Poll { to: &to });
    let forgets = struck.contains(&Action::Forget {});
    let replacement = forgets.then(|| unknown_session_reply(body)).flatten();
    (struck, replacement.map(IntoResponse::into_response))
}

/// The actions that strike an operation, and the response that replaces it.
fn operation(shared: &Shared, caller: PersonId, body: &[u8]) -> (Vec<Action>, Option<Response>) {
    #[derive(Deserialize)]
    struct Named {
        #[serde(rename = "operationName")]
        name: String,
    }
    // A body without a name is refused by the operation itself.
    let name = serde_json::from_slice::<Named>(body).map_or_else(|_| String::new(), |it| it.name);
    let struck = {
        let mut core = shared.peek();
        if matches!(name.as_str(), "ListenIn" | "Coach" | "BargeIn") {
            core.monitoring_requests += 1;
        }
        core.strike(Target::Operation(&name))
    };
    let failure = struck.iter().find_map(|action| match action {
        Action::Fail { after, message } => Some((after.duration(), message.as_deref())),
        _ => None,
    });
    let replacement = failure.map(|(after, message)| {
        shared.lock().publish_error(caller, message, after);
        success(Nothing {})
    });
    (struck, replacement)
}

/// Awaits a reply and applies actions to it.
async fn exchange(struck: Vec<Action>, reply: impl Future<Output = Response>) -> Response {
    let mut reply = pin!(reply);
    let mut time_out = None;
    for action in &struck {
        match action {
            Action::Status {
                http,
                retry_after,
                status_code,
                status_message,
            } => return status(*http, *retry_after, *status_code, status_message.as_deref()),
            Action::Ignore {} => return success(Nothing {}),
            Action::TimeOut { after, with } => time_out = Some((after.duration(), *with)),
            _ => {}
        }
    }
    let mut response = match time_out {
        None => reply.await,
        Some((after, with)) => match tokio::time::timeout(after, &mut reply).await {
            Ok(response) => response,
            // Dropping the future aborts the request, as a proxy would.
            Err(_) => match with {
                TimeOut::GatewayTimeout => status(504, None, None, None),
                TimeOut::Close => broken::lost(),
            },
        },
    };
    for action in struck {
        response = match action {
            Action::Delay { by } => {
                tokio::time::sleep(by.duration()).await;
                response
            }
            Action::Cut {} => broken::cut_off(response).await,
            Action::Garble {} => broken::garbled(response).await,
            Action::Drop {} => broken::lost(),
            _ => response,
        };
    }
    response
}

/// Whether a body of Bayeux messages has a handshake.
fn is_handshake(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Message<'a> {
        #[serde(borrow)]
        channel: Cow<'a, str>,
    }
    let messages = serde_json::from_slice::<Vec<Message<'_>>>(body).unwrap_or_default();
    let mut channels = messages.iter().map(|message| &message.channel);
    channels.any(|channel| channel == "/meta/handshake")
}

/// The same request, and its body.
async fn with_body(shared: &Arc<Shared>, request: Request) -> Result<(Request, Vec<u8>), Error> {
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let Bytes(body) = Bytes::from_request(whole, shared).await?;
    Ok((Request::from_parts(parts, Body::from(body.clone())), body))
}

/// `/v2/me` without the version: `/me`.
fn below_the_version(path: &str) -> &str {
    path.strip_prefix("/v2").unwrap_or(path)
}

/// A reply with this status: a GWS error if there is a code, and otherwise an HTML page.
fn status(
    http: u16,
    retry_after: Option<Span>,
    code: Option<u32>,
    message: Option<&str>,
) -> Response {
    let http = StatusCode::from_u16(http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match code {
        Some(code) => json(
            http,
            &json!({ "statusCode": code, "statusMessage": message }),
        ),
        None if http == StatusCode::OK => Html(SIGN_IN_PAGE).into_response(),
        None => {
            let page = Html(format!("<html><body><h1>{http}</h1></body></html>\n"));
            (http, page).into_response()
        }
    };
    if let Some(span) = retry_after {
        let seconds = HeaderValue::from(span.duration().as_secs());
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

const SIGN_IN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\
<body><form method=\"post\" action=\"/login\"><input name=\"user\"><button>Sign in</button></form>\
</body></html>\n";
