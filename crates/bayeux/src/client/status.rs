//! What can be seen of a client, and the reasons it gives.

use core::fmt;
use core::time::Duration;

use crate::error::ProtocolError;
use crate::time::Instant;

/// What can be said of the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Where it stands.
    pub phase: Phase,
    /// Since when it stands there.
    pub since: Instant,
    /// When the server last answered a handshake or a connect with success.
    pub last_heard: Option<Instant>,
    /// When the next attempt is made, in [`Phase::Waiting`]; in [`Phase::Connected`], when
    /// subscriptions are sent again that are not in force.
    pub next_try: Option<Instant>,
    /// Why it stands there, where there is something to say; in [`Phase::Connected`], why
    /// subscriptions are not in force although they were sent.
    pub reason: Option<Reason>,
    /// The server sees several clients of this browser, and may let this one poll only at intervals.
    pub multiple_clients: bool,
}

/// What has happened so far, since the client was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Handshakes sent.
    pub handshakes: u64,
    /// Sessions granted.
    pub sessions: u64,
    /// Connects sent.
    pub connects: u64,
    /// Requests sent that carried anything else.
    pub requests: u64,
    /// Requests that came to nothing: failed, timed out, or answered with what is no reply.
    pub failures: u64,
    /// Messages given to the application.
    pub messages: u64,
    /// Messages that had been given before, or will come again, and were dropped.
    pub repetitions: u64,
    /// Messages that could not be read.
    pub unreadable: u64,
}

/// Where the connection stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing was asked for, or it was ended by [`close`](crate::Client::close).
    #[default]
    Idle,
    /// A session is asked for.
    Handshaking,
    /// There is a session; no connect of it has been answered yet.
    Connecting,
    /// A connect was answered, and none has failed since. Whether subscriptions are in force
    /// [`Event::Connected`](crate::Event::Connected) says, and why not `Status::reason`.
    Connected,
    /// Something failed; there will be another attempt.
    Waiting,
    /// The server refuses us until we say who we are.
    CredentialsNeeded,
    /// The page was put away. Nothing is sent until it is back.
    Suspended,
    /// There will be no further attempt.
    Stopped,
}

/// Why a connection is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The request could not be made, or was cut off.
    Network(String),
    /// The platform says that there is no network.
    Offline,
    /// The page was away, or its network: the connection may have died unnoticed, and is tried.
    Doubt,
    /// No answer in time.
    TimedOut,
    /// An HTTP error.
    Http(u16),
    /// The server asks for patience (HTTP 429 or 503).
    Busy {
        /// The HTTP status.
        status: u16,
        /// For how long, if it said so.
        retry_after: Option<Duration>,
    },
    /// A web page came: a login page or a proxy answered in the server's place.
    WebPage,
    /// The body is no list of messages.
    NotBayeux,
    /// There were messages, but not the reply.
    NoReply,
    /// The server grants sessions, but none by long polling.
    NoCommonTransport,
    /// The server speaks another version of the protocol.
    OtherVersion,
    /// The server does not know the session any more.
    SessionUnknown,
    /// The server refused the handshake or the connect.
    Refused(ProtocolError),
    /// The server told us not to come back.
    ToldToStop,
    /// The server wants to know who we are.
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
                f.write_str("the server speaks another version of Bayeux than 1.0")
            }
            Self::SessionUnknown => f.write_str("the server has forgotten the session"),
            Self::Refused(error) => write!(f, "the server refused: {error}"),
            Self::ToldToStop => f.write_str("the server said not to connect again"),
            Self::Credentials(status) => write!(f, "the server wants a sign-in (HTTP {status})"),
        }
    }
}
