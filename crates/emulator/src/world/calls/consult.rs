//! Consulting: the first call is held, a third party is asked in a call of its own. What comes
//! of it is a transfer or a conference, or nothing (*InitiateTransfer*, *InitiateConference*).

use gws::CallType;

use super::call::{Leg, LegState};
use super::destination::Destination;
use crate::world::ids::{CallKey, PersonId};
use crate::world::{CallOperation, Refusal, World};

/// A call that is held, and the one by which somebody is asked about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ConsultPair {
    pub(super) primary: CallKey,
    pub(super) consult: CallKey,
}

impl World {
    /// The agent holds the call and asks another, whose device rings.
    ///
    /// # Errors
    /// There are no such agents, the first talks to nobody, or the second can't take a call.
    pub fn consult(&mut self, agent: &str, third: &str) -> Result<(), Refusal> {
        let (agent, key) = self.main_call(agent)?;
        let operation = CallOperation::InitiateTransfer {
            destination: third.to_owned(),
        };
        self.operate(agent, key, operation)
    }

    pub(super) fn begin_consult(&mut self, person: PersonId, key: CallKey, third: Destination) {
        let number = match &third {
            Destination::Inside(third) => self.people[third.0].number.clone(),
            Destination::Outside(number) => number.clone(),
        };
        self.call_out(person, &number, third, CallType::Consult, Some(key));
    }

    /// The two calls of somebody who asks a third party, of which `key` is one.
    pub(super) fn consult_pair(&self, person: PersonId, key: CallKey) -> Option<ConsultPair> {
        let asks_by = |consult: CallKey| {
            let call = self.calls.get(&consult)?;
            let primary = call.parent.filter(|_| call.owner == Some(person))?;
            self.calls.get(&primary)?.leg(person)?;
            Some(ConsultPair { primary, consult })
        };
        let calls = &self.people[person.0].calls;
        asks_by(key).or_else(|| {
            let mut pairs = calls.iter().filter_map(|&call| asks_by(call));
            pairs.find(|pair| pair.primary == key)
        })
    }

    /// The two calls that are to become one. Either may be named by the request.
    ///
    /// # Errors
    /// `consultCallUri` names another call.
    pub(super) fn consultation(
        &self,
        person: PersonId,
        key: CallKey,
        consult: Option<&str>,
    ) -> Result<ConsultPair, Refusal> {
        let pair = self.consult_pair(person, key);
        let named = |pair: &ConsultPair| {
            let id = self.calls.get(&pair.consult).map(|call| call.id.as_str());
            consult.is_none() || id == consult
        };
        pair.filter(named)
            .ok_or_else(|| Refusal::NoSuchCall(consult.unwrap_or_default().to_owned()))
    }

    /// Everybody but `person` comes from the consult call into the primary one, and a supervisor
    /// who listens to them with them; the consult call is over.
    ///
    /// Assumption: to the third party it is another call, with another id; the one they were asked
    /// in is released.
    pub(super) fn merge(&mut self, person: PersonId, pair: ConsultPair, stays: bool) {
        let ConsultPair { primary, consult } = pair;
        self.alter_calls(&[primary, consult], &[], |calls| {
            let Some(mut asked) = calls.remove(&consult) else {
                return;
            };
            if let Some(call) = calls.get_mut(&primary) {
                let third = asked.talkers().map(|leg| leg.person);
                let third = third.filter(|&other| other != person).collect::<Vec<_>>();
                let in_both = |other: PersonId| call.leg(other).is_some();
                let moved = asked.legs.iter().filter(|leg| {
                    !in_both(leg.person)
                        && (third.contains(&leg.person) || leg.monitors_one_of(&third))
                });
                let moved = moved.map(|leg| Leg {
                    previous: Some(asked.id.clone()),
                    ..leg.clone()
                });
                let moved: Vec<_> = moved.collect();
                call.legs.extend(moved);
                call.outside.append(&mut asked.outside);
                if stays {
                    call.owner = Some(person);
                    if let Some(leg) = call.leg_mut(person) {
                        leg.state = LegState::Established;
                    }
                } else {
                    if call.owner == Some(person) {
                        call.owner = third.first().copied();
                    }
                    call.legs.retain(|leg| leg.person != person);
                }
            }
            asked.legs.clear();
            asked.outside.clear();
            calls.insert(consult, asked);
        });
    }
}
