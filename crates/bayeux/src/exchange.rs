//! HTTP exchanges: an output with an id, and later an input with that id.

use core::fmt;
use core::time::Duration;

/// Identifies an exchange. The machine that begins it chooses the number.
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
    /// Identifies the response.
    pub id: ExchangeId,
    /// What it carries.
    pub endpoint: Endpoint,
    /// The address.
    pub url: String,
    /// A JSON list of messages.
    pub body: Vec<u8>,
    /// The request outlives the page: it is a disconnect.
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
    /// The address of a request: `url`, with the type of message appended if the address is a plain
    /// path, without a query, a fragment, or a dot in its last segment.
    pub(crate) fn address(self, url: &str) -> String {
        let host = url.find("://").map_or(0, |scheme| scheme + 3);
        let path = url[host..].find(['/', '?', '#']).map(|at| host + at);
        // Without a scheme it is a path as a whole.
        let path = if host == 0 {
            url
        } else {
            path.map_or("", |at| &url[at..])
        };
        let last = path.rsplit('/').next().unwrap_or_default();
        let suffix = match self {
            Self::Handshake => "/handshake",
            Self::Connect => "/connect",
            Self::Disconnect => "/disconnect",
            Self::Base => "",
        };
        if path.contains(['?', '#']) || last.contains('.') || suffix.is_empty() {
            return url.to_owned();
        }
        [url.trim_end_matches('/'), suffix].concat()
    }
}

/// An HTTP response.
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

/// Why there is no response. Not used for time-outs: the machine aborts those exchanges itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The platform's message, for a person; may be empty.
    pub detail: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_type_is_appended_to_a_plain_path() {
        let check = |url: &str, expect: &str| {
            assert_eq!(Endpoint::Connect.address(url), expect);
        };
        check("http://a/cometd", "http://a/cometd/connect");
        check("http://a/cometd/", "http://a/cometd/connect");
        check("/api/v2/notifications", "/api/v2/notifications/connect");
        check("http://a.example", "http://a.example/connect");
        check("http://a/cometd?x=1", "http://a/cometd?x=1");
        check("http://a/cometd#x", "http://a/cometd#x");
        check("http://a/cometd.php", "http://a/cometd.php");
        check("http://a/v1.0/cometd", "http://a/v1.0/cometd/connect");
    }

    #[test]
    fn commands_are_sent_to_the_address_itself() {
        let url = "http://a/cometd/";
        assert_eq!(Endpoint::Base.address(url), url);
    }
}
