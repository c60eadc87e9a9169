//! Whoever logs out gets no call any more.

use super::*;

/// Everybody talks, and one more customer waits.
fn a_customer_waits(world: &mut World) {
    for number in ["6001", "6002", "6003", "6004"] {
        world.call_arrives(number, "555-1234").expect("free");
    }
    world
        .dial_service("8005550100", "555-2222", 600_000)
        .expect("a service");
    // Long enough for anyone to do.
    world.advance(30_000);
    assert_eq!(world.queues()[0].waiting, 1);
}

#[test]
fn whoever_logs_out_of_a_call_is_not_offered_the_next() {
    for number in ["6001", "6002", "6003", "6004"] {
        let mut world = quiet();
        a_customer_waits(&mut world);
        let agent = world.agent(number).expect("an agent");
        world.set_state(number, Presence::LoggedOut).expect("gone");
        assert_eq!(world.own_calls(agent).len(), 0, "{number}");
        assert_eq!(world.queues()[0].waiting, 1, "the customer still waits");
        world.is_consistent();
    }
}

#[test]
fn the_same_when_the_session_ends_or_the_channel_goes_offline() {
    let mut world = quiet();
    a_customer_waits(&mut world);
    let one = world.agent("6001").expect("an agent");
    world.end_session(one);
    let other = world.agent("6002").expect("an agent");
    world
        .set_own_state(other, ChannelOperation::Offline)
        .expect("logged in");
    for agent in [one, other] {
        assert_eq!(world.own_calls(agent).len(), 0);
    }
    assert_eq!(world.queues()[0].waiting, 1, "the customer still waits");
    world.is_consistent();
}

/// With life, the telephone of one rings while customers wait.
#[test]
fn whoever_logs_out_while_it_rings_is_not_offered_the_next() {
    let mut tried = 0;
    for seed in 0..200 {
        let mut world = world(4, true, SupervisorLeg::Ring, seed);
        for _ in 0..20 {
            let _ = world.dial_service("8005550100", "555-2222", 600_000);
        }
        world.advance(60_000);
        let agents = world.agents();
        let mut agents = agents.iter();
        let ringing = agents.find(|agent| agent.call == Some(LegState::Ringing));
        let Some(ringing) = ringing.filter(|_| world.queues()[0].waiting > 0) else {
            continue;
        };
        tried += 1;
        world
            .set_state(&ringing.number, Presence::LoggedOut)
            .expect("gone");
        world.is_consistent();
    }
    assert!(tried > 5, "it rang while somebody waited: {tried} times");
}
