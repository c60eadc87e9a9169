//! The inputs and outputs of a [`Server`](super::Server).

use crate::exchange::ExchangeId;
use crate::message::ClientId;
use crate::time::Instant;

/// An input.
#[derive(Debug)]
pub enum Input<'a> {
    /// A complete request.
    Request {
        /// To be returned with the response.
        id: ExchangeId,
        /// Who is signed in. A session belongs to its creator; for others it does not exist.
        owner: &'a str,
        /// The value of the browser's cookie (by default `BAYEUX_BROWSER`, see
        /// [`Options::browser_cookie`](super::Options::browser_cookie)).
        browser: Option<&'a str>,
        /// The body.
        body: &'a [u8],
    },
    /// The client has closed a request.
    Gone {
        /// The request.
        id: ExchangeId,
    },
    /// The time named by [`Output::Idle`] has come. Harmless at any other time.
    Wake,
}

/// An output.
#[derive(Debug)]
pub enum Output {
    /// Answer this request.
    Respond {
        /// The request.
        id: ExchangeId,
        /// The HTTP status.
        status: u16,
        /// A JSON list of messages, or nothing for an HTTP error.
        body: Vec<u8>,
        /// The value of the browser's cookie, if it has to be set;
        /// [`BrowserCookie::header`](super::BrowserCookie::header) formats the header.
        browser: Option<String>,
    },
    /// Notify the application. Messages that it delivers before the next
    /// [`Server::poll`](super::Server::poll) can travel with the response to the same request.
    Event(Event),
    /// Nothing to do until an input, a command, or this time.
    Idle {
        /// When to call `handle(Input::Wake, now)`, if ever.
        wake_at: Option<Instant>,
    },
}

/// An event for the application.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A session has begun. Its client does not know it yet.
    SessionAdded {
        /// The session.
        session: ClientId,
    },
    /// A session has ended.
    SessionRemoved {
        /// The session.
        session: ClientId,
    },
}
