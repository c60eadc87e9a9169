//! What happened, step by step: one structured record each, for the supervisor to read and copy, and
//! for an embedder to keep. It is in memory only.

use core::time::Duration;
use std::collections::VecDeque;
use std::sync::Arc;

use bayeux::Instant;
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
    receipts: VecDeque<Arc<Receipt>>,
    last: u64,
}

/// One step of what happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Ascending, from 1 on.
    pub number: u64,
    /// When it happened, or became known.
    pub at: Moment,
    /// What happened.
    pub step: Step,
    /// The request of this page that it belongs to.
    pub request: Option<RequestId>,
    /// The supervisor's device that it is about.
    pub device: Option<DeviceId>,
    /// How it is known.
    pub certainty: Certainty,
    /// Whom it is about, by the names that the directory had then; none where it is about nobody,
    /// or nothing was known of them.
    pub agent: Option<Agent>,
}

/// How something is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// This page did it, or noticed it itself.
    Own,
    /// The server told of it: it happened when it says.
    Told,
    /// A read found it: it happened at some time until then.
    Found {
        /// When it was last known to be otherwise; none: never.
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
    /// Something was asked for.
    Asked(Operation),
    /// Something was to be asked for, and the page prevented it. Nothing was sent.
    Prevented(Operation),
    /// The server took it. Nothing is in force yet.
    Accepted(Operation),
    /// A request has ended.
    Ended {
        /// What was asked for.
        operation: Operation,
        /// How it ended.
        outcome: Outcome,
    },
    /// The device began to monitor someone, or was found to do so.
    Began {
        /// What is in force.
        is: Monitored,
        /// Who asked for it.
        asked: AskedBy,
    },
    /// It monitors the same agent in another way.
    Changed {
        /// How it did before.
        from: Monitored,
        /// How it does now.
        to: Monitored,
        /// Who asked for it.
        asked: AskedBy,
    },
    /// The device shows that someone is monitored, and not whom.
    BeganUnrecognised {
        /// What it shows.
        word: String,
        /// Who may have asked for it.
        asked: AskedBy,
    },
    /// It does not show that any more: nobody is monitored.
    StoppedUnrecognised(EndReason),
    /// It does not monitor any more.
    Stopped {
        /// Whom it monitored.
        was: Monitored,
        /// Why it ended, as far as that is known.
        why: EndReason,
        /// How long it lasted.
        lasted: Lasted,
    },
    /// Whether the device still monitors is not known: it is not the supervisor's any more, or does not
    /// say.
    OutOfSight(Monitored),
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
    /// Others hear the supervisor than before.
    Switched {
        /// The call.
        call: CallId,
        /// Who does now.
        audience: Audience,
    },
    /// The agent was muted by the supervisor, or is heard again.
    AgentMuted {
        /// The call.
        call: CallId,
        /// Whether the agent is muted now.
        is_muted: bool,
    },
    /// The supervisor is not in a monitored call any more.
    Left {
        /// The call.
        call: CallId,
        /// The numbers of the other parties.
        parties: Vec<String>,
        /// How long they were in it; none if never.
        lasted: Option<Lasted>,
    },
    /// A time limit was set; none: taken away.
    LimitSet(Option<Moment>),
    /// The time limit is near.
    LimitNear(Moment),
    /// The time limit has passed, and stopping is asked for.
    LimitReached,
    /// Another of the supervisor's devices is used.
    DeviceUsed {
        /// Which was used before.
        before: Option<DeviceId>,
        /// The one before is not there any more.
        is_gone: bool,
        /// Its number then; may be empty.
        number: String,
    },
    /// The contact centre was found to be a SIP Cluster with routing-point monitoring.
    SipClusterDetected,
    /// The server reported an error that belongs to no request.
    ServerError(Option<String>),
    /// A notification could not be read.
    Unreadable(String),
    /// The server wants a sign-in.
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
    /// Something on the way ends each poll after that long.
    PollsCut(Duration),
}

/// Who asked for monitoring that is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedBy {
    /// This page, by the request of the receipt.
    ThisPage,
    /// Another page, a telephone, or the telephone system: this page did not ask.
    Elsewhere,
    /// Not known: it was in force when the page opened, or this page had asked for the same and the
    /// request ended without a confirmation.
    Unknown,
}

/// Why monitoring ended. Only what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// This page asked for it.
    StoppedHere,
    /// This page asked for something else in its place.
    ReplacedHere,
    /// It was for one call, and there was one.
    OneCall,
    /// Not known.
    Unknown,
    /// This page did not ask for it: another page, a telephone, or the telephone system did.
    Elsewhere,
}

impl Step {
    /// The device that it is about, if it is about whom somebody monitors, or wants to.
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
    /// As many are kept.
    const MOST: usize = 200;

    /// The receipts, the latest last.
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
            self.receipts.pop_front();
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
        self.receipts.push_back(Arc::clone(&receipt));
        receipt
    }

    /// It became known why what a device monitored ended since then, which was taken to have ended
    /// elsewhere. Says whether there is such an end.
    pub(crate) fn explain_end(
        &mut self,
        device: &DeviceId,
        is_it: impl Fn(&Monitored) -> bool,
        since: Instant,
    ) -> bool {
        let receipts = self.receipts.iter_mut().rev();
        let mut recent = receipts.take_while(|receipt| receipt.at.at >= since);
        let unexplained = recent.find_map(|receipt| match &receipt.step {
            Step::Stopped { was, why, lasted } if receipt.device.as_ref() == Some(device) => {
                let step = Step::Stopped {
                    was: was.clone(),
                    why: EndReason::Unknown,
                    lasted: *lasted,
                };
                (*why == EndReason::Elsewhere && is_it(was)).then_some((receipt, step))
            }
            _ => None,
        });
        let is_found = unexplained.is_some();
        if let Some((receipt, step)) = unexplained {
            // Others may have it as it was.
            *receipt = Arc::new(Receipt {
                step,
                device: receipt.device.clone(),
                agent: receipt.agent.clone(),
                ..**receipt
            });
        }
        is_found
    }

    /// Forgets all: they were somebody else's. Numbers go on.
    pub(crate) fn forget(&mut self) {
        self.receipts.clear();
    }
}
