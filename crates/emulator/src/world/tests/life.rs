//! Simulated customers and agents.

use super::*;

const HOUR: u64 = 3_600_000;

fn living(agents: usize, seed: u64) -> World {
    world(agents, true, SupervisorLeg::Ring, seed)
}

#[test]
fn the_same_seed_is_the_same_day() {
    let day = |seed| {
        let mut world = living(10, seed);
        world.advance(HOUR / 2);
        let changes = world.drain_changes();
        format!("{:?}", changes.iter().take(500).collect::<Vec<_>>())
    };
    assert_eq!(day(1), day(1));
    assert_ne!(day(1), day(2));
}

#[test]
fn the_first_call_goes_to_the_first_agent() {
    for seed in 0..20 {
        let mut world = living(10, seed);
        assert_eq!(world.agents()[0].call, None);
        world.advance(1_000);
        assert_eq!(world.agents()[0].call, Some(LegState::Ringing));
        world.advance(6_000);
        assert_eq!(world.agents()[0].call, Some(LegState::Established));
    }
}

/// Whatever the size, most agents are talking, some waiting, some doing after-call work or resting,
/// and few customers wait.
#[test]
fn agents_are_busy_most_of_the_time_and_few_customers_wait() {
    for agents in [10, 40, 200] {
        let mut world = living(agents, 7);
        let (mut talking, mut free, mut looks) = (0, 0, 0);
        for minute in 1..=120 {
            world.advance(minute * 60_000);
            world.is_consistent();
            let now = world.agents();
            talking += now.iter().filter(|agent| agent.call.is_some()).count();
            let is_free =
                |agent: &&AgentSummary| agent.state == Presence::Ready && agent.call.is_none();
            free += now.iter().filter(is_free).count();
            looks += agents;
            assert!(world.waiting() <= agents / 4 + 1);
        }
        let share = |count: usize| count as f64 / looks as f64;
        assert!((0.5..0.9).contains(&share(talking)), "{}", share(talking));
        assert!(share(free) > 0.02, "{}", share(free));
    }
}

/// Every agent's calls end, and others follow.
#[test]
fn every_agent_gets_many_calls() {
    let mut world = living(10, 3);
    let mut calls = vec![0; 10];
    let mut before = world.agents();
    for second in 1..=3_600 {
        world.advance(second * 1_000);
        let now = world.agents();
        for (index, agent) in now.iter().enumerate() {
            let begins = agent.call.is_some() && before[index].call.is_none();
            calls[index] += u32::from(begins);
        }
        before = now;
    }
    assert!(calls.iter().all(|&calls| calls > 10), "{calls:?}");
}

#[test]
fn an_agent_whose_state_was_set_becomes_ready_unless_logged_out() {
    for presence in [
        Presence::NotReady(None),
        Presence::AuxWork,
        Presence::AfterCallWork,
        Presence::LoggedOut,
    ] {
        let mut world = living(8, 3);
        world.set_state("6001", presence).expect("an agent");
        world.advance(300_000);
        let stays = world.agents()[0].state == Presence::LoggedOut;
        assert_eq!(stays, presence == Presence::LoggedOut, "{presence:?}");
    }
}

#[test]
fn an_agent_becomes_ready_after_an_unanswered_call() {
    let mut world = living(8, 3);
    let rest = Presence::NotReady(Some(Reason::Break));
    world.set_state("6001", rest).expect("an agent");
    world.call_rings("6001", "555-1234").expect("there");
    world.customer_hangs_up("555-1234").expect("it rings");
    assert_eq!(world.agents()[0].state, rest);
    world.advance(300_000);
    assert_ne!(world.agents()[0].state, rest);
}

/// While everybody is talking customers wait; an agent who leaves does not get the next one.
#[test]
fn an_agent_who_logs_out_gets_no_queued_call() {
    let mut tried = 0;
    for seed in 0..50 {
        let mut world = living(4, seed);
        for minute in 1..30 {
            world.advance(minute * 60_000);
            let agents = world.agents();
            let busy = agents.iter().find(|agent| agent.call.is_some());
            let Some(busy) = busy.filter(|_| world.waiting() > 0) else {
                continue;
            };
            tried += 1;
            let mut world = world.clone();
            let waiting = world.waiting();
            world
                .set_state(&busy.number, Presence::LoggedOut)
                .expect("an agent");
            assert_eq!(world.waiting(), waiting);
            world.is_consistent();
        }
    }
    assert!(tried > 20, "{tried}");
}
