//! Icons. A state is always shown by an icon *and* a word, never by colour alone.

use crate::view::markup::{IntoValue, Markup, view};
use gws::{CallState, DeviceState};
use supervision::{LinkPhase, Presence};

use super::pieces::text;

/// An icon of 16 by 16 units.
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
    /// A speech bubble: only the agent hears the supervisor.
    Coaching,
    /// A speech bubble with waves: everyone hears the supervisor.
    Speaking,
    /// A triangle with an exclamation mark.
    Warning,
    /// A question mark in a circle.
    Unknown,
    /// A chevron that points down: there is more below.
    Down,
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
            LinkPhase::Silent
            | LinkPhase::Reconnecting
            | LinkPhase::SignInNeeded
            | LinkPhase::Stopped => Self::Warning,
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

    /// The keyword that selects its colour in the style sheet.
    fn tone(self) -> &'static str {
        match self {
            Self::Ready => "good",
            Self::Busy | Self::Warning | Self::Coaching => "warn",
            Self::Speaking => "bad",
            Self::Call | Self::Ringing | Self::Listening => "accent",
            Self::Off | Self::Waiting | Self::Unknown | Self::Down => "quiet",
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
                "M3.6 4 5.4 4.1l.7 2.6-1.3 1.2a7.5 7.5 0 0 0 3 3l1.2-1.3 2.6.7.1 1.8c0 1-.7 1.7-1.7 1.7A8.3 8.3 0 0 1 1.9 5.7C1.9 4.7 2.6 4 3.6 4ZM9 1.5A5.5 5.5 0 0 1 14.5 7h-1.4A4.1 4.1 0 0 0 9 2.9Zm0 2.9A2.6 2.6 0 0 1 11.6 7h-1.3A1.3 1.3 0 0 0 9 5.7Z"
            }
            Self::Off => {
                "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1.5a5 5 0 1 1 0 10A5 5 0 0 1 8 3Z"
            }
            Self::Waiting => {
                "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 1.5a5 5 0 1 1 0 10A5 5 0 0 1 8 3Zm-.7 1.8h1.4v2.9l2 1.2-.7 1.2-2.7-1.7Z"
            }
            Self::Listening => {
                "M8 1.5a4.8 4.8 0 0 0-4.8 4.8h1.6a3.2 3.2 0 1 1 5.6 2.1C9.3 9.6 8.7 10.4 8.5 11.6c-.2 1-.8 1.4-1.5 1.4s-1.3-.5-1.4-1.2H4A3 3 0 0 0 7 14.6c1.6 0 2.8-1 3.1-2.7.1-.8.6-1.4 1.5-2.4A4.8 4.8 0 0 0 8 1.5Zm0 2.6a2.2 2.2 0 0 0-2.2 2.2h1.4a.8.8 0 1 1 1.5.3c-.5.6-1.3 1.1-1.3 2.4h1.4c0-.6.6-.9 1-1.5A2.2 2.2 0 0 0 8 4.1Z"
            }
            Self::Coaching => "M2 3.2h12v7.2H7.6L4 13.4v-3H2ZM3.5 4.7v4.2h9V4.7Z",
            Self::Speaking => {
                "M2 3.2h7.4v7.2H5.6L3 13v-2.6H2Zm8.6.4a5 5 0 0 1 0 6.4l-1-.9a3.6 3.6 0 0 0 0-4.6Zm2-1.6a7.6 7.6 0 0 1 0 9.6l-1-.9a6.2 6.2 0 0 0 0-7.8Z"
            }
            Self::Down => "M2.9 5.4 4 4.3l4 4 4-4 1.1 1.1L8 10.5Z",
            Self::Warning => "M8 1.6 15 14H1ZM7.2 6v4h1.6V6Zm0 5v1.5h1.6V11Z",
            Self::Unknown => {
                "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm-.8 9.3h1.6v1.5H7.2Zm.8-7a2.4 2.4 0 0 1 1 4.6c-.2.1-.3.3-.3.6v.8H7.2V9c0-.9.5-1.5 1.1-1.8a1 1 0 1 0-1.3-1H5.5A2.5 2.5 0 0 1 8 3.8Z"
            }
        }
    }
}

/// The icon itself. It is hidden from screen readers: the word beside it says the same.
pub(super) fn icon<T: Copy + Send + Sync + 'static>(of: T, sign: fn(T) -> Icon) -> Markup {
    svg(
        text(move || sign(of).tone().into()),
        text(move || sign(of).path().into()),
    )
}

/// A sign that stays as it is.
pub(super) fn fixed(icon: Icon) -> Markup {
    svg(icon.tone(), icon.path())
}

fn svg(tone: impl IntoValue, path: impl IntoValue) -> Markup {
    view! {
        <svg class="icon" data-tone=tone viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path fill-rule="evenodd" d=path></path>
        </svg>
    }
}
