//! Calls: a customer, the agent who talks to them, and supervisors who listen. A call has one id
//! for everyone in it; what each of them sees of it is their leg.

use gws::CallId;

use super::people::{PersonId, Role, uuid};
use super::queues::SERVICES;
use super::{CallChange, Refusal, World};

/// Names a call by the order in which calls began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CallKey(u64);

/// Where a leg stands. A leg that is over does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegState {
    /// Waits to be answered.
    Ringing,
    /// Talks, or listens.
    Established,
}

/// One party's side of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leg {
    pub(crate) person: PersonId,
    pub(crate) state: LegState,
    /// When it began; before the world's own beginning for calls that were under way then.
    pub(crate) began: i64,
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Conversation {
    /// Assumption: one id for all parties. The call id equals the `callUuid` in 8.5.2, and a
    /// supervisor's leg has the connection id of the agent's (*MonitoringCalls*).
    pub(crate) id: CallId,
    pub(crate) conn_id: String,
    /// The customer's number.
    pub(crate) customer: String,
    /// The number the customer dialled.
    pub(crate) dialled: String,
    pub(crate) agent: Leg,
    pub(crate) supervisors: Vec<Leg>,
}

impl Conversation {
    pub(crate) fn leg(&self, person: PersonId) -> Option<&Leg> {
        core::iter::once(&self.agent)
            .chain(&self.supervisors)
            .find(|leg| leg.person == person)
    }

    /// Whether a supervisor hears the agent.
    pub(crate) fn is_heard(&self) -> bool {
        self.supervisors
            .iter()
            .any(|leg| leg.state == LegState::Established)
    }
}

impl World {
    /// A customer's call to `dialled` rings at an agent.
    pub(super) fn ring(&mut self, agent: PersonId, from: String, dialled: &str) -> CallKey {
        let leg = Leg {
            person: agent,
            state: LegState::Ringing,
            began: self.signed_now(),
        };
        let call = self.begin(leg, from, dialled);
        self.call_changed(agent, CallChange::Status);
        call
    }

    /// As the day begins an agent is talking since `before` milliseconds ago.
    pub(super) fn call_in_progress(
        &mut self,
        agent: PersonId,
        from: String,
        dialled: &str,
        before: u64,
    ) {
        let leg = Leg {
            person: agent,
            state: LegState::Established,
            // `before` is a minute at most.
            began: self.signed_now() - before as i64,
        };
        self.begin(leg, from, dialled);
    }

    fn begin(&mut self, agent: Leg, customer: String, dialled: &str) -> CallKey {
        let key = CallKey(self.calls_so_far);
        self.calls_so_far += 1;
        let id = uuid(&mut self.call_ids);
        self.people[agent.person.0].call = Some(key);
        self.calls.insert(
            key,
            Conversation {
                conn_id: id.replace('-', "")[..16].to_owned(),
                id: CallId::new(id),
                customer,
                dialled: dialled.to_owned(),
                agent,
                supervisors: Vec::new(),
            },
        );
        key
    }

    /// The agent answers; whoever monitors the agent is called.
    ///
    /// A supervisor's leg begins once the agent has answered (*MonitoringCalls*, "Service
    /// Observing on Agent").
    pub(super) fn pick_up(&mut self, agent: PersonId) {
        let Some(key) = self.people[agent.0].call else {
            return;
        };
        if let Some(call) = self.calls.get_mut(&key) {
            call.agent.state = LegState::Established;
        }
        self.offered_call_answered(key);
        self.call_changed(agent, CallChange::Status);
        self.call_supervisor_of(agent);
    }

    /// Ends the call of `agent` for everyone.
    pub(super) fn hang_up(&mut self, agent: PersonId) {
        let Some(key) = self.people[agent.0].call else {
            return;
        };
        self.release(agent);
        let supervisors: Vec<PersonId> = self.calls.get(&key).map_or_else(Vec::new, |call| {
            call.supervisors.iter().map(|leg| leg.person).collect()
        });
        for supervisor in supervisors {
            self.leave(supervisor);
        }
        self.calls.remove(&key);
        self.offered_call_over(key);
        self.after_call(agent);
    }

    /// `agent` hands the customer on to `colleague`, whose device rings. What becomes of the
    /// supervisors is decided by the scope of their monitoring.
    pub(super) fn hand_over(&mut self, agent: PersonId, colleague: PersonId) {
        let Some(key) = self.people[agent.0].call else {
            return;
        };
        self.cancel_plan(colleague);
        self.release(agent);
        let began = self.signed_now();
        self.people[colleague.0].call = Some(key);
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        call.agent = Leg {
            person: colleague,
            state: LegState::Ringing,
            began,
        };
        let supervisors: Vec<PersonId> = call.supervisors.iter().map(|leg| leg.person).collect();
        self.call_changed(colleague, CallChange::Status);
        self.consider(colleague);
        for supervisor in supervisors {
            if self.leaves_with(supervisor, agent) {
                self.leave(supervisor);
            } else {
                self.call_changed(supervisor, CallChange::Participants);
            }
        }
        self.after_call(agent);
    }

    /// Tells `person` that the own leg is over, and takes them out of the call's view.
    pub(super) fn release(&mut self, person: PersonId) {
        self.call_released(person);
        self.people[person.0].call = None;
    }

    /// Answers one's own ringing call (`Answer`).
    ///
    /// # Errors
    /// There is no such call, or it does not ring.
    pub fn answer(&mut self, person: PersonId, call: &str) -> Result<(), Refusal> {
        let key = self.own_call(person, call)?;
        let conversation = self.calls.get_mut(&key);
        let leg = conversation.and_then(|found| {
            core::iter::once(&mut found.agent)
                .chain(&mut found.supervisors)
                .find(|leg| leg.person == person)
        });
        match leg {
            Some(leg) if leg.state == LegState::Ringing => leg.state = LegState::Established,
            _ => return Err(Refusal::NotRinging(call.to_owned())),
        }
        self.call_changed(person, CallChange::Status);
        match self.people[person.0].role {
            Role::Supervisor | Role::Admin => self.agent_is_heard(key),
            Role::Agent => {
                self.offered_call_answered(key);
                self.call_supervisor_of(person);
                self.plan_end_of_call(person);
            }
        }
        Ok(())
    }

    /// Leaves one's own call (`Hangup`): an agent ends it, a supervisor only stops listening.
    ///
    /// # Errors
    /// There is no such call.
    pub fn hangup(&mut self, person: PersonId, call: &str) -> Result<(), Refusal> {
        self.own_call(person, call)?;
        match self.people[person.0].role {
            Role::Supervisor | Role::Admin => self.leave(person),
            Role::Agent => self.hang_up(person),
        }
        Ok(())
    }

    /// A customer calls an agent, who answers at once.
    ///
    /// # Errors
    /// There is no such agent, or the agent is logged out or in a call.
    pub fn call_arrives(&mut self, agent: &str, from: &str) -> Result<(), Refusal> {
        let agent = self.logged_in_agent(agent)?;
        self.not_busy(agent)?;
        self.cancel_plan(agent);
        self.ring(agent, from.to_owned(), SERVICES[0].number);
        self.consider(agent);
        self.pick_up(agent);
        self.plan_end_of_call(agent);
        Ok(())
    }

    /// The call of an agent ends.
    ///
    /// # Errors
    /// There is no such agent, or the agent is not in a call.
    pub fn end_call(&mut self, agent: &str) -> Result<(), Refusal> {
        let agent = self.agent_in_a_call(agent)?;
        self.hang_up(agent);
        Ok(())
    }

    /// An agent transfers the call to another, who answers at once.
    ///
    /// # Errors
    /// There are no such agents, the first is not in a call, or the second can't take one.
    pub fn transfer(&mut self, agent: &str, to: &str) -> Result<(), Refusal> {
        let from = self.agent_in_a_call(agent)?;
        let to = self.logged_in_agent(to)?;
        self.not_busy(to)?;
        self.hand_over(from, to);
        self.pick_up(to);
        self.plan_end_of_call(to);
        Ok(())
    }

    fn own_call(&self, person: PersonId, call: &str) -> Result<CallKey, Refusal> {
        self.people[person.0]
            .call
            .filter(|key| {
                self.calls
                    .get(key)
                    .is_some_and(|found| found.id.as_str() == call)
            })
            .ok_or_else(|| Refusal::NoSuchCall(call.to_owned()))
    }

    fn agent_in_a_call(&self, agent: &str) -> Result<PersonId, Refusal> {
        let agent = self.agent(agent)?;
        match self.people[agent.0].call {
            Some(_) => Ok(agent),
            None => Err(Refusal::NotInACall(self.people[agent.0].number.clone())),
        }
    }

    fn not_busy(&self, agent: PersonId) -> Result<(), Refusal> {
        match self.people[agent.0].call {
            Some(_) => Err(Refusal::Busy(self.people[agent.0].number.clone())),
            None => Ok(()),
        }
    }

    fn signed_now(&self) -> i64 {
        i64::try_from(self.now).unwrap_or(i64::MAX)
    }
}
