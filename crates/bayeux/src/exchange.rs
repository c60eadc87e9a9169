//! HTTP exchanges: an output with an id, and later an input with that id.

use core::fmt;

use tolerant_json::text;

use crate::duration::Duration;

/// Identifies an exchange. The machine that begins it assigns the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExchangeId(u64);

impl ExchangeId {
    /// The exchange with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// A request to send: `POST`, `Content-Type: application/json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Identifies the response.
    pub id: ExchangeId,
    /// The type of its messages.
    pub endpoint: Endpoint,
    /// The address.
    pub url: String,
    /// A JSON list of messages.
    pub body: String,
    /// The request outlives the page: it is a disconnect.
    pub keepalive: bool,
}

/// The message type of a request. CometD's clients append it to the address
/// (`…/notifications/connect`) for logs and balancers; servers accept both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// A handshake.
    Handshake,
    /// A connect, which the server may hold.
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
        // Without a scheme all of it is a path.
        let path = match text::split_once(url, "://") {
            Some((_, rest)) => text::split_once(rest, "/").map_or("", |(_, path)| path),
            None => url,
        };
        let last = text::rsplit_once(path, "/").map_or(path, |(_, last)| last);
        let suffix = match self {
            Self::Handshake => "/handshake",
            Self::Connect => "/connect",
            Self::Disconnect => "/disconnect",
            Self::Base => "",
        };
        let has = |text, part| text::contains(text, part);
        if has(url, "?") || has(url, "#") || has(last, ".") || suffix.is_empty() {
            return url.to_owned();
        }
        [text::trim_end(url, "/"), suffix].concat()
    }
}

/// An HTTP response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After` as a duration, if present.
    pub retry_after: Option<Duration>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    /// HTTP 200 with this body.
    pub fn ok(body: Vec<u8>) -> Self {
        Self {
            status: 200,
            retry_after: None,
            body,
        }
    }
}

/// Why there is no response. Not used for timeouts: the machine aborts those exchanges itself.
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
