//! Handing a call on: at once (`SingleStepTransfer`), or after the third party was asked
//! (`CompleteTransfer`). What becomes of supervisors is decided by the scope of their monitoring.

use super::consult::ConsultPair;
use super::destination::Destination;
use crate::world::ids::{CallKey, PersonId};
use crate::world::{CallOperation, Refusal, World};

impl World {
    /// An agent transfers the call to another, who answers at once.
    ///
    /// # Errors
    /// There are no such agents, the first is not in a call, or the second can't take one.
    pub fn transfer(&mut self, agent: &str, to: &str) -> Result<(), Refusal> {
        let (agent, key) = self.main_call(agent)?;
        let answers = self.destination(agent, to)?;
        let destination = to.to_owned();
        self.operate(
            agent,
            key,
            CallOperation::SingleStepTransfer { destination },
        )?;
        if let Destination::Inside(colleague) = answers {
            self.pick_up(colleague);
        }
        Ok(())
    }

    /// The agent hands the call that is held to whoever was asked.
    ///
    /// # Errors
    /// There is no such agent, or nobody was asked, or they have not answered.
    pub fn complete_transfer(&mut self, agent: &str) -> Result<(), Refusal> {
        let (agent, key) = self.main_call(agent)?;
        self.operate(
            agent,
            key,
            CallOperation::CompleteTransfer { consult_call: None },
        )
    }

    pub(super) fn pass_on(&mut self, person: PersonId, key: CallKey, to: Destination) {
        let next_owner = match to {
            Destination::Inside(other) => Some(other),
            Destination::Outside(_) => None,
        };
        self.add(key, &[], to, |calls| {
            if let Some(call) = calls.get_mut(&key) {
                call.legs.retain(|leg| leg.person != person);
                if call.owner == Some(person) {
                    call.owner = next_owner;
                }
            }
        });
    }

    pub(super) fn finish_transfer(&mut self, person: PersonId, pair: ConsultPair) {
        self.merge(person, pair, false);
    }
}
