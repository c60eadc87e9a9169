//! What the people do, by chance: our supervisor in the tabs, at the telephone and at the desktop,
//! another supervisor, agents and customers.

use bayeux::Page as Life;
use gws::{Mode, MonitoringKind, Scope};
use gws_emulator::Supervision;
use gws_emulator::world::{CallOperation, MonitoringRequest, PersonId, Presence};

use super::asked::{Asked, Target};
use super::gws::{AGENTS, CALL_OPERATIONS, OTHER_SUPERVISOR};
use super::page::Pause;
use super::storm::{Happening, Storm};
use super::tab::{Click, Shown};
use crate::violation::Violation;

/// Callers.
const CUSTOMERS: [&str; 4] = ["5550101", "5550102", "5550103", "5550104"];

impl Storm {
    /// Somebody does something.
    pub(super) fn act(&mut self) -> Result<(), Violation> {
        let weather = self.weather;
        match self.dice.below(20) {
            0 if weather.pages => self.act_on_a_page(),
            1 if weather.sessions => self.act_on_the_session(),
            2 if weather.requests => {
                let fault = self.faults.begin_with_requests(&mut self.dice, self.now);
                self.note("network", || fault);
                Ok(())
            }
            3 if weather.notifications => {
                let fault = self
                    .faults
                    .begin_with_notifications(&mut self.dice, self.now);
                self.note("network", || fault);
                Ok(())
            }
            0..11 => self.click_somewhere(),
            11..17 => self.work(),
            _ => self.act_beside_the_tabs(),
        }
    }

    /// As [`act`](Self::act), but nothing goes wrong by it.
    pub(super) fn act_in_calm(&mut self) -> Result<(), Violation> {
        match self.dice.chance(500) {
            true => self.work(),
            false => self.act_beside_the_tabs(),
        }
    }

    fn agent(&mut self) -> String {
        (6001 + self.dice.index(AGENTS)).to_string()
    }

    /// Agents and customers.
    fn work(&mut self) -> Result<(), Violation> {
        let (agent, other) = (self.agent(), self.agent());
        let customer = self.dice.pick(&CUSTOMERS);
        let what = self.dice.below(16);
        let world = &mut self.gws.world;
        // What can't be done at the moment is refused, and nothing happens.
        let (words, result) = match what {
            0..5 => ("is called", world.call_arrives(&agent, customer)),
            5 => ("rings", world.call_rings(&agent, customer).map(|_| ())),
            6 => ("answers", world.answer(&agent)),
            7..9 => ("'s call ends", world.end_call(&agent)),
            9..11 => ("transfers", world.transfer(&agent, &other)),
            11 => ("'s customer hangs up", world.customer_hangs_up(customer)),
            12 => ("'s customer opts out", world.opt_out(customer)),
            13 => {
                world.opt_in(customer);
                ("'s customer opts in", Ok(()))
            }
            14 => ("logs out", world.set_state(&agent, Presence::LoggedOut)),
            _ => {
                let agents = world.agents().into_iter();
                for agent in agents.filter(|agent| agent.state == Presence::LoggedOut) {
                    // An agent is there.
                    world
                        .set_state(&agent.number, Presence::Ready)
                        .unwrap_or_default();
                }
                ("and all others log in", Ok(()))
            }
        };
        if result.is_ok() {
            self.note("people", || {
                format!("{agent} {words} ({customer}, {other})")
            });
        }
        self.world_changed()
    }

    /// The desktop, the telephone, and the other supervisor.
    fn act_beside_the_tabs(&mut self) -> Result<(), Violation> {
        let user = self.dice.index(5) / 4;
        let people = &self.gws.users[user].people;
        let person = self.dice.pick(people);
        let what = self.dice.below(12);
        match what {
            0..3 => self.monitor(person),
            3..5 => self.cancel(person),
            5..9 => self.operate(person),
            9 => {
                let is_active = self.dice.chance(700);
                self.note("people", || format!("{person:?} active: {is_active}"));
                self.gws.world.set_supervisor_active(person, is_active);
            }
            _ => {
                if let Ok(other) = self.gws.world.supervisor_with_number(OTHER_SUPERVISOR) {
                    match what {
                        10 => self.monitor(other),
                        _ => self.cancel(other),
                    }
                }
            }
        }
        self.world_changed()
    }

    fn monitor(&mut self, person: PersonId) {
        let agent = self.agent();
        let how = [
            Supervision::ListenIn,
            Supervision::Coach,
            Supervision::BargeIn,
        ];
        let request = MonitoringRequest {
            scope: Some(self.scope()),
            mode: self.mode(),
            ..MonitoringRequest::of(&agent, self.dice.pick(&how))
        };
        let device = self.gws.world.device_id(person).to_string();
        if self.gws.world.monitor(person, &device, request).is_ok() {
            self.note("people", || {
                format!("{person:?} monitors {agent} elsewhere")
            });
        }
    }

    fn cancel(&mut self, person: PersonId) {
        let device = self.gws.world.device_id(person).to_string();
        if self.gws.world.cancel_monitoring(person, &device).is_ok() {
            self.note("people", || format!("{person:?} cancels elsewhere"));
        }
    }

    fn operate(&mut self, person: PersonId) {
        let calls = self.gws.world.own_calls(person);
        let operation = self.dice.pick(&CALL_OPERATIONS);
        let name = operation.name();
        let world = &mut self.gws.world;
        let done = calls.first().is_some_and(|call| {
            let id = call.id.as_str();
            world.call_operation(person, id, operation).is_ok()
        });
        if done {
            self.note("people", || format!("{person:?}: {name} elsewhere"));
        }
    }

    /// Our supervisor uses a tab.
    fn click_somewhere(&mut self) -> Result<(), Violation> {
        let awake = self.awake();
        if awake.is_empty() {
            return Ok(());
        }
        let page = self.dice.pick(&awake);
        let shown = self.pages[page].tab.shown();
        match self.some_click(&shown) {
            Some(click) => self.click(page, &click),
            None => Ok(()),
        }
    }

    fn some_click(&mut self, shown: &Shown) -> Option<Click> {
        Some(match self.dice.below(16) {
            0..6 => {
                let agents = self.gws.world.agents();
                let agent = self.dice.pick(&agents);
                let kinds = [
                    MonitoringKind::ListenIn,
                    MonitoringKind::ListenIn,
                    MonitoringKind::Coach,
                    MonitoringKind::BargeIn,
                ];
                let asked = Asked::Monitor {
                    kind: self.dice.pick(&kinds),
                    target: match self.dice.chance(800) {
                        true => Target::Device(agent.device_id),
                        false => Target::Number(agent.number),
                    },
                    scope: self.scope(),
                    mode: self.mode(),
                };
                let is_limited = self.dice.chance(150);
                Click::Ask(asked, is_limited.then(|| self.dice.millis(5_000, 90_000)))
            }
            6..9 => Click::Ask(Asked::Stop, None),
            9..13 => {
                let call = shown.calls.get(self.dice.index(shown.calls.len()))?;
                let offered = |operation: &CallOperation| call.can(&operation.name().into());
                let offers: Vec<_> = CALL_OPERATIONS.into_iter().filter(offered).collect();
                let offer = offers.get(self.dice.index(offers.len()))?;
                let asked = Asked::Call(call.id.clone(), offer.name().to_owned());
                Click::Ask(asked, None)
            }
            13 => {
                let device = shown.devices.get(self.dice.index(shown.devices.len()))?;
                Click::Choose(device.clone())
            }
            14 => Click::Retry,
            _ => Click::Dismiss,
        })
    }

    fn scope(&mut self) -> Scope {
        self.dice.pick(&[Scope::Call, Scope::Agent])
    }

    fn mode(&mut self) -> Mode {
        self.dice.pick(&[Mode::AllCalls, Mode::NextCall])
    }

    /// The page is hidden, stopped, cut off, left.
    fn act_on_a_page(&mut self) -> Result<(), Violation> {
        let awake = self.awake();
        if awake.is_empty() {
            return Ok(());
        }
        let page = self.dice.pick(&awake);
        match self.dice.below(12) {
            0 | 1 => self.live(page, Life::Hidden),
            2 | 3 => self.live(page, Life::Visible),
            4 => self.live(page, Life::Offline),
            5 => self.live(page, Life::Online),
            6 => self.pause(page, Pause::Frozen),
            7 | 8 => {
                let clock_stands_still = self.dice.chance(500);
                self.pause(page, Pause::Asleep { clock_stands_still })
            }
            9 => self.reload(page),
            _ => self.set_clock(page),
        }
    }

    /// Sessions begin and end, and the server forgets.
    fn act_on_the_session(&mut self) -> Result<(), Violation> {
        match self.dice.below(8) {
            0 => {
                self.sign_in(None)?;
                let back = self.dice.millis(1_000, 60_000);
                let user = self.dice.index(4) / 3;
                self.after(back, Happening::SignIn(user));
            }
            1 => {
                let user = 1 - self.gws.signed_in.unwrap_or(1);
                return self.sign_in(Some(user));
            }
            2 | 3 => {
                self.note("server", || "changes the CSRF token".to_owned());
                self.gws.change_token();
            }
            4 => {
                self.note("server", || "forgets every session".to_owned());
                self.gws.notifications.forget_sessions();
                self.drain_notifications();
            }
            5 => {
                self.note("server", || "restarts its notifications".to_owned());
                self.gws.restart_notifications(&mut self.dice);
                self.cut_held();
            }
            // An error of something else.
            _ => self.tell_error(None),
        }
        Ok(())
    }
}
