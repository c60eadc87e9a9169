//! Calling somebody: from one's own device (`Dial`), or to add a party to a call. Whoever is called
//! rings; parties outside answer after a while.

use std::collections::BTreeMap;

use gws::CallType;

use super::call::{Call, Leg, LegState, Outside};
use super::destination::Destination;
use crate::world::ids::{CallKey, PersonId};
use crate::world::{Refusal, World};

/// How long a party outside takes to answer, in milliseconds.
///
/// Assumption: everybody does, and so soon.
const RINGS_OUTSIDE: u64 = 3_000;

impl World {
    /// The agent calls somebody.
    ///
    /// # Errors
    /// There is no such agent, or what [`dial`](Self::dial) says.
    pub fn calls_somebody(&mut self, agent: &str, to: &str) -> Result<(), Refusal> {
        let agent = self.person_with_number(agent)?;
        let device = self.people[agent.0].device.to_string();
        self.dial(agent, &device, to)
    }

    /// Calls somebody from one's own device (`Dial`).
    ///
    /// # Errors
    /// The device is not the person's or not in use, the person talks already, or the number
    /// reaches nobody.
    pub fn dial(&mut self, person: PersonId, device: &str, number: &str) -> Result<(), Refusal> {
        self.own_device(person, device)?;
        if self.active_call(person).is_some() {
            return Err(Refusal::Busy(self.people[person.0].number.clone()));
        }
        let to = self.destination(person, number)?;
        let kind = match to {
            Destination::Inside(_) => CallType::Internal,
            Destination::Outside(_) => CallType::Outbound,
        };
        self.call_out(person, number, to, kind, None);
        Ok(())
    }

    /// A call from somebody here to somebody anywhere.
    pub(super) fn call_out(
        &mut self,
        person: PersonId,
        number: &str,
        to: Destination,
        kind: CallType,
        parent: Option<CallKey>,
    ) {
        self.cancel_plan(person);
        let ani = self.people[person.0].number.clone();
        let key = self.new_call(kind, ani, number.to_owned());
        let leg = Leg::talks(person, LegState::Dialing, self.signed_now());
        if let Some(call) = self.calls.get_mut(&key) {
            call.parent = parent;
            call.owner = Some(person);
        }
        self.add(key, &[person], to, |calls| {
            // Whoever asks a third party holds the call it is about.
            let asked_about = parent.and_then(|parent| calls.get_mut(&parent)?.leg_mut(person));
            if let Some(held) = asked_about {
                held.state = LegState::Held;
            }
            if let Some(call) = calls.get_mut(&key) {
                call.legs.push(leg);
            }
        });
    }

    /// Adds a party, whose device rings, and makes another change in the same go.
    pub(super) fn add(
        &mut self,
        key: CallKey,
        joining: &[PersonId],
        to: Destination,
        change: impl FnOnce(&mut BTreeMap<CallKey, Call>),
    ) {
        match to {
            Destination::Inside(other) => {
                let leg = Leg::talks(other, LegState::Ringing, self.signed_now());
                let joining: Vec<PersonId> = joining.iter().copied().chain([other]).collect();
                self.cancel_plan(other);
                self.alter_calls(&[key], &joining, |calls| {
                    change(calls);
                    if let Some(call) = calls.get_mut(&key) {
                        call.legs.push(leg);
                    }
                });
                self.plan_answer(other);
            }
            Destination::Outside(number) => {
                self.outside_answers_in(RINGS_OUTSIDE, key);
                self.alter_calls(&[key], joining, |calls| {
                    change(calls);
                    if let Some(call) = calls.get_mut(&key) {
                        call.outside.push(Outside {
                            number,
                            answered: false,
                        });
                    }
                });
            }
        }
    }

    /// The parties outside that this call rings at have answered.
    pub(in crate::world) fn outside_answers(&mut self, key: CallKey) {
        self.alter(key, |call| {
            for party in &mut call.outside {
                party.answered = true;
            }
            call.somebody_has_answered();
        });
    }
}
