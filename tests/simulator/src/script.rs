//! Random actions of a client's application, and events of its page.

use bayeux::{Page, Phase};

use crate::deliveries::CHANNELS;
use crate::violation::Violation;
use crate::world::World;

/// Carries out one more action of a running client.
pub(crate) fn step(world: &mut World, client: usize) -> Result<(), Violation> {
    if world.actors[client].is_frozen {
        return Ok(());
    }
    if world.dice.chance(world.scenario.closing) {
        return open_or_close(world, client);
    }
    match world.dice.chance(world.scenario.page_life) {
        true => page_event(world, client),
        false => command(world, client),
    }
}

fn open_or_close(world: &mut World, client: usize) -> Result<(), Violation> {
    if world.actors[client].is_closed {
        return world.open(client);
    }
    world.close(client)?;
    match world.dice.chance(500) {
        true => world.open(client),
        false => Ok(()),
    }
}

fn command(world: &mut World, client: usize) -> Result<(), Violation> {
    let phase = world.actors[client].client.status().phase;
    match world.dice.below(10) {
        0 | 1 => {
            let channel = world.dice.index(CHANNELS.len());
            world.subscribe(client, channel)
        }
        // Nobody publishes to it: it keeps the command lane in use.
        2..=6 => {
            let number = world.dice.roll();
            world.subscribe_to(client, &format!("/more/{number}"))
        }
        7 => world.retry_now(client),
        // The application notices a stop at some time.
        8 if phase == Phase::Stopped => world.open(client),
        _ => world.renew_credentials(client),
    }
}

fn page_event(world: &mut World, client: usize) -> Result<(), Violation> {
    let short = world.dice.millis(100, 8_000);
    let long = world.dice.millis(8_000, 90_000);
    match world.dice.below(10) {
        0 | 1 => world.page(client, Page::Hidden),
        2 | 3 => world.page(client, Page::Visible),
        4 => world.page(client, Page::Offline),
        5 => world.page(client, Page::Online),
        6 => {
            world.page(client, Page::Frozen)?;
            let is_short = world.dice.chance(500);
            world.freeze(client, if is_short { short } else { long });
            Ok(())
        }
        // Closed for good. An application may open the client again.
        7 if world.dice.chance(200) => world.page(client, Page::Leaving { kept: false }),
        // In the back/forward cache for a while.
        7 => {
            world.page(client, Page::Leaving { kept: true })?;
            world.freeze(client, long);
            Ok(())
        }
        // The computer sleeps, without an event before.
        8 => {
            world.freeze(client, long);
            Ok(())
        }
        _ => world.set_clock(client, short),
    }
}
