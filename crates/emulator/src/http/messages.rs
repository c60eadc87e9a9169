//! Bayeux messages, as far as they are told in words.

use crate::json::Object;

/// What a message is about: messages of one kind are answered in their order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
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
    pub(super) fn of(message: &Object) -> Option<Self> {
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

/// The messages of a body: a list, or one alone. None: that is no message.
pub(super) fn read(body: &[u8]) -> Option<Vec<Object>> {
    serde_json::from_slice(body)
        .or_else(|_| serde_json::from_slice(body).map(|one| vec![one]))
        .ok()
}

/// Whether a message of a response answers one of the client's.
pub(super) fn is_reply(message: &Object) -> bool {
    message.get("successful").is_some()
}
