//! How well the server is heard.

pub(crate) mod calm;
pub(crate) mod delivery;

use core::time::Duration;

use bayeux::{Instant, Reason};
use gws::ReplyError;

use crate::time::Moment;

/// The connection, and how old what is shown can be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connection {
    /// Where it stands.
    pub phase: LinkPhase,
    /// When the CometD connection last brought anything. Replies to other requests do not count.
    pub heard: Option<Instant>,
    /// When it was last live. What is shown is at least that old while it isn't.
    pub live_until: Option<Moment>,
    /// While it is silent: when devices and calls were both read last. What is shown is of then.
    pub read_at: Option<Moment>,
    /// When the next attempt is made, while reconnecting.
    pub next_try: Option<Instant>,
    /// Why it stands there, where there is something to say.
    pub trouble: Option<LinkTrouble>,
    /// The server sees several clients of this browser and lets this one ask only at intervals:
    /// notifications may be some seconds late.
    pub is_crowded: bool,
    /// Something on the way ends each poll after that long.
    pub polls_cut_after: Option<Duration>,
    /// The page is in a frame of another site, or the server is of another site than the page: a
    /// browser may keep the sign-in from it.
    pub is_third_party: bool,
}

/// Where the connection stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkPhase {
    /// Nothing was asked for yet, or all was ended.
    #[default]
    Idle,
    /// On the way to being live, for the first time.
    Starting,
    /// Notifications arrive, and everything was read after they began to.
    Live,
    /// There is a connection, and notifications were missed on it; or the server lets us in but for
    /// notifications, which is told as trouble. Devices and calls are read by time meanwhile.
    Silent,
    /// It was live, or failed to become so, and is tried again.
    Reconnecting,
    /// The server does not know who we are.
    SignInNeeded,
    /// The server rejects notifications. That is tried again after minutes, if the status has a next try;
    /// otherwise when a person asks for it.
    Stopped,
}

impl LinkPhase {
    /// Whether what is shown is kept up to date, by notifications or by reads, and requests may be made.
    pub fn is_usable(self) -> bool {
        matches!(self, Self::Live | Self::Silent)
    }

    /// The phase as events and style sheets know it.
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

/// What is read of the server.
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
    /// What notifications keep up to date.
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

/// Why a connection is not what it should be.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum LinkTrouble {
    /// The channel for notifications fails.
    Notifications(Reason),
    /// Reading who we are, or what there is, fails.
    Reading(ReplyError),
    /// The server, or a gateway before it, refuses to let that be read.
    Refused {
        /// What.
        what: Resource,
        /// The HTTP status.
        http: u16,
        /// What the server said, if that is for people; may be empty.
        words: String,
    },
    /// A request could not be made, or was cut off. Holds what the platform says; may be empty.
    Network(String),
    /// No answer in time.
    TimedOut,
    /// The server sent us to another address.
    Redirected,
}
