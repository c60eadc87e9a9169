//! Random actions of people: our supervisor in the tabs, at the telephone and at the desktop, another
//! supervisor, agents and customers.

use bayeux::Page as Life;
use gws::{Mode, MonitoringKind, Scope};
use gws_emulator::Supervision;
use gws_emulator::world::{MonitoringRequest, PersonId, Presence};
use supervision::{MonitoringChoice, Operation, Target};

use super::gws::{AGENTS, CALL_OPERATIONS, OTHER_SUPERVISOR};
use super::page::Pause;
use super::simulation::Simulation;
use super::tab::{Click, Shown};
use crate::violation::Violation;

/// The faults that occur in a storm.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weather {
    pub(super) requests: bool,
    pub(super) notifications: bool,
    /// Pages are hidden, frozen, asleep, offline, closed.
    pub(super) pages: bool,
    /// People sign out and in, tokens change, the CometD server forgets sessions.
    pub(super) sessions: bool,
}

/// Callers.
const CUSTOMERS: [&str; 4] = ["5550101", "5550102", "5550103", "5550104"];

/// One random action, or the beginning of a fault.
pub(super) fn act(sim: &mut Simulation, weather: Weather) -> Result<(), Violation> {
    match sim.dice.below(20) {
        0 if weather.pages => act_on_a_page(sim),
        1 if weather.sessions => act_on_the_session(sim),
        2 if weather.requests => {
            let fault = sim.network.disturb_requests(sim.now);
            sim.note("network", || fault);
            Ok(())
        }
        3 if weather.notifications => {
            let fault = sim.network.disturb_notifications(sim.now);
            sim.note("network", || fault);
            Ok(())
        }
        0..11 => click_somewhere(sim),
        11..17 => work(sim),
        _ => act_beside_the_tabs(sim),
    }
}

/// Like [`act`], without faults.
pub(super) fn act_in_calm(sim: &mut Simulation) -> Result<(), Violation> {
    match sim.dice.chance(500) {
        true => work(sim),
        false => act_beside_the_tabs(sim),
    }
}

fn agent(sim: &mut Simulation) -> String {
    (6001 + sim.dice.index(AGENTS)).to_string()
}

/// Agents and customers.
fn work(sim: &mut Simulation) -> Result<(), Violation> {
    let (agent, other) = (agent(sim), agent(sim));
    let customer = sim.dice.pick(&CUSTOMERS);
    let what = sim.dice.below(16);
    let world = &mut sim.gws.world;
    // An action that is not possible at the moment is refused, without an effect.
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
                // An agent is available.
                world
                    .set_state(&agent.number, Presence::Ready)
                    .unwrap_or_default();
            }
            ("and all others log in", Ok(()))
        }
    };
    if result.is_ok() {
        sim.note("people", || {
            format!("{agent} {words} ({customer}, {other})")
        });
    }
    sim.world_changed()
}

/// The desktop, the telephone, and the other supervisor.
fn act_beside_the_tabs(sim: &mut Simulation) -> Result<(), Violation> {
    let user = sim.dice.index(5) / 4;
    let people = &sim.gws.users[user].people;
    let person = sim.dice.pick(people);
    let what = sim.dice.below(12);
    match what {
        0..3 => monitor(sim, person),
        3..5 => cancel(sim, person),
        5..9 => operate(sim, person),
        9 => {
            let is_active = sim.dice.chance(700);
            sim.note("people", || format!("{person:?} active: {is_active}"));
            sim.gws.world.set_supervisor_active(person, is_active);
        }
        _ => {
            if let Ok(other) = sim.gws.world.supervisor_with_number(OTHER_SUPERVISOR) {
                match what {
                    10 => monitor(sim, other),
                    _ => cancel(sim, other),
                }
            }
        }
    }
    sim.world_changed()
}

fn monitor(sim: &mut Simulation, person: PersonId) {
    let agent = agent(sim);
    let how = [
        Supervision::ListenIn,
        Supervision::Coach,
        Supervision::BargeIn,
    ];
    let request = MonitoringRequest {
        scope: Some(scope(sim)),
        mode: mode(sim),
        ..MonitoringRequest::of(&agent, sim.dice.pick(&how))
    };
    let device = sim.gws.world.device_id(person).to_string();
    if sim.gws.world.monitor(person, &device, request).is_ok() {
        sim.note("people", || {
            format!("{person:?} monitors {agent} elsewhere")
        });
    }
}

fn cancel(sim: &mut Simulation, person: PersonId) {
    let device = sim.gws.world.device_id(person).to_string();
    if sim.gws.world.cancel_monitoring(person, &device).is_ok() {
        sim.note("people", || format!("{person:?} cancels elsewhere"));
    }
}

fn operate(sim: &mut Simulation, person: PersonId) {
    let calls = sim.gws.world.own_calls(person);
    let operation = sim.dice.pick(&CALL_OPERATIONS);
    let name = operation.name();
    let world = &mut sim.gws.world;
    let done = calls.first().is_some_and(|call| {
        let id = call.id.as_str();
        world.call_operation(person, id, operation).is_ok()
    });
    if done {
        sim.note("people", || format!("{person:?}: {name} elsewhere"));
    }
}

/// Our supervisor uses a tab.
fn click_somewhere(sim: &mut Simulation) -> Result<(), Violation> {
    let awake = sim.awake();
    if awake.is_empty() {
        return Ok(());
    }
    let page = sim.dice.pick(&awake);
    let shown = sim.pages[page].shown();
    match some_click(sim, &shown) {
        Some(click) => sim.click(page, &click),
        None => Ok(()),
    }
}

fn some_click(sim: &mut Simulation, shown: &Shown) -> Option<Click> {
    Some(match sim.dice.below(16) {
        0..6 => {
            let agents = sim.gws.world.agents();
            let agent = sim.dice.pick(&agents);
            let kinds = [
                MonitoringKind::ListenIn,
                MonitoringKind::ListenIn,
                MonitoringKind::Coach,
                MonitoringKind::BargeIn,
            ];
            let asked = Operation::Monitor(MonitoringChoice {
                kind: sim.dice.pick(&kinds),
                target: match sim.dice.chance(800) {
                    true => Target::Device(agent.device_id),
                    false => Target::Number(agent.number),
                },
                scope: scope(sim),
                mode: mode(sim),
            });
            let is_limited = sim.dice.chance(150);
            Click::Ask(asked, is_limited.then(|| sim.dice.millis(5_000, 90_000)))
        }
        6..9 => Click::Ask(Operation::Stop, None),
        9..13 => {
            let call = shown.calls.get(sim.dice.index(shown.calls.len()))?;
            let offered = |operation: &gws::CallOperation| call.can(&operation.name().into());
            let offers: Vec<_> = gws::CallOperation::ALL
                .into_iter()
                .filter(offered)
                .collect();
            let asked = Operation::Call {
                call: call.id.clone(),
                operation: *offers.get(sim.dice.index(offers.len()))?,
            };
            Click::Ask(asked, None)
        }
        13 => {
            let device = shown.devices.get(sim.dice.index(shown.devices.len()))?;
            Click::Choose(device.clone())
        }
        14 => Click::Retry,
        _ => Click::Dismiss,
    })
}

fn scope(sim: &mut Simulation) -> Scope {
    sim.dice.pick(&[Scope::Call, Scope::Agent])
}

fn mode(sim: &mut Simulation) -> Mode {
    sim.dice.pick(&[Mode::AllCalls, Mode::NextCall])
}

/// The page is hidden, stopped, cut off, left.
fn act_on_a_page(sim: &mut Simulation) -> Result<(), Violation> {
    let awake = sim.awake();
    if awake.is_empty() {
        return Ok(());
    }
    let page = sim.dice.pick(&awake);
    match sim.dice.below(12) {
        0 | 1 => sim.live(page, Life::Hidden),
        2 | 3 => sim.live(page, Life::Visible),
        4 => sim.live(page, Life::Offline),
        5 => sim.live(page, Life::Online),
        6 => sim.pause(page, Pause::Frozen),
        7 | 8 => {
            let clock_stands_still = sim.dice.chance(500);
            sim.pause(page, Pause::Asleep { clock_stands_still })
        }
        9 => sim.reload(page),
        _ => sim.set_clock(page),
    }
}

/// Sessions begin and end, and the server forgets them.
fn act_on_the_session(sim: &mut Simulation) -> Result<(), Violation> {
    match sim.dice.below(8) {
        0 => {
            sim.sign_in(None)?;
            let back = sim.dice.millis(1_000, 60_000);
            let user = sim.dice.index(4) / 3;
            sim.sign_in_after(back, user);
        }
        1 => {
            let user = 1 - sim.gws.signed_in.unwrap_or(1);
            return sim.sign_in(Some(user));
        }
        2 | 3 => {
            sim.note("server", || "changes the CSRF token".to_owned());
            sim.gws.change_token();
        }
        4 => {
            sim.forget_sessions();
        }
        5 => {
            sim.restart_notifications();
        }
        // An error about something else.
        _ => sim.publish_error(None),
    }
    Ok(())
}
