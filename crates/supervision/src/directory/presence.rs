//! What an agent is doing, as a snapshot shows it.

use gws::Device;
use gws::device::{AgentState, WorkMode};

/// What an agent is doing.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// In a call.
    OnCall,
    /// Ready for calls.
    Ready,
    /// Not ready, with the reason if there is one.
    NotReady(Option<String>),
    /// Busy with what a call left behind.
    AfterCallWork,
    /// Logged in; nothing more is known.
    LoggedIn,
    /// Logged out, or the device is not in use.
    LoggedOut,
    /// Something this version has no word for, as the server put it.
    Other(String),
    /// The server does not say.
    Unknown,
}

/// A presence without its details: what is filtered by, and what has a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceKind {
    /// [`Presence::OnCall`].
    OnCall,
    /// [`Presence::Ready`].
    Ready,
    /// [`Presence::NotReady`], whatever the reason.
    NotReady,
    /// [`Presence::AfterCallWork`].
    AfterCallWork,
    /// [`Presence::LoggedIn`].
    LoggedIn,
    /// [`Presence::LoggedOut`].
    LoggedOut,
}

impl PresenceKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::OnCall,
        Self::Ready,
        Self::NotReady,
        Self::AfterCallWork,
        Self::LoggedIn,
        Self::LoggedOut,
    ];

    /// The word for it in attributes, such as `not-ready`.
    pub fn key(self) -> &'static str {
        match self {
            Self::OnCall => "on-call",
            Self::Ready => "ready",
            Self::NotReady => "not-ready",
            Self::AfterCallWork => "after-call-work",
            Self::LoggedIn => "logged-in",
            Self::LoggedOut => "logged-out",
        }
    }

    /// The one with that word.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

impl Presence {
    /// What a device's user is doing. Decided on the state and the work mode; the configured name
    /// is only shown. Nobody is ready on a device that is not in use, whatever is said of them.
    pub fn of(device: &Device) -> Self {
        if device.device_state.is_some() && !device.is_active() {
            return Self::LoggedOut;
        }
        let Some(state) = &device.user_state else {
            return Self::Unknown;
        };
        match (&state.state, &state.work_mode) {
            (AgentState::Ready, _) => Self::Ready,
            (AgentState::NotReady, Some(WorkMode::AfterCallWork)) => Self::AfterCallWork,
            (AgentState::NotReady, _) => {
                let configured = state
                    .display_name
                    .as_ref()
                    .filter(|name| !name.eq_ignore_ascii_case("not ready"));
                Self::NotReady(state.reason.as_ref().or(configured).cloned())
            }
            (AgentState::LoggedIn, _) => Self::LoggedIn,
            (AgentState::LoggedOut | AgentState::Logout, _) => Self::LoggedOut,
            (AgentState::Other(word), _) => {
                Self::Other(state.display_name.as_ref().unwrap_or(word).clone())
            }
        }
    }

    /// It without its details, if it is one of those.
    pub fn kind(&self) -> Option<PresenceKind> {
        Some(match self {
            Self::OnCall => PresenceKind::OnCall,
            Self::Ready => PresenceKind::Ready,
            Self::NotReady(_) => PresenceKind::NotReady,
            Self::AfterCallWork => PresenceKind::AfterCallWork,
            Self::LoggedIn => PresenceKind::LoggedIn,
            Self::LoggedOut => PresenceKind::LoggedOut,
            Self::Other(_) | Self::Unknown => return None,
        })
    }
}
