//! How well the server is heard.

use bayeux::{Instant, Reason};
use gws::ReplyError;

/// The connection, and how old what is shown can be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connection {
    /// Where it stands.
    pub phase: LinkPhase,
    /// Since when it stands there.
    pub since: Instant,
    /// When the server last answered anything with success.
    pub heard: Option<Instant>,
    /// When it was last live. What is shown is at least that old while it isn't.
    pub live_until: Option<Instant>,
    /// When the next attempt is made, while reconnecting.
    pub next_try: Option<Instant>,
    /// Why it stands there, where there is something to say.
    pub trouble: Option<LinkTrouble>,
    /// The server sees several clients of this browser and lets this one ask only at intervals:
    /// news may be some seconds late.
    pub is_crowded: bool,
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
    /// It was live, or failed to become so, and is tried again.
    Reconnecting,
    /// The server does not know who we are.
    SignInNeeded,
    /// Nothing more is tried until a person asks for it.
    Stopped,
}

/// Why a connection is not what it should be.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum LinkTrouble {
    /// The channel for notifications fails.
    Notifications(Reason),
    /// Reading who we are, or what there is, fails.
    Reading(ReplyError),
    /// A request could not be made, or was cut off. Holds what the platform says; may be empty.
    Network(String),
    /// No answer in time.
    TimedOut,
}
