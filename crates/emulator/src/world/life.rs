//! What agents do by themselves: take calls, end or transfer them, write them up, rest, go home.
//! Everybody has at most one [`Plan`]; when it is due, it is carried out and the next one made.
//!
//! The pace is a demonstration's: at forty agents a monitored one gets a call within about half a
//! minute.

use core::ops::RangeInclusive;

use rand::RngExt;

use super::World;
use super::people::{PersonId, Presence, Reason, SUPERVISORS};

/// Something somebody will do at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) due: u64,
    step: Step,
}

/// What somebody can plan to do.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A customer calls.
    GetCall,
    /// Picks up.
    Answer,
    /// Hangs up, or hands the customer on.
    Finish,
    /// Has written up a call: ready again, or a break, or the end of the shift.
    LeaveAfterCallWork,
    /// Comes back from a break.
    Return,
    /// Begins a shift.
    LogIn,
}

const SECOND: u64 = 1_000;
const RINGS: RangeInclusive<u64> = 2 * SECOND..=5 * SECOND;
const TALKS: RangeInclusive<u64> = 20 * SECOND..=150 * SECOND;
const WRITES_UP: RangeInclusive<u64> = 5 * SECOND..=15 * SECOND;
const WAITS: RangeInclusive<u64> = 5 * SECOND..=45 * SECOND;
const RESTS: RangeInclusive<u64> = 20 * SECOND..=90 * SECOND;
const IS_AWAY: RangeInclusive<u64> = 60 * SECOND..=180 * SECOND;
const TRANSFERS: f64 = 0.12;
const TAKES_BREAK: f64 = 0.10;
const GOES_HOME: f64 = 0.03;

impl World {
    /// Puts everybody in the middle of an ordinary day.
    pub(super) fn begin_day(&mut self) {
        for index in SUPERVISORS..self.people.len() {
            let agent = PersonId(index);
            if index == SUPERVISORS {
                // However few the agents, the first call comes at once.
                self.plan(agent, Step::GetCall, SECOND..=SECOND);
                continue;
            }
            match self.dice(agent).random_range(0..100) {
                0..35 => {
                    let before = self.dice(agent).random_range(0..=60 * SECOND);
                    let from = self.customer_number(agent);
                    self.call_in_progress(agent, from, before);
                    self.plan(agent, Step::Finish, 5 * SECOND..=90 * SECOND);
                }
                35..70 => self.plan(agent, Step::GetCall, 0..=20 * SECOND),
                70..80 => {
                    self.people[index].presence = Presence::AfterCallWork;
                    self.plan(agent, Step::LeaveAfterCallWork, WRITES_UP);
                }
                80..92 => {
                    self.people[index].presence = self.some_break(agent);
                    self.plan(agent, Step::Return, RESTS);
                }
                _ => {
                    self.people[index].presence = Presence::LoggedOut;
                    self.plan(agent, Step::LogIn, IS_AWAY);
                }
            }
        }
    }

    /// Carries out what `agent` had planned for this moment.
    pub(super) fn live(&mut self, agent: PersonId) {
        let Some(plan) = self.people[agent.0].plan.take() else {
            return;
        };
        match plan.step {
            Step::GetCall => {
                let from = self.customer_number(agent);
                self.ring(agent, from);
                self.plan(agent, Step::Answer, RINGS);
            }
            Step::Answer => {
                self.pick_up(agent);
                self.plan(agent, Step::Finish, TALKS);
            }
            Step::Finish => {
                let colleague = if self.dice(agent).random_bool(TRANSFERS) {
                    self.somebody_free(agent)
                } else {
                    None
                };
                match colleague {
                    Some(colleague) => {
                        self.hand_over(agent, colleague);
                        self.plan(colleague, Step::Answer, RINGS);
                    }
                    None => self.hang_up(agent),
                }
            }
            Step::LeaveAfterCallWork => {
                let roll = self.dice(agent).random_range(0.0..1.0);
                if roll < GOES_HOME {
                    self.change_presence(agent, Presence::LoggedOut);
                    self.plan(agent, Step::LogIn, IS_AWAY);
                } else if roll < GOES_HOME + TAKES_BREAK {
                    let rest = self.some_break(agent);
                    self.change_presence(agent, rest);
                    self.plan(agent, Step::Return, RESTS);
                } else {
                    self.become_ready(agent);
                }
            }
            Step::Return => self.become_ready(agent),
            Step::LogIn => {
                self.change_presence(agent, Presence::LoggedIn);
                self.become_ready(agent);
            }
        }
    }

    /// After a call: there is something to write up. Without life nobody would ever come back
    /// from that, so the agent stays as before.
    pub(super) fn after_call(&mut self, agent: PersonId) {
        self.cancel_plan(agent);
        if self.config.life && self.people[agent.0].is_active() {
            self.change_presence(agent, Presence::AfterCallWork);
            self.plan(agent, Step::LeaveAfterCallWork, WRITES_UP);
        }
    }

    /// A call that came from outside the plans will end like any other.
    pub(super) fn plan_end_of_call(&mut self, agent: PersonId) {
        if self.config.life {
            self.plan(agent, Step::Finish, TALKS);
        }
    }

    /// Somebody was made ready from outside the plans: calls will come.
    pub(super) fn plan_next_call(&mut self, agent: PersonId) {
        if self.config.life {
            self.plan(agent, Step::GetCall, WAITS);
        }
    }

    pub(super) fn cancel_plan(&mut self, agent: PersonId) {
        if let Some(plan) = self.people[agent.0].plan.take() {
            self.agenda.remove(&(plan.due, agent));
        }
    }

    fn plan(&mut self, agent: PersonId, step: Step, within: RangeInclusive<u64>) {
        self.cancel_plan(agent);
        let due = self.now + self.dice(agent).random_range(within);
        self.people[agent.0].plan = Some(Plan { due, step });
        self.agenda.insert((due, agent));
    }

    fn become_ready(&mut self, agent: PersonId) {
        self.change_presence(agent, Presence::Ready);
        self.plan(agent, Step::GetCall, WAITS);
    }

    fn some_break(&mut self, agent: PersonId) -> Presence {
        let which = self.dice(agent).random_range(0..Reason::ALL.len());
        Presence::NotReady(Some(Reason::ALL[which]))
    }

    fn customer_number(&mut self, agent: PersonId) -> String {
        format!("555-{:04}", self.dice(agent).random_range(0..10_000))
    }

    /// A ready agent other than `agent` without a call, if there is one.
    fn somebody_free(&mut self, agent: PersonId) -> Option<PersonId> {
        let free: Vec<PersonId> = (SUPERVISORS..self.people.len())
            .map(PersonId)
            .filter(|&other| other != agent && self.is_free(other))
            .collect();
        if free.is_empty() {
            return None;
        }
        let which = self.dice(agent).random_range(0..free.len());
        Some(free[which])
    }

    fn is_free(&self, agent: PersonId) -> bool {
        let person = &self.people[agent.0];
        person.presence == Presence::Ready && person.call.is_none()
    }

    fn dice(&mut self, agent: PersonId) -> &mut rand_chacha::ChaCha8Rng {
        &mut self.people[agent.0].dice
    }
}
