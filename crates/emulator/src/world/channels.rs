//! The state of somebody's voice channel: changed by oneself, or for an agent by a supervisor.
//! Sources: *AgentStateNotReady* and its like, *AgentStateControlNotReady*.

use super::people::{Presence, Reason, Role};
use super::{Change, Refusal, What, World};
use crate::world::ids::PersonId;

/// What a channel can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelOperation {
    /// Takes calls.
    Ready,
    /// Takes no calls, perhaps for a reason.
    NotReady(Option<Reason>),
    /// Does other work.
    AuxWork,
    /// Writes up the last call.
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
    /// Changes one's own state. Only who is logged in has one.
    ///
    /// # Errors
    /// The person is not logged in.
    pub fn set_own_state(
        &mut self,
        person: PersonId,
        operation: ChannelOperation,
    ) -> Result<(), Refusal> {
        self.is_logged_in(person)?;
        self.put_into(person, operation.presence());
        Ok(())
    }

    /// A supervisor changes an agent's state; the agent is told on `/v2/me/channels`.
    ///
    /// Assumption: on the voice channel the agent's device says it too, and somebody who is logged
    /// out can't be made ready from afar.
    ///
    /// # Errors
    /// Whoever asks is no supervisor, or the other is no agent or not logged in.
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
        self.put_into(agent, operation.presence());
        let what = What::Channel(operation.presence());
        self.changes.push(Change { owner: agent, what });
        Ok(())
    }

    /// Puts somebody into a state, with what follows for the calls to come.
    pub(super) fn put_into(&mut self, person: PersonId, presence: Presence) {
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
