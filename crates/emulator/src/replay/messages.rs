//! Bayeux messages, as far as they must be understood to give them to another client.

use serde_json::value::RawValue;

use crate::json::{Object, raw};

/// What a message is about: messages of one kind are answered in their order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Handshake,
    Connect,
    Disconnect,
    Subscribe(String),
    Unsubscribe(String),
    /// A message on a channel, which may be a call of a service.
    Publish(String),
}

impl Kind {
    /// None: a message without a channel.
    pub(crate) fn of(message: &Object) -> Option<Self> {
        let subscription = || match message.text("subscription") {
            Some(one) => one,
            None => message
                .get("subscription")
                .and_then(|list| serde_json::from_str::<Vec<String>>(list.get()).ok())
                .unwrap_or_default()
                .join(","),
        };
        Some(match message.text("channel")?.as_str() {
            "/meta/handshake" => Self::Handshake,
            "/meta/connect" => Self::Connect,
            "/meta/disconnect" => Self::Disconnect,
            "/meta/subscribe" => Self::Subscribe(subscription()),
            "/meta/unsubscribe" => Self::Unsubscribe(subscription()),
            channel => Self::Publish(channel.to_owned()),
        })
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Handshake => f.write_str("a handshake"),
            Self::Connect => f.write_str("a connect"),
            Self::Disconnect => f.write_str("a disconnect"),
            Self::Subscribe(channel) => write!(f, "a subscription to {channel}"),
            Self::Unsubscribe(channel) => write!(f, "the end of a subscription to {channel}"),
            Self::Publish(channel) => write!(f, "a message on {channel}"),
        }
    }
}

/// The messages of a body: a list, or one alone. None: that is no message.
pub(crate) fn read(body: &[u8]) -> Option<Vec<Object>> {
    serde_json::from_slice(body)
        .or_else(|_| serde_json::from_slice(body).map(|one| vec![one]))
        .ok()
}

/// Whether a message of a response answers one of the client's.
pub(crate) fn is_reply(message: &Object) -> bool {
    message.get("successful").is_some()
}

/// Fits a recorded reply to the message that it answers now.
pub(super) fn fit_reply(reply: &mut Object, asked: &Object) {
    if reply.get("id").is_some() {
        reply.set("id", asked.get("id").map(ToOwned::to_owned));
    }
    let Some(mut ext) = object(reply.get("ext")) else {
        return;
    };
    let asked = object(asked.get("ext")).unwrap_or_default();
    if asked.get("ack").is_none() {
        ext.set("ack", None);
    }
    let timesync = object(ext.get("timesync")).zip(object(asked.get("timesync")));
    ext.set(
        "timesync",
        timesync.map(|(sent, asked)| clock(sent, &asked)),
    );
    let ext = (!ext.0.is_empty()).then(|| raw(&ext));
    reply.set("ext", ext);
}

/// The recorded difference between the two clocks, for the client's own clock now. Property names
/// are those of CometD's *timesync* extension: `tc` the client's time, `ts` the server's.
fn clock(mut sent: Object, asked: &Object) -> Box<RawValue> {
    let number = |object: &Object, name: &str| -> Option<i64> {
        serde_json::from_str(object.get(name)?.get()).ok()
    };
    if let (Some(tc), Some(ts), Some(now)) = (
        number(&sent, "tc"),
        number(&sent, "ts"),
        number(asked, "tc"),
    ) {
        sent.set("ts", Some(raw(&now.saturating_add(ts.saturating_sub(tc)))));
        sent.set("tc", Some(raw(&now)));
    }
    raw(&sent)
}

fn object(json: Option<&RawValue>) -> Option<Object> {
    serde_json::from_str(json?.get()).ok()
}

/// Replaces a client id by another.
pub(super) fn rename(message: &mut Object, recorded: &str, given: &str) {
    if message.text("clientId").as_deref() == Some(recorded) {
        message.set("clientId", Some(raw(&given)));
    }
}

/// A reply of our own.
pub(super) fn reply(asked: &Object, rest: serde_json::Value) -> Object {
    let mut reply = Object::default();
    for name in ["channel", "id", "subscription"] {
        if let Some(value) = asked.get(name) {
            reply.set(name, Some(value.to_owned()));
        }
    }
    for (name, value) in rest.as_object().into_iter().flatten() {
        reply.set(name, Some(raw(value)));
    }
    reply
}
