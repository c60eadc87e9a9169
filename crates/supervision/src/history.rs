//! What happened, step by step: one structured record each, for the supervisor to read and copy, and
//! for an embedder to store. It is kept in memory only.

use std::sync::Arc;

use bayeux::{Duration, Instant};
use gws::{CallId, DeviceId};

use crate::calls::Audience;
use crate::directory::Agent;
use crate::identity::SignInNeed;
use crate::monitoring::{Monitored, Source};
use crate::operation::{Operation, Target};
use crate::requests::{Outcome, RequestId};
use crate::time::{Lasted, Moment};

/// The latest receipts.
#[derive(Clone, Debug, Default)]
pub struct History {
    receipts: Vec<Arc<Receipt>>,
    last: u64,
}

/// A step of what happened, with its circumstances.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Ascending, from 1 on.
    pub number: u64,
    /// When it happened, or became known.
    pub at: Moment,
    /// The step.
    pub step: Step,
    /// The request of this page that it belongs to.
    pub request: Option<RequestId>,
    /// The supervisor's device concerned.
    pub device: Option<DeviceId>,
    /// How it is known.
    pub certainty: Certainty,
    /// Whom it is about, by the names in the directory at that time; none if it is about nobody, or
    /// nothing was known of them.
    pub agent: Option<Agent>,
}

/// How something is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// This page did or noticed it itself.
    Own,
    /// A notification: it happened when it came.
    Told,
    /// A read: it happened at some time until then.
    Found {
        /// When it was last known to be different; none: never.
        since: Option<Moment>,
    },
}

impl From<Source> for Certainty {
    fn from(source: Source) -> Self {
        match source {
            Source::Told => Self::Told,
            Source::Found { since } => Self::Found { since },
        }
    }
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Step {
    /// Something was requested.
    Asked(Operation),
    /// A request was prevented by the page. Nothing was sent.
    Prevented(Operation),
    /// The server has accepted it. Nothing is in force yet.
    Accepted(Operation),
    /// A request has ended.
    Ended {
        /// The operation.
        operation: Operation,
        /// How it ended.
        outcome: Outcome,
    },
    /// The device began to monitor someone, or was found to do so.
    Began {
        /// What is in force.
        is: Arc<Monitored>,
        /// Who asked for it.
        asked: AskedBy,
    },
    /// The device monitors the same agent in another way.
    Changed {
        /// The previous subscription.
        from: Arc<Monitored>,
        /// The new subscription.
        to: Arc<Monitored>,
        /// Who asked for it.
        asked: AskedBy,
    },
    /// The device shows that someone is monitored, but not whom.
    BeganUnrecognised {
        /// The server's value.
        word: String,
        /// Who may have asked for it.
        asked: AskedBy,
    },
    /// The device no longer shows that: nobody is monitored.
    StoppedUnrecognised(EndReason),
    /// The device no longer monitors.
    Stopped {
        /// Whom it monitored.
        was: Arc<Monitored>,
        /// Why it ended, if known.
        why: EndReason,
        /// How long it lasted.
        lasted: Lasted,
    },
    /// It is unknown whether the device still monitors: it is no longer the supervisor's, or does not
    /// say.
    OutOfSight(Arc<Monitored>),
    /// A monitored call rings on the device.
    Rings {
        /// The call.
        call: CallId,
        /// The numbers of the other parties.
        parties: Vec<String>,
    },
    /// The supervisor is in a monitored call.
    Joined {
        /// The call.
        call: CallId,
        /// The numbers of the other parties.
        parties: Vec<String>,
        /// Who hears the supervisor.
        audience: Audience,
    },
    /// Who hears the supervisor has changed.
    Switched {
        /// The call.
        call: CallId,
        /// Who hears them now.
        audience: Audience,
    },
    /// The agent was muted by the supervisor, or unmuted.
    AgentMuted {
        /// The call.
        call: CallId,
        /// Whether the agent is muted now.
        is_muted: bool,
    },
    /// The supervisor has left a monitored call.
    Left {
        /// The call.
        call: CallId,
        /// The numbers of the other parties.
        parties: Vec<String>,
        /// How long they were in it; none if they never were.
        lasted: Option<Lasted>,
    },
    /// A time limit was set; none: removed.
    LimitSet(Option<Moment>),
    /// The time limit is near.
    LimitNear(Moment),
    /// The time limit was reached, and the end was requested.
    LimitReached,
    /// Another device of the supervisor is used.
    DeviceUsed {
        /// The previous device.
        before: Option<DeviceId>,
        /// The previous device no longer exists.
        is_gone: bool,
        /// The previous device's number; may be empty.
        number: String,
    },
    /// The contact centre was found to be a SIP Cluster with routing-point monitoring.
    SipClusterDetected,
    /// The server reported an error that belongs to no request.
    ServerError(Option<String>),
    /// A notification could not be read.
    Unreadable(String),
    /// The server requires a sign-in.
    SignInNeeded(SignInNeed),
    /// The connection was lost.
    Lost,
    /// The connection is back, and everything was read again.
    Back,
    /// The connection has stopped: the server rejects notifications.
    Halted,
    /// Notifications were missed.
    Silent,
    /// Notifications arrive again.
    Audible,
    /// Something in between cuts each poll after this time.
    PollsCut(Duration),
}

/// Who requested the monitoring in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedBy {
    /// This page, with the request of the receipt.
    ThisPage,
    /// Not this page: another page, a telephone, or the telephone system.
    Elsewhere,
    /// Unknown: it was in force when the page opened, or this page had requested the same and that
    /// request ended without a confirmation.
    Unknown,
}

/// Why monitoring ended. Only known reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// This page requested it.
    StoppedHere,
    /// This page requested something else instead.
    ReplacedHere,
    /// It was for one call, which has ended.
    OneCall,
    /// Unknown.
    Unknown,
    /// Not this page: another page, a telephone, or the telephone system.
    Elsewhere,
}

impl Step {
    /// The target device, if the step is about a target.
    pub(crate) fn target(&self) -> Option<&DeviceId> {
        match self {
            Self::Asked(operation)
            | Self::Prevented(operation)
            | Self::Accepted(operation)
            | Self::Ended { operation, .. } => match &operation.monitoring()?.target {
                Target::Device(device) => Some(device),
                Target::Number(_) => None,
            },
            Self::Began { is: monitored, .. }
            | Self::Changed { to: monitored, .. }
            | Self::OutOfSight(monitored)
            | Self::Stopped { was: monitored, .. } => monitored.target.as_ref(),
            _ => None,
        }
    }
}

impl History {
    /// The maximum number of receipts.
    const MOST: usize = 200;

    /// The receipts, latest last.
    pub fn receipts(&self) -> impl DoubleEndedIterator<Item = &Receipt> + ExactSizeIterator {
        self.receipts.iter().map(|receipt| &**receipt)
    }

    pub(crate) fn push(
        &mut self,
        step: Step,
        request: Option<RequestId>,
        device: Option<DeviceId>,
        certainty: Certainty,
        agent: Option<Agent>,
        at: Moment,
    ) -> Arc<Receipt> {
        if self.receipts.len() == Self::MOST {
            self.receipts.remove(0);
        }
        self.last += 1;
        let receipt = Arc::new(Receipt {
            number: self.last,
            at,
            step,
            request,
            device,
            certainty,
            agent,
        });
        self.receipts.push(Arc::clone(&receipt));
        receipt
    }

    /// The reason has become known why monitoring ended that was assumed to have ended elsewhere, since
    /// the given time. Returns whether there is such an end.
    pub(crate) fn explain_end(
        &mut self,
        device: &DeviceId,
        is_it: impl Fn(&Monitored) -> bool,
        since: Instant,
    ) -> bool {
        for receipt in self.receipts.iter_mut().rev() {
            if receipt.at.at < since {
                break;
            }
            let Step::Stopped { was, why, lasted } = &receipt.step else {
                continue;
            };
            let is_of_device = receipt.device.as_ref() == Some(device);
            if !is_of_device || *why != EndReason::Elsewhere || !is_it(was) {
                continue;
            }
            // Others may have it as it was.
            *receipt = Arc::new(Receipt {
                step: Step::Stopped {
                    was: was.clone(),
                    why: EndReason::Unknown,
                    lasted: *lasted,
                },
                device: receipt.device.clone(),
                agent: receipt.agent.clone(),
                ..**receipt
            });
            return true;
        }
        false
    }

    /// Forgets everything, because it was somebody else's. Numbers continue.
    pub(crate) fn forget(&mut self) {
        self.receipts.clear();
    }
}
