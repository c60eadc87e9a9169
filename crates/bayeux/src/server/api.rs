//! What goes into a [`Server`](super::Server) and comes out of it.

use crate::exchange::ExchangeId;
use crate::message::ClientId;
use crate::time::Instant;

/// What happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// A whole request has come.
    Request {
        /// To be given back with the response.
        id: ExchangeId,
        /// Who is signed in. A session belongs to whoever made it; for others it does not exist.
        owner: &'a str,
        /// The value of the browser's cookie (by default `BAYEUX_BROWSER`, see
        /// [`Options::browser_cookie`](super::Options::browser_cookie)).
        browser: Option<&'a str>,
        /// The body.
        body: &'a [u8],
    },
    /// The client has cut a request off.
    Gone {
        /// Which.
        id: ExchangeId,
    },
    /// The time named by [`Output::Idle`] has come. Harmless at any other time.
    Wake,
}

/// What to do.
#[derive(Debug)]
pub enum Output {
    /// Answer that request.
    Respond {
        /// Which.
        id: ExchangeId,
        /// The HTTP status.
        status: u16,
        /// A JSON list of messages, or nothing for an HTTP error.
        body: Vec<u8>,
        /// The value of the browser's cookie, if it has to be set;
        /// [`BrowserCookie::header`](super::BrowserCookie::header) makes a header of it.
        browser: Option<String>,
    },
    /// Tell the application. Messages that it gives before the next
    /// [`Server::poll`](super::Server::poll) can travel with the response to the same request.
    Event(Event),
    /// Nothing until an input, a command, or that time.
    Idle {
        /// When to call `handle(Input::Wake, now)`, if ever.
        wake_at: Option<Instant>,
    },
}

/// What the application is told.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A session has begun. Its client knows nothing of it yet.
    SessionAdded {
        /// Which.
        session: ClientId,
    },
    /// A session has ended.
    SessionRemoved {
        /// Which.
        session: ClientId,
    },
}
