//! The state of a voice channel, changed by its owner, or by a supervisor for an agent. Sources:
//! *AgentStateNotReady* and the like, *AgentStateControlNotReady*.

use super::people::{Presence, Reason, Role};
use super::{Change, Refusal, What, World};
use crate::world::ids::PersonId;

/// An operation on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelOperation {
    /// Ready for calls.
    Ready,
    /// Not ready for calls, perhaps for a reason.
    NotReady(Option<Reason>),
    /// Other work.
    AuxWork,
    /// After-call work.
    AfterCallWork,
    /// Logs out.
    Offline,
}

impl ChannelOperation {
    fn presence(self) -> Presence {
        match self {
            Self::Ready => Presence::Ready,
            Self::NotReady(reason) => Presence::NotReady(reason),
            Self::AuxWork => Presence::AuxWork,
            Self::AfterCallWork => Presence::AfterCallWork,
            Self::Offline => Presence::LoggedOut,
        }
    }
}

impl World {
    /// Changes a person's own state, if they are logged in.
    ///
    /// # Errors
    /// The person is not logged in.
    pub fn set_own_state(
        &mut self,
        person: PersonId,
        operation: ChannelOperation,
    ) -> Result<(), Refusal> {
        self.is_logged_in(person)?;
        self.set_presence(person, operation.presence());
        Ok(())
    }

    /// A supervisor changes an agent's state; the agent is notified on `/v2/me/channels`.
    ///
    /// Assumption: the agent's device shows it too, and a logged-out agent's state can't be changed.
    ///
    /// # Errors
    /// `supervisor` is not a supervisor, or `agent` is not an agent or not logged in.
    pub fn set_state_of_agent(
        &mut self,
        supervisor: PersonId,
        agent: PersonId,
        operation: ChannelOperation,
    ) -> Result<(), Refusal> {
        let person = &self.people[supervisor];
        if person.role != Role::Supervisor {
            return Err(Refusal::NotASupervisor(person.user_name.clone()));
        }
        let other = &self.people[agent];
        if other.role != Role::Agent {
            return Err(Refusal::NotAnAgent(other.number.clone()));
        }
        self.is_logged_in(agent)?;
        self.set_presence(agent, operation.presence());
        let what = What::Channel(operation.presence());
        self.changes.push(Change { owner: agent, what });
        Ok(())
    }

    /// Sets a person's state, logging them in if needed, and plans the next one.
    pub(super) fn set_presence(&mut self, person: PersonId, presence: Presence) {
        if presence == self.people[person].presence {
            return;
        }
        if !self.people[person].is_active() && presence != Presence::LoggedIn {
            self.change_presence(person, Presence::LoggedIn);
        }
        self.change_presence(person, presence);
        self.get_ready_later(person);
    }

    fn is_logged_in(&self, person: PersonId) -> Result<(), Refusal> {
        let person = &self.people[person];
        if person.is_active() {
            Ok(())
        } else {
            Err(Refusal::NotRegistered(person.number.clone()))
        }
    }
}
