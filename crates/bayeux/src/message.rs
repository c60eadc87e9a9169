//! Messages on the wire, as the client reads them. `server/incoming.rs` has those that the server reads.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tolerant_json::{Scanner, text};

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

/// A message as a client reads it. Most fields are parsed when they are asked for.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    pub(crate) channel: Cow<'a, str>,
    pub(crate) successful: Option<bool>,
    values: Values<'a>,
}

/// The JSON of each [`Field`] that a message has.
type Values<'a> = [Option<&'a str>; FIELDS.len()];

/// The fields of a message that a client uses.
#[derive(Clone, Copy)]
enum Field {
    Channel,
    Id,
    ClientId,
    Successful,
    Error,
    Subscription,
    Advice,
    Data,
    ConnectionTypes,
    Version,
    MinimumVersion,
    Ext,
}

/// Their names, in the same order.
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

impl<'a> Message<'a> {
    /// The message with these values; none if one on which the meaning depends is malformed.
    fn of(values: Values<'a>) -> Option<Self> {
        let value = |field| given(&values, field);
        let is_text = |field| value(field).is_none_or(|text| raw::string(text).is_some());
        if !is_text(Field::ClientId) || !is_text(Field::Error) {
            return None;
        }
        Some(Self {
            channel: raw::string(value(Field::Channel)?)?,
            successful: match value(Field::Successful) {
                Some(successful) => Some(raw::truth(successful)?),
                None => None,
            },
            values,
        })
    }

    fn value(&self, field: Field) -> Option<&'a str> {
        given(&self.values, field)
    }

    fn text(&self, field: Field) -> Option<Cow<'a, str>> {
        raw::string(self.value(field)?)
    }

    pub(crate) fn is_meta(&self) -> bool {
        self.channel.starts_with("/meta/")
    }

    /// Whether it is a reply without data. Some servers send absent fields as null.
    pub(crate) fn is_reply(&self) -> bool {
        self.successful.is_some() && self.value(Field::Data).is_none()
    }

    /// Whether it says how to continue: that the session is unknown, or by advice.
    pub(crate) fn says_how_to_go_on(&self) -> bool {
        let advises = |advice: &Advice| advice.reconnect.is_some();
        let advice = self.advice();
        let section = advice.as_ref().and_then(|it| it.long_polling.as_deref());
        self.protocol_error().is_session_unknown()
            || advice.as_ref().is_some_and(advises)
            || section.is_some_and(advises)
    }

    /// The JSON of the `data` field: `null` is data; absent is not.
    pub(crate) fn data(&self) -> Option<&'a str> {
        self.values[Field::Data as usize]
    }

    /// The `advice` field.
    pub(crate) fn advice(&self) -> Option<Advice> {
        Advice::read(self.value(Field::Advice)?)
    }

    /// The `clientId` field.
    pub(crate) fn client_id(&self) -> Option<ClientId> {
        let id = self.text(Field::ClientId)?;
        Some(ClientId(id.into_owned()))
    }

    /// The `ext` field.
    pub(crate) fn ext(&self) -> Ext<'_> {
        Ext::read(self.value(Field::Ext))
    }

    /// The `error` field.
    pub(crate) fn protocol_error(&self) -> ProtocolError {
        ProtocolError::parse(&self.text(Field::Error).unwrap_or_default())
    }

    /// Whether it is a reply about this subscription, by its pattern.
    pub(crate) fn is_about(&self, pattern: &str) -> bool {
        self.text(Field::Subscription).as_deref() == Some(pattern)
    }

    /// The `supportedConnectionTypes` field.
    pub(crate) fn connection_types(&self) -> Option<Vec<String>> {
        raw::strings(self.value(Field::ConnectionTypes)?)
    }

    /// Whether `version` and `minimumVersion`, if present, exclude the version supported here.
    pub(crate) fn is_of_another_version(&self) -> bool {
        let value = |field| self.value(field);
        !is_spoken(value(Field::Version), value(Field::MinimumVersion))
    }

    pub(crate) fn has_id(&self) -> bool {
        self.value(Field::Id).is_some()
    }

    /// The `id`, if it is a number as the client here assigns. A string by the protocol; some clients send numbers.
    pub(crate) fn number(&self) -> Option<u64> {
        text::number(unquoted(self.value(Field::Id)?))
    }

    /// Whether it has the id of the message with this number; none if it has no id.
    pub(crate) fn answers(&self, number: u64) -> Option<bool> {
        self.has_id().then(|| self.number() == Some(number))
    }
}

/// The JSON of a field; none for `null`.
fn given<'a>(values: &Values<'a>, field: Field) -> Option<&'a str> {
    raw::unless_null(values[field as usize])
}

/// Why a body is not a list of messages.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotMessages {
    /// It starts like a web page.
    Markup,
    /// It is something else, or truncated.
    Other,
}

/// A body's messages, each parsed or, if it can't be, its first characters: a malformed one does not affect the
/// others. The protocol also allows a single object.
pub(crate) fn read(text: &str) -> Result<Vec<Result<Message<'_>, String>>, NotMessages> {
    let is_list = is_list(text)?;
    all(&mut Scanner::new(text), is_list).ok_or(NotMessages::Other)
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

/// All messages of a list, or the single one; none if the text is no JSON.
fn all<'a>(scanner: &mut Scanner<'a>, is_list: bool) -> Option<Vec<Result<Message<'a>, String>>> {
    let mut messages = Vec::new();
    if !is_list {
        messages.push(one(scanner)?);
    } else if scanner.enter(b'[') {
        while scanner.goes_on(b']')? {
            messages.push(one(scanner)?);
        }
    }
    scanner.end()?;
    Some(messages)
}

/// The next value as a message or, if it is no message, its first characters; none if it is no JSON.
fn one<'a>(scanner: &mut Scanner<'a>) -> Option<Result<Message<'a>, String>> {
    let mut start = *scanner;
    if scanner.enter(b'{') {
        let mut values = [None; FIELDS.len()];
        while scanner.goes_on(b'}')? {
            let name = scanner.name()?;
            let value = scanner.skip()?;
            if let Some(place) = FIELDS.iter().position(|field| *field == name) {
                values[place] = Some(value);
            }
        }
        if let Some(message) = Message::of(values) {
            return Some(Ok(message));
        }
    }
    let text = start.skip()?;
    *scanner = start;
    Some(Err(excerpt(text)))
}

/// The first characters of something unreadable, for a person.
pub(crate) fn excerpt(text: &str) -> String {
    text::cut_off(text, 120)
}

/// A number that may be within quotation marks.
fn unquoted(number: &str) -> &str {
    text::trim_start(text::trim_end(number, "\""), "\"")
}

/// Whether [`VERSION`] is among the versions that the peer supports. An absent or malformed one
/// excludes nothing.
fn is_spoken(newest: Option<&str>, oldest: Option<&str>) -> bool {
    /// The first number, and whether the second one is above zero: `1.0beta` is 1.0, and so is `1`.
    fn numbers(version: &str) -> Option<(u64, bool)> {
        let version = unquoted(version);
        let (major, minor) = text::split_once(version, ".").unwrap_or((version, ""));
        let minor = text::trim_start(minor, "0").bytes().next();
        Some((
            text::number(major)?,
            minor.is_some_and(|byte| byte.is_ascii_digit()),
        ))
    }
    let newest = newest.and_then(numbers);
    // Another major version is another protocol, unless `minimumVersion` includes this one.
    let oldest = oldest
        .and_then(numbers)
        .or_else(|| newest.map(|(major, _)| (major, false)));
    newest.is_none_or(|newest| newest >= (1, false))
        && oldest.is_none_or(|oldest| oldest <= (1, false))
}
