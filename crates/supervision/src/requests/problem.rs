//! Why a request did not come about, for a person. A problem never stands beside a fact that
//! contradicts it.

use gws::{DeviceId, ReplyError};

use super::request::{Before, Facts, Fulfilment, Request};
use super::{Outcome, RequestId};
use crate::operation::Operation;
use crate::time::Moment;

/// Why a request did not come about.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The request.
    pub request: RequestId,
    /// The device it was sent for.
    pub device: DeviceId,
    /// What was asked for.
    pub operation: Operation,
    /// How it ended.
    pub outcome: Outcome,
    /// When that became known.
    pub at: Moment,
    /// Whether what is so is what was so when it was asked for.
    pub is_unchanged: bool,
    before: Before,
}

/// Why something asked for did not come about.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Why {
    /// What the server answered: a refusal, or something that leaves the outcome unknown.
    Reply(ReplyError),
    /// The server, or a gateway before it, did not let it through, also when it was sent again for
    /// a supervisor who is signed in.
    NotAllowed {
        /// The HTTP status; none if GWS said in a reply of its own that nobody is signed in.
        http: Option<u16>,
        /// What the server said, if that is for people.
        words: Option<String>,
    },
    /// The server took it and reported an error later, with or without words.
    Reported(Option<String>),
    /// The server took it, and nothing shows it.
    NeverConfirmed,
    /// The device shows that someone is monitored, and not whom: the request may be in force.
    AgentNotShown,
    /// No reply came, or a redirect.
    NoReply,
    /// The call was over before.
    CallOver,
    /// Something else was asked for in its place.
    Superseded,
    /// Nobody, or somebody else, is signed in.
    SignedOut,
    /// The device is not the supervisor's any more.
    DeviceGone,
}

impl Outcome {
    /// Why it did not come about; none if it did.
    pub fn why(&self) -> Option<&Why> {
        match self {
            Self::Confirmed => None,
            Self::Refused(why) | Self::Unconfirmed(why) | Self::Unknown(why) => Some(why),
        }
    }
}

impl Problem {
    /// What there is to tell of that end, if there is something.
    pub(super) fn of(request: &Request, outcome: &Outcome, now: Moment) -> Option<Self> {
        match outcome.why()? {
            Why::CallOver | Why::Superseded | Why::DeviceGone => None,
            _ => Some(Self {
                request: request.id,
                device: request.device.clone(),
                operation: request.operation.clone(),
                outcome: outcome.clone(),
                at: now,
                is_unchanged: true,
                before: request.before().clone(),
            }),
        }
    }

    /// Why.
    pub fn why(&self) -> &Why {
        // An end that has no reason is no problem.
        self.outcome.why().unwrap_or(&Why::NeverConfirmed)
    }

    /// Compares what is so with what was so. Says whether that is new.
    pub(super) fn update(&mut self, facts: &Facts<'_>) -> bool {
        let is_unchanged = facts.is_as_before(&self.operation, &self.device, &self.before);
        core::mem::replace(&mut self.is_unchanged, is_unchanged) != is_unchanged
    }

    /// Whether what was asked for is so after all, or nothing is left that it could be about; of a
    /// request that may be in force, whether that is decided.
    pub(super) fn is_refuted_by(&self, facts: &Facts<'_>) -> bool {
        match facts.fulfilment(&self.operation, &self.device) {
            Fulfilment::Met | Fulfilment::Moot => true,
            Fulfilment::NotMet => *self.why() == Why::AgentNotShown,
            Fulfilment::Undecided => false,
        }
    }
}
