//! Talking with more than one: at once (`SingleStepConference`), or after the third party was
//! asked (`CompleteConference`), and removing somebody again.

use super::consult::ConsultPair;
use super::destination::Destination;
use crate::world::ids::{CallKey, PersonId};
use crate::world::{CallOperation, Refusal, World};

impl World {
    /// The agent adds another to the call, whose device rings.
    ///
    /// # Errors
    /// There are no such agents, the first talks to nobody, or the second can't take a call.
    pub fn conference(&mut self, agent: &str, third: &str) -> Result<(), Refusal> {
        let (agent, key) = self.main_call(agent)?;
        let destination = third.to_owned();
        self.operate(
            agent,
            key,
            CallOperation::SingleStepConference { destination },
        )
    }

    /// The agent brings the call that is held and the one by which somebody was asked together.
    ///
    /// # Errors
    /// There is no such agent, or nobody was asked, or they have not answered.
    pub fn complete_conference(&mut self, agent: &str) -> Result<(), Refusal> {
        let (agent, key) = self.main_call(agent)?;
        let operation = CallOperation::CompleteConference { consult_call: None };
        self.operate(agent, key, operation)
    }

    pub(super) fn add_party(&mut self, key: CallKey, to: Destination) {
        self.add(key, &[], to, |_| {});
    }

    pub(super) fn finish_conference(&mut self, person: PersonId, pair: ConsultPair) {
        self.merge(person, pair, true);
    }

    /// Removes a party (*RemoveParticipantFromConference*: the owner of the conference may, and a
    /// supervisor during monitoring).
    pub(super) fn remove_party(
        &mut self,
        person: PersonId,
        key: CallKey,
        number: &str,
    ) -> Result<(), Refusal> {
        let Some(call) = self.calls.get(&key) else {
            return Ok(());
        };
        let outside = call.outside.iter().position(|party| party.number == number);
        let inside = call
            .talkers()
            .map(|leg| leg.person)
            .find(|&other| other != person && self.people[other.0].number == number);
        if outside.is_none() && inside.is_none() {
            return Err(Refusal::NotAParticipant(number.to_owned()));
        }
        self.alter(key, |call| {
            if let Some(index) = outside {
                call.outside.remove(index);
            } else {
                call.legs.retain(|leg| Some(leg.person) != inside);
            }
        });
        Ok(())
    }
}
