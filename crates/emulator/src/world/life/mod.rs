//! What happens by itself: customers call and wait in one [`queue`], agents take the calls, talk,
//! do after-call work and sometimes rest, all by seed. Whatever is due is in the agenda.
//!
//! Frequencies and durations suit a demonstration: agents are busy for about four fifths of their
//! time, and a monitored agent has a call within about half a minute.
//!
//! An agent whose state was set by remote control gets ready again after a while, unless logged out.

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
const PICKING_UP: RangeInclusive<u64> = 1_000..=4_000;
const TALKING: RangeInclusive<u64> = 20_000..=130_000;
const WRITING_UP: RangeInclusive<u64> = 4_000..=16_000;
const RESTING: RangeInclusive<u64> = 60_000..=300_000;

// Shares of agents or calls.
const TALK_AT_FIRST: f64 = 0.65;
const WRITE_AT_FIRST: f64 = 0.08;
const REST_AT_FIRST: f64 = 0.06;
const REST_AFTER_A_CALL: f64 = 0.03;

/// Something that is due at a time. What is due in the same millisecond happens in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// What an agent does next.
    Agent(PersonId),
    /// A customer calls.
    Customer,
    /// A party outside that a call rings at answers.
    AnswerOutside(CallKey),
}

/// What an agent does next by themselves.
#[derive(Clone, Copy, Debug)]
enum Plan {
    Answer,
    HangUp,
    GetReady,
}

/// What is due, and who waits.
#[derive(Clone, Debug)]
pub(super) struct Life {
    /// Whether anything happens by itself but that parties outside answer.
    is_on: bool,
    rng: ChaCha8Rng,
    agenda: BTreeSet<(u64, Due)>,
    /// At most one plan an agent, which stands in the agenda too.
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

    /// When something will happen next.
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

    /// Somebody does not do what they had planned.
    pub(super) fn cancel(&mut self, agent: PersonId) {
        if let Some((due, _)) = self.plans.remove(&agent) {
            self.agenda.remove(&(due, Due::Agent(agent)));
        }
    }

    /// A customer who waits gives up. Whether there was one with that number.
    pub(super) fn leave_queue(&mut self, customer: &str) -> bool {
        self.queue.leave(customer)
    }

    fn somebodys_number(&mut self) -> String {
        format!("555-{:04}", self.rng.random_range(0..10_000))
    }
}

impl World {
    /// How many customers wait for an agent.
    pub fn waiting(&self) -> usize {
        self.life.queue.waiting()
    }

    /// Puts everybody in the middle of an ordinary day. The first agent waits for a call, has waited
    /// longest, and gets the first one.
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
                let from = self.life.somebodys_number();
                let key = self.customers_call(from, agent);
                let leg = Leg::talks(agent, LegState::Established, -before);
                self.calls.change(&[key], |calls| {
                    if let Some(call) = calls.get_mut(&key) {
                        call.legs.push(leg);
                    }
                });
                self.plan(agent, Plan::HangUp, TALKING);
            } else if roll < TALK_AT_FIRST + WRITE_AT_FIRST {
                self.people[agent].presence = Presence::AfterCallWork;
                self.get_ready_later(agent);
            } else if roll < TALK_AT_FIRST + WRITE_AT_FIRST + REST_AT_FIRST {
                self.people[agent].presence = self.some_rest();
                self.get_ready_later(agent);
            }
            self.update_queue(agent);
        }
        self.life.agenda.insert((FIRST_CALL, Due::Customer));
    }

    /// Lets everything happen that is due until `now`.
    pub(super) fn live_until(&mut self, now: u64) {
        while let Some((at, due)) = self.life.take_due(now) {
            self.now = self.now.max(at);
            match due {
                Due::Agent(agent) => self.go_on(agent),
                Due::Customer => self.customer_calls(),
                Due::AnswerOutside(call) => self.outside_answers(call),
            }
        }
    }

    /// A customer's call rings at an agent, whatever state the agent is in.
    pub(super) fn ring(&mut self, agent: PersonId, from: String) {
        let now = self.signed_now();
        let key = self.customers_call(from, agent);
        self.join_call(key, Leg::talks(agent, LegState::Ringing, now));
    }

    /// A call of a customer's with nobody else in it yet.
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

    /// The agent answers what rings; whoever monitors the agent is called.
    pub(super) fn pick_up(&mut self, agent: PersonId) {
        let rings = |leg: &Leg| leg.state == LegState::Ringing;
        if let Some(key) = self.calls.find(agent, rings) {
            self.answer_call(agent, key);
        }
    }

    /// The parties outside that this call rings at have answered.
    fn outside_answers(&mut self, key: CallKey) {
        self.change_call(key, |call| {
            for party in &mut call.outside {
                party.answered = true;
            }
            call.somebody_has_answered();
        });
    }

    /// A party outside answers this call, in so many milliseconds.
    pub(super) fn outside_answers_in(&mut self, after: u64, call: CallKey) {
        let due = (self.now + after, Due::AnswerOutside(call));
        self.life.agenda.insert(due);
    }

    fn customer_calls(&mut self) {
        let agents = self.config.agents as u64;
        // Whoever would wait too long does not call at all.
        if (self.life.queue.waiting() as u64) <= agents / 4 {
            let number = self.life.somebodys_number();
            self.life.queue.join(number);
            self.serve();
        }
        let gap = self.life.rng.random_range(1..=2 * CYCLE / agents.max(1));
        self.life.agenda.insert((self.now + gap, Due::Customer));
    }

    /// Customers who wait get agents who are free.
    fn serve(&mut self) {
        while let Some((customer, agent)) = self.life.queue.next() {
            self.ring(agent, customer);
            self.plan_answer(agent);
        }
    }

    /// Carries out what an agent had planned for this moment.
    fn go_on(&mut self, agent: PersonId) {
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
                if writes && self.life.rng.random_bool(REST_AFTER_A_CALL) {
                    let rest = self.some_rest();
                    self.change_presence(agent, rest);
                    self.get_ready_later(agent);
                } else {
                    self.change_presence(agent, Presence::Ready);
                }
            }
        }
    }

    /// Somebody's state or calls have changed: free agents get the next call, or wait for it.
    pub(super) fn update_queue(&mut self, person: PersonId) {
        if !self.lives(person) {
            return;
        }
        if self.is_free(person) {
            self.life.queue.is_free(person, self.now);
            self.serve();
        } else {
            self.life.queue.is_busy(person);
        }
    }

    /// Whether somebody has a call.
    pub(crate) fn has_calls(&self, person: PersonId) -> bool {
        self.calls.has_any(person)
    }

    /// Whether somebody could take a call now.
    pub(crate) fn is_free(&self, person: PersonId) -> bool {
        let found = &self.people[person];
        found.presence == Presence::Ready && !found.do_not_disturb && !self.calls.has_any(person)
    }

    /// A call rings at somebody, who will pick up.
    pub(super) fn plan_answer(&mut self, person: PersonId) {
        self.plan(person, Plan::Answer, PICKING_UP);
    }

    /// Somebody talks, and will end that.
    pub(super) fn plan_end_of_call(&mut self, person: PersonId) {
        self.plan(person, Plan::HangUp, TALKING);
    }

    /// After a call there is something to write up. Without life nobody would ever come back from
    /// that, so the agent stays as before.
    pub(super) fn after_call(&mut self, person: PersonId) {
        self.life.cancel(person);
        if self.lives(person) && self.people[person].is_active() {
            self.change_presence(person, Presence::AfterCallWork);
            self.get_ready_later(person);
        }
    }

    /// Whoever has no call and is not ready will be.
    pub(super) fn get_ready_later(&mut self, person: PersonId) {
        if self.calls.has_any(person) {
            return;
        }
        match self.people[person].presence {
            Presence::Ready | Presence::LoggedOut => self.life.cancel(person),
            Presence::AfterCallWork => self.plan(person, Plan::GetReady, WRITING_UP),
            _ => self.plan(person, Plan::GetReady, RESTING),
        }
    }

    fn plan(&mut self, person: PersonId, plan: Plan, after: RangeInclusive<u64>) {
        if self.lives(person) {
            let due = self.now + self.life.rng.random_range(after);
            self.life.plan(person, plan, due);
        }
    }

    /// Whether somebody acts by themselves.
    fn lives(&self, person: PersonId) -> bool {
        self.life.is_on && self.people[person].role == Role::Agent
    }

    fn some_rest(&mut self) -> Presence {
        let reason = self.life.rng.random_range(0..Reason::ALL.len());
        Presence::NotReady(Some(Reason::ALL[reason]))
    }
}
