//! An agent's state, as a snapshot shows it.

use gws::Device;
use gws::device::{AgentState, WorkMode};

/// An agent's state.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// In a call.
    OnCall,
    /// Ready for calls.
    Ready,
    /// Not ready, with the reason if there is one.
    NotReady(Option<String>),
    /// Busy with work after a call.
    AfterCallWork,
    /// Logged in; nothing more is known.
    LoggedIn,
    /// Logged out, or the device is not in use.
    LoggedOut,
    /// A state that this version does not know, as the server wrote it.
    Other(String),
    /// The server does not say.
    Unknown,
}

/// A presence without its details, for filters and thresholds.
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
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::OnCall,
        Self::Ready,
        Self::NotReady,
        Self::AfterCallWork,
        Self::LoggedIn,
        Self::LoggedOut,
    ];

    /// Its keyword in attributes, such as `not-ready`.
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

    /// The kind with this keyword.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

impl Presence {
    /// The state of a device's user. Decided by state and work mode; the configured name is only
    /// for display. Nobody is ready on a device that is not in use, whatever the server says.
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

    /// The kind of a presence, if it has one.
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
