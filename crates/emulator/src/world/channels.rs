//! The state of somebody's voice channel: changed by oneself, or for an agent by a supervisor.
//! Sources: *AgentStateNotReady* and its like, *AgentStateControlNotReady*.

use super::people::{PersonId, Presence, Reason, Role};
use super::{Change, Refusal, What, World};
use crate::wire;

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
    /// Changes one's own state. Only who is logged in has one; a session logs in.
    ///
    /// # Errors
    /// The person has no such channel, or is not logged in.
    pub fn set_own_state(
        &mut self,
        person: PersonId,
        operation: ChannelOperation,
    ) -> Result<(), Refusal> {
        self.has_voice_channel(person)?;
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
        let person = &self.people[supervisor.0];
        if person.role != Role::Supervisor {
            return Err(Refusal::NotASupervisor(person.user_name.clone()));
        }
        let other = &self.people[agent.0];
        if other.role != Role::Agent {
            return Err(Refusal::NotAnAgent(other.number.clone()));
        }
        if !self.may_act_on(supervisor, agent) {
            return Err(Refusal::NotManaged(other.number.clone()));
        }
        self.is_logged_in(agent)?;
        self.put_into(agent, operation.presence());
        let what = What::Channel(Box::new(self.channel_state(agent)));
        self.changes.push(Change { owner: agent, what });
        Ok(())
    }

    /// Logs somebody in for a session (`StartContactCenterSession`), as captured traffic shows it:
    /// logged in, ready, not ready.
    ///
    /// Assumption: whoever is logged in already stays as they are.
    ///
    /// # Errors
    /// The person has no such channel.
    pub fn start_session(&mut self, person: PersonId) -> Result<(), Refusal> {
        self.has_voice_channel(person)?;
        if !self.people[person.0].is_active() {
            self.cancel_plan(person);
            self.change_presence(person, Presence::LoggedIn);
            self.change_presence(person, Presence::Ready);
            self.change_presence(person, Presence::NotReady(None));
            self.plan_anew(person);
        }
        Ok(())
    }

    /// Logs somebody out (`EndContactCenterSession`).
    pub fn end_session(&mut self, person: PersonId) {
        if self.people[person.0].is_active() {
            self.put_into(person, Presence::LoggedOut);
        }
    }

    /// Puts somebody into a state, with what follows for the calls to come.
    pub(super) fn put_into(&mut self, person: PersonId, presence: Presence) {
        if presence == self.people[person.0].presence {
            return;
        }
        if !self.people[person.0].is_active() && presence != Presence::LoggedIn {
            self.change_presence(person, Presence::LoggedIn);
        }
        self.change_presence(person, presence);
        self.plan_anew(person);
    }

    /// Whoever was moved goes on from there with what the shift says next.
    fn plan_anew(&mut self, person: PersonId) {
        if self.people[person.0].calls.is_empty() {
            self.cancel_plan(person);
            self.plan_while_without_call(person);
        }
    }

    fn channel_state(&self, person: PersonId) -> wire::ChannelState {
        wire::ChannelState {
            channel: "voice",
            dnd_state: "Off",
            user_state: self.user_state(self.people[person.0].presence),
        }
    }

    /// Whether somebody has a voice channel: it goes with a device.
    ///
    /// # Errors
    /// The person is an administrator.
    pub fn has_voice_channel(&self, person: PersonId) -> Result<(), Refusal> {
        if self.people[person.0].has_device() {
            Ok(())
        } else {
            Err(Refusal::NoSuchChannel("voice".to_owned()))
        }
    }

    fn is_logged_in(&self, person: PersonId) -> Result<(), Refusal> {
        let person = &self.people[person.0];
        if person.is_active() {
            Ok(())
        } else {
            Err(Refusal::NotRegistered(person.number.clone()))
        }
    }
}
