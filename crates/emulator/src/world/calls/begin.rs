//! Calls come and go: a customer calls, a device is answered, a party hangs up.

use gws::{CallId, CallType};

use super::call::{Call, Leg, LegState, Outside};
use crate::world::ids::{CallKey, PersonId};
use crate::world::life::SERVICE_NUMBER;
use crate::world::people::uuid;
use crate::world::{Refusal, World};

impl World {
    /// A customer's call rings at an agent, whatever the agent's device says.
    pub(in crate::world) fn ring(&mut self, agent: PersonId, from: String) {
        let key = self.customers_call(from, agent);
        let leg = Leg::talks(agent, LegState::Ringing, self.signed_now());
        self.alter_with(key, &[agent], |call| call.legs.push(leg));
    }

    /// As the day begins an agent is talking since `before` milliseconds ago.
    pub(in crate::world) fn call_in_progress(
        &mut self,
        agent: PersonId,
        from: String,
        before: u64,
    ) {
        let key = self.customers_call(from, agent);
        // `before` is a minute at most.
        let began = self.signed_now() - before as i64;
        if let Some(call) = self.calls.get_mut(&key) {
            call.legs
                .push(Leg::talks(agent, LegState::Established, began));
        }
        self.people[agent.0].calls.push(key);
    }

    /// The agent answers what rings; whoever monitors the agent is called.
    pub(in crate::world) fn pick_up(&mut self, agent: PersonId) {
        if let Some(key) = self.call_where(agent, |_, leg| leg.state == LegState::Ringing) {
            self.pick_up_call(agent, key);
        }
    }

    /// The agent leaves the call that is talked on, or else another.
    pub(in crate::world) fn hang_up(&mut self, agent: PersonId) {
        let call = self.active_call(agent);
        if let Some(key) = call.or_else(|| self.people[agent.0].calls.first().copied()) {
            self.leave(agent, key);
        }
    }

    /// The person leaves all calls.
    pub(in crate::world) fn leave_all(&mut self, person: PersonId) {
        for key in self.people[person.0].calls.clone() {
            self.leave(person, key);
        }
    }

    /// Takes a ringing call.
    ///
    /// Assumption: whatever the person talks on is put on hold by that, as telephones do.
    pub(super) fn pick_up_call(&mut self, person: PersonId, key: CallKey) {
        self.hold_active(person);
        self.alter(key, |call| {
            if let Some(leg) = call.leg_mut(person) {
                leg.state = LegState::Established;
                if !leg.monitors() {
                    call.somebody_has_answered();
                }
            }
        });
        let call = self.calls.get(&key);
        let talks = call
            .and_then(|call| call.leg(person))
            .is_some_and(|leg| !leg.monitors());
        if talks {
            self.plan_end_of_call(person);
        }
    }

    /// One party leaves the call.
    pub(in crate::world) fn leave(&mut self, person: PersonId, key: CallKey) {
        self.alter(key, |call| call.legs.retain(|leg| leg.person != person));
    }

    /// The call is over for everyone.
    pub(super) fn clear(&mut self, key: CallKey) {
        self.alter(key, |call| {
            call.outside.clear();
            call.legs.clear();
        });
    }

    /// A customer calls an agent, who answers at once.
    ///
    /// # Errors
    /// There is no such agent, or the agent is logged out, in a call, or turns calls away.
    pub fn call_arrives(&mut self, agent: &str, from: &str) -> Result<(), Refusal> {
        let agent = self.call_rings(agent, from)?;
        self.pick_up(agent);
        Ok(())
    }

    /// A customer calls an agent, and nobody answers yet.
    ///
    /// # Errors
    /// There is no such agent, or the agent is logged out, in a call, or turns calls away.
    pub fn call_rings(&mut self, agent: &str, from: &str) -> Result<PersonId, Refusal> {
        let agent = self.person_with_number(agent)?;
        self.takes_calls(agent)?;
        self.cancel_plan(agent);
        self.ring(agent, from.to_owned());
        Ok(agent)
    }

    /// The agent answers the call that rings.
    ///
    /// # Errors
    /// There is no such agent, or nothing rings there.
    pub fn answer(&mut self, agent: &str) -> Result<(), Refusal> {
        let (agent, some_call) = self.main_call(agent)?;
        let ringing = self.call_where(agent, |_, leg| leg.state == LegState::Ringing);
        self.operate(
            agent,
            ringing.unwrap_or(some_call),
            super::CallOperation::Answer,
        )
    }

    /// The agent leaves the call: it goes on if others still talk.
    ///
    /// # Errors
    /// There is no such agent, or the agent is not in a call.
    pub fn leave_call(&mut self, agent: &str) -> Result<(), Refusal> {
        let (agent, key) = self.main_call(agent)?;
        self.leave(agent, key);
        Ok(())
    }

    /// The customer with this number hangs up, be it while waiting for an agent. A call goes on if
    /// others still talk.
    ///
    /// # Errors
    /// No such customer waits or is in a call.
    pub fn customer_hangs_up(&mut self, customer: &str) -> Result<(), Refusal> {
        if self.leaves_queue(customer) {
            return Ok(());
        }
        let is_there = |call: &&Call| call.outside.iter().any(|party| party.number == customer);
        let key = self.calls.values().find(is_there).map(|call| call.key);
        let key = key.ok_or_else(|| Refusal::NotAParticipant(customer.to_owned()))?;
        self.alter(key, |call| {
            call.outside.retain(|party| party.number != customer);
        });
        Ok(())
    }

    /// The call of an agent ends, for everyone.
    ///
    /// # Errors
    /// There is no such agent, or the agent is not in a call.
    pub fn end_call(&mut self, agent: &str) -> Result<(), Refusal> {
        let (_, key) = self.main_call(agent)?;
        self.clear(key);
        Ok(())
    }

    /// The call with this id ends, for everyone.
    ///
    /// # Errors
    /// There is no such call.
    pub fn clear_call(&mut self, id: &str) -> Result<(), Refusal> {
        let mut calls = self.calls.values();
        let found = calls.find(|call| call.id.as_str() == id);
        let key = found.map(|call| call.key);
        self.clear(key.ok_or_else(|| Refusal::NoSuchCall(id.to_owned()))?);
        Ok(())
    }

    fn customers_call(&mut self, from: String, agent: PersonId) -> CallKey {
        let dialled = SERVICE_NUMBER.to_owned();
        let key = self.new_call(CallType::Inbound, from.clone(), dialled);
        if let Some(call) = self.calls.get_mut(&key) {
            call.owner = Some(agent);
            call.outside.push(Outside {
                number: from,
                answered: true,
            });
        }
        key
    }

    /// A call with nobody in it yet.
    pub(super) fn new_call(&mut self, kind: CallType, ani: String, dnis: String) -> CallKey {
        let key = CallKey(self.calls_so_far);
        self.calls_so_far += 1;
        let call = Call {
            key,
            id: CallId::new(uuid(&mut self.call_ids)),
            kind,
            ani,
            dnis,
            outside: Vec::new(),
            legs: Vec::new(),
            parent: None,
            owner: None,
        };
        self.calls.insert(key, call);
        key
    }
}
