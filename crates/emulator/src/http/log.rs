//! Logs requests below `/api` and their replies, in the emulator's log and on standard error. A request
//! is described by its operation or its Bayeux messages.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{OriginalUri, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::time::Instant;

use super::{body, gate};
use crate::log::{Entry, Kind};
use crate::state::Shared;
use crate::world::{PersonId, World};

/// Longer replies, in bytes, are not parsed.
const MAX_PARSED: usize = 64 * 1024;

/// The layer around everything below `/api`. It reads request bodies.
pub(super) async fn log(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = body::read(body).await;
    let exchange = Exchange::begin(shared, &parts, body.as_deref().unwrap_or_default());
    let response = match body {
        Ok(body) => {
            let request = Request::from_parts(parts, Body::from(body));
            next.run(request).await
        }
        Err(error) => error.into_response(),
    };
    exchange.end(response).await
}

/// A request without a reply yet. Dropping it logs that the client gave up.
struct Exchange {
    shared: Arc<Shared>,
    who: Option<String>,
    what: String,
    is_operation: bool,
    began: Instant,
    is_over: bool,
}

impl Exchange {
    fn begin(shared: Arc<Shared>, parts: &Parts, body: &[u8]) -> Self {
        let uri = parts.extensions.get::<OriginalUri>();
        let path = uri.map_or(&parts.uri, |uri| &uri.0).path_and_query();
        let path = path.map_or("/", |path| path.as_str());
        let path = path.strip_prefix("/api/v2").unwrap_or(path);
        let head = format!("{} {path}", parts.method);
        let (who, what) = {
            let core = shared.peek();
            let who = gate::sender(&shared.config, &core, &parts.headers);
            let who = who.map(|who| core.world.number_of(who).to_owned());
            (who, describe(body, &core.world))
        };
        let what = what.unwrap_or_else(|| head.clone());
        let sent = match body {
            [] => head,
            body => format!("{head}\n\n{}", String::from_utf8_lossy(body)),
        };
        let entry = Entry::new(Kind::Request, &what)
            .who(who.clone())
            .body(&sent);
        shared.log.write(entry);
        Self {
            shared,
            who,
            what,
            is_operation: parts.method == Method::POST && !path.starts_with("/notifications"),
            began: Instant::now(),
            is_over: false,
        }
    }

    /// Logs the reply. A streamed body is not awaited.
    async fn end(mut self, response: Response) -> Response {
        let elapsed = self.began.elapsed();
        let (parts, body) = response.into_parts();
        let (body, bytes) = match body.size_hint().exact() {
            // The length is known, so the whole body is available.
            Some(_) => {
                let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
                (Body::from(bytes.clone()), bytes)
            }
            None => (body, Default::default()),
        };
        let kind = parts.headers.get(header::CONTENT_TYPE);
        let kind = kind.map_or("", |kind| kind.to_str().unwrap_or(""));
        let outcome = outcome(&bytes).unwrap_or_else(|| match kind.split(';').next() {
            Some("" | "application/json") | None => "OK".to_owned(),
            Some(kind) => kind.to_owned(),
        });
        let status = parts.status.as_u16();
        self.is_over = true;
        let body_text = String::from_utf8_lossy(&bytes);
        self.write(Some(status), &outcome, elapsed, &body_text);
        Response::from_parts(parts, body)
    }

    fn write(&self, status: Option<u16>, outcome: &str, elapsed: Duration, body: &str) {
        let elapsed = match elapsed.as_millis() {
            0..10 => String::new(),
            short @ 10..10_000 => format!(", {short} ms"),
            _ => format!(", {:.1} s", elapsed.as_secs_f32()),
        };
        let outcome = format!("{outcome}{elapsed}");
        let who = self.who.as_deref().unwrap_or("somebody");
        let what = &self.what;
        if self.is_operation {
            tracing::info!(status, "{who}: {what}: {outcome}");
        } else {
            tracing::debug!(status, "{who}: {what}: {outcome}");
        }
        self.shared.log.write(Entry {
            status,
            outcome: Some(outcome),
            ..Entry::new(Kind::Reply, what)
                .who(self.who.clone())
                .body(body)
        });
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if !self.is_over {
            let elapsed = self.began.elapsed();
            self.write(None, "cut off before there was a reply", elapsed, "");
        }
    }
}

/// Describes a body: `ListenIn 6001, Call, AllCalls`, or `handshake, subscribe /v2/me/*`.
fn describe(body: &[u8], world: &World) -> Option<String> {
    match serde_json::from_slice(body).ok()? {
        Value::Object(mut operation) => {
            let name = operation.remove("operationName")?;
            let parameters = operation.values().filter_map(|value| match value {
                Value::Null => None,
                Value::String(text) => Some(device_number(text, world).unwrap_or(text)),
                _ => Some("…"),
            });
            let parameters: Vec<&str> = parameters.collect();
            let text = format!("{} {}", name.as_str()?, parameters.join(", "));
            Some(text.trim_end().to_owned())
        }
        Value::Array(messages) => {
            let descriptions = messages.iter().map(|message| {
                let channel = message["channel"].as_str().unwrap_or("no channel");
                let channel = channel.strip_prefix("/meta/").unwrap_or(channel);
                match &message["subscription"] {
                    Value::Null => channel.to_owned(),
                    Value::String(to) => format!("{channel} {to}"),
                    several => format!("{channel} {several}"),
                }
            });
            let descriptions: Vec<String> = descriptions.collect();
            (!descriptions.is_empty()).then(|| descriptions.join(", "))
        }
        _ => None,
    }
}

/// The number of the device with this URI.
fn device_number<'a>(uri: &str, world: &'a World) -> Option<&'a str> {
    let (_, id) = uri.rsplit_once("/devices/")?;
    let is_it = |person: &PersonId| world.device_id(*person).as_str() == id;
    Some(world.number_of(world.people().find(is_it)?))
}

/// The outcome by a reply's body: the reason of a refusal, or the number of notifications.
fn outcome(body: &[u8]) -> Option<String> {
    if body.len() > MAX_PARSED {
        return None;
    }
    match serde_json::from_slice(body).ok()? {
        Value::Object(reply) => {
            let code = reply.get("statusCode")?.as_u64().filter(|code| *code > 0)?;
            let why = reply.get("statusMessage").and_then(Value::as_str);
            Some(format!("code {code}: {}", why.unwrap_or("")))
        }
        Value::Array(messages) => {
            let error = messages
                .iter()
                .find_map(|message| message["error"].as_str());
            let is_meta = |message: &&Value| message.get("successful").is_some();
            let notifications = messages.iter().filter(|it| !is_meta(it)).count();
            match (error, notifications) {
                (Some(error), _) => Some(error.to_owned()),
                (None, 0) => None,
                (None, 1) => Some("1 notification".to_owned()),
                (None, more) => Some(format!("{more} notifications")),
            }
        }
        _ => None,
    }
}
