//! The life of the contact centre.

use super::*;

#[test]
fn the_same_seed_lives_the_same_day() {
    let day = |seed| {
        let mut world = world(20, true, SupervisorLeg::Ring, seed);
        world.advance(30 * 60_000);
        let changes = world.drain_changes();
        changes
            .iter()
            .map(|change| format!("{change:?}"))
            .collect::<Vec<_>>()
    };
    assert!(day(7).len() > 1_000);
    assert_eq!(day(7), day(7));
    assert_ne!(day(7), day(8));
}

#[test]
fn time_may_pass_in_any_steps() {
    let mut leap = world(10, true, SupervisorLeg::Ring, 3);
    let mut steps = world(10, true, SupervisorLeg::Ring, 3);
    leap.advance(600_000);
    for now in (0..=600_000).step_by(70) {
        steps.advance(now);
    }
    steps.advance(600_000);
    assert_eq!(leap.agents(), steps.agents());
}

#[test]
fn a_monitored_agent_gets_a_call_within_about_half_a_minute() {
    let mut waits = Vec::new();
    for number in 6001..6041 {
        let mut world = world(40, true, SupervisorLeg::Ring, 1);
        let number = number.to_string();
        if world
            .listen(ME, &number, Scope::Call, Mode::AllCalls)
            .is_err()
        {
            continue; // not logged in yet
        }
        let wait = (0..200).find(|second| {
            world.advance(second * 1_000);
            world.call(ME).is_some()
        });
        waits.push(wait.expect("a call"));
    }
    waits.sort_unstable();
    assert_eq!(waits[0], 0, "some agents are in a call as the day begins");
    assert!(
        waits[waits.len() / 2] <= 30,
        "median {} s",
        waits[waits.len() / 2]
    );
}

#[test]
fn through_a_long_day_everyones_story_stays_consistent() {
    let mut world = world(30, true, SupervisorLeg::Ring, 11);
    let mut transfers = 0;
    for minute in 0..600 {
        world.advance(minute * 20_000);
        let number = (6001 + minute % 30).to_string();
        let scope = if minute % 2 == 0 {
            Scope::Call
        } else {
            Scope::Agent
        };
        let mode = if minute % 3 == 0 {
            Mode::NextCall
        } else {
            Mode::AllCalls
        };
        // Some agents are logged out: refused then.
        let _ = world.listen(ME, &number, scope, mode);
        let call = world.call(ME).map(|call| call.resource);
        if let Some(call) = call.filter(|call| call.state == CallState::Ringing) {
            world.answer(ME, call.id.as_str()).expect("it rings");
        }
        for change in world.drain_changes() {
            if let What::Call(_, CallChange::Participants) = change.what {
                transfers += 1;
            }
        }
        for (index, person) in world.people.iter().enumerate() {
            if let Some(key) = person.call {
                let call = world.calls.get(&key).expect("a person's call exists");
                assert!(
                    call.leg(PersonId(index)).is_some(),
                    "and has a leg for the person"
                );
                assert!(person.is_active(), "nobody who is away has a call");
            }
            if index >= 2 {
                assert!(person.plan.is_some(), "nobody is stuck");
            }
        }
        let supervised: usize = world
            .calls
            .values()
            .map(|call| call.supervisors.len())
            .sum();
        assert_eq!(supervised, usize::from(world.call(ME).is_some()));
        assert!(world.calls.values().all(|call| {
            world.people[call.agent.person.0]
                .call
                .is_some_and(|key| world.calls.contains_key(&key))
        }));
    }
    assert!(transfers > 0, "the supervisor has seen a transfer");
    assert!(world.calls.len() <= 30, "calls that are over are gone");
}
