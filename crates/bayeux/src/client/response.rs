//! Splits a response into messages, or names the reason why it is unusable.
//!
//! | | the protocol | client |
//! |---|---|---|
//! | a sent body | SHOULD be a list | always is |
//! | a received body | MUST be accepted as a list, MAY as an object | accepts both |
//! | the id of a reply | MUST be that of the request, if it had one | accepts none: matched by channel and subscription; rejects another's |
//! | a message | MUST have a channel | skips and reports unreadable ones |
//! | an HTTP 4xx with a message that says that the session is unknown, or advises `reconnect` | – | follows the message |
//!
//! Source: Bayeux 1.0, *Common message field definitions*; the last row is our own.
//!
//! Any other HTTP error is judged by its status:
//!
//! | status | error | because |
//! |---|---|---|
//! | 401, 403 | `Unauthorized` | credentials may help |
//! | 429, 503 | `Busy` | the server is overloaded |
//! | 400, 404–406, 410–417, 426, 431, 451 | `Rejected` | the address or the request is wrong: the next one is answered alike |
//! | any other: 402, 407–409, 421, 423, 425, 5xx | `Transient` | a node or a proxy can't serve it now: the next one may reach another, or a later state |

use super::event::{Event, Incoming};
use super::status::Reason;
use crate::body::Body;
use crate::channel::KnownChannels;
use crate::duration::Duration;
use crate::exchange::Response;
use crate::message::{self, Message, NotMessages};

/// The messages of a response: each parsed, or the first characters of an unparsable one.
pub(super) type Batch<'a> = Vec<Result<Message<'a>, String>>;

/// Why a request got no usable response.
#[derive(Debug)]
pub(super) enum RequestError {
    /// It may be temporary.
    Transient(Reason),
    /// The server is overloaded, and may say how long (HTTP 429 or 503).
    Busy(Reason, Option<Duration>),
    /// The server rejects the request as such (HTTP 4xx; see the table above).
    Rejected(Reason),
    /// The server requires credentials (HTTP 401 or 403).
    Unauthorized(Response),
}

impl RequestError {
    /// For [`Status::reason`](super::Status::reason).
    pub(super) fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Transient(reason) | Self::Busy(reason, _) | Self::Rejected(reason) => {
                Some(reason)
            }
            Self::Unauthorized(_) => None,
        }
    }
}

/// The messages of a body whose HTTP status was judged by [`check_status`]. A server may refuse by HTTP status and by
/// message at once: the message takes precedence if it says how to continue.
pub(super) fn split(
    status: Result<(), RequestError>,
    body: &Body,
) -> Result<Batch<'_>, RequestError> {
    let batch = message::read(body.text()).map_err(|not| {
        RequestError::Transient(match not {
            NotMessages::Markup => Reason::WebPage,
            NotMessages::Other => Reason::NotBayeux,
        })
    });
    match (status, batch) {
        (Ok(()), batch) => batch,
        (Err(RequestError::Rejected(_) | RequestError::Unauthorized(_)), Ok(batch))
            if batch
                .iter()
                .any(|message| message.as_ref().is_ok_and(Message::says_how_to_go_on)) =>
        {
            Ok(batch)
        }
        (Err(error), _) => Err(error),
    }
}

/// Judges the HTTP status of a response.
pub(super) fn check_status(response: &Response) -> Result<(), RequestError> {
    let status = response.status;
    Err(match status {
        200..=299 => return Ok(()),
        401 | 403 => RequestError::Unauthorized(response.clone()),
        429 | 503 => {
            let retry_after = response.retry_after;
            let reason = Reason::Busy {
                status,
                retry_after,
            };
            RequestError::Busy(reason, retry_after)
        }
        400 | 404..=406 | 410..=417 | 426 | 431 | 451 => {
            RequestError::Rejected(Reason::Http(status))
        }
        _ => RequestError::Transient(Reason::Http(status)),
    })
}

/// Takes the reply to message `number` on `channel` out of a batch. It may be anywhere; a server
/// may omit the id.
pub(super) fn take_reply<'a>(
    batch: &mut Batch<'a>,
    channel: &str,
    number: u64,
) -> Option<Message<'a>> {
    let is_reply = |message: &Result<Message<'_>, String>| {
        message.as_ref().is_ok_and(|message| {
            message.channel == channel && message.answers(number).unwrap_or(true)
        })
    };
    let position = batch.iter().position(is_reply)?;
    batch.remove(position).ok()
}

/// The event that a message is for the application; none for meta messages and replies.
pub(crate) fn event(
    message: Result<Message<'_>, String>,
    channels: &mut KnownChannels,
    body: &Body,
) -> Option<Event> {
    let message = match message {
        Ok(message) if message.is_meta() => return None,
        Ok(message) => message,
        Err(excerpt) => return Some(Event::Unreadable { excerpt }),
    };
    match (channels.channel(&message.channel), message.data()) {
        (Ok(_), _) if message.is_reply() => None,
        (Ok(channel), Some(data)) => Some(Event::Message(Incoming {
            channel,
            data: body.part(data),
        })),
        _ => Some(Event::Unreadable {
            excerpt: message::excerpt(&message.channel),
        }),
    }
}

/// Whether a message is not a meta message or a reply.
pub(super) fn is_event(message: &Result<Message<'_>, String>) -> bool {
    !matches!(message, Ok(message) if message.is_meta() || message.is_reply() || message.data().is_none())
}
