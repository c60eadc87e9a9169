//! The connection to the server.

pub(crate) mod calm;
pub(crate) mod delivery;

use std::sync::Arc;

use bayeux::{Duration, Instant, Reason};
use gws::ReplyError;

use crate::time::Moment;

/// The connection, and how old the displayed state can be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connection {
    /// Its phase.
    pub phase: LinkPhase,
    /// When the CometD connection last brought anything. Replies to other requests do not count.
    pub heard: Option<Instant>,
    /// When it was last live. While it is not, the displayed state is at least that old.
    pub live_until: Option<Moment>,
    /// While it is silent: when both devices and calls were last read. The displayed state is of
    /// that time.
    pub read_at: Option<Moment>,
    /// When the next attempt is made, while reconnecting.
    pub next_try: Option<Instant>,
    /// What is wrong, if anything.
    pub trouble: Option<Arc<LinkTrouble>>,
    /// The server sees several clients of this browser and lets this one poll only at intervals:
    /// notifications may be some seconds late.
    pub is_crowded: bool,
    /// Something in between cuts each poll after this time.
    pub polls_cut_after: Option<Duration>,
    /// The page is in a frame of another site, or the server is of another site than the page: a
    /// browser may withhold the sign-in cookies.
    pub is_third_party: bool,
}

/// The phase of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkPhase {
    /// Not started, or closed.
    #[default]
    Idle,
    /// On the way to being live, for the first time.
    Starting,
    /// Notifications arrive, and everything was read after they began.
    Live,
    /// There is a connection, and notifications were missed on it; or the server refuses only
    /// notifications, which `trouble` says. Meanwhile devices and calls are read at intervals.
    Silent,
    /// It was live, or failed to become live, and is retried.
    Reconnecting,
    /// The server does not know who is signed in.
    SignInNeeded,
    /// The server rejects notifications. It is retried after minutes if the status allows a retry;
    /// otherwise when a person asks for it.
    Stopped,
}

impl LinkPhase {
    /// Whether the state is kept up to date, by notifications or reads, and requests are possible.
    pub fn is_usable(self) -> bool {
        matches!(self, Self::Live | Self::Silent)
    }

    /// The phase's keyword in events and style sheets.
    pub fn key(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Starting => "starting",
            Self::Live => "live",
            Self::Silent => "silent",
            Self::Reconnecting => "reconnecting",
            Self::SignInNeeded => "sign-in-needed",
            Self::Stopped => "stopped",
        }
    }
}

/// What is read from the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Who is signed in.
    Me,
    /// The supervisor's devices.
    Devices,
    /// The calls on them.
    Calls,
    /// The people of the contact centre.
    Directory,
}

impl Resource {
    pub(crate) const ALL: [Self; 4] = [Self::Me, Self::Devices, Self::Calls, Self::Directory];
    /// The resources that notifications keep up to date.
    pub(crate) const NOTIFIED: [Self; 2] = [Self::Devices, Self::Calls];

    pub(crate) fn request(self) -> gws::Request {
        match self {
            Self::Me => gws::Request::me(),
            Self::Devices => gws::Request::my_devices(),
            Self::Calls => gws::Request::my_calls(),
            Self::Directory => gws::Request::users(),
        }
    }
}

/// Why a connection is not live.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum LinkTrouble {
    /// Notifications fail.
    Notifications(Reason),
    /// A read fails.
    Reading(ReplyError),
    /// The server, or a gateway before it, refuses a read.
    Refused {
        /// The resource.
        what: Resource,
        /// The HTTP status.
        http: u16,
        /// The server's message, if it is for people; may be empty.
        words: String,
    },
    /// A request could not be made, or was cut off. Holds the platform's message; may be empty.
    Network(String),
    /// No response in time.
    TimedOut,
    /// The server redirected the request.
    Redirected,
}

impl LinkTrouble {
    /// Whether there is no such resource.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Reading(ReplyError::Refused { http: 404, .. }))
    }
}
