//! Messages as clients send them, and what is wrong with them before anything else is looked at.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::options::Options;
use crate::advice::Advice;
use crate::channel::Channel;
use crate::ext::Ext;
use crate::message::ClientId;

/// A message as it was read. Fields the server has no use for are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Incoming<'a> {
    #[serde(borrow, default)]
    pub(super) channel: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) id: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) client_id: Option<ClientId>,
    #[serde(borrow, default)]
    advice: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) subscription: Option<&'a RawValue>,
    /// Absent is one thing and `null`, which is data, another.
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) data: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) supported_connection_types: Option<Vec<String>>,
    #[serde(borrow, default)]
    pub(super) ext: Option<&'a RawValue>,
}

impl<'a> Incoming<'a> {
    /// Reads a message; none if it is no object, or has fields of a wrong type.
    pub(super) fn read(raw: &'a RawValue) -> Option<Self> {
        // Read as a list, its fields would be taken in the order in which they stand here.
        let object = raw.get().starts_with('{').then(|| raw.get())?;
        serde_json::from_str(object).ok()
    }

    /// The channel's name; empty if there is none.
    pub(super) fn channel(&self) -> &str {
        self.channel.as_deref().unwrap_or_default()
    }

    /// What the client asks of the server.
    pub(super) fn advice(&self) -> Option<Advice> {
        self.advice.and_then(Advice::read)
    }

    pub(super) fn ext(&self) -> Ext<'_> {
        Ext::read(self.ext)
    }

    /// The `error` of the reply, if the message breaks the grammar.
    pub(super) fn fault(&self, options: &Options) -> Option<&'static str> {
        if self.channel.is_none() {
            return Some("400::channel_missing");
        }
        if Channel::new(self.channel()).is_err() {
            return Some("405::channel_invalid");
        }
        let is_valid = |id: &&RawValue| !options.validate_message_fields || is_id(id.get());
        if !self.id.as_ref().is_none_or(is_valid) {
            return Some("405::message_id_invalid");
        }
        None
    }

    /// The channels in the `subscription` field: one, or a list; none if it is neither.
    pub(super) fn subscriptions(&self) -> Option<Vec<String>> {
        let field = self.subscription?.get();
        if field.starts_with('[') {
            serde_json::from_str(field).ok()
        } else {
            let one: String = serde_json::from_str(field).ok()?;
            Some(vec![one])
        }
    }
}

/// A field that is there, be it `null`.
fn present<'de, D: Deserializer<'de>>(field: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(field).map(Some)
}

/// Whether JSON is fit to be a message's id.
///
/// Assumption: the letters of a channel's segment are taken, which is a little more than the
/// protocol's letters and digits, and numbers, which some clients send.
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
