//! Messages as clients send them, and the check of their grammar.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::replies::{Reply, gone};
use crate::advice::Advice;
use crate::channel::{Channel, Pattern};
use crate::ext::Ext;
use crate::message::{ClientId, LONG_POLLING};

/// A parsed message. Fields that the server does not use are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Incoming<'a> {
    #[serde(borrow, default)]
    pub(super) channel: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) client_id: Option<ClientId>,
    #[serde(borrow, default)]
    advice: Option<&'a RawValue>,
    #[serde(borrow, default)]
    subscription: Option<&'a RawValue>,
    /// Distinguishes an absent field from `null`, which is data.
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) data: Option<&'a RawValue>,
    #[serde(default)]
    supported_connection_types: Option<Vec<String>>,
    #[serde(borrow, default)]
    pub(super) ext: Option<&'a RawValue>,
}

/// Parses the body of a request. None if it is not a list of messages.
///
/// A body is JSON: the protocol's alternative, a parameter `message`, is not accepted by the default
/// transport of CometD's servers either.
pub(super) fn read(body: &[u8]) -> Option<Vec<Incoming<'_>>> {
    let messages: Vec<&RawValue> = serde_json::from_slice(body).ok()?;
    if messages.is_empty() {
        return None;
    }
    messages.into_iter().map(Incoming::read).collect()
}

impl<'a> Incoming<'a> {
    /// None if it is not an object, or has fields of a wrong type.
    fn read(raw: &'a RawValue) -> Option<Self> {
        // Serde would also accept a list, with the fields in their order here.
        let object = raw.get().starts_with('{').then(|| raw.get())?;
        serde_json::from_str(object).ok()
    }

    /// The channel's name; empty if there is none.
    pub(super) fn channel(&self) -> &str {
        self.channel.as_deref().unwrap_or_default()
    }

    /// The client's advice.
    pub(super) fn advice(&self) -> Option<Advice> {
        self.advice.and_then(|advice| Advice::read(advice.get()))
    }

    pub(super) fn ext(&self) -> Ext<'_> {
        Ext::read(self.ext.map(RawValue::get))
    }

    /// The `error` of the reply, if the message breaks the grammar.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if self.channel.is_none() {
            return Some("400::channel_missing");
        }
        if Channel::new(self.channel()).is_err() {
            return Some("405::channel_invalid");
        }
        if self.id.is_some_and(|id| !is_id(id.get())) {
            return Some("405::message_id_invalid");
        }
        None
    }

    /// Its `id`, as JSON.
    pub(super) fn id(&self) -> Option<String> {
        self.id.map(|id| id.get().to_owned())
    }

    /// The reply, which is successful until it is refused.
    pub(super) fn reply(&self) -> Reply {
        Reply {
            channel: self.channel.as_deref().map(str::to_owned),
            id: self.id(),
            subscription: self.subscription.map(|field| field.get().to_owned()),
            successful: true,
            ..Reply::default()
        }
    }

    /// The reply to a handshake, refused if the handshake can't be granted.
    pub(super) fn handshake_reply(&self) -> Reply {
        let mut reply = self.reply();
        let types = self.supported_connection_types.as_ref();
        if let Some(error) = self.fault() {
            reply.refuse(error);
        } else if types.is_some_and(|types| types.iter().all(|name| name != LONG_POLLING)) {
            reply.refuse("403::handshake_failed");
            reply.advice = Some(gone());
        }
        reply
    }

    /// The patterns in the `subscription` field: one, or a list.
    ///
    /// Assumption: an empty list counts as missing. CometD answers it without saying whether it was
    /// successful.
    pub(super) fn patterns(&self) -> Result<Vec<Pattern>, &'static str> {
        let missing = "403::subscription_missing";
        let invalid = "403::subscription_invalid";
        let field = self.subscription.ok_or(missing)?.get();
        let names: Vec<String> = match field.starts_with('[') {
            true => serde_json::from_str(field).map_err(|_| invalid)?,
            false => vec![serde_json::from_str(field).map_err(|_| invalid)?],
        };
        if names.is_empty() {
            return Err(missing);
        }
        let patterns: Result<Vec<_>, _> = names.into_iter().map(Pattern::new).collect();
        patterns.map_err(|_| invalid)
    }
}

/// A field that is present, even as `null`.
fn present<'de, D: Deserializer<'de>>(field: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(field).map(Some)
}

/// Whether JSON is valid as a message's id.
///
/// Assumption: accepts the characters of a channel's segment, slightly more than the protocol's letters
/// and digits, and numbers, which some clients send.
fn is_id(json: &str) -> bool {
    let text = match json.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').unwrap_or_default(),
        None if json.starts_with(|c: char| c.is_ascii_digit()) => json,
        None => return false,
    };
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-_!~()$@.".contains(&byte);
    !text.is_empty() && text.bytes().all(is_fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_words_or_numbers() {
        for id in ["\"1\"", "7", "\"a-b_c\"", "1.5"] {
            assert!(is_id(id), "{id}");
        }
        for id in ["\"\"", "\"a b\"", "\"a\\nb\"", "{}", "[1]", "true", "-1"] {
            assert!(!is_id(id), "{id}");
        }
    }
}
