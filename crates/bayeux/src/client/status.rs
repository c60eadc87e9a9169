//! The state of a client, and the reasons for it.

use core::fmt;

use crate::duration::Duration;
use crate::error::ProtocolError;
use crate::time::Instant;

/// The state of the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Its phase.
    pub phase: Phase,
    /// Since when.
    pub since: Instant,
    /// When the server last answered a handshake or a connect with success.
    pub last_heard: Option<Instant>,
    /// When the next attempt is made, in [`Phase::Waiting`]; in [`Phase::Connected`], when unanswered
    /// subscribes are sent again.
    pub next_try: Option<Instant>,
    /// Why, if there is a reason; in [`Phase::Connected`], why subscriptions are not active although
    /// they were sent.
    pub reason: Option<Reason>,
    /// The server sees several clients in this browser, and may not hold the connects of this one.
    pub multiple_clients: bool,
}

/// Counts since the client was created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Handshakes sent.
    pub handshakes: u64,
    /// Sessions granted.
    pub sessions: u64,
    /// Connects sent.
    pub connects: u64,
    /// Other requests sent.
    pub requests: u64,
    /// Requests that failed, timed out, or got no usable reply.
    pub failures: u64,
    /// Messages delivered to the application.
    pub messages: u64,
    /// Messages that were dropped: already delivered, or to be sent again.
    pub repetitions: u64,
    /// Messages that could not be parsed.
    pub unreadable: u64,
}

/// The phases of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Not opened, or closed.
    #[default]
    Idle,
    /// A session was requested.
    Handshaking,
    /// There is a session; no connect of it has been answered yet.
    Connecting,
    /// A connect was answered, and none has failed since. Subscriptions are active when
    /// [`Event::Connected`](crate::Event::Connected) has been given.
    Connected,
    /// Something failed; there will be another attempt.
    Waiting,
    /// The server requires credentials.
    CredentialsNeeded,
    /// The page is in the back/forward cache. Nothing is sent until it is back.
    Suspended,
    /// There will be no further attempt.
    Stopped,
}

impl Phase {
    /// Whether polls are sent, now or after a wait.
    pub(super) fn is_active(self) -> bool {
        matches!(
            self,
            Self::Handshaking | Self::Connecting | Self::Connected | Self::Waiting
        )
    }
}

/// Why a connection is not working.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The request failed or was interrupted.
    Network(String),
    /// The platform reports that there is no network.
    Offline,
    /// The page or its network was away: the connection may have died unnoticed, and is checked.
    Doubt,
    /// No response in time.
    TimedOut,
    /// An HTTP error.
    Http(u16),
    /// The server is overloaded (HTTP 429 or 503).
    Busy {
        /// The HTTP status.
        status: u16,
        /// `Retry-After`, if present.
        retry_after: Option<Duration>,
    },
    /// The body is a web page: a login page, or a proxy's.
    WebPage,
    /// The body is not a list of messages.
    NotBayeux,
    /// The body has messages, but not the reply.
    NoReply,
    /// The server does not offer long polling.
    NoCommonTransport,
    /// The server supports only another version of the protocol.
    OtherVersion,
    /// The server does not know the session.
    SessionUnknown,
    /// The server refused the handshake or the connect.
    Refused(ProtocolError),
    /// The server advised not to reconnect.
    ToldToStop,
    /// The server requires credentials.
    Credentials(u16),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(detail) if detail.is_empty() => {
                f.write_str("the server can't be reached")
            }
            Self::Network(detail) => write!(f, "the server can't be reached ({detail})"),
            Self::Offline => f.write_str("there is no network"),
            Self::Doubt => f.write_str("the connection may have died unnoticed"),
            Self::TimedOut => f.write_str("the server did not answer in time"),
            Self::Http(status) => write!(f, "the server answered HTTP {status}"),
            Self::Busy { status, .. } => write!(f, "the server is busy (HTTP {status})"),
            Self::WebPage => {
                f.write_str("a web page came instead of data: a login page or a proxy answered")
            }
            Self::NotBayeux => f.write_str("the answer is not in the expected form"),
            Self::NoReply => f.write_str("the answer lacks the reply"),
            Self::NoCommonTransport => f.write_str("the server does not offer long polling"),
            Self::OtherVersion => {
                f.write_str("the server speaks a version of Bayeux other than 1.0")
            }
            Self::SessionUnknown => f.write_str("the server has forgotten the session"),
            Self::Refused(error) => write!(f, "the server refused: {error}"),
            Self::ToldToStop => f.write_str("the server said not to connect again"),
            Self::Credentials(status) => write!(f, "the server wants a sign-in (HTTP {status})"),
        }
    }
}
