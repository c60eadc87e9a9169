//! HTTP exchanges as the machines see them: an output with an id, and later an input with that id.

use core::fmt;
use core::time::Duration;

/// Names an exchange. The machine that began it chose the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExchangeId(u64);

impl ExchangeId {
    /// The exchange of that number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// A request to make: `POST`, `Content-Type: application/json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// To be given back with the response.
    pub id: ExchangeId,
    /// What it carries.
    pub endpoint: Endpoint,
    /// Where to.
    pub url: String,
    /// A JSON list of messages.
    pub body: Vec<u8>,
    /// Let the request outlive the page: it says good-bye.
    pub keepalive: bool,
}

/// Which message type a request carries. CometD's clients append it to the address
/// (`…/notifications/connect`), for the sake of logs and balancers; servers take both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// A handshake.
    Handshake,
    /// A connect: a request that is held.
    Connect,
    /// A disconnect.
    Disconnect,
    /// Anything else, or several together.
    Base,
}

impl Endpoint {
    /// What to append to the address.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Handshake => "/handshake",
            Self::Connect => "/connect",
            Self::Disconnect => "/disconnect",
            Self::Base => "",
        }
    }
}

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After`, if it was there, as a span.
    pub retry_after: Option<Duration>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    /// HTTP 200 with that body.
    pub fn ok(body: Vec<u8>) -> Self {
        Self {
            status: 200,
            retry_after: None,
            body,
        }
    }
}

/// Why there is no response. Time-outs are the machine's own business: it aborts the exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What the platform says of it, for a person; may be empty.
    pub detail: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}
