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
    assert!(day(7).len() > 500);
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
        let agent = world.agent(&number).expect("an agent");
        match world.people[agent.0].presence {
            Presence::Ready | Presence::AfterCallWork => world.listen_to_all(&number),
            _ => continue,
        }
        let wait = (0..900).find(|second| {
            world.advance(second * 1_000);
            world.call(ME).is_some()
        });
        waits.push(wait.expect("a call"));
    }
    assert!(waits.len() >= 20, "half of the agents are at work at ten");
    waits.sort_unstable();
    assert_eq!(waits[0], 0, "some agents are in a call as the day begins");
    let (half, most) = (waits[waits.len() / 2], waits[waits.len() * 9 / 10]);
    assert!(half <= 30, "half have waited {half} s at most");
    assert!(most <= 120, "nine of ten have waited {most} s at most");
}

#[test]
fn the_first_agent_gets_the_first_call_within_a_second_and_more_soon_after() {
    for seed in 1..=20 {
        let mut world = world(40, true, SupervisorLeg::Answered, seed);
        world.listen_to_all("6001");
        // It rings at one second, and is picked up within ten.
        world.advance(1_000);
        let agent = world.agent("6001").expect("an agent");
        assert!(world.call(agent).is_some(), "seed {seed}");
        world.advance(11_000);
        let calls = (11..900).map(|second| {
            world.advance(second * 1_000);
            world.call(ME).map(|call| call.resource.id)
        });
        let mut calls: Vec<_> = calls.flatten().collect();
        calls.dedup();
        assert!(
            calls.len() >= 4,
            "seed {seed}: {} calls in a quarter of an hour",
            calls.len()
        );
    }
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
            world
                .call_operation(ME, call.id.as_str(), CallOperation::Answer)
                .expect("it rings");
        }
        for change in world.drain_changes() {
            if let What::Call(_, CallChange::Participants) = change.what {
                transfers += 1;
            }
        }
        world.is_consistent();
        for person in world.people.iter() {
            if person.role == Role::Agent {
                assert!(person.plan.is_some(), "nobody is stuck");
            }
        }
    }
    assert!(transfers > 0, "the supervisor has seen a transfer");
    assert!(world.calls.len() <= 30, "calls that are over are gone");
}

#[test]
fn a_call_waits_for_the_skill_and_then_for_anyone() {
    let mut world = quiet();
    let sales = &queues::SERVICES[2];
    let skilled: Vec<String> = world
        .people
        .agents()
        .filter(|(_, agent)| agent.skills.iter().any(|skill| skill.service.0 == 2))
        .map(|(_, agent)| agent.number.clone())
        .collect();
    assert!(!skilled.is_empty() && skilled.len() < 4);
    for number in &skilled {
        world.call_arrives(number, "555-1111").expect("free");
    }
    world
        .dial_service(sales.number, "555-2222", 300_000)
        .expect("a service");
    assert_eq!(world.queues()[2].waiting, 1);
    world.advance(10_000);
    world.end_call(&skilled[0]).expect("a call");
    assert_eq!(
        (world.queues()[2].waiting, world.queues()[2].ringing),
        (0, 1)
    );

    world
        .dial_service(sales.number, "555-3333", 300_000)
        .expect("a service");
    world.advance(29_999);
    assert_eq!(world.queues()[2].longest_wait, 19_999);
    world.advance(30_000);
    assert_eq!(
        world.queues()[2].waiting,
        0,
        "after twenty seconds anyone will do"
    );
    assert_eq!(world.queues()[2].ringing, 2);
}

#[test]
fn whoever_has_waited_longest_gets_the_call() {
    let mut world = quiet();
    for (second, number) in ["6003", "6001", "6002", "6004"].iter().enumerate() {
        world.advance(second as u64 * 1_000);
        world
            .set_state(number, Presence::NotReady(None))
            .expect("an agent");
        world.set_state(number, Presence::Ready).expect("an agent");
    }
    let service = queues::ServiceId(0);
    let skilled = world
        .people
        .agents()
        .filter(|(_, agent)| agent.skills.iter().any(|skill| skill.service == service));
    let skilled: Vec<String> = skilled.map(|(_, agent)| agent.number.clone()).collect();
    let order = ["6003", "6001", "6002", "6004"];
    let expected = order
        .iter()
        .filter(|number| skilled.iter().any(|known| known == *number));
    for number in expected {
        world
            .dial_service("8005550100", "555-1234", 60_000)
            .expect("a service");
        let agent = world.agent(number).expect("an agent");
        assert!(world.call(agent).is_some(), "{number}");
    }
    assert_eq!(
        world.dial_service("5005", "555-1234", 60_000),
        Err(Refusal::NoSuchNumber("5005".to_owned()))
    );
}

#[test]
fn customers_whose_patience_ends_hang_up() {
    let mut world = world(0, false, SupervisorLeg::Ring, 1);
    world
        .dial_service("8005550101", "555-1234", 45_000)
        .expect("a service");
    world.advance(44_999);
    assert_eq!(world.queues()[1].waiting, 1);
    world.advance(45_000);
    let billing = &world.queues()[1];
    assert_eq!(
        (
            billing.waiting,
            billing.counts.arrived,
            billing.counts.abandoned
        ),
        (0, 1, 1)
    );
    assert_eq!(world.next_due(), None, "nothing is left behind");
}

#[test]
fn a_customer_who_waits_can_hang_up() {
    let mut world = world(0, false, SupervisorLeg::Ring, 1);
    world
        .dial_service("8005550101", "555-1234", 45_000)
        .expect("a service");
    world.customer_hangs_up("555-1234").expect("a customer");
    let billing = &world.queues()[1];
    assert_eq!((billing.waiting, billing.counts.abandoned), (0, 1));
    assert_eq!(world.next_due(), None, "nothing is left behind");
    assert_eq!(
        world.customer_hangs_up("555-1234"),
        Err(Refusal::NotAParticipant("555-1234".to_owned()))
    );
}

#[test]
fn not_everybody_can_be_made_to_wait_or_to_opt_out() {
    let mut world = world(0, false, SupervisorLeg::Ring, 1);
    let refusals = (0..10_001).filter_map(|index| {
        let customer = format!("555-{index:05}");
        let waits = world.dial_service("8005550101", &customer, 45_000);
        Some((waits.err()?, world.opt_out(&customer).err()))
    });
    let refusals: Vec<_> = refusals.collect();
    assert!(matches!(refusals[..], [(Refusal::TooMany { .. }, _)]));
    world.advance(45_000);
    world
        .dial_service("8005550101", "555-0000", 45_000)
        .expect("nobody waits any more");

    for index in 0..9_999 {
        world
            .opt_out(&format!("555-{index:05}"))
            .expect("not too many");
    }
    world.opt_out("555-00001").expect("has already");
    let refusal = world.opt_out("555-20000").unwrap_err();
    assert!(matches!(refusal, Refusal::TooMany { .. }), "{refusal}");
    world.opt_in("555-00001");
    world.opt_out("555-20000").expect("one fewer has");
}

/// A day, as those who listen are told of it.
#[derive(Default)]
struct Watch {
    listeners: Vec<PersonId>,
    /// Who takes part in which call, as far as they were told, and in what state.
    open: BTreeMap<(PersonId, gws::CallId), CallState>,
    /// How many calls somebody talks in.
    established: BTreeMap<PersonId, usize>,
    digest: std::hash::DefaultHasher,
    told: u64,
}

impl Watch {
    fn is_told(&mut self, change: &Change) {
        use std::hash::Hash;
        self.told += 1;
        change.owner.hash(&mut self.digest);
        match &change.what {
            What::Device(device) => {
                let device = &device.resource;
                let state = device.user_state.as_ref();
                state
                    .map(|state| (state.state.as_str(), &state.reason))
                    .hash(&mut self.digest);
            }
            What::Channel(_) => {}
            What::Call(call, _) => {
                let call = &call.resource;
                (call.id.as_str(), call.state.as_str()).hash(&mut self.digest);
                let place = (change.owner, call.id.clone());
                let before = match &call.state {
                    CallState::Released => self.open.remove(&place),
                    state => self.open.insert(place, state.clone()),
                };
                let talks = self.established.entry(change.owner).or_default();
                *talks -= usize::from(before == Some(CallState::Established));
                *talks += usize::from(call.state == CallState::Established);
                assert!(*talks <= 1, "{:?} talks in two calls", change.owner);
            }
        }
    }

    /// Whoever was told of a call and not of its end has it, and the reverse.
    fn agrees_with(&self, world: &World) {
        for (person, call) in self.open.keys() {
            let mut known = world.own_calls(*person).into_iter();
            assert!(
                known.any(|known| known.resource.id == *call),
                "{person:?} was not told of the end"
            );
        }
        let calls = self.listeners.iter();
        let calls: usize = calls.map(|person| world.own_calls(*person).len()).sum();
        assert_eq!(calls, self.open.len(), "and everyone of the beginning");
    }
}

/// What a day was like.
#[derive(Debug, PartialEq)]
struct Report {
    digest: u64,
    told: u64,
    arrived: u64,
    abandoned: u64,
    in_time: f64,
    /// From nine to five, of those at work and not on a break.
    occupancy: f64,
    at_night: usize,
}

fn a_whole_day(agents: usize, seed: u64, every: usize) -> Report {
    use std::hash::Hasher;
    let mut world = World::new(WorldConfig {
        // While the fewest are there, so that the day begins with few calls under way.
        begins_at: 4 * life::HOUR,
        ..world(agents, true, SupervisorLeg::Ring, seed).config
    });
    let mut watch = Watch {
        listeners: world.people().step_by(every).collect(),
        ..Watch::default()
    };
    world.tell_only(watch.listeners.iter().copied());
    for &person in &watch.listeners {
        if let Some(call) = world.call(person).map(|call| call.resource) {
            watch.established.insert(person, 1);
            watch.open.insert((person, call.id), call.state);
        }
    }
    let (mut busy, mut at_work, mut at_night) = (0, 0, 0);
    for minute in 0..24 * 60 {
        world.advance(minute * 60_000);
        for change in world.drain_changes() {
            watch.is_told(&change);
        }
        let hour = (4 + minute / 60) % 24;
        if (9..17).contains(&hour) && minute % 5 == 0 {
            for (agent, person) in world.people.agents() {
                let writes = person.presence == Presence::AfterCallWork;
                if writes || person.presence == Presence::Ready {
                    at_work += 1;
                    busy += usize::from(writes || !world.is_free(agent));
                }
            }
        }
        if minute % 60 == 59 {
            watch.agrees_with(&world);
        }
        if hour == 23 {
            at_night = world
                .people
                .agents()
                .filter(|(_, person)| person.is_active())
                .count();
        }
    }
    let mut total = Counts::default();
    for queue in world.queues() {
        let counts = queue.counts;
        assert_eq!(
            counts.arrived,
            counts.answered + counts.abandoned + (queue.waiting + queue.ringing) as u64,
            "{queue:?}"
        );
        total.arrived += counts.arrived;
        total.answered += counts.answered;
        total.answered_in_time += counts.answered_in_time;
        total.abandoned += counts.abandoned;
    }
    Report {
        digest: watch.digest.finish(),
        told: watch.told,
        arrived: total.arrived,
        abandoned: total.abandoned,
        in_time: total.answered_in_time as f64 / total.arrived as f64,
        occupancy: busy as f64 / at_work as f64,
        at_night,
    }
}

#[track_caller]
fn is_plausible(day: &Report, agents: usize) {
    println!("{agents} agents: {day:?}");
    let calls_an_agent = day.arrived as f64 / agents as f64;
    assert!((140.0..200.0).contains(&calls_an_agent), "{day:?}");
}

#[test]
fn agents_transfer_consult_confer_and_call_out() {
    use gws::CallType;
    let mut world = world(100, true, SupervisorLeg::Ring, 4);
    let (mut held, mut conferences, mut transferred) = (0, 0, 0);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut had: BTreeMap<gws::CallId, PersonId> = BTreeMap::new();
    for minute in 0..120 {
        world.advance(minute * 60_000);
        for change in world.drain_changes() {
            let What::Call(call, _) = change.what else {
                continue;
            };
            let call = call.resource;
            let kind = call.call_type.expect("a type");
            if call.state == CallState::Ringing || call.state == CallState::Dialing {
                *kinds.entry(kind.as_str().to_owned()).or_default() += 1;
            }
            held += usize::from(call.state == CallState::Held);
            let several = call.participants.len() > 1 && call.state == CallState::Established;
            conferences += usize::from(several);
            if call.state == CallState::Ringing && kind == CallType::Inbound {
                let other = had.insert(call.id, change.owner);
                transferred += usize::from(other.is_some_and(|other| other != change.owner));
            }
        }
    }
    for kind in ["Inbound", "Outbound", "Internal", "Consult"] {
        assert!(
            kinds.get(kind).is_some_and(|&many| many > 5),
            "{kind}: {kinds:?}"
        );
    }
    assert!(
        held > 20 && conferences > 5 && transferred > 20,
        "{held} {conferences} {transferred}"
    );
}

#[test]
fn a_whole_day_of_ten_agents() {
    let day = a_whole_day(10, 1, 1);
    is_plausible(&day, 10);
    assert!((0.4..0.95).contains(&day.occupancy), "{day:?}");
    assert!(day.in_time > 0.4, "{day:?}");
}

#[test]
fn a_whole_day_of_a_thousand_agents_is_the_same_with_the_same_seed() {
    let day = a_whole_day(1_000, 1, 1);
    is_plausible(&day, 1_000);
    assert!((0.65..0.92).contains(&day.occupancy), "{day:?}");
    assert!(day.in_time > 0.8, "{day:?}");
    assert!(
        (day.abandoned as f64) < 0.05 * day.arrived as f64,
        "{day:?}"
    );
    assert!((20..100).contains(&day.at_night), "{day:?}");
    assert!(day.told > 4 * day.arrived, "{day:?}");
    assert_eq!(a_whole_day(1_000, 1, 1), day);
    assert_ne!(a_whole_day(1_000, 2, 10).arrived, day.arrived);
}

#[test]
fn a_whole_day_of_ten_thousand_agents() {
    let day = a_whole_day(10_000, 1, 100);
    is_plausible(&day, 10_000);
    assert!((0.65..0.92).contains(&day.occupancy), "{day:?}");
    assert!(day.in_time > 0.8, "{day:?}");
}
