//! Random sequences of requests: the world stays consistent, offered operations are accepted, refused
//! ones change nothing, and a client that applies its notifications has the state that it would read.

use std::collections::BTreeMap;

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

/// Everybody's state according to their notifications.
#[derive(Default)]
struct Known {
    devices: BTreeMap<PersonId, DeviceSnapshot>,
    calls: BTreeMap<(PersonId, String), CallSnapshot>,
}

impl Known {
    /// The initial state, by reads.
    fn read(world: &World) -> Self {
        let mut known = Self::default();
        for person in world.people() {
            known.devices.insert(person, world.device(person));
        }
        known
    }

    fn apply(&mut self, changes: Vec<Change>) {
        for Change { owner, what } in changes {
            match what {
                What::Device(device) => {
                    self.devices.insert(owner, *device);
                }
                What::Call(call, _) => {
                    let key = (owner, call.id.to_string());
                    if call.state == CallState::Released {
                        assert!(self.calls.remove(&key).is_some(), "it was known");
                    } else {
                        self.calls.insert(key, *call);
                    }
                }
                What::Channel(_) => {}
            }
        }
    }

    /// Checks that a read gives the same, apart from durations.
    #[track_caller]
    fn is_what_is_read(&self, world: &World, after: &str) {
        let timeless = |call: &CallSnapshot| CallSnapshot {
            seconds: 0,
            ..call.clone()
        };
        for person in world.people() {
            let device = world.device(person);
            assert_eq!(self.devices[&person], device, "after {after}");
            let read = world.own_calls(person);
            let received = self.calls.iter().filter(|((owner, _), _)| *owner == person);
            assert_eq!(received.count(), read.len(), "after {after}");
            for call in read {
                let received = &self.calls[&(person, call.id.to_string())];
                assert_eq!(timeless(received), timeless(&call), "after {after}");
            }
        }
    }
}

const NUMBERS: [&str; 4] = ["6001", "6002", "6003", "6004"];
const ANYWHERE: [&str; 7] = ["6001", "6002", "6003", "6004", "5006", "555-867-5309", "9"];

#[test]
fn any_sequence_of_requests_keeps_calls_consistent_and_clients_up_to_date() {
    for seed in 0..200 {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let mut world = World::new(some_config(seed, &mut dice));
        let mut known = Known::read(&world);
        for _ in 0..120 {
            let (what, outcome) = something(&mut world, &mut dice);
            let received = world.drain_changes();
            let what = format!("{what}, seed {seed}");
            if let Err(refusal) = outcome {
                assert!(
                    received.is_empty(),
                    "refused, and all the same: {what}: {refusal}"
                );
            }
            known.apply(received);
            known.is_what_is_read(&world, &what);
            world.is_consistent();
        }
    }
}

/// Every operation that a call offers is accepted, if its parameters are valid.
#[test]
fn every_offered_operation_is_accepted() {
    let mut had = BTreeMap::new();
    for seed in 0..700 {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let mut world = World::new(some_config(seed, &mut dice));
        for _ in 0..80 {
            // Refusals do not matter here.
            let _ = something(&mut world, &mut dice);
            let Some((name, outcome)) = something_offered(&mut world, &mut dice) else {
                continue;
            };
            assert_eq!(outcome, Ok(()), "{name}, seed {seed}");
            *had.entry(name).or_insert(0) += 1;
            world.is_consistent();
        }
    }
    for name in [
        "Answer",
        "ClearCall",
        "CompleteConference",
        "CompleteTransfer",
        "Hangup",
        "Hold",
        "InitiateTransfer",
        "MuteMonitoredUser",
        "RemoveParticipantFromConference",
        "Retrieve",
        "SingleStepConference",
        "SwapCalls",
        "SwitchToBargeIn",
        "SwitchToListenIn",
    ] {
        assert!(had.contains_key(name), "{name} was never offered: {had:?}");
    }
}

fn some_config(seed: u64, dice: &mut ChaCha8Rng) -> WorldConfig {
    let mut config = config(seed);
    config.t_server.intrusion_enabled = dice.random_bool(0.7);
    if dice.random_bool(0.3) {
        config.t_server.default_monitor_mode = Supervision::BargeIn;
    }
    config.t_server.routing_point_monitoring = dice.random_bool(0.2);
    if dice.random_bool(0.5) {
        config.supervisor_leg = SupervisorLeg::Answered;
    }
    config
}

/// A random command or request, with a description and its outcome.
fn something(world: &mut World, dice: &mut ChaCha8Rng) -> (String, Result<(), Refusal>) {
    let number = *NUMBERS.choose(dice).expect("numbers");
    let other = *ANYWHERE.choose(dice).expect("numbers");
    let which = dice.random_range(0..28);
    let outcome = match which {
        0 | 1 => world.call_arrives(number, "555-1234"),
        2 if dice.random_bool(0.5) => world.call_arrives("5006", "555-1234"),
        2 => world.call_rings(number, "555-5678").map(|_| ()),
        3 => world.answer(number),
        4 => world.hold(number),
        5 => world.retrieve(number),
        6 => world.consult(number, other),
        7 => world.complete_transfer(number),
        8 => world.complete_conference(number),
        9 => world.conference(number, other),
        10 => world.transfer(number, other),
        11 => world.leave_call(number),
        12 => world.end_call(number),
        13 => world.dial_from(number, other),
        14 => {
            let states = [
                Presence::Ready,
                Presence::LoggedOut,
                Presence::NotReady(None),
            ];
            world.set_state(number, *states.choose(dice).expect("states"))
        }
        15..=17 => {
            let who = if dice.random_bool(0.7) { ME } else { OTHER };
            let target = if dice.random_bool(0.2) {
                "5006"
            } else {
                number
            };
            let how = [
                Supervision::ListenIn,
                Supervision::Coach,
                Supervision::BargeIn,
            ];
            let request = MonitoringRequest {
                scope: dice.random_bool(0.5).then_some(Scope::Agent),
                mode: if dice.random_bool(0.5) {
                    Mode::AllCalls
                } else {
                    Mode::NextCall
                },
                ..MonitoringRequest::of(target, *how.choose(dice).expect("ways"))
            };
            world.ask(who, request)
        }
        18 => world.cancel(ME),
        19 => {
            world.advance(world.now + 5_000);
            Ok(())
        }
        20 => {
            match dice.random_range(0..4) {
                0 => return ("opts out".to_owned(), world.opt_out("555-1234")),
                1 => world.set_supervisor_active(OTHER, dice.random_bool(0.5)),
                2 => return ("a customer".to_owned(), world.customer_hangs_up("555-1234")),
                _ => world.opt_in("555-1234"),
            }
            Ok(())
        }
        21 => {
            let agent = world.agent(number).expect("an agent");
            let agent = if dice.random_bool(0.3) { OTHER } else { agent };
            let device = world.device_id(agent).to_string();
            world.set_do_not_disturb(agent, &device, dice.random_bool(0.5))
        }
        22 | 23 => {
            let calls = world.own_calls(ME);
            let mut calls = calls.iter();
            match calls.find(|call| call.state == CallState::Ringing) {
                Some(call) => {
                    let id = call.id.to_string();
                    world.call_operation(ME, &id, CallOperation::Answer)
                }
                None => Ok(()),
            }
        }
        _ => match something_offered(world, dice) {
            Some(something) => return something,
            None => Ok(()),
        },
    };
    (format!("{which} with {number} and {other}"), outcome)
}

/// A random operation that a call offers to its party.
fn something_offered(
    world: &mut World,
    dice: &mut ChaCha8Rng,
) -> Option<(String, Result<(), Refusal>)> {
    let people: Vec<PersonId> = world.people().collect();
    let &person = people.choose(dice)?;
    let calls = world.own_calls(person);
    let call = calls.choose(dice)?;
    let name = call.offers.choose(dice)?.to_string();
    let operation = in_order(world, &name, person, call)?;
    let id = call.id.to_string();
    let outcome = world.call_operation(person, &id, operation);
    Some((name, outcome))
}

/// An operation with valid parameters; none if no destination is reachable.
fn in_order(
    world: &World,
    name: &str,
    person: PersonId,
    call: &CallSnapshot,
) -> Option<CallOperation> {
    let somebody = || {
        let mut numbers = ANYWHERE.into_iter();
        let number = numbers.find(|number| world.destination(person, number).is_ok());
        number.map(str::to_owned)
    };
    Some(match name {
        "Answer" => CallOperation::Answer,
        "Hangup" => CallOperation::Hangup,
        "ClearCall" => CallOperation::ClearCall,
        "Hold" => CallOperation::Hold,
        "Retrieve" => CallOperation::Retrieve,
        "SwapCalls" => CallOperation::SwapCalls,
        "MuteCall" => CallOperation::MuteCall,
        "UnmuteCall" => CallOperation::UnmuteCall,
        "SwitchToBargeIn" => CallOperation::SwitchToBargeIn,
        "SwitchToListenIn" => CallOperation::SwitchToListenIn,
        "MuteMonitoredUser" => CallOperation::MuteMonitoredUser,
        "UnmuteMonitoredUser" => CallOperation::UnmuteMonitoredUser,
        "SingleStepTransfer" => CallOperation::SingleStepTransfer {
            destination: somebody()?,
        },
        "SingleStepConference" => CallOperation::SingleStepConference {
            destination: somebody()?,
        },
        "InitiateTransfer" | "InitiateConference" => CallOperation::InitiateTransfer {
            destination: somebody()?,
        },
        "CompleteTransfer" => CallOperation::CompleteTransfer { consult_call: None },
        "CompleteConference" => CallOperation::CompleteConference { consult_call: None },
        "RemoveParticipantFromConference" => {
            let mut numbers = call.participants.iter();
            let participant = numbers.find(|number| !number.starts_with("500"))?;
            CallOperation::RemoveParticipantFromConference {
                participant: participant.clone(),
            }
        }
        _ => return None,
    })
}
