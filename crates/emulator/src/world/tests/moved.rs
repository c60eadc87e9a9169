//! With life: an agent whom somebody else has moved goes on from there.

use super::*;

const DAY: u64 = 24 * life::HOUR;

fn living(seed: u64) -> World {
    world(8, true, SupervisorLeg::Ring, seed)
}

/// Those agents who are there, have no call, and are in one of these states.
fn agents_in(world: &World, states: impl Fn(Presence) -> bool) -> Vec<AgentSummary> {
    let agents = world.agents().into_iter();
    agents
        .filter(|agent| agent.call.is_none() && states(agent.state))
        .collect()
}

#[track_caller]
fn goes_on(world: &mut World, number: &str) {
    let agent = world.agent(number).expect("an agent");
    assert!(world.people[agent.0].plan.is_some(), "{number} has a plan");
    let before = world.people[agent.0].presence;
    let end = world.now + DAY;
    while world.now < end {
        world.advance(world.now + 60_000);
        if world.people[agent.0].presence != before {
            return;
        }
    }
    panic!("{number} has stayed {before:?} for a day");
}

#[test]
fn a_call_that_nobody_answered_keeps_nobody_from_the_break_or_from_writing() {
    let mut tried = 0;
    for seed in 0..30 {
        let mut world = living(seed);
        world.advance(seed * 10 * 60_000);
        let away = |state| matches!(state, Presence::NotReady(_) | Presence::AfterCallWork);
        let Some(agent) = agents_in(&world, away).pop() else {
            continue;
        };
        tried += 1;
        world.call_rings(&agent.number, "555-1234").expect("there");
        world.customer_hangs_up("555-1234").expect("it rings");
        goes_on(&mut world, &agent.number);
    }
    assert!(tried > 5, "{tried}");
}

#[test]
fn a_colleague_who_gives_up_leaves_both_as_they_were() {
    let mut tried = 0;
    for seed in 0..30 {
        let mut world = living(seed);
        world.advance(seed * 10 * 60_000);
        let there = |state| state != Presence::LoggedOut;
        let away = |state| matches!(state, Presence::NotReady(_) | Presence::AfterCallWork);
        let Some(called) = agents_in(&world, away).pop() else {
            continue;
        };
        let others = agents_in(&world, there).into_iter();
        let Some(caller) = others.rev().find(|other| other.number != called.number) else {
            continue;
        };
        tried += 1;
        world
            .calls_somebody(&caller.number, &called.number)
            .expect("there");
        world.leave_call(&caller.number).expect("dials");
        goes_on(&mut world.clone(), &caller.number);
        goes_on(&mut world, &called.number);
    }
    assert!(tried > 5, "{tried}");
}

#[test]
fn whoever_is_put_anywhere_goes_on_with_what_the_shift_says() {
    let states = [
        Presence::NotReady(None),
        Presence::AuxWork,
        Presence::AfterCallWork,
        Presence::LoggedOut,
    ];
    for presence in states {
        let mut world = living(3);
        let number = agents_in(&world, |state| state == Presence::Ready)[0]
            .number
            .clone();
        world.set_state(&number, presence).expect("an agent");
        goes_on(&mut world, &number);
    }
}

#[test]
fn whoever_ends_a_session_or_begins_one_goes_on_with_the_shift() {
    let mut world = living(3);
    let number = agents_in(&world, |state| state == Presence::Ready)[0]
        .number
        .clone();
    let agent = world.agent(&number).expect("an agent");
    world.end_session(agent);
    goes_on(&mut world.clone(), &number);
    world.start_session(agent).expect("a device");
    goes_on(&mut world, &number);
}
