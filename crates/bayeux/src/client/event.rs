//! The client's inputs and outputs.

use super::page::Page;
use crate::body::Json;
use crate::channel::{Channel, Pattern};
use crate::error::ProtocolError;
use crate::exchange::{Exchange, ExchangeId, Failure, Response};
use crate::time::Instant;

/// An input.
#[derive(Debug)]
pub enum Input {
    /// A complete response.
    Response {
        /// The exchange it belongs to.
        id: ExchangeId,
        /// Status, headers of interest, and body.
        response: Response,
    },
    /// Part of a response has arrived: its deadline moves. Optional.
    Progress {
        /// The exchange it belongs to.
        id: ExchangeId,
    },
    /// An exchange ended without a response.
    Failed {
        /// The exchange.
        id: ExchangeId,
        /// The cause.
        failure: Failure,
    },
    /// The time named by [`Output::Idle`] has come. Harmless at any other time.
    Wake,
    /// Something happened to the page.
    Page(Page),
}

/// An output: what the driver does next.
#[derive(Debug)]
pub enum Output {
    /// Abort this request; no further input about it is expected.
    Abort(ExchangeId),
    /// Send this request, now and before any event is handled.
    Send(Exchange),
    /// An event for the application.
    Event(Event),
    /// Nothing to do until an input, a command, or this time.
    Idle {
        /// When to call `handle(Input::Wake, now)`, if ever.
        wake_at: Option<Instant>,
    },
}

/// An event for the application.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// [`Client::status`](super::Client::status) has changed, in more than `last_heard`.
    StatusChanged,
    /// The client is connected and every subscription is active or refused. State that was read
    /// before may be out of date: read it again.
    Connected {
        /// When events may have been missed; none on the first connection, or if the server kept
        /// them.
        missed: Option<Gap>,
    },
    /// The server requires credentials (HTTP 401 or 403). Nothing more is sent until
    /// [`Client::credentials_renewed`](super::Client::credentials_renewed).
    CredentialsNeeded {
        /// The complete response.
        response: Response,
    },
    /// The server refuses a subscription in this session. For subscriptions made before the session
    /// began it comes before `Connected`.
    SubscriptionRefused {
        /// The pattern of the subscription.
        pattern: Pattern,
        /// The server's error.
        error: ProtocolError,
    },
    /// A message on a subscribed channel.
    Message(Incoming),
    /// A message of a response could not be parsed; the others were.
    Unreadable {
        /// Its first characters.
        excerpt: String,
    },
}

/// A time in which events may have been missed, accurate to the transit time of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The last time before which nothing can have been missed: when the last poll was sent that
    /// was answered before the failure.
    pub from: Instant,
    /// When every subscription was active again.
    pub to: Instant,
}

/// A message on a subscribed channel.
#[derive(Debug)]
pub struct Incoming {
    /// The channel.
    pub channel: Channel,
    /// The data, not yet parsed.
    pub data: Json,
}
