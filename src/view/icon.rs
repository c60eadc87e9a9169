//! Small signs. A state is always told by a sign *and* a word, never by colour alone.

use gws::{CallState, DeviceState};
use leptos::prelude::*;
use supervision::{LinkPhase, Presence};

/// A sign on a field of 16 by 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Icon {
    /// A filled circle with a tick.
    Ready,
    /// A filled circle with a bar.
    Busy,
    /// A handset.
    Call,
    /// A ringing handset.
    Ringing,
    /// An empty circle.
    Off,
    /// A clock.
    Waiting,
    /// An ear.
    Listening,
    /// A triangle with an exclamation mark.
    Warning,
    /// A question mark in a circle.
    Unknown,
}

impl Icon {
    pub(super) fn of_presence(presence: &Presence) -> Self {
        match presence {
            Presence::OnCall => Self::Call,
            Presence::Ready => Self::Ready,
            Presence::NotReady(_) => Self::Busy,
            Presence::AfterCallWork => Self::Waiting,
            Presence::LoggedOut => Self::Off,
            Presence::LoggedIn | Presence::Other(_) | Presence::Unknown => Self::Unknown,
        }
    }

    pub(super) fn of_phase(phase: LinkPhase) -> Self {
        match phase {
            LinkPhase::Live => Self::Ready,
            LinkPhase::Starting => Self::Waiting,
            LinkPhase::Idle => Self::Off,
            LinkPhase::Reconnecting | LinkPhase::SignInNeeded | LinkPhase::Stopped => Self::Warning,
        }
    }

    pub(super) fn of_call(state: &CallState) -> Self {
        match state {
            CallState::Ringing | CallState::Dialing => Self::Ringing,
            CallState::Held => Self::Waiting,
            CallState::Established => Self::Call,
            _ => Self::Off,
        }
    }

    pub(super) fn of_device(state: Option<&DeviceState>) -> Self {
        match state {
            Some(DeviceState::Active) => Self::Ready,
            Some(DeviceState::Inactive) => Self::Off,
            _ => Self::Unknown,
        }
    }

    /// The word that the style sheet colours it by.
    fn tone(self) -> &'static str {
        match self {
            Self::Ready => "icon tone-good",
            Self::Busy | Self::Warning => "icon tone-warn",
            Self::Call | Self::Ringing | Self::Listening => "icon tone-accent",
            Self::Off | Self::Waiting | Self::Unknown => "icon tone-quiet",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Ready => {
                "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm3.4 4.6-4.1 5a.8.8 0 0 1-1.2 0L4.6 9.4l1.1-1.1 1 1 3.5-4.2Z"
            }
            Self::Busy => "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM4.5 7.2h7v1.6h-7Z",
            Self::Call => {
                "M4 1.8 6.3 2l.8 3.3-1.6 1.5a9.5 9.5 0 0 0 3.7 3.7l1.5-1.6 3.3.8.2 2.3c0 1.2-.9 2.2-2.1 2.2A10.5 10.5 0 0 1 1.8 3.9C1.8 2.7 2.8 1.8 4 1.8Z"
            }
            Self::Ringing => {
                "M3.6 4 5.4 4.1l.7 2.6-1.3 1.2a7.5 7.5 0 0 0 3 3l1.2-1.3 2.6.7.1 1.8c0 1-.7 1.7-1.7 1.7A8.3 8.3 0 0 1 1.9 5.7C1.9 4.7 2.6 4 3.6 4ZM9 1.5A5.5 5.5 0 0 1 14.5 7h-1.4A4.1 4.1 0 0 0 9 2.9Zm0 2.9A2.6 2.6 0 0 1 11.6 7h-1.3A1.3 1.3 0 0 0 9 5.700Z"
            }
            Self::Off => {
                "M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13Zm0 1.500a5 5 0 1 1 0 10A5 5 0 0 1 8 3Z"
            }
            Self::Waiting => {
                "M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13Zm0 1.500a5 5 0 1 1 0 10A5 5 0 0 1 8 3Zm-.7 1.800h1.400v2.900l2 1.200-.7 1.200-2.700-1.700Z"
            }
            Self::Listening => {
                "M8 1.500a4.800 4.800 0 0 0-4.800 4.800h1.600a3.200 3.200 0 1 1 5.600 2.100C9.300 9.600 8.700 10.400 8.500 11.600c-.2 1-.8 1.400-1.500 1.400s-1.300-.5-1.400-1.200H4A3 3 0 0 0 7 14.600c1.600 0 2.800-1 3.100-2.700.1-.8.600-1.400 1.500-2.400A4.800 4.800 0 0 0 8 1.500Zm0 2.600a2.200 2.200 0 0 0-2.200 2.200h1.400a.8.800 0 1 1 1.500.3c-.5.600-1.300 1.100-1.300 2.400h1.400c0-.6.600-.9 1-1.500A2.200 2.200 0 0 0 8 4.100Z"
            }
            Self::Warning => "M8 1.600 15 14H1ZM7.200 6v4h1.600V6Zm0 5v1.500h1.600V11Z",
            Self::Unknown => {
                "M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13Zm-.8 9.300h1.600v1.500H7.200Zm.8-7a2.400 2.400 0 0 1 1 4.600c-.2.100-.3.300-.3.600v.8H7.200V9c0-.9.5-1.500 1.100-1.800a1 1 0 1 0-1.300-1H5.500A2.500 2.500 0 0 1 8 3.800Z"
            }
        }
    }
}

/// The sign itself. It says nothing to a screen reader: the word beside it does.
pub(super) fn icon(icon: Icon) -> impl IntoView {
    view! { class = "li",
        <svg class=icon.tone() viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path fill-rule="evenodd" d=icon.path()></path>
        </svg>
    }
}
