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

/// A message as a client reads it. Fields without a use here are ignored.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    pub(crate) channel: Cow<'a, str>,
    /// A string by the protocol; some clients send numbers.
    pub(crate) id: Option<&'a str>,
    pub(crate) client_id: Option<ClientId>,
    pub(crate) successful: Option<bool>,
    pub(crate) error: Option<Cow<'a, str>>,
    /// In a reply to a subscribe: the pattern.
    pub(crate) subscription: Option<Cow<'a, str>>,
    /// Boxed, because hardly any of thousands of messages has it.
    pub(crate) advice: Option<Box<Advice>>,
    /// `null` is data; absent is not.
    pub(crate) data: Option<&'a str>,
    pub(crate) supported_connection_types: Option<Vec<String>>,
    /// By `version` and `minimumVersion`, if present.
    pub(crate) is_of_another_version: bool,
    pub(crate) ext: Option<&'a str>,
}

impl Message<'_> {
    pub(crate) fn is_meta(&self) -> bool {
        self.channel.starts_with("/meta/")
    }

    /// Whether it is a reply without data. Some servers send absent fields as null.
    pub(crate) fn is_reply(&self) -> bool {
        self.successful.is_some() && self.data.is_none_or(|data| data == "null")
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
        text::number(unquoted(self.id?))
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

impl<'a> Message<'a> {
    /// The message with these values of [`FIELDS`]; none if one on which the meaning depends is
    /// malformed.
    fn of(values: [Option<&'a str>; FIELDS.len()]) -> Option<Self> {
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
