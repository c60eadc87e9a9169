//! The life of the page (or process) that the client lives in.
//!
//! | event | client |
//! |---|---|
//! | hidden, frozen | continues: responses arrive in a hidden page, too |
//! | visible | checks the connection, if the page was hidden for long |
//! | offline | keeps trying, with that as the reason |
//! | online, resumed, clock jumped | checks the connection |
//! | leaving, kept | aborts every request, so that a browser can keep the page; sends no disconnect |
//! | leaving for good | sends a disconnect that outlives the page |
//!
//! Checking the connection: a poll that is out may be dead unnoticed, so it is replaced by one that
//! asks for an immediate reply; a scheduled retry is made now, unless the server asked to wait.

use crate::duration::Duration;
use crate::time::Instant;

/// A request younger than this is assumed to be alive.
const YOUNG: Duration = Duration::from_secs(2);
/// A timer this late was suspended together with the computer.
const LATE: Duration = Duration::from_secs(10);

/// Something that happened to the page (or the process) the client lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// It is no longer visible. Timers may be throttled, or stopped.
    Hidden,
    /// It is visible again.
    Visible,
    /// The platform reports that there is no network.
    Offline,
    /// The platform reports that there may be a network again.
    Online,
    /// Nothing will run for a while.
    Frozen,
    /// It runs again.
    Resumed,
    /// Wall clock and monotonic clock disagree: the computer slept, or the clock was set.
    ClockJumped,
    /// The user leaves it.
    Leaving {
        /// Whether it may come back as it is (a browser's back/forward cache).
        kept: bool,
    },
}

/// Detects the end of an absence in which connections may have died unnoticed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Absence {
    hidden_since: Option<Instant>,
}

impl Absence {
    /// Being hidden this long counts as an absence.
    const LONG: Duration = Duration::from_secs(30);

    /// Whether this ends an absence: a page that was hidden for 30 s or more is visible, runs again,
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

    /// Whether the page has been hidden that long.
    pub(crate) fn lasts_long(&self, now: Instant) -> bool {
        let hidden = self.hidden_since;
        hidden.is_some_and(|since| now.since(since) >= Self::LONG)
    }
}

/// The known state of the page.
#[derive(Debug, Default)]
pub(super) struct PageLife {
    absence: Absence,
    is_offline: bool,
    /// When a retry was last brought forward.
    hurried_at: Option<Instant>,
}

/// The client's reaction to a page event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    /// Nothing.
    Ignore,
    /// Check the connection. A young poll may be spared where its age is known.
    Check { spare_young: bool },
    /// Abort everything but the session.
    Suspend,
    /// Send a disconnect.
    Close,
}

impl PageLife {
    /// Takes an event.
    pub(super) fn handle(&mut self, page: Page, is_suspended: bool, now: Instant) -> Reaction {
        let is_over = self.absence.is_over_with(page, now);
        match page {
            Page::Offline => self.is_offline = true,
            Page::Online => self.is_offline = false,
            Page::Leaving { kept: true } => return Reaction::Suspend,
            Page::Leaving { kept: false } => return Reaction::Close,
            Page::Hidden | Page::Visible | Page::Frozen | Page::Resumed | Page::ClockJumped => {}
        }
        match is_over || (page == Page::Visible && is_suspended) {
            // After a clock jump the age of a request is unknown.
            true => Reaction::Check {
                spare_young: page != Page::ClockJumped,
            },
            false => Reaction::Ignore,
        }
    }

    /// Whether the platform reports that there is no network.
    pub(super) fn is_offline(&self) -> bool {
        self.is_offline
    }

    /// When a retry that is scheduled for `planned` should be made instead, if that is sooner: at
    /// most once every two seconds, because networks may flap.
    pub(super) fn bring_forward(&mut self, planned: Instant, now: Instant) -> Option<Instant> {
        let earliest = self.hurried_at.map_or(now, |at| at + YOUNG).max(now);
        (planned > earliest).then(|| *self.hurried_at.insert(earliest))
    }
}

/// Whether a request sent at this time is too young to be dead.
pub(super) fn is_young(sent_at: Instant, now: Instant) -> bool {
    now.since(sent_at) < YOUNG
}

/// Whether a timer due at this time is so late that the computer must have slept.
pub(super) fn has_slept(wake_at: Option<Instant>, now: Instant) -> bool {
    wake_at.is_some_and(|at| now.since(at) >= LATE)
}
