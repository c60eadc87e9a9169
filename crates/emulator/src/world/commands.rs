//! Commands of the control API, with people given by number: customers call and hang up, agents
//! answer, hold, consult and transfer, supervisors switch.

use super::calls::{Call, CallOperation, LegState};
use super::destination::Destination;
use super::ids::{CallKey, PersonId};
use super::people::{Presence, Role};
use super::{Refusal, World};

impl World {
    /// A customer calls an agent, who answers at once.
    ///
    /// # Errors
    /// There is no such agent, or the agent is logged out, in a call, or rejects calls.
    pub fn call_arrives(&mut self, agent: &str, from: &str) -> Result<(), Refusal> {
        let agent = self.call_rings(agent, from)?;
        self.pick_up(agent);
        Ok(())
    }

    /// A customer's call rings at an agent.
    ///
    /// # Errors
    /// There is no such agent, or the agent is logged out, in a call, or rejects calls.
    pub fn call_rings(&mut self, agent: &str, from: &str) -> Result<PersonId, Refusal> {
        let agent = self.person_with_number(agent)?;
        self.takes_calls(agent)?;
        self.life.cancel(agent);
        self.ring(agent, from.to_owned());
        Ok(agent)
    }

    /// The agent answers the ringing call.
    ///
    /// # Errors
    /// There is no such agent, or no ringing call.
    pub fn answer(&mut self, agent: &str) -> Result<(), Refusal> {
        self.operate_on(agent, LegState::Ringing, CallOperation::Answer)
    }

    /// The agent puts the call on hold.
    ///
    /// # Errors
    /// There is no such agent, or no call that can be held.
    pub fn hold(&mut self, agent: &str) -> Result<(), Refusal> {
        self.operate_on_main(agent, CallOperation::Hold)
    }

    /// The agent retrieves the call on hold.
    ///
    /// # Errors
    /// There is no such agent, no call on hold, or another call is active.
    pub fn retrieve(&mut self, agent: &str) -> Result<(), Refusal> {
        self.operate_on(agent, LegState::Held, CallOperation::Retrieve)
    }

    /// The agent puts the call on hold and consults another, whose device rings.
    ///
    /// # Errors
    /// There are no such agents, the first is in no call, or the second can't take one.
    pub fn consult(&mut self, agent: &str, third: &str) -> Result<(), Refusal> {
        let destination = third.to_owned();
        self.operate_on_main(agent, CallOperation::InitiateTransfer { destination })
    }

    /// The agent transfers the held call to the third party.
    ///
    /// # Errors
    /// There is no such agent, no consult call, or it is not answered.
    pub fn complete_transfer(&mut self, agent: &str) -> Result<(), Refusal> {
        let consult_call = None;
        self.operate_on_main(agent, CallOperation::CompleteTransfer { consult_call })
    }

    /// The agent merges the held call and the consult call.
    ///
    /// # Errors
    /// There is no such agent, no consult call, or it is not answered.
    pub fn complete_conference(&mut self, agent: &str) -> Result<(), Refusal> {
        let consult_call = None;
        self.operate_on_main(agent, CallOperation::CompleteConference { consult_call })
    }

    /// The agent adds another agent to the call, whose device rings.
    ///
    /// # Errors
    /// There are no such agents, the first is in no call, or the second can't take one.
    pub fn conference(&mut self, agent: &str, third: &str) -> Result<(), Refusal> {
        let destination = third.to_owned();
        self.operate_on_main(agent, CallOperation::SingleStepConference { destination })
    }

    /// An agent transfers the call to another, who answers at once.
    ///
    /// # Errors
    /// There are no such agents, the first is not in a call, or the second can't take one.
    pub fn transfer(&mut self, agent: &str, to: &str) -> Result<(), Refusal> {
        let (person, key) = self.main_call(agent)?;
        let answers = self.destination(person, to)?;
        let destination = to.to_owned();
        let operation = CallOperation::SingleStepTransfer { destination };
        self.operate(person, key, operation)?;
        if let Destination::Inside(colleague) = answers {
            self.pick_up(colleague);
        }
        Ok(())
    }

    /// The agent dials a number.
    ///
    /// # Errors
    /// There is no such agent, or an error of [`dial`](Self::dial).
    pub fn dial_from(&mut self, agent: &str, to: &str) -> Result<(), Refusal> {
        let agent = self.person_with_number(agent)?;
        let device = self.people[agent].device.to_string();
        self.dial(agent, &device, to)
    }

    /// A supervisor switches in the monitored call: `SwitchToBargeIn`, `SwitchToListenIn`.
    ///
    /// # Errors
    /// There is no such supervisor, no monitored call, or it doesn't offer the switch.
    pub fn switches(&mut self, supervisor: &str, to: CallOperation) -> Result<(), Refusal> {
        let person = self.supervisor_with_number(supervisor)?;
        let active = |leg: &super::calls::Leg| leg.monitors() && leg.state.is_active();
        let key = self.calls.find(person, active);
        let key = key.or_else(|| self.calls.monitored(person));
        let key = key.ok_or_else(|| Refusal::NotInACall(supervisor.to_owned()))?;
        self.operate(person, key, to)
    }

    /// The agent leaves the call, which continues if others are still talking.
    ///
    /// # Errors
    /// There is no such agent, or the agent is not in a call.
    pub fn leave_call(&mut self, agent: &str) -> Result<(), Refusal> {
        let (agent, key) = self.main_call(agent)?;
        self.leave(agent, key);
        Ok(())
    }

    /// Ends the call of an agent for everyone.
    ///
    /// # Errors
    /// There is no such agent, or the agent is not in a call.
    pub fn end_call(&mut self, agent: &str) -> Result<(), Refusal> {
        let (_, key) = self.main_call(agent)?;
        self.clear(key);
        Ok(())
    }

    /// Ends the call with this id for everyone.
    ///
    /// # Errors
    /// There is no such call.
    pub fn clear_call(&mut self, id: &str) -> Result<(), Refusal> {
        let key = self.call_that(|call| call.id.as_str() == id);
        self.clear(key.ok_or_else(|| Refusal::NoSuchCall(id.to_owned()))?);
        Ok(())
    }

    /// The customer with this number hangs up, or leaves the queue. The call continues if others are
    /// still talking.
    ///
    /// # Errors
    /// No such customer is waiting or in a call.
    pub fn customer_hangs_up(&mut self, customer: &str) -> Result<(), Refusal> {
        if self.life.leave_queue(customer) {
            return Ok(());
        }
        let key = self.call_that(|call| call.is_with(customer));
        let key = key.ok_or_else(|| Refusal::NotAParticipant(customer.to_owned()))?;
        self.change_call(key, |call| {
            call.outside.retain(|party| party.number != customer);
        });
        Ok(())
    }

    /// Sets an agent's state. Logging out ends the agent's calls and monitoring of the agent.
    ///
    /// # Errors
    /// There is no such agent.
    pub fn set_state(&mut self, agent: &str, presence: Presence) -> Result<(), Refusal> {
        let agent = self.agent(agent)?;
        self.set_presence(agent, presence);
        Ok(())
    }

    /// Makes a supervisor's device active or inactive. Becoming inactive ends monitoring
    /// (*TMonitorNextCall*: "when either the supervisor or the agent logs out").
    pub fn set_supervisor_active(&mut self, supervisor: PersonId, active: bool) {
        let person = &self.people[supervisor];
        if person.role != Role::Supervisor || person.is_active() == active {
            return;
        }
        if active {
            self.change_presence(supervisor, Presence::LoggedIn);
            self.change_presence(supervisor, Presence::NotReady(None));
        } else {
            self.change_presence(supervisor, Presence::LoggedOut);
        }
    }

    /// An operation on the person's first call in this state, or else on any call, which refuses it.
    fn operate_on(
        &mut self,
        number: &str,
        state: LegState,
        operation: CallOperation,
    ) -> Result<(), Refusal> {
        let (person, some_call) = self.main_call(number)?;
        let found = self.calls.find(person, |leg| leg.state == state);
        self.operate(person, found.unwrap_or(some_call), operation)
    }

    fn operate_on_main(&mut self, number: &str, operation: CallOperation) -> Result<(), Refusal> {
        let (person, key) = self.main_call(number)?;
        self.operate(person, key, operation)
    }

    /// A person's active call, or else the oldest.
    fn main_call(&self, number: &str) -> Result<(PersonId, CallKey), Refusal> {
        let person = self.person_with_number(number)?;
        let key = self.calls.main(person);
        key.map(|key| (person, key))
            .ok_or_else(|| Refusal::NotInACall(number.to_owned()))
    }

    fn call_that(&self, test: impl Fn(&Call) -> bool) -> Option<CallKey> {
        let found = self.calls.iter().find(|call| test(call));
        found.map(|call| call.key)
    }
}
