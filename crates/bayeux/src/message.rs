//! Messages on the wire: what a body is, for both sides, and a message as the client reads it. What
//! the server reads is in `server/incoming.rs`.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::advice::Advice;
use crate::error::ProtocolError;
use crate::ext::Ext;

/// The channel on which a session begins.
pub(crate) const HANDSHAKE: &str = "/meta/handshake";
/// The channel that is polled.
pub(crate) const CONNECT: &str = "/meta/connect";
/// The channel on which a session ends.
pub(crate) const DISCONNECT: &str = "/meta/disconnect";
/// The channel for subscriptions.
pub(crate) const SUBSCRIBE: &str = "/meta/subscribe";
/// The channel for ending subscriptions.
pub(crate) const UNSUBSCRIBE: &str = "/meta/unsubscribe";

/// The only transport spoken here.
pub(crate) const LONG_POLLING: &str = "long-polling";

/// Names a session. Must never reach another client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(pub(crate) String);

/// A message as it was read by a client. Fields this implementation has no use for are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message<'a> {
    #[serde(borrow)]
    pub(crate) channel: Cow<'a, str>,
    /// A string by the protocol; some clients send numbers.
    #[serde(borrow, default)]
    pub(crate) id: Option<&'a RawValue>,
    #[serde(default)]
    pub(crate) client_id: Option<ClientId>,
    #[serde(default)]
    pub(crate) successful: Option<bool>,
    #[serde(borrow, default)]
    pub(crate) error: Option<Cow<'a, str>>,
    /// Boxed: hardly any message has it, and there may be thousands.
    #[serde(default)]
    pub(crate) advice: Option<Box<Advice>>,
    /// Absent is one thing and `null`, which is data, another.
    #[serde(borrow, default, deserialize_with = "present")]
    pub(crate) data: Option<&'a RawValue>,
    #[serde(default)]
    pub(crate) supported_connection_types: Option<Vec<String>>,
    #[serde(borrow, default)]
    pub(crate) ext: Option<&'a RawValue>,
}

impl Message<'_> {
    pub(crate) fn is_meta(&self) -> bool {
        self.channel.starts_with("/meta/")
    }

    /// Whether it answers a message and has nothing else to say. To some servers a field that is
    /// absent is null.
    pub(crate) fn is_reply(&self) -> bool {
        self.successful.is_some() && self.data.is_none_or(|data| data.get() == "null")
    }

    /// What the `ext` field says.
    pub(crate) fn ext(&self) -> Ext<'_> {
        Ext::read(self.ext)
    }

    /// What the `error` field says.
    pub(crate) fn protocol_error(&self) -> ProtocolError {
        ProtocolError::parse(self.error.as_deref().unwrap_or_default())
    }

    /// The number that this implementation's client put into `id`, if it is one.
    pub(crate) fn number(&self) -> Option<u64> {
        self.id?.get().trim_matches('"').parse().ok()
    }
}

/// A field that is there, be it `null`.
pub(crate) fn present<'de, D: Deserializer<'de>>(
    field: D,
) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(field).map(Some)
}

/// What a body is, if it is not a list of messages.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotMessages {
    /// It begins like a web page.
    Markup,
    /// It is something else, or cut off.
    Other,
}

/// A body's messages, each still unread, so that a bad one does not cost the others.
pub(crate) struct Batch<'a> {
    pub(crate) messages: Vec<&'a RawValue>,
    /// Whether the body was a list. A lone object is allowed by the protocol; senders should not.
    pub(crate) is_list: bool,
}

/// Splits a body into messages.
pub(crate) fn split(body: &[u8]) -> Result<Batch<'_>, NotMessages> {
    let begin = body.trim_ascii_start().first();
    if begin == Some(&b'<') {
        return Err(NotMessages::Markup);
    }
    // Checked as a whole, and then no more string by string.
    let text = core::str::from_utf8(body).map_err(|_| NotMessages::Other)?;
    let batch = match begin {
        Some(b'[') => serde_json::from_str(text).map(|messages| Batch {
            messages,
            is_list: true,
        }),
        Some(b'{') => serde_json::from_str(text).map(|message| Batch {
            messages: vec![message],
            is_list: false,
        }),
        _ => return Err(NotMessages::Other),
    };
    batch.map_err(|_| NotMessages::Other)
}

/// A body's messages, each read or, if that can't be done, its beginning.
pub(crate) fn read(body: &[u8]) -> Result<Vec<Result<Message<'_>, String>>, NotMessages> {
    // In one pass where every message can be read, which is nearly always: splitting takes two.
    if let Ok(text) = core::str::from_utf8(body)
        && let Ok(messages) = serde_json::from_str::<Vec<Message<'_>>>(text)
    {
        return Ok(messages.into_iter().map(Ok).collect());
    }
    Ok(split(body)?.messages.into_iter().map(read_one).collect())
}

fn read_one(raw: &RawValue) -> Result<Message<'_>, String> {
    serde_json::from_str(raw.get()).map_err(|_| excerpt(raw.get()))
}

/// The beginning of something unreadable, for a person to look at.
pub(crate) fn excerpt(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
