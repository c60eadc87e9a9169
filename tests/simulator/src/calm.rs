//! The invariants after the storm, and their deadlines.

use bayeux::{Duration, Page, Phase};

use crate::deliveries::CHANNELS;
use crate::hostile::MOST_INTERVAL;
use crate::network::{MOST_RETRY_AFTER, SLOWEST};
use crate::violation::Violation;
use crate::watch::Watch;
use crate::world::World;

/// A poll that died unnoticed is given up after the longest advised timeout (60 s) and
/// `max_network_delay` (10 s).
const DEAD_POLL: Duration = Duration::from_secs(70);
/// The back-off after that is at most 30 s, apart from `Retry-After`.
const PATIENCE: Duration = Duration::from_secs(MOST_RETRY_AFTER.as_secs() + 30);
/// The longest advised interval; it may apply once to a connect and once to a handshake.
const INTERVALS: Duration = Duration::from_secs(2 * MOST_INTERVAL.as_secs());
/// When the budget for handshakes is used up, another one is allowed after this.
const HANDSHAKE_REFILL: Duration = Duration::from_secs(10);
/// A request of the command lane that died unnoticed, and the wait after it.
const COMMANDS: Duration = Duration::from_secs(10 + PATIENCE.as_secs());

/// The time within which every client must be connected and every subscription in force: the sum of
/// the longest waits that may follow one another.
pub const BOUND: Duration = Duration::from_secs(
    DEAD_POLL.as_secs()
        + PATIENCE.as_secs()
        + INTERVALS.as_secs()
        + HANDSHAKE_REFILL.as_secs()
        + COMMANDS.as_secs(),
);

/// The time within which a message must arrive when all are connected: the longest interval without a
/// poll, and the network's delay.
const DELIVERY: Duration = Duration::from_secs(25);

pub(crate) fn check(world: &mut World) -> Result<(), Violation> {
    world.calm_down();
    // Rewritten responses may still be on their way.
    world.advance(Duration::from_millis(2 * SLOWEST))?;
    for client in 0..world.actors.len() {
        put_in_order(world, client)?;
    }
    world.advance(BOUND)?;
    for client in 0..world.actors.len() {
        let status = world.actors[client].client.status();
        if status.phase != Phase::Connected {
            return Err(Violation(format!(
                "client {client} is not connected {BOUND:?} after the storm: {status:?}"
            )));
        }
    }
    expect_fresh_messages(world)?;
    each(world, Watch::is_at_rest)?;
    if world.scenario.is_calm() {
        each(world, Watch::has_missed_nothing)?;
    }
    for client in 0..world.actors.len() {
        world.close(client)?;
    }
    world.advance(DEAD_POLL)?;
    each(world, Watch::has_ended)
}

/// Checks each client.
fn each(world: &World, holds: impl Fn(&Watch) -> Result<(), Violation>) -> Result<(), Violation> {
    for (client, actor) in world.actors.iter().enumerate() {
        holds(&actor.watch)
            .map_err(|violation| Violation(format!("client {client}: {}", violation.0)))?;
    }
    Ok(())
}

/// Resolves everything that waits for outside events: pages are shown, networks are back, credentials
/// renewed, clients opened.
fn put_in_order(world: &mut World, client: usize) -> Result<(), Violation> {
    world.thaw(client)?;
    if world.actors[client].is_hidden {
        world.page(client, Page::Visible)?;
    }
    if world.actors[client].is_offline {
        world.page(client, Page::Online)?;
    }
    world.renew_credentials(client)?;
    world.open(client)
}

/// Messages published now reach every subscriber. An interval advised in the storm may still be in
/// force, and so long that the server drops the session meanwhile. Then the client reports a gap, has
/// a new session with the server's own advice, and gets the next message.
fn expect_fresh_messages(world: &mut World) -> Result<(), Violation> {
    let gaps = |world: &World| -> Vec<usize> {
        let actors = world.actors.iter();
        actors.map(|actor| actor.watch.deliveries.gaps()).collect()
    };
    let before = gaps(world);
    let missing = missing_messages(world)?;
    let after = gaps(world);
    let is_excused = |(client, ..): &(usize, usize, u64)| after[*client] > before[*client];
    let mut unexcused = missing.iter().filter(|missing| !is_excused(missing));
    let again = match unexcused.next() {
        None if missing.is_empty() => None,
        None => missing_messages(world)?.first().copied(),
        Some(first) => Some(*first),
    };
    match again {
        None => Ok(()),
        Some((client, channel, number)) => Err(Violation(format!(
            "client {client} is subscribed to channel {channel} and connected, but did not get message {number}"
        ))),
    }
}

/// Publishes on every channel, and returns what was not delivered: client, channel, number.
fn missing_messages(world: &mut World) -> Result<Vec<(usize, usize, u64)>, Violation> {
    let mut numbers = [0; CHANNELS.len()];
    for (channel, number) in numbers.iter_mut().enumerate() {
        *number = world.publish(channel)?;
    }
    world.advance(DELIVERY)?;
    let mut missing = Vec::new();
    for (client, actor) in world.actors.iter().enumerate() {
        for (channel, number) in numbers.iter().enumerate() {
            if actor.wants(channel) && !actor.watch.deliveries.has_seen(channel, *number) {
                missing.push((client, channel, *number));
            }
        }
    }
    Ok(missing)
}
