//! Why a command failed.

use core::fmt;

use supervision::{Obstacle, Receipt, Step};

use crate::control::{NotAsked, words};
use crate::view;

/// Why a command of a [`ListenInHandle`](super::ListenInHandle) failed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ListenInError {
    /// It is not possible now. Nothing was sent.
    Obstacle(Obstacle),
    /// [`before_request`](super::ListenInOptions::before_request) prevented it. Nothing was sent.
    Prevented,
    /// An argument is invalid. Nothing was sent.
    BadArgument(&'static str),
    /// The handle has no widget now. Nothing was sent.
    NotMounted,
    /// It has no effect.
    Refused(Box<Receipt>),
    /// It was accepted, but neither device nor call shows it.
    Unconfirmed(Box<Receipt>),
    /// It is unknown whether it has an effect: no reply, or another request came first. Without a receipt, the widget
    /// was taken out of the page.
    Unknown(Option<Box<Receipt>>),
}

impl ListenInError {
    /// The same codes as those of the custom element: `not-live`, `refused` and so on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Obstacle(obstacle) => NotAsked::Obstacle(obstacle.clone()).code(),
            Self::Prevented => NotAsked::Prevented.code(),
            Self::BadArgument(_) => "bad-argument",
            Self::NotMounted => "not-connected",
            Self::Refused(_) => "refused",
            Self::Unconfirmed(_) => "unconfirmed",
            Self::Unknown(_) => "unknown",
        }
    }

    /// How the request ended, if one was sent and its end is known.
    pub fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::Refused(receipt) | Self::Unconfirmed(receipt) => Some(receipt),
            Self::Unknown(receipt) => receipt.as_deref(),
            _ => None,
        }
    }
}

impl From<NotAsked> for ListenInError {
    fn from(why: NotAsked) -> Self {
        match why {
            NotAsked::Obstacle(obstacle) => Self::Obstacle(obstacle),
            NotAsked::Prevented => Self::Prevented,
        }
    }
}

/// For people; may change. Obstacles are in the widget's language.
impl fmt::Display for ListenInError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Obstacle(obstacle) => f.write_str(&view::why_not(obstacle)),
            Self::BadArgument(what) => write!(f, "{what} is not accepted"),
            _ => f.write_str(&self.told().unwrap_or_else(|| self.code().to_owned())),
        }
    }
}

impl ListenInError {
    /// The server's message.
    fn told(&self) -> Option<String> {
        match &self.receipt()?.step {
            Step::Ended { outcome, .. } => words(outcome.why()?),
            _ => None,
        }
    }
}

impl core::error::Error for ListenInError {}
