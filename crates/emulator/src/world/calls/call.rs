//! A call: parties outside, and the legs of people in the contact centre. Methods change only this
//! call; `world::change` applies the consequences.

use gws::{CallId, CallType};
use serde::Serialize;

use crate::world::ids::{CallKey, PersonId};
use crate::world::supervision::Supervision;

/// The state of a leg. A leg that has ended does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum LegState {
    /// Calling somebody who has not answered yet.
    Dialing,
    /// Not answered yet.
    Ringing,
    /// Talking, or listening.
    Established,
    /// On hold.
    Held,
}

impl LegState {
    /// Whether the leg occupies the device, so that no other can be active.
    pub(in crate::world) fn is_active(self) -> bool {
        matches!(self, Self::Dialing | Self::Established)
    }

    /// Whether the leg has been answered.
    pub(in crate::world) fn is_answered(self) -> bool {
        matches!(self, Self::Established | Self::Held)
    }
}

/// The role of a person in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) enum LegKind {
    /// Talks: an agent with a customer, or two people of the contact centre with each other.
    Talks {
        /// Muted by the person themselves (`MuteCall`).
        muted: bool,
    },
    /// Monitors somebody.
    Monitors {
        /// Whose calls are monitored.
        target: PersonId,
        /// How the supervisor takes part in this call.
        how: Supervision,
        /// Whether the agents are muted (`MuteMonitoredUser`).
        mutes_target: bool,
    },
}

/// One person's side of a call.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::world) struct Leg {
    pub(in crate::world) person: PersonId,
    pub(in crate::world) state: LegState,
    /// When it began, in the world's time; negative if before the start.
    pub(in crate::world) began: i64,
    pub(in crate::world) kind: LegKind,
    /// The call of which it was a leg before (`previousConnId`).
    ///
    /// Assumption: when a transfer or a conference is completed, the third party comes from the
    /// consult call. For everybody else it is the same call.
    pub(in crate::world) previous: Option<CallId>,
}

impl Leg {
    /// A talking party's leg.
    pub(in crate::world) fn talks(person: PersonId, state: LegState, began: i64) -> Self {
        Self {
            person,
            state,
            began,
            kind: LegKind::Talks { muted: false },
            previous: None,
        }
    }

    /// Whether this is a supervisor's leg.
    pub(in crate::world) fn monitors(&self) -> bool {
        matches!(self.kind, LegKind::Monitors { .. })
    }

    /// How a supervisor takes part through this leg.
    pub(in crate::world) fn supervision(&self) -> Option<Supervision> {
        match self.kind {
            LegKind::Talks { .. } => None,
            LegKind::Monitors { how, .. } => Some(how),
        }
    }

    /// Whether the customer could talk with this party alone: a talking party, or a supervisor who
    /// has barged in.
    fn carries_the_call(&self) -> bool {
        match self.kind {
            LegKind::Talks { .. } => true,
            LegKind::Monitors { how, .. } => {
                how == Supervision::BargeIn && self.state.is_answered()
            }
        }
    }
}

/// A party outside the contact centre.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::world) struct Outside {
    pub(in crate::world) number: String,
    /// Whether it has answered.
    pub(in crate::world) answered: bool,
}

/// A call.
#[derive(Clone, Debug)]
pub(in crate::world) struct Call {
    pub(in crate::world) key: CallKey,
    /// A UUID. Assumption: one id for all parties. A supervisor's leg has the connection id of the
    /// agent's (*MonitoringCalls*).
    pub(in crate::world) id: CallId,
    pub(in crate::world) kind: CallType,
    /// The caller's number.
    pub(in crate::world) ani: String,
    /// The called number.
    pub(in crate::world) dnis: String,
    /// The parties outside: usually a customer.
    pub(in crate::world) outside: Vec<Outside>,
    /// The parties inside, in the order in which they came.
    pub(in crate::world) legs: Vec<Leg>,
    /// The call about which this one consults a third party. Once that has ended, this is an ordinary
    /// call.
    pub(in crate::world) parent: Option<CallKey>,
    /// Who made or received the call, and may remove parties (*RemoveParticipantFrom…*).
    pub(in crate::world) owner: Option<PersonId>,
}

impl Call {
    pub(in crate::world) fn leg(&self, person: PersonId) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.person == person)
    }

    pub(in crate::world) fn leg_mut(&mut self, person: PersonId) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.person == person)
    }

    /// The legs of talking parties.
    pub(in crate::world) fn talkers(&self) -> impl Iterator<Item = &Leg> {
        self.legs.iter().filter(|leg| !leg.monitors())
    }

    /// The legs of supervisors who monitor.
    pub(in crate::world) fn supervisors(&self) -> impl Iterator<Item = &Leg> {
        self.legs.iter().filter(|leg| leg.monitors())
    }

    /// Whether a supervisor takes part.
    pub(in crate::world) fn is_heard(&self) -> bool {
        self.supervisors().any(|leg| leg.state.is_answered())
    }

    /// Whether a supervisor has muted the agents.
    pub(in crate::world) fn agents_are_muted(&self) -> bool {
        self.legs.iter().any(|leg| {
            matches!(
                leg.kind,
                LegKind::Monitors {
                    mutes_target: true,
                    ..
                }
            )
        })
    }

    /// The number of parties that could talk with each other, once all have answered. With fewer than
    /// two the call ends.
    ///
    /// Assumption: a supervisor who has barged in counts as a party, one who listens or coaches does
    /// not.
    pub(in crate::world) fn parties(&self) -> usize {
        let inside = self.legs.iter().filter(|leg| leg.carries_the_call());
        self.outside.len() + inside.count()
    }

    /// Whether a talking party remains in the contact centre.
    pub(in crate::world) fn has_a_party_inside(&self) -> bool {
        self.legs.iter().any(Leg::carries_the_call)
    }

    /// Whether more than two parties talk.
    pub(in crate::world) fn is_conference(&self) -> bool {
        self.parties() > 2
    }

    /// Somebody has answered: dialling legs are established.
    pub(in crate::world) fn connect_dialling(&mut self) {
        for leg in &mut self.legs {
            if leg.state == LegState::Dialing {
                leg.state = LegState::Established;
            }
        }
    }

    /// Whether the call began after the first `calls` calls.
    pub(in crate::world) fn began_after(&self, calls: u64) -> bool {
        self.key.0 >= calls
    }

    /// Whether a party outside has this number.
    pub(in crate::world) fn is_with(&self, number: &str) -> bool {
        self.outside.iter().any(|party| party.number == number)
    }

    /// A person leaves; `next` becomes the owner in their place.
    pub(in crate::world) fn hand_over(&mut self, person: PersonId, next: Option<PersonId>) {
        self.legs.retain(|leg| leg.person != person);
        if self.owner == Some(person) {
            self.owner = next;
        }
    }

    /// Sets the state of a person's leg.
    pub(in crate::world) fn set_state(&mut self, person: PersonId, state: LegState) {
        if let Some(leg) = self.leg_mut(person) {
            leg.state = state;
        }
    }

    /// A person mutes or unmutes themselves.
    pub(in crate::world) fn set_muted(&mut self, person: PersonId, on: bool) {
        if let Some(LegKind::Talks { muted }) = self.leg_mut(person).map(|leg| &mut leg.kind) {
            *muted = on;
        }
    }

    /// A supervisor mutes or unmutes the agents (*MuteMonitoredUser*).
    pub(in crate::world) fn set_target_muted(&mut self, supervisor: PersonId, on: bool) {
        let leg = self.leg_mut(supervisor);
        if let Some(LegKind::Monitors { mutes_target, .. }) = leg.map(|leg| &mut leg.kind) {
            *mutes_target = on;
        }
    }

    /// A supervisor switches to another way to take part.
    /// Assumptions: this concerns only this call; the device still shows what was requested, and the
    /// agent's next call begins with that. Switching to listening unmutes the agent: otherwise nobody
    /// would talk to the customer.
    pub(in crate::world) fn switch(&mut self, supervisor: PersonId, to: Supervision) {
        if to == Supervision::ListenIn {
            self.set_target_muted(supervisor, false);
        }
        let leg = self.leg_mut(supervisor);
        if let Some(LegKind::Monitors { how, .. }) = leg.map(|leg| &mut leg.kind) {
            *how = to;
        }
    }

    /// Whether anybody but `person` has answered.
    pub(in crate::world) fn another_party_answered(&self, person: PersonId) -> bool {
        self.outside.iter().any(|party| party.answered)
            || self
                .talkers()
                .any(|leg| leg.person != person && leg.state.is_answered())
    }
}
