//! What a call is: parties outside, the legs of people who work here, and what belongs to it all.
//! Nothing here changes anything else; that is done in [`change`](super::change).

use gws::{CallId, CallType};

use crate::world::ids::{CallKey, PersonId};
use crate::world::monitoring::Supervision;

/// Where a leg stands. A leg that is over does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegState {
    /// Calls somebody who has not answered yet.
    Dialing,
    /// Waits to be answered.
    Ringing,
    /// Talks, or listens.
    Established,
    /// Has put the others on hold.
    Held,
}

impl LegState {
    /// Whether the device is busy with this leg, so that no other can be talked on.
    pub(crate) fn is_active(self) -> bool {
        matches!(self, Self::Dialing | Self::Established)
    }

    /// Whether the leg has been answered.
    pub(crate) fn is_answered(self) -> bool {
        matches!(self, Self::Established | Self::Held)
    }
}

/// What somebody does in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Talks: an agent with a customer, or two people who work here with each other.
    Talks {
        /// Muted by oneself (`MuteCall`).
        muted: bool,
    },
    /// Is here because of whom they monitor.
    Monitors {
        /// Whose calls are monitored.
        target: PersonId,
        /// How the supervisor takes part in this call, at this moment.
        how: Supervision,
        /// Whether the agents are muted (`MuteMonitoredUser`).
        mutes_target: bool,
    },
}

/// One person's side of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Leg {
    pub(crate) person: PersonId,
    pub(crate) state: LegState,
    /// When it began; before the world's own beginning for calls that were under way then.
    pub(crate) began: i64,
    pub(crate) part: Part,
    /// The call it was a leg of before (`previousConnId`).
    ///
    /// Assumption: whoever was asked in a consult call, or listened to that, has come from it when
    /// a transfer or a conference is completed. To everybody else it is the call that it was.
    pub(crate) previous: Option<CallId>,
}

impl Leg {
    /// The side of somebody who is to talk.
    pub(crate) fn talks(person: PersonId, state: LegState, began: i64) -> Self {
        Self {
            person,
            state,
            began,
            part: Part::Talks { muted: false },
            previous: None,
        }
    }

    /// Whether this is a supervisor's leg.
    pub(crate) fn monitors(&self) -> bool {
        matches!(self.part, Part::Monitors { .. })
    }

    /// Whether this is the leg of a supervisor who monitors one of these people.
    pub(crate) fn monitors_one_of(&self, people: &[PersonId]) -> bool {
        matches!(self.part, Part::Monitors { target, .. } if people.contains(&target))
    }

    /// How a supervisor takes part by this leg.
    pub(crate) fn supervision(&self) -> Option<Supervision> {
        match self.part {
            Part::Talks { .. } => None,
            Part::Monitors { how, .. } => Some(how),
        }
    }

    /// Whether the customer could talk with this party alone: whoever is there to talk, or a
    /// supervisor who has barged in.
    fn carries_the_call(&self) -> bool {
        match self.part {
            Part::Talks { .. } => true,
            Part::Monitors { how, .. } => how == Supervision::BargeIn && self.state.is_answered(),
        }
    }
}

/// A party outside the contact centre.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outside {
    pub(crate) number: String,
    /// Whether it has answered.
    pub(crate) answered: bool,
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) key: CallKey,
    /// A UUID. Assumption: one id for all parties. A supervisor's leg has the connection id of the
    /// agent's (*MonitoringCalls*).
    pub(crate) id: CallId,
    pub(crate) kind: CallType,
    /// The caller's number.
    pub(crate) ani: String,
    /// The number that was called.
    pub(crate) dnis: String,
    /// The parties outside: a customer, mostly.
    pub(crate) outside: Vec<Outside>,
    /// The parties inside, in the order in which they came.
    pub(crate) legs: Vec<Leg>,
    /// The call during which somebody began this one to consult a third party. It may be over: this
    /// is a call like any other then.
    pub(crate) parent: Option<CallKey>,
    /// Whoever made the call, or whom it was for: may remove parties (*RemoveParticipantFrom…*).
    pub(crate) owner: Option<PersonId>,
}

impl Call {
    pub(crate) fn leg(&self, person: PersonId) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.person == person)
    }

    pub(crate) fn leg_mut(&mut self, person: PersonId) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.person == person)
    }

    /// Those inside who are there to talk.
    pub(crate) fn talkers(&self) -> impl Iterator<Item = &Leg> {
        self.legs.iter().filter(|leg| !leg.monitors())
    }

    /// Those who are there because of whom they monitor.
    pub(crate) fn supervisors(&self) -> impl Iterator<Item = &Leg> {
        self.legs.iter().filter(|leg| leg.monitors())
    }

    /// Whether a supervisor hears what is said.
    pub(crate) fn is_heard(&self) -> bool {
        self.supervisors().any(|leg| leg.state.is_answered())
    }

    /// Whether a supervisor has muted the agents.
    pub(crate) fn agents_are_muted(&self) -> bool {
        self.legs.iter().any(|leg| {
            matches!(
                leg.part,
                Part::Monitors {
                    mutes_target: true,
                    ..
                }
            )
        })
    }

    /// Whether somebody outside takes part.
    pub(crate) fn is_external(&self) -> bool {
        !self.outside.is_empty()
    }

    /// How many parties could talk with each other, once all have answered. With fewer than two
    /// there is no call.
    ///
    /// Assumption: a supervisor who has barged in holds a call together, one who only listens or
    /// coaches doesn't.
    pub(crate) fn parties(&self) -> usize {
        let inside = self.legs.iter().filter(|leg| leg.carries_the_call());
        self.outside.len() + inside.count()
    }

    /// Whether anybody is left in the contact centre who talks, or is to.
    pub(crate) fn has_a_party_inside(&self) -> bool {
        self.legs.iter().any(Leg::carries_the_call)
    }

    /// Whether more than two parties talk.
    pub(crate) fn is_conference(&self) -> bool {
        self.parties() > 2
    }

    /// Whoever dialled is through.
    pub(crate) fn somebody_has_answered(&mut self) {
        for leg in &mut self.legs {
            if leg.state == LegState::Dialing {
                leg.state = LegState::Established;
            }
        }
    }

    /// Whether the call began after there had been that many.
    pub(crate) fn began_after(&self, calls: u64) -> bool {
        self.key.0 >= calls
    }

    /// Whether anybody else than `person` has answered.
    pub(crate) fn somebody_answered(&self, person: PersonId) -> bool {
        self.outside.iter().any(|party| party.answered)
            || self
                .talkers()
                .any(|leg| leg.person != person && leg.state.is_answered())
    }
}
