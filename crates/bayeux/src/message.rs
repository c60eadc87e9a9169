//! Messages on the wire: splitting a body, for both sides, and messages as the client reads them.
//! `server/incoming.rs` has those that the server reads.

use core::fmt;
use std::borrow::Cow;

use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::advice::Advice;
use crate::error::ProtocolError;
use crate::ext::Ext;
use crate::raw;

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

/// The only transport supported.
pub(crate) const LONG_POLLING: &str = "long-polling";

/// The only version of the protocol supported.
pub(crate) const VERSION: &str = "1.0";

/// Identifies a session. A secret between client and server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(pub(crate) String);

/// A message as a client reads it. Fields without a use here are ignored.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    pub(crate) channel: Cow<'a, str>,
    /// A string by the protocol; some clients send numbers.
    pub(crate) id: Option<&'a RawValue>,
    pub(crate) client_id: Option<ClientId>,
    pub(crate) successful: Option<bool>,
    pub(crate) error: Option<Cow<'a, str>>,
    /// In a reply to a subscribe: the pattern.
    pub(crate) subscription: Option<Cow<'a, str>>,
    /// Boxed, because hardly any of thousands of messages has it.
    pub(crate) advice: Option<Box<Advice>>,
    /// `null` is data; absent is not.
    pub(crate) data: Option<&'a RawValue>,
    pub(crate) supported_connection_types: Option<Vec<String>>,
    /// By `version` and `minimumVersion`, if present.
    pub(crate) is_of_another_version: bool,
    pub(crate) ext: Option<&'a RawValue>,
}

impl Message<'_> {
    pub(crate) fn is_meta(&self) -> bool {
        self.channel.starts_with("/meta/")
    }

    /// Whether it is a reply without data. Some servers send absent fields as null.
    pub(crate) fn is_reply(&self) -> bool {
        self.successful.is_some() && self.data.is_none_or(|data| data.get() == "null")
    }

    /// Whether it says how to continue: that the session is unknown, or by advice.
    pub(crate) fn says_how_to_go_on(&self) -> bool {
        let advises = |advice: &Advice| advice.reconnect.is_some();
        let advice = self.advice.as_deref();
        let section = advice.and_then(|advice| advice.long_polling.as_deref());
        self.protocol_error().is_session_unknown()
            || advice.is_some_and(advises)
            || section.is_some_and(advises)
    }

    /// The `ext` field.
    pub(crate) fn ext(&self) -> Ext<'_> {
        Ext::read(self.ext)
    }

    /// The `error` field.
    pub(crate) fn protocol_error(&self) -> ProtocolError {
        ProtocolError::parse(self.error.as_deref().unwrap_or_default())
    }

    /// The `id`, if it is a number as the client here assigns.
    pub(crate) fn number(&self) -> Option<u64> {
        self.id?.get().trim_matches('"').parse().ok()
    }

    /// Whether it has the id of the message with this number; none if it has no id.
    pub(crate) fn answers(&self, number: u64) -> Option<bool> {
        self.id.map(|_| self.number() == Some(number))
    }
}

/// Why a body is not a list of messages.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotMessages {
    /// It starts like a web page.
    Markup,
    /// It is something else, or truncated.
    Other,
}

/// A body's messages, not yet parsed, so that a malformed one does not affect the others.
pub(crate) struct Batch<'a> {
    pub(crate) messages: Vec<&'a RawValue>,
    /// Whether the body was a list. The protocol also allows a single object.
    pub(crate) is_list: bool,
}

/// Splits a body into messages.
pub(crate) fn split(text: &str) -> Result<Batch<'_>, NotMessages> {
    let is_list = is_list(text)?;
    let messages = many(text, is_list).ok_or(NotMessages::Other)?;
    Ok(Batch { messages, is_list })
}

/// A body's messages, each parsed or, if it can't be, its first characters.
pub(crate) fn read(text: &str) -> Result<Vec<Result<Message<'_>, String>>, NotMessages> {
    // One pass if every message can be parsed; else split first, and parse each.
    if let Some(messages) = many::<Message<'_>>(text, is_list(text)?) {
        return Ok(messages.into_iter().map(Ok).collect());
    }
    Ok(split(text)?.messages.into_iter().map(read_one).collect())
}

/// Whether a body starts as a list, and not as an object.
fn is_list(text: &str) -> Result<bool, NotMessages> {
    match text.trim_ascii_start().as_bytes().first() {
        Some(b'[') => Ok(true),
        Some(b'{') => Ok(false),
        Some(b'<') => Err(NotMessages::Markup),
        _ => Err(NotMessages::Other),
    }
}

/// The elements of a list, or the single value.
fn many<'a, T: Deserialize<'a>>(text: &'a str, is_list: bool) -> Option<Vec<T>> {
    match is_list {
        true => serde_json::from_str(text).ok().map(|List(things)| things),
        false => serde_json::from_str(text).ok().map(|thing| vec![thing]),
    }
}

fn read_one(raw: &RawValue) -> Result<Message<'_>, String> {
    serde_json::from_str(raw.get()).map_err(|_| excerpt(raw.get()))
}

/// The first characters of something unreadable, for a person.
pub(crate) fn excerpt(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Rejects values that are neither a list nor an object. Serde's default does so too, but its
/// messages format any value, which links the formatting of floating-point numbers.
macro_rules! refuse_scalars {
    () => {
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Err(E::custom(REFUSAL))
        }
        fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
            Err(E::custom(REFUSAL))
        }
        fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
            Err(E::custom(REFUSAL))
        }
        fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
            Err(E::custom(REFUSAL))
        }
        fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
            Err(E::custom(REFUSAL))
        }
        fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
            Err(E::custom(REFUSAL))
        }
    };
}

/// Never shown.
const REFUSAL: &str = "no message";

/// The elements of a list.
struct List<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements<T>(Vec<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Elements<T> {
            type Value = List<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            refuse_scalars!();
            fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<List<T>, A::Error> {
                Err(A::Error::custom(REFUSAL))
            }
            fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<List<T>, A::Error> {
                while let Some(thing) = list.next_element()? {
                    self.0.push(thing);
                }
                Ok(List(self.0))
            }
        }
        deserializer.deserialize_any(Elements(Vec::new()))
    }
}

/// The fields of a message that a client uses.
const FIELDS: [&str; 12] = [
    "channel",
    "id",
    "clientId",
    "successful",
    "error",
    "subscription",
    "advice",
    "data",
    "supportedConnectionTypes",
    "version",
    "minimumVersion",
    "ext",
];

/// An index into [`FIELDS`]; their number for any other field.
struct Field(usize);

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Field;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }
            fn visit_str<E: Error>(self, name: &str) -> Result<Field, E> {
                let place = FIELDS.iter().position(|field| *field == name);
                Ok(Field(place.unwrap_or(FIELDS.len())))
            }
        }
        deserializer.deserialize_any(Name)
    }
}

impl<'a> Message<'a> {
    /// The message with these values of [`FIELDS`]; none if one on which the meaning depends is
    /// malformed.
    fn of(values: [Option<&'a RawValue>; FIELDS.len()]) -> Option<Self> {
        let [
            channel,
            id,
            client_id,
            successful,
            error,
            subscription,
            advice,
            data,
            types,
            version,
            oldest,
            ext,
        ] = values;
        Some(Self {
            channel: raw::string(channel?)?,
            id: raw::unless_null(id),
            client_id: match raw::unless_null(client_id) {
                Some(id) => Some(ClientId(raw::string(id)?.into_owned())),
                None => None,
            },
            successful: match raw::unless_null(successful) {
                Some(successful) => Some(raw::truth(successful)?),
                None => None,
            },
            error: match raw::unless_null(error) {
                Some(error) => Some(raw::string(error)?),
                None => None,
            },
            subscription: subscription.and_then(raw::string),
            advice: advice.and_then(Advice::read).map(Box::new),
            data,
            supported_connection_types: types.and_then(raw::strings),
            is_of_another_version: !is_spoken(version, oldest),
            ext: raw::unless_null(ext),
        })
    }
}

/// Whether [`VERSION`] is among the versions that the peer supports. An absent or malformed one
/// excludes nothing.
fn is_spoken(newest: Option<&RawValue>, oldest: Option<&RawValue>) -> bool {
    /// The first two numbers: `1.0beta` is 1.0, and so is `1`.
    fn numbers(version: &RawValue) -> Option<(u32, u32)> {
        let mut parts = version.get().trim_matches('"').split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next().unwrap_or_default();
        let digits = minor.len() - minor.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        Some((major, minor[..digits].parse().unwrap_or_default()))
    }
    let newest = newest.and_then(numbers);
    // Another major version is another protocol, unless `minimumVersion` includes this one.
    let oldest = oldest
        .and_then(numbers)
        .or_else(|| newest.map(|(major, _)| (major, 0)));
    newest.is_none_or(|newest| newest >= (1, 0)) && oldest.is_none_or(|oldest| oldest <= (1, 0))
}

impl<'de: 'a, 'a> Deserialize<'de> for Message<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Message<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a message")
            }
            refuse_scalars!();
            fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Message<'de>, A::Error> {
                Err(A::Error::custom(REFUSAL))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Message<'de>, A::Error> {
                let mut values = [None; FIELDS.len() + 1];
                while let Some(Field(place)) = map.next_key()? {
                    values[place] = Some(map.next_value()?);
                }
                let [values @ .., _] = values;
                Message::of(values).ok_or_else(|| A::Error::custom(REFUSAL))
            }
        }
        deserializer.deserialize_any(Object)
    }
}
