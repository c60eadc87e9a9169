//! The life of the page around the machine: it is hidden and shown, loses and regains the network,
//! sleeps, goes away.

use core::time::Duration;

use bayeux::Instant;

use super::Machine;
use super::link::Standing;
use super::reads::Read;

/// Something that happened to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// It can't be seen. Timers may be throttled, or stopped.
    Hidden,
    /// It can be seen again.
    Visible,
    /// There is a network again, or the page came back from the browser's cache.
    Back,
    /// It goes away and will not come back.
    Gone,
}

impl Machine {
    /// Takes what happened to the page. After an absence the connection is made sure of rather
    /// than trusted: an old poll may be dead without anybody having noticed.
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
            Page::Back => self.make_sure(now),
            Page::Gone => self.close(now),
        }
    }

    fn make_sure(&mut self, now: Instant) {
        match self.sign_in.standing {
            Standing::Idle => self.start(now),
            Standing::Asking | Standing::Unknown => self.reads.want(Read::Me, now),
            Standing::Known => {
                self.bayeux.probe(now);
                self.reads.hurry(now);
            }
        }
    }
}
