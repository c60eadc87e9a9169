//! Exchanges as people read them: in the journal, for the console, and on standard error.
//!
//! Whatever is asked often, reading and waiting for notifications, is kept as it came over the wire
//! and read when somebody looks. Operations are read at once: they are rare, they are told on
//! standard error, and whom they concern is known by number only now.

use std::fmt;
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, Method, header};
use serde_json::{Map, Value};

use super::messages::{self, Kind};
use super::tap::{Asked, Exchange, Reply, Seen, Witness};
use crate::journal::{Body, ExchangeEnd, ExchangeKind, Happened, Unread};
use crate::json::Object;
use crate::state::Shared;
use crate::world::{PersonId, World};

/// How much of a body is shown, in bytes. A journal keeps hundreds.
const SHOWN: usize = 16 * 1024;

/// Writes exchanges into the journal.
pub(super) struct Log {
    shared: Arc<Shared>,
}

impl Log {
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            shared: Arc::clone(shared),
        }
    }

    /// The operation in words, if one is asked for.
    fn operation(&self, asked: &Asked) -> Option<String> {
        let body = is_change(asked).then(|| serde_json::from_slice(&asked.body.bytes));
        operation(&body?.ok()?, &self.shared.glimpse().world)
    }
}

impl Witness for Log {
    fn attention(&self) -> usize {
        SHOWN
    }

    fn notices(&self, header: &HeaderName) -> bool {
        header == header::CONTENT_TYPE
    }

    fn asked(&self, asked: &Arc<Asked>) {
        self.shared.journal.write_unread(UnreadRequest {
            asked: Arc::clone(asked),
            operation: self.operation(asked),
        });
    }

    fn saw(&self, exchange: &Arc<Exchange>) {
        let unread = UnreadReply {
            exchange: Arc::clone(exchange),
            operation: self.operation(&exchange.asked),
        };
        if is_change(&exchange.asked) {
            tracing::info!("{unread}");
        } else {
            tracing::debug!("{unread}");
        }
        self.shared.journal.write_unread(unread);
    }
}

/// A request that nobody has looked at yet.
#[derive(Debug)]
struct UnreadRequest {
    asked: Arc<Asked>,
    operation: Option<String>,
}

impl Unread for UnreadRequest {
    fn read(&self) -> Happened {
        let asked = &self.asked;
        let (kind, what) = in_words(asked, self.operation.as_deref());
        Happened::Request {
            exchange: asked.number,
            who: asked.who.clone(),
            kind,
            method: asked.method.to_string(),
            path: asked.path.clone(),
            what,
            body: shown(&asked.body),
        }
    }

    fn bytes(&self) -> usize {
        bytes_of(&self.asked)
    }
}

/// An exchange that nobody has looked at yet.
#[derive(Debug)]
struct UnreadReply {
    exchange: Arc<Exchange>,
    operation: Option<String>,
}

impl UnreadReply {
    fn outcome(&self, kind: ExchangeKind) -> (ExchangeEnd, String) {
        match &self.exchange.reply {
            None => {
                let outcome = "cut off before there was a reply".to_owned();
                (ExchangeEnd::CutOff, outcome)
            }
            Some(reply) if !reply.whole => (ExchangeEnd::CutOff, "broke off".to_owned()),
            Some(reply) => outcome(kind, reply),
        }
    }

    fn held(&self) -> u64 {
        u64::try_from(self.exchange.held.as_millis()).unwrap_or(u64::MAX)
    }
}

/// A line for standard error.
impl fmt::Display for UnreadReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = &self.exchange.asked;
        let (kind, what) = in_words(asked, self.operation.as_deref());
        let (_, outcome) = self.outcome(kind);
        let whom = asked.who.as_deref().unwrap_or("somebody");
        write!(f, "{whom}: {what}: {outcome}, after {} ms", self.held())
    }
}

impl Unread for UnreadReply {
    fn read(&self) -> Happened {
        let asked = &self.exchange.asked;
        let reply = self.exchange.reply.as_ref();
        let (kind, what) = in_words(asked, self.operation.as_deref());
        let (end, outcome) = self.outcome(kind);
        Happened::Reply {
            exchange: asked.number,
            who: asked.who.clone(),
            kind,
            what,
            end,
            status: reply.map(|reply| reply.status.as_u16()),
            outcome,
            held: self.held(),
            body: reply.map_or_else(Body::default, |reply| shown(&reply.body)),
        }
    }

    fn bytes(&self) -> usize {
        // Its request is kept for as long as it is.
        let reply = self.exchange.reply.as_ref();
        bytes_of(&self.exchange.asked) + reply.map_or(0, |reply| reply.body.bytes.len())
    }
}

fn bytes_of(asked: &Asked) -> usize {
    asked.path.len() + asked.body.bytes.len()
}

fn is_read(asked: &Asked) -> bool {
    matches!(asked.method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_of_notifications(asked: &Asked) -> bool {
    address(asked).starts_with("/notifications")
}

fn is_change(asked: &Asked) -> bool {
    !is_read(asked) && !is_of_notifications(asked)
}

/// Path and query below the version.
fn address(asked: &Asked) -> &str {
    let path = asked.path.as_str();
    path.strip_prefix("/api/v2").unwrap_or(path)
}

/// What is asked.
fn in_words(asked: &Asked, operation: Option<&str>) -> (ExchangeKind, String) {
    let in_short = || format!("{} {}", asked.method, address(asked));
    if is_read(asked) {
        return (ExchangeKind::Read, in_short());
    }
    if !is_of_notifications(asked) {
        let what = operation.map_or_else(in_short, str::to_owned);
        return (ExchangeKind::Change, what);
    }
    let messages = messages::read(&asked.body.bytes).unwrap_or_default();
    let kinds: Vec<Kind> = messages.iter().filter_map(Kind::of).collect();
    let kind = match kinds.contains(&Kind::Connect) {
        true => ExchangeKind::Connect,
        false => ExchangeKind::Message,
    };
    let words: Vec<String> = kinds.iter().map(message_in_short).collect();
    match words.is_empty() {
        true => (kind, in_short()),
        false => (kind, words.join(", ")),
    }
}

fn message_in_short(kind: &Kind) -> String {
    match kind {
        Kind::Handshake => "handshake".to_owned(),
        Kind::Connect => "connect".to_owned(),
        Kind::Disconnect => "disconnect".to_owned(),
        Kind::Subscribe(channel) => format!("subscribe {channel}"),
        Kind::Unsubscribe(channel) => format!("unsubscribe {channel}"),
        Kind::Publish(channel) => format!("publish {channel}"),
    }
}

/// `ListenIn 6001, Call, AllCalls`: an operation with its parameters.
fn operation(body: &Object, world: &World) -> Option<String> {
    let name = body.text("operationName")?;
    let parameters = body.0.iter();
    let parameters: Vec<String> = parameters
        .filter(|(key, _)| key != "operationName")
        .filter_map(|(_, value)| match serde_json::from_str(value.get()).ok()? {
            Value::Null => None,
            Value::String(text) => Some(number_of_device(&text, world).unwrap_or(text)),
            Value::Object(_) | Value::Array(_) => Some("…".to_owned()),
            other => Some(other.to_string()),
        })
        .collect();
    Some(
        format!("{name} {}", parameters.join(", "))
            .trim_end()
            .to_owned(),
    )
}

/// A device's URI as the number people know it by.
fn number_of_device(uri: &str, world: &World) -> Option<String> {
    let (_, id) = uri.rsplit_once("/devices/")?;
    let is_it = |person: &PersonId| world.device_id(*person).as_str() == id;
    let person = world.people().find(is_it)?;
    Some(world.number_of(person).to_owned())
}

fn outcome(kind: ExchangeKind, reply: &Reply) -> (ExchangeEnd, String) {
    let status = reply.status.as_u16();
    let end = match reply.status.is_success() {
        true => ExchangeEnd::Done,
        false => ExchangeEnd::Refused,
    };
    if matches!(kind, ExchangeKind::Connect | ExchangeKind::Message) && reply.status == 200 {
        if let Some(told) = messages::read(&reply.body.bytes) {
            return told_in_words(&told);
        }
        if !reply.body.is_whole() {
            return (end, format!("{} bytes of messages", reply.body.length));
        }
    }
    let body: Option<Map<String, Value>> = serde_json::from_slice(&reply.body.bytes).ok();
    let said = |name: &str| body.as_ref().and_then(|body| body.get(name));
    match said("statusCode").and_then(Value::as_u64) {
        Some(0) => (end, format!("{status} OK")),
        Some(code) => {
            let message = said("statusMessage").and_then(Value::as_str).unwrap_or("");
            let outcome = format!("{status}, code {code}: {message}");
            (ExchangeEnd::Refused, outcome)
        }
        // Too long to be shown is not too long to be right.
        None if end == ExchangeEnd::Done && !reply.body.is_whole() => {
            (end, format!("{status}, {} bytes", reply.body.length))
        }
        None => {
            let kind = content_type(&reply.headers);
            (
                end,
                format!("{status}, {} bytes of {kind}", reply.body.length),
            )
        }
    }
}

fn told_in_words(told: &[Object]) -> (ExchangeEnd, String) {
    let failed = told.iter().find(|message| {
        message
            .get("successful")
            .is_some_and(|yes| yes.get() == "false")
    });
    if let Some(failed) = failed {
        let error = failed.text("error").unwrap_or_else(|| "failed".to_owned());
        return (ExchangeEnd::Refused, error);
    }
    let events = told.iter().filter(|message| !messages::is_reply(message));
    let outcome = match events.count() {
        0 => "OK".to_owned(),
        1 => "1 notification".to_owned(),
        more => format!("{more} notifications"),
    };
    (ExchangeEnd::Done, outcome)
}

fn content_type(headers: &HeaderMap) -> String {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok()?.split(';').next());
    kind.unwrap_or("something").to_owned()
}

fn shown(seen: &Seen) -> Body {
    if seen.length == 0 {
        return Body::default();
    }
    let text = String::from_utf8_lossy(&seen.bytes);
    // An event is one line.
    let line = text.trim().replace(['\n', '\r'], " ");
    match serde_json::from_str(&line) {
        Ok(json) => Body {
            body: Some(json),
            text: None,
            bytes: seen.length,
        },
        Err(_) => Body {
            body: None,
            text: Some(text.into_owned()),
            bytes: seen.length,
        },
    }
}
