//! Hold and retrieve. Of several calls one at a time is talked on.
//!
//! A held call goes on for the others: the leg is `Held`, theirs stay as they are, and a
//! supervisor hears what there is to hear.

use super::call::{LegState, Part};
use crate::world::ids::{CallKey, PersonId};
use crate::world::{CallOperation, Refusal, World};

impl World {
    /// The agent puts the call on hold.
    ///
    /// # Errors
    /// There is no such agent, or no call that can be held.
    pub fn hold(&mut self, agent: &str) -> Result<(), Refusal> {
        let (agent, key) = self.main_call(agent)?;
        self.operate(agent, key, CallOperation::Hold)
    }

    /// The agent comes back to the call that is on hold.
    ///
    /// # Errors
    /// There is no such agent, no call on hold, or another is talked on.
    pub fn retrieve(&mut self, agent: &str) -> Result<(), Refusal> {
        let (agent, some_call) = self.main_call(agent)?;
        let held = self.call_where(agent, |_, leg| leg.state == LegState::Held);
        self.operate(agent, held.unwrap_or(some_call), CallOperation::Retrieve)
    }

    pub(super) fn set_leg(&mut self, person: PersonId, key: CallKey, state: LegState) {
        self.alter(key, |call| {
            if let Some(leg) = call.leg_mut(person) {
                leg.state = state;
            }
        });
    }

    /// Puts on hold whatever the person talks on. What is only dialled can't be held.
    pub(super) fn hold_active(&mut self, person: PersonId) {
        let talks = self.call_where(person, |_, leg| leg.state == LegState::Established);
        if let Some(key) = talks {
            self.set_leg(person, key, LegState::Held);
        }
    }

    pub(super) fn swap_to(&mut self, person: PersonId, key: CallKey) {
        self.hold_active(person);
        self.set_leg(person, key, LegState::Established);
    }

    pub(super) fn set_muted(&mut self, person: PersonId, key: CallKey, on: bool) {
        self.alter(key, |call| {
            if let Some(Part::Talks { muted }) = call.leg_mut(person).map(|leg| &mut leg.part) {
                *muted = on;
            }
        });
    }

    /// An operation for somebody who does not name the call by its id.
    pub(in crate::world) fn operate(
        &mut self,
        person: PersonId,
        key: CallKey,
        operation: CallOperation,
    ) -> Result<(), Refusal> {
        let id = self.calls.get(&key).map(|call| call.id.to_string());
        self.call_operation(person, &id.unwrap_or_default(), operation)
    }
}
