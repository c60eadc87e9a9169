//! Simulated customers and agents: customers call and wait in one [`queue`]; agents answer, talk, do
//! after-call work and sometimes take a break, all determined by the seed. The agenda has all future
//! events.
//!
//! Frequencies and durations suit a demonstration: agents are busy for about four fifths of their
//! time, and a monitored agent has a call within about half a minute.
//!
//! An agent whose state was set by a command becomes ready again after a while, unless logged out.

mod queue;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use gws::CallType;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use self::queue::Queue;
use super::World;
use super::calls::{Leg, LegState, Outside};
use super::ids::{CallKey, PersonId};
use super::people::{Presence, Reason, Role};

pub(crate) use self::queue::{QUEUE, QUEUE_ID, SERVICE_NUMBER};

// All in milliseconds.
const FIRST_CALL: u64 = 1_000;
/// Time between two calls of an agent, from beginning to beginning, on average.
const CYCLE: u64 = 110_000;
const ANSWERING: RangeInclusive<u64> = 1_000..=4_000;
const TALKING: RangeInclusive<u64> = 20_000..=130_000;
const AFTER_CALL_WORK: RangeInclusive<u64> = 4_000..=16_000;
const BREAK: RangeInclusive<u64> = 60_000..=300_000;

// Shares of agents or calls.
const TALK_AT_FIRST: f64 = 0.65;
const AFTER_CALL_AT_FIRST: f64 = 0.08;
const BREAK_AT_FIRST: f64 = 0.06;
const BREAK_AFTER_A_CALL: f64 = 0.03;

/// An event of the agenda. Within a millisecond, events happen in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// An agent's plan.
    Agent(PersonId),
    /// A customer calls.
    Customer,
    /// A party outside answers a ringing call.
    AnswerOutside(CallKey),
}

/// What an agent does next.
#[derive(Clone, Copy, Debug)]
enum Plan {
    Answer,
    HangUp,
    GetReady,
}

/// The agenda, the agents' plans and the queue.
#[derive(Clone, Debug)]
pub(super) struct Life {
    /// Whether customers and agents are simulated. Parties outside answer in any case.
    is_on: bool,
    rng: ChaCha8Rng,
    agenda: BTreeSet<(u64, Due)>,
    /// At most one plan for each agent, which is also in the agenda.
    plans: BTreeMap<PersonId, (u64, Plan)>,
    queue: Queue,
}

impl Life {
    pub(super) fn new(seed: u64, is_on: bool) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(u64::MAX - 1);
        Self {
            is_on,
            rng,
            agenda: BTreeSet::new(),
            plans: BTreeMap::new(),
            queue: Queue::default(),
        }
    }

    /// When the next event is due.
    pub(super) fn next_due(&self) -> Option<u64> {
        self.agenda.first().map(|&(at, _)| at)
    }

    fn take_due(&mut self, until: u64) -> Option<(u64, Due)> {
        self.agenda.first().filter(|&&(at, _)| at <= until)?;
        self.agenda.pop_first()
    }

    fn plan(&mut self, agent: PersonId, plan: Plan, due: u64) {
        self.cancel(agent);
        self.plans.insert(agent, (due, plan));
        self.agenda.insert((due, Due::Agent(agent)));
    }

    /// Drops an agent's plan.
    pub(super) fn cancel(&mut self, agent: PersonId) {
        if let Some((due, _)) = self.plans.remove(&agent) {
            self.agenda.remove(&(due, Due::Agent(agent)));
        }
    }

    /// Removes a customer from the queue. Returns whether there was one with that number.
    pub(super) fn leave_queue(&mut self, customer: &str) -> bool {
        self.queue.leave(customer)
    }

    fn random_number(&mut self) -> String {
        format!("555-{:04}", self.rng.random_range(0..10_000))
    }
}

impl World {
    /// The number of customers in the queue.
    pub fn waiting(&self) -> usize {
        self.life.queue.waiting()
    }

    /// Starts in the middle of an ordinary day. The first agent has waited longest, and gets the first
    /// call.
    pub(super) fn begin_day(&mut self) {
        let agents: Vec<PersonId> = self
            .people
            .with_role(Role::Agent)
            .map(|(agent, _)| agent)
            .collect();
        if !self.life.is_on || agents.is_empty() {
            return;
        }
        for (index, &agent) in agents.iter().enumerate() {
            let roll: f64 = match index {
                0 => 1.0,
                _ => self.life.rng.random(),
            };
            if roll < TALK_AT_FIRST {
                let before: i64 = self.life.rng.random_range(0..=60_000);
                let from = self.life.random_number();
                let key = self.customers_call(from, agent);
                let leg = Leg::talks(agent, LegState::Established, -before);
                self.calls.change(&[key], |calls| {
                    if let Some(call) = calls.get_mut(&key) {
                        call.legs.push(leg);
                    }
                });
                self.plan(agent, Plan::HangUp, TALKING);
            } else if roll < TALK_AT_FIRST + AFTER_CALL_AT_FIRST {
                self.people[agent].presence = Presence::AfterCallWork;
                self.get_ready_later(agent);
            } else if roll < TALK_AT_FIRST + AFTER_CALL_AT_FIRST + BREAK_AT_FIRST {
                self.people[agent].presence = self.random_break();
                self.get_ready_later(agent);
            }
            self.update_queue(agent);
        }
        self.life.agenda.insert((FIRST_CALL, Due::Customer));
    }

    /// Runs everything that is due until `now`.
    pub(super) fn run_until(&mut self, now: u64) {
        while let Some((at, due)) = self.life.take_due(now) {
            self.now = self.now.max(at);
            match due {
                Due::Agent(agent) => self.carry_out_plan(agent),
                Due::Customer => self.customer_calls(),
                Due::AnswerOutside(call) => self.outside_answers(call),
            }
        }
    }

    /// A customer's call rings at an agent, whatever the agent's state.
    pub(super) fn ring(&mut self, agent: PersonId, from: String) {
        let now = self.signed_now();
        let key = self.customers_call(from, agent);
        self.join_call(key, Leg::talks(agent, LegState::Ringing, now));
    }

    /// A new call with a customer only.
    fn customers_call(&mut self, from: String, agent: PersonId) -> CallKey {
        let dialled = SERVICE_NUMBER.to_owned();
        let calls = &mut self.calls;
        let key = calls.begin(CallType::Inbound, from.clone(), dialled, agent, None);
        let customer = Outside {
            number: from,
            answered: true,
        };
        self.calls.change(&[key], |calls| {
            if let Some(call) = calls.get_mut(&key) {
                call.outside.push(customer);
            }
        });
        key
    }

    /// The agent answers the ringing call.
    pub(super) fn pick_up(&mut self, agent: PersonId) {
        let rings = |leg: &Leg| leg.state == LegState::Ringing;
        if let Some(key) = self.calls.find(agent, rings) {
            self.answer_call(agent, key);
        }
    }

    /// The parties outside answer this call.
    fn outside_answers(&mut self, key: CallKey) {
        self.change_call(key, |call| {
            for party in &mut call.outside {
                party.answered = true;
            }
            call.connect_dialling();
        });
    }

    /// A party outside will answer this call after `after` milliseconds.
    pub(super) fn plan_outside_answer(&mut self, after: u64, call: CallKey) {
        let due = (self.now + after, Due::AnswerOutside(call));
        self.life.agenda.insert(due);
    }

    fn customer_calls(&mut self) {
        let agents = self.config.agents as u64;
        // Limits the length of the queue.
        if (self.life.queue.waiting() as u64) <= agents / 4 {
            let number = self.life.random_number();
            self.life.queue.join(number);
            self.serve();
        }
        let gap = self.life.rng.random_range(1..=2 * CYCLE / agents.max(1));
        self.life.agenda.insert((self.now + gap, Due::Customer));
    }

    /// Assigns waiting customers to free agents.
    fn serve(&mut self) {
        while let Some((customer, agent)) = self.life.queue.next() {
            self.ring(agent, customer);
            self.plan_answer(agent);
        }
    }

    /// Carries out an agent's plan.
    fn carry_out_plan(&mut self, agent: PersonId) {
        let Some((_, plan)) = self.life.plans.remove(&agent) else {
            return;
        };
        match plan {
            Plan::Answer => self.pick_up(agent),
            Plan::HangUp => {
                if let Some(key) = self.calls.main(agent) {
                    self.leave(agent, key);
                }
            }
            Plan::GetReady => {
                let writes = self.people[agent].presence == Presence::AfterCallWork;
                if writes && self.life.rng.random_bool(BREAK_AFTER_A_CALL) {
                    let rest = self.random_break();
                    self.change_presence(agent, rest);
                    self.get_ready_later(agent);
                } else {
                    self.change_presence(agent, Presence::Ready);
                }
            }
        }
    }

    /// Adds a person to the free agents or removes them, after a change of their state or calls.
    pub(super) fn update_queue(&mut self, person: PersonId) {
        if !self.is_simulated(person) {
            return;
        }
        if self.is_free(person) {
            self.life.queue.is_free(person, self.now);
            self.serve();
        } else {
            self.life.queue.is_busy(person);
        }
    }

    /// Whether a person has a call.
    pub(crate) fn has_calls(&self, person: PersonId) -> bool {
        self.calls.has_any(person)
    }

    /// Whether a person could take a call now.
    pub(crate) fn is_free(&self, person: PersonId) -> bool {
        let found = &self.people[person];
        found.presence == Presence::Ready && !found.do_not_disturb && !self.calls.has_any(person)
    }

    /// A person will answer the ringing call.
    pub(super) fn plan_answer(&mut self, person: PersonId) {
        self.plan(person, Plan::Answer, ANSWERING);
    }

    /// A person will end the call.
    pub(super) fn plan_end_of_call(&mut self, person: PersonId) {
        self.plan(person, Plan::HangUp, TALKING);
    }

    /// Begins after-call work. Without simulation nobody would ever end it, so the agent's state is
    /// kept.
    pub(super) fn after_call(&mut self, person: PersonId) {
        self.life.cancel(person);
        if self.is_simulated(person) && self.people[person].is_active() {
            self.change_presence(person, Presence::AfterCallWork);
            self.get_ready_later(person);
        }
    }

    /// A person without a call who is not ready will become ready.
    pub(super) fn get_ready_later(&mut self, person: PersonId) {
        if self.calls.has_any(person) {
            return;
        }
        match self.people[person].presence {
            Presence::Ready | Presence::LoggedOut => self.life.cancel(person),
            Presence::AfterCallWork => self.plan(person, Plan::GetReady, AFTER_CALL_WORK),
            _ => self.plan(person, Plan::GetReady, BREAK),
        }
    }

    fn plan(&mut self, person: PersonId, plan: Plan, after: RangeInclusive<u64>) {
        if self.is_simulated(person) {
            let due = self.now + self.life.rng.random_range(after);
            self.life.plan(person, plan, due);
        }
    }

    /// Whether a person's behaviour is simulated.
    fn is_simulated(&self, person: PersonId) -> bool {
        self.life.is_on && self.people[person].role == Role::Agent
    }

    fn random_break(&mut self) -> Presence {
        let reason = self.life.rng.random_range(0..Reason::ALL.len());
        Presence::NotReady(Some(Reason::ALL[reason]))
    }
}
