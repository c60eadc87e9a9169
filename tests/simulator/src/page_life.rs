//! A client's script: what the application commands, and what happens to the page it lives in.

use core::time::Duration;

use bayeux::{Input, Page, Pattern, Phase};

use crate::watch::Violation;
use crate::world::{CHANNELS, Happening, World};

impl World {
    /// Does the next thing of a client's script.
    pub(crate) fn step_of_script(&mut self, client: usize) -> Result<(), Violation> {
        if self.is_stormy() {
            let next = self.dice.millis(200, 6_000);
            self.after(next, Happening::Script(client));
        }
        if self.actors[client].frozen_until.is_some() || !self.is_stormy() {
            return Ok(());
        }
        if self.dice.chance(self.scenario.closing) {
            return self.open_or_close(client);
        }
        if self.dice.chance(self.scenario.page_life) {
            self.live(client)
        } else {
            self.command(client)
        }
    }

    fn open_or_close(&mut self, client: usize) -> Result<(), Violation> {
        if self.actors[client].is_closed {
            return self.open(client);
        }
        self.close(client)?;
        match self.dice.chance(500) {
            true => self.open(client),
            false => Ok(()),
        }
    }

    pub(crate) fn open(&mut self, client: usize) -> Result<(), Violation> {
        self.note(client, || "opens".to_owned());
        let now = self.clock_of(client);
        let actor = &mut self.actors[client];
        actor.watch.nudged(now);
        actor.is_closed = false;
        actor.watch.opened(actor.client.status().phase);
        actor.client.open(now);
        self.drain_client(client)
    }

    pub(crate) fn close(&mut self, client: usize) -> Result<(), Violation> {
        self.note(client, || "closes".to_owned());
        let now = self.clock_of(client);
        let actor = &mut self.actors[client];
        actor.is_closed = true;
        actor.watch.closed();
        actor.client.close(now);
        self.drain_client(client)
    }

    pub(crate) fn subscribe(&mut self, client: usize, channel: usize) -> Result<(), Violation> {
        self.actors[client].subscriptions.push(channel);
        self.subscribe_to(client, CHANNELS[channel])
    }

    fn subscribe_to(&mut self, client: usize, name: &str) -> Result<(), Violation> {
        let pattern = Pattern::new(name).map_err(|e| Violation(e.to_string()))?;
        self.note(client, || format!("subscribes to {pattern}"));
        self.actors[client].client.subscribe(pattern);
        self.drain_client(client)
    }

    fn command(&mut self, client: usize) -> Result<(), Violation> {
        let now = self.clock_of(client);
        let phase = self.actors[client].client.status().phase;
        match self.dice.below(10) {
            0 | 1 => {
                let channel = self.dice.index(CHANNELS.len());
                self.subscribe(client, channel)
            }
            // Nobody publishes to it: it keeps the request for everything else in use.
            2..=6 => {
                self.next_pattern += 1;
                self.subscribe_to(client, &format!("/more/{}", self.next_pattern))
            }
            7 => {
                self.note(client, || "retries now".to_owned());
                self.actors[client].watch.hurried(now);
                self.actors[client].client.retry_now(now);
                self.drain_client(client)
            }
            // The application notices a stop and begins anew, some time.
            8 if phase == Phase::Stopped => self.open(client),
            _ => {
                self.note(client, || "has its credentials renewed".to_owned());
                self.actors[client].watch.nudged(now);
                self.actors[client].client.credentials_renewed(now);
                self.drain_client(client)
            }
        }
    }

    fn live(&mut self, client: usize) -> Result<(), Violation> {
        let short = self.dice.millis(100, 8_000);
        let long = self.dice.millis(8_000, 90_000);
        match self.dice.below(10) {
            0 | 1 => {
                self.actors[client].is_hidden = true;
                self.page(client, Page::Hidden)
            }
            2 | 3 => {
                self.actors[client].is_hidden = false;
                self.page(client, Page::Visible)
            }
            4 => {
                self.actors[client].is_offline = true;
                self.page(client, Page::Offline)
            }
            5 => {
                self.actors[client].is_offline = false;
                self.page(client, Page::Online)
            }
            6 => {
                self.page(client, Page::Frozen)?;
                let span = if self.dice.chance(500) { short } else { long };
                self.freeze(client, span);
                Ok(())
            }
            // Gone for good; who comes back opens it again.
            7 if self.dice.chance(200) => {
                let actor = &mut self.actors[client];
                actor.is_closed = true;
                actor.watch.closed();
                self.page(client, Page::Leaving { kept: false })
            }
            // Put away, and brought back.
            7 => {
                self.page(client, Page::Leaving { kept: true })?;
                self.freeze(client, long);
                Ok(())
            }
            // The machine sleeps: nothing is said before.
            8 => {
                self.freeze(client, long);
                Ok(())
            }
            // The clock is set right.
            _ => {
                self.actors[client].ahead += short;
                self.delays(client, short);
                self.rewind_timer(client);
                self.page(client, Page::ClockJumped)
            }
        }
    }

    pub(crate) fn page(&mut self, client: usize, page: Page) -> Result<(), Violation> {
        self.note(client, || format!("page: {page:?}"));
        let now = self.clock_of(client);
        self.actors[client].watch.nudged(now);
        self.hand_over(client, Input::Page(page))
    }

    fn freeze(&mut self, client: usize, span: Duration) {
        self.note(client, || format!("is frozen for {span:?}"));
        self.delays(client, span);
        self.actors[client].frozen_until = Some(self.now + span);
        self.after(span, Happening::Thaw(client));
    }

    /// What arrived while the client was frozen is handed over, before it is told that it runs
    /// again, or after, or without its being told.
    pub(crate) fn thaw(&mut self, client: usize) -> Result<(), Violation> {
        if self.actors[client].frozen_until.take().is_none() {
            return Ok(());
        }
        self.note(client, || "runs again".to_owned());
        let now = self.clock_of(client);
        self.actors[client].watch.nudged(now);
        let inbox = std::mem::take(&mut self.actors[client].inbox);
        let is_suspended = self.actors[client].client.status().phase == Phase::Suspended;
        let told = self.dice.below(4);
        if told == 0 {
            self.page(client, Page::Resumed)?;
        }
        for input in inbox {
            self.hand_over(client, input)?;
        }
        match told {
            0 => Ok(()),
            1 => self.page(client, Page::Resumed),
            2 => self.page(client, Page::ClockJumped),
            // A page that was put away is always told.
            _ if is_suspended => self.page(client, Page::Resumed),
            _ => self.hand_over(client, Input::Wake),
        }
    }
}
