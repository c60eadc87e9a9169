//! Why a request failed, for a person. A problem never stands beside a fact that contradicts it.

use gws::{DeviceId, ReplyError};

use super::request::{Before, Facts, Fulfilment, Request};
use super::{Outcome, RequestId};
use crate::operation::Operation;
use crate::time::Moment;

/// A failed request.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The request.
    pub request: RequestId,
    /// The device for which it was sent.
    pub device: DeviceId,
    /// The operation.
    pub operation: Operation,
    /// How it ended.
    pub outcome: Outcome,
    /// When that became known.
    pub at: Moment,
    /// Whether the state is the same as when it was requested.
    pub is_unchanged: bool,
    before: Before,
}

/// Why a request failed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Why {
    /// The server's reply: a refusal, or one that leaves the outcome unknown.
    Reply(ReplyError),
    /// The server, or a gateway before it, rejected it, even when it was sent again for a
    /// supervisor who is signed in.
    NotAllowed {
        /// The HTTP status; none if GWS itself replied that nobody is signed in.
        http: Option<u16>,
        /// The server's message, if it is for people.
        words: Option<String>,
    },
    /// The server accepted it and reported an error later, with or without a message.
    Reported(Option<String>),
    /// The server accepted it, but nothing shows it.
    NeverConfirmed,
    /// The device shows that someone is monitored, but not whom: the request may be in force.
    AgentNotShown,
    /// No reply came, or a redirect.
    NoReply,
    /// The call had ended before.
    CallOver,
    /// Another request replaced it.
    Superseded,
    /// Nobody, or somebody else, is signed in.
    SignedOut,
    /// The device is no longer the supervisor's.
    DeviceGone,
}

impl Outcome {
    /// Why it failed; none if it did not.
    pub fn why(&self) -> Option<&Why> {
        match self {
            Self::Confirmed => None,
            Self::Refused(why) | Self::Unconfirmed(why) | Self::Unknown(why) => Some(why),
        }
    }
}

impl Problem {
    /// The problem of an outcome, if it has one.
    pub(super) fn of(request: &mut Request, outcome: &Outcome, now: Moment) -> Option<Self> {
        match outcome.why()? {
            Why::CallOver | Why::Superseded | Why::DeviceGone => None,
            _ => Some(Self {
                request: request.id,
                device: request.device.clone(),
                operation: request.operation.clone(),
                outcome: outcome.clone(),
                at: now,
                is_unchanged: true,
                before: request.take_before(),
            }),
        }
    }

    /// The reason.
    pub fn why(&self) -> &Why {
        // An outcome without a reason is no problem.
        self.outcome.why().unwrap_or(&Why::NeverConfirmed)
    }

    /// Compares the state with that at the time of the request. Returns whether the result is new.
    pub(super) fn update(&mut self, facts: &Facts<'_>) -> bool {
        let is_unchanged = facts.is_as_before(&self.operation, &self.device, &self.before);
        core::mem::replace(&mut self.is_unchanged, is_unchanged) != is_unchanged
    }

    /// Whether the request has taken effect after all, or what it was about no longer exists; for a
    /// request that may be in force, whether that is decided.
    pub(super) fn is_refuted_by(&self, facts: &Facts<'_>) -> bool {
        match facts.fulfilment(&self.operation, &self.device) {
            Fulfilment::Met | Fulfilment::Moot => true,
            Fulfilment::NotMet => *self.why() == Why::AgentNotShown,
            Fulfilment::Undecided => false,
        }
    }
}
