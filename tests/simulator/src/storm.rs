//! One run: a storm, and the calm after it.

use bayeux::Duration;

use crate::actor::Actor;
use crate::deliveries::CHANNELS;
use crate::scenario::Scenario;
use crate::schedule::Schedule;
use crate::trace::{Detail, Trace};
use crate::violation::Violation;
use crate::world::World;
use crate::{Report, calm, script};

/// The recurring actions of a storm.
#[derive(Clone, Copy, Debug)]
enum Act {
    Script(usize),
    Publish,
    Restart,
    Forget,
}

/// Runs one storm and the calm after it.
pub(crate) fn run(
    scenario: &Scenario,
    seed: u64,
    detail: Detail,
) -> Result<(Report, Trace), (Violation, Trace)> {
    let mut world = World::new(scenario, seed, detail);
    match storm(&mut world).and_then(|()| calm::check(&mut world)) {
        Ok(()) => {
            let counters = |f: fn(&Actor) -> u64| world.actors.iter().map(f).sum();
            let report = Report {
                virtual_millis: world.now.as_millis(),
                requests: counters(|actor| actor.watch.requests),
                messages: counters(|actor| actor.watch.messages),
                sessions: counters(|actor| actor.client.counters().sessions),
                acknowledged: counters(|actor| actor.acknowledged),
                acknowledged_messages: counters(|actor| actor.watch.acknowledged_messages),
                ..Report::default()
            };
            Ok((report, world.trace))
        }
        Err(violation) => {
            world.trace.note(world.now, "watch", || violation.0.clone());
            Err((violation, world.trace))
        }
    }
}

fn storm(world: &mut World) -> Result<(), Violation> {
    let mut acts = Schedule::default();
    for client in 0..world.actors.len() {
        for channel in 0..CHANNELS.len() {
            if world.dice.chance(700) {
                world.subscribe(client, channel)?;
            }
        }
        world.open(client)?;
        let first = world.dice.millis(10, 6_000);
        acts.at(world.now + first, Act::Script(client));
    }
    acts.at(world.now + Duration::from_millis(500), Act::Publish);
    if let Some(every) = world.scenario.restarts {
        acts.at(world.now + every, Act::Restart);
        acts.at(world.now + 2 * every / 3, Act::Forget);
    }
    let least = world.scenario.storm.as_millis();
    let end = world.now + world.dice.millis(least, least * 2);
    while let Some(at) = acts.next_at().filter(|at| *at <= end) {
        world.advance_to(at)?;
        while let Some(act) = acts.due(at) {
            let next = perform(world, act)?;
            acts.at(at + next, act);
        }
    }
    world.advance_to(end)
}

/// Carries out an action, and returns after how long it is repeated.
fn perform(world: &mut World, act: Act) -> Result<Duration, Violation> {
    let every = world.scenario.restarts.unwrap_or_default();
    Ok(match act {
        Act::Script(client) => {
            script::step(world, client)?;
            world.dice.millis(200, 6_000)
        }
        Act::Publish => {
            for _ in 0..=world.dice.below(3) {
                let channel = world.dice.index(CHANNELS.len());
                world.publish(channel)?;
            }
            if world.dice.chance(world.scenario.ended) {
                world.end_a_session();
            }
            world.dice.millis(50, 3_000)
        }
        Act::Restart => {
            let down = world.dice.millis(10, 15_000);
            world.restart_server(down);
            down + every
        }
        Act::Forget => {
            world.forget_sessions();
            every
        }
    })
}
