//! Exchanges as people read them: in the journal, for the console, and on standard error.

use std::sync::Arc;

use axum::http::{HeaderMap, Method, header};
use serde_json::{Map, Value};

use super::gate::cookie;
use super::tap::{Exchange, Reply, Seen, Witness};
use crate::journal::{Body, ExchangeEnd, ExchangeKind, Happened};
use crate::json::Object;
use crate::replay::messages::{self, Kind};
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

    /// What is asked, in words, and who asks.
    fn words(&self, exchange: &Exchange) -> (ExchangeKind, String, Option<String>) {
        let core = self.shared.lock();
        let caller = exchange.caller.or_else(|| {
            let cookie = cookie(&exchange.headers, "JSESSIONID")?;
            core.sessions.owner(cookie)
        });
        let who = caller.map(|caller| core.world.number_of(caller).to_owned());
        let (kind, what) = asked(exchange, &core.world);
        (kind, what, who)
    }
}

impl Witness for Log {
    fn attention(&self) -> usize {
        SHOWN
    }

    fn asked(&self, exchange: &Exchange) {
        let (kind, what, who) = self.words(exchange);
        self.shared.journal.write(Happened::Request {
            exchange: exchange.number,
            who,
            kind,
            method: exchange.method.to_string(),
            path: exchange.path.clone(),
            what,
            body: shown(&exchange.body),
        });
    }

    fn saw(&self, exchange: &Exchange) {
        let (kind, what, who) = self.words(exchange);
        let (end, outcome) = match &exchange.reply {
            None => (
                ExchangeEnd::CutOff,
                "cut off before there was a reply".to_owned(),
            ),
            Some(reply) if !reply.whole => (ExchangeEnd::CutOff, "broke off".to_owned()),
            Some(reply) => outcome(kind, reply),
        };
        let held = u64::try_from(exchange.held.as_millis()).unwrap_or(u64::MAX);
        let whom = who.as_deref().unwrap_or("somebody");
        match kind {
            ExchangeKind::Change => tracing::info!("{whom}: {what}: {outcome}, after {held} ms"),
            _ => tracing::debug!("{whom}: {what}: {outcome}, after {held} ms"),
        }
        self.shared.journal.write(Happened::Reply {
            exchange: exchange.number,
            who,
            kind,
            what,
            end,
            status: exchange.reply.as_ref().map(|reply| reply.status.as_u16()),
            outcome,
            held,
            body: exchange
                .reply
                .as_ref()
                .map_or_else(Body::default, |reply| shown(&reply.body)),
        });
    }
}

fn asked(exchange: &Exchange, world: &World) -> (ExchangeKind, String) {
    let address = exchange
        .path
        .strip_prefix("/api/v2")
        .unwrap_or(&exchange.path);
    let resource = address.split('?').next().unwrap_or(address);
    if matches!(
        exchange.method,
        Method::GET | Method::HEAD | Method::OPTIONS
    ) {
        return (ExchangeKind::Read, format!("{} {address}", exchange.method));
    }
    if resource.starts_with("/notifications") {
        let asked = messages::read(&exchange.body.bytes).unwrap_or_default();
        let kinds: Vec<Kind> = asked.iter().filter_map(Kind::of).collect();
        let words: Vec<String> = kinds.iter().map(in_short).collect();
        return match kinds.is_empty() {
            true => (ExchangeKind::Message, format!("POST {address}")),
            false if kinds.contains(&Kind::Connect) => (ExchangeKind::Connect, words.join(", ")),
            false => (ExchangeKind::Message, words.join(", ")),
        };
    }
    let what = serde_json::from_slice(&exchange.body.bytes)
        .ok()
        .and_then(|body| operation(&body, world))
        .unwrap_or_else(|| format!("{} {address}", exchange.method));
    (ExchangeKind::Change, what)
}

fn in_short(kind: &Kind) -> String {
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
