//! What agents do by themselves: come to work, pick up, talk, pass on, write up, rest, go home.
//! Everybody has at most one [`Plan`]; when it is due, it is carried out and the next one made.
//!
//! An agent whom somebody else moves (by the API, by remote control) is left where they were put,
//! and goes on from there with the next call or with what the shift says next.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::Due;
use super::pace::{HOUR, MINUTE, PAUSES, Pace, SECOND};
use super::shifts::Duty;
use crate::world::World;
use crate::world::people::{PersonId, Presence, Reason, Role};
use crate::world::queues::SERVICES;

/// Something somebody will do at a time.
#[derive(Clone, Copy, Debug)]
pub(in crate::world) struct Plan {
    due: u64,
    step: Step,
}

/// What somebody can plan to do.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Picks up.
    Answer,
    /// Brings the call to an end.
    Finish,
    /// Has asked a colleague.
    SettleConsult,
    /// Does what the shift says: works, rests, goes home, comes in.
    FollowShift,
    /// Has written up a call: follows the shift, or has a short pause before.
    LeaveAfterCallWork,
}

/// A break that is nearly over is not begun, in milliseconds.
const SHORTEST_BREAK: u64 = MINUTE;
/// Whoever is logged in outside the shift stays so long, in milliseconds.
const OVERTIME: u64 = HOUR;
/// Of agents at work, how many are in a call as the day begins.
const TALKING_AT_FIRST: f64 = 0.65;
/// And how many write one up.
const WRITING_AT_FIRST: f64 = 0.08;

impl World {
    /// As the day begins, everybody is where the shift says; some who work are in a call. The
    /// first agent waits for one, and has waited longest.
    pub(super) fn agents_are_at_it(&mut self) {
        let agents: Vec<PersonId> = self.people.agents().map(|(agent, _)| agent).collect();
        for (index, &agent) in agents.iter().enumerate() {
            let presence = match self.duty(agent) {
                Duty::Off { comes_in } => {
                    self.plan(agent, Step::FollowShift, comes_in);
                    Presence::LoggedOut
                }
                Duty::Rests { reason, ends_in } => {
                    self.plan(agent, Step::FollowShift, ends_in);
                    Presence::NotReady(Some(reason))
                }
                Duty::Works { until_in } => {
                    let roll: f64 = match index {
                        0 => 1.0,
                        _ => self.dice(agent).random(),
                    };
                    if roll < TALKING_AT_FIRST {
                        self.is_talking_already(agent);
                        Presence::Ready
                    } else if roll < TALKING_AT_FIRST + WRITING_AT_FIRST {
                        self.plan_drawn(agent, Step::LeaveAfterCallWork, Pace::writing_up);
                        Presence::AfterCallWork
                    } else {
                        self.plan(agent, Step::FollowShift, until_in);
                        Presence::Ready
                    }
                }
            };
            self.people[agent.0].presence = presence;
            self.consider(agent);
        }
    }

    /// Carries out what `agent` had planned for this moment.
    pub(super) fn live(&mut self, agent: PersonId) {
        let Some(plan) = self.people[agent.0].plan.take() else {
            return;
        };
        match plan.step {
            Step::Answer => self.pick_up(agent),
            Step::Finish => self.bring_to_an_end(agent),
            Step::SettleConsult => self.settle_consult(agent),
            Step::LeaveAfterCallWork => {
                if self.calls_somebody_else(agent) {
                    return;
                }
                if self.dice(agent).random_bool(PAUSES) {
                    self.change_presence(agent, Presence::NotReady(Some(Reason::Break)));
                    self.plan_drawn(agent, Step::FollowShift, Pace::pausing);
                } else {
                    self.follow_shift(agent);
                }
            }
            Step::FollowShift => self.follow_shift(agent),
        }
    }

    /// The agent does what the shift says for this time of the day.
    fn follow_shift(&mut self, agent: PersonId) {
        let now = self.people[agent.0].presence;
        match self.duty(agent) {
            Duty::Off { comes_in } => {
                if now != Presence::LoggedOut {
                    self.change_presence(agent, Presence::LoggedOut);
                }
                let Self { pace, people, .. } = self;
                let late = pace.lateness(&mut people[agent.0].dice);
                self.plan(agent, Step::FollowShift, comes_in + late);
            }
            Duty::Rests { reason, ends_in } if ends_in >= SHORTEST_BREAK => {
                if now == Presence::LoggedOut {
                    self.change_presence(agent, Presence::LoggedIn);
                }
                self.change_presence(agent, Presence::NotReady(Some(reason)));
                self.plan(agent, Step::FollowShift, ends_in);
            }
            Duty::Works { .. } | Duty::Rests { .. } => {
                if now == Presence::LoggedOut {
                    self.change_presence(agent, Presence::LoggedIn);
                }
                if now != Presence::Ready {
                    self.change_presence(agent, Presence::Ready);
                }
                self.plan_while_without_call(agent);
            }
        }
    }

    /// After a call: there is something to write up. Without life nobody would ever come back
    /// from that, so the agent stays as before.
    pub(in crate::world) fn after_call(&mut self, agent: PersonId) {
        self.cancel_plan(agent);
        if self.config.life && self.people[agent.0].is_active() {
            self.change_presence(agent, Presence::AfterCallWork);
            self.plan_drawn(agent, Step::LeaveAfterCallWork, Pace::writing_up);
        } else {
            self.consider(agent);
        }
    }

    /// A call rings at the agent, who will pick up.
    pub(in crate::world) fn plan_answer(&mut self, agent: PersonId) {
        if self.lives(agent) {
            self.plan_drawn(agent, Step::Answer, Pace::picking_up);
        }
    }

    /// A call that rang, or that the agent dialled, is gone before it was answered: the agent goes
    /// on with what there was to do before.
    pub(in crate::world) fn call_missed(&mut self, agent: PersonId) {
        self.cancel_plan(agent);
        let writes = self.people[agent.0].presence == Presence::AfterCallWork;
        if writes && self.lives(agent) {
            self.plan_drawn(agent, Step::LeaveAfterCallWork, Pace::writing_up);
        } else {
            self.plan_while_without_call(agent);
        }
    }

    /// Whether somebody does anything without being told.
    fn lives(&self, person: PersonId) -> bool {
        self.config.life && self.people[person.0].role == Role::Agent
    }

    /// The agent talks, and will end that.
    pub(in crate::world) fn plan_end_of_call(&mut self, agent: PersonId) {
        if self.lives(agent) {
            self.plan_drawn(agent, Step::Finish, Pace::talking);
        }
    }

    /// The agent stays as they are, until the shift says otherwise. A call that has come already
    /// has made its own plan.
    pub(in crate::world) fn plan_while_without_call(&mut self, agent: PersonId) {
        let person = &self.people[agent.0];
        if !self.lives(agent) || !person.calls.is_empty() {
            return;
        }
        let until = match self.duty(agent) {
            Duty::Works { until_in } => until_in,
            Duty::Rests { ends_in, .. } => ends_in,
            Duty::Off { .. } if person.is_active() => OVERTIME,
            Duty::Off { comes_in } => comes_in,
        };
        self.plan(agent, Step::FollowShift, until);
    }

    pub(in crate::world) fn cancel_plan(&mut self, agent: PersonId) {
        if let Some(plan) = self.people[agent.0].plan.take() {
            self.agenda.remove(&(plan.due, Due::Person(agent)));
        }
    }

    fn plan(&mut self, agent: PersonId, step: Step, after: u64) {
        self.cancel_plan(agent);
        let due = self.now + after;
        self.people[agent.0].plan = Some(Plan { due, step });
        self.agenda.insert((due, Due::Person(agent)));
    }

    pub(super) fn plan_drawn(
        &mut self,
        agent: PersonId,
        step: Step,
        span: impl Fn(&Pace, &mut ChaCha8Rng) -> u64,
    ) {
        let after = span(&self.pace, &mut self.people[agent.0].dice);
        self.plan(agent, step, after);
    }

    /// The agent has been talking for up to a minute.
    fn is_talking_already(&mut self, agent: PersonId) {
        let skills = self.people[agent.0].skills.first();
        let service = skills.map_or(0, |skill| skill.service.0);
        let before = self.dice(agent).random_range(0..=60 * SECOND);
        let from = self.somebodys_number(agent);
        self.call_in_progress(agent, from, SERVICES[service].number, before);
        self.plan_end_of_call(agent);
    }

    fn duty(&self, agent: PersonId) -> Duty {
        self.people[agent.0].shift.duty(self.time_of_day())
    }

    /// The number of somebody outside.
    pub(super) fn somebodys_number(&mut self, agent: PersonId) -> String {
        format!("555-{:04}", self.dice(agent).random_range(0..10_000))
    }

    pub(super) fn dice(&mut self, agent: PersonId) -> &mut ChaCha8Rng {
        &mut self.people[agent.0].dice
    }
}
