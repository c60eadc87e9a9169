//! The life of the page around the client: it is hidden and shown, loses and regains the network,
//! sleeps, is put away and comes back, or goes for good.
//!
//! | what happened | client |
//! |---|---|
//! | hidden, frozen | goes on: responses arrive in a hidden page, too |
//! | visible | makes sure of the connection, if the page was hidden for long |
//! | offline | goes on trying, and says why it is in vain |
//! | online, resumed, clock jumped | makes sure of the connection |
//! | leaving, kept | aborts everything, so that a browser can keep the page; says no good-bye |
//! | leaving for good | says good-bye by a request that outlives the page |
//!
//! To make sure means: a poll that is out may be dead without anybody having noticed, so it is
//! replaced by one that asks for an answer at once; and whatever waits is tried now, unless the server
//! has asked for patience.

use core::time::Duration;

use super::{Client, Phase, Reason};
use crate::time::Instant;

/// Younger than this, a request is taken to be alive.
const YOUNG: Duration = Duration::from_secs(2);

/// Something that happened to the page (or the process) the client lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// It can't be seen. Timers may be throttled, or stopped.
    Hidden,
    /// It can be seen again.
    Visible,
    /// The platform says that there is no network.
    Offline,
    /// The platform says that there may be one again.
    Online,
    /// Nothing will run for a while.
    Frozen,
    /// It runs again.
    Resumed,
    /// The clock and the time that was counted differ: the machine slept, or was set right.
    ClockJumped,
    /// It is left.
    Leaving {
        /// Whether it may come back as it is (a browser's back/forward cache).
        kept: bool,
    },
}

/// Tells when a page is back from an absence in which connections may have died unnoticed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Absence {
    hidden_since: Option<Instant>,
}

impl Absence {
    /// From here on, being hidden is being absent.
    const LONG: Duration = Duration::from_secs(30);

    /// Whether this ends an absence: a page that was hidden for 30 s or more is shown, runs again,
    /// has a network again, or finds that its clock jumped.
    pub fn is_over_with(&mut self, page: Page, now: Instant) -> bool {
        match page {
            Page::Hidden => {
                self.hidden_since.get_or_insert(now);
                false
            }
            Page::Visible => {
                let lasts_long = self.lasts_long(now);
                self.hidden_since = None;
                lasts_long
            }
            Page::Online | Page::Resumed | Page::ClockJumped => true,
            Page::Offline | Page::Frozen | Page::Leaving { .. } => false,
        }
    }

    /// Whether the page is hidden, and was for that long.
    pub(crate) fn lasts_long(&self, now: Instant) -> bool {
        let hidden = self.hidden_since;
        hidden.is_some_and(|since| now.since(since) >= Self::LONG)
    }
}

impl Client {
    pub(super) fn take_page(&mut self, page: Page, now: Instant) {
        let is_over = self.absence.is_over_with(page, now);
        match page {
            Page::Offline => self.is_offline = true,
            Page::Online => self.is_offline = false,
            Page::Leaving { kept: true } => self.suspend(now),
            Page::Leaving { kept: false } => self.close(now),
            Page::Hidden | Page::Visible | Page::Frozen | Page::Resumed | Page::ClockJumped => {}
        }
        let is_shown = page == Page::Visible && self.status.phase == Phase::Suspended;
        if is_over || is_shown {
            // By a clock that jumped nobody can tell how old a request is.
            let is_young_enough = page != Page::ClockJumped;
            self.make_sure(is_young_enough, now);
        }
    }

    /// A timer that is this late slept with the machine.
    pub(super) fn has_slept(&self, now: Instant) -> bool {
        const LATE: Duration = Duration::from_secs(10);
        self.wake_at().is_some_and(|at| now.since(at) >= LATE)
    }

    /// Makes sure of the connection. A request that left a moment ago may be spared: it will tell
    /// just as well.
    pub(super) fn make_sure(&mut self, spares_young: bool, now: Instant) {
        match self.status.phase {
            Phase::Waiting => self.hurry(now),
            Phase::Suspended => self.resume(Duration::ZERO, None, now),
            Phase::Connected | Phase::Connecting | Phase::Handshaking => {
                self.replace_poll(spares_young, now);
            }
            Phase::Idle | Phase::Stopped | Phase::CredentialsNeeded => {}
        }
    }

    /// Tries sooner than planned, but not while the server has asked for patience, and not several
    /// times in a moment: networks come and go in fits.
    fn hurry(&mut self, now: Instant) {
        let not_before = self.hurried_at.map_or(now, |at| at + YOUNG);
        let at = not_before.max(now);
        if self.next_poll.is_some_and(|(planned, _)| planned > at) {
            self.hurried_at = Some(at);
            let reason = self.status.reason.take();
            self.resume(at.since(now), reason, now);
        }
    }

    /// Gives up a poll that is out for a while, and sends one that is answered at once.
    fn replace_poll(&mut self, spares_young: bool, now: Instant) {
        let old = self.poll.as_ref().map(|request| request.sent_at);
        let is_spared = |sent_at: &Instant| spares_young && now.since(*sent_at) < YOUNG;
        if let Some(sent_at) = old.filter(|sent_at| !is_spared(sent_at)) {
            self.abort_poll();
            self.connect_ended = now;
            self.may_miss_since(self.complete_until_or(sent_at));
            self.announced = false;
            self.resume(Duration::ZERO, Some(Reason::Doubt), now);
        }
    }

    /// Lets go of everything but the session.
    fn suspend(&mut self, now: Instant) {
        let is_at_work = matches!(
            self.status.phase,
            Phase::Handshaking | Phase::Connecting | Phase::Connected | Phase::Waiting
        );
        if !is_at_work {
            if self.status.phase != Phase::Idle {
                // Else it is the good-bye, which is to outlive the page.
                self.abort_commands();
            }
            return;
        }
        self.may_miss_since(self.complete_until_or(now));
        self.abort_poll();
        self.abort_commands();
        self.next_poll = None;
        self.connect_ended = now;
        self.announced = false;
        self.set_phase(Phase::Suspended, None, now);
    }
}
