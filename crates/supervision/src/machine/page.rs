//! The life of the page around the machine: it is hidden and shown, loses and regains the network,
//! sleeps, goes away.

use core::time::Duration;

use bayeux::{Instant, Page};

use super::Machine;
use super::link::Standing;
use super::reads::Read;

impl Machine {
    /// Takes what happened to the page. After an absence the connection is made sure of rather
    /// than trusted, and what waits is tried now.
    pub fn page(&mut self, page: Page, now: Instant) {
        const LONG: Duration = Duration::from_secs(30);
        match page {
            Page::Hidden => self.hidden_since = Some(now),
            Page::Visible => {
                let hidden = self.hidden_since.take();
                if hidden.is_some_and(|since| now.since(since) >= LONG) {
                    self.make_sure(now);
                }
            }
            Page::Online | Page::Resumed | Page::ClockJumped => self.make_sure(now),
            Page::Leaving { kept: false } => return self.close(now),
            Page::Offline | Page::Frozen | Page::Leaving { kept: true } => {}
        }
        self.bayeux.handle(bayeux::Input::Page(page), now);
    }

    fn make_sure(&mut self, now: Instant) {
        match self.sign_in.standing {
            Standing::Idle => self.start(now),
            Standing::Asking | Standing::Unknown => self.reads.want(Read::Me, now),
            Standing::Known => self.reads.hurry(now),
        }
    }
}
