//! Hides outages of a few seconds: they change no text or button and are not announced. The
//! displayed connection follows the actual one, but leaves *live* only when an outage lasts.
//! Recurring outages are reported once: soon after one, the next may last longer before it is
//! shown.

use std::sync::Arc;

use bayeux::{Duration, Instant};

use super::{LinkPhase, LinkTrouble};
use crate::time::Moment;

/// How long an outage may last without being shown.
const OUTAGE: Duration = Duration::from_secs(4);
/// How long a check of the connection may take without being shown, if there is no sign of trouble:
/// a poll is tested after the page was hidden, or everything is read again.
const MAKING_SURE: Duration = Duration::from_secs(12);

/// How long an outage that was shown is remembered.
const RECENT: Duration = Duration::from_secs(60);

/// The phase of the connection, why, and until when.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Assessment {
    pub(crate) phase: LinkPhase,
    pub(crate) trouble: Option<Arc<LinkTrouble>>,
    pub(crate) next_try: Option<Instant>,
}

/// The displayed state of the connection.
#[derive(Debug, Default)]
pub(crate) struct Calm {
    shown: LinkPhase,
    /// Since when the actual state differs from the displayed one.
    lost: Option<Moment>,
    /// When the last outage ended that was shown, or came soon after one that was.
    ended: Option<Instant>,
    cuts: Cuts,
}

impl Calm {
    /// The state to display for the actual one. An outage that ended before it was shown leaves no
    /// trace.
    pub(crate) fn shown(&mut self, actual: Assessment, now: Moment) -> Assessment {
        let is_passing = matches!(actual.phase, LinkPhase::Reconnecting | LinkPhase::Starting)
            && self.shown.is_usable();
        if !is_passing {
            let was_shown = self.shown == LinkPhase::Reconnecting;
            let did_recur = self.lost.is_some_and(|lost| self.recurs(lost.at));
            if (was_shown || did_recur) && actual.phase.is_usable() {
                self.ended = Some(now.at);
            }
            self.shown = actual.phase;
            self.lost = None;
            return actual;
        }
        let lost = *self.lost.get_or_insert(now);
        if now.at < lost.at + self.patience(&actual, lost.at) {
            return Assessment {
                phase: self.shown,
                trouble: None,
                next_try: None,
            };
        }
        self.shown = actual.phase;
        actual
    }

    /// Whether the displayed state is kept up to date.
    pub(crate) fn is_usable(&self) -> bool {
        self.shown.is_usable()
    }

    /// When the connection was lost, if it is.
    pub(crate) fn lost(&self) -> Option<Moment> {
        self.lost
    }

    /// When a hidden outage is to be shown.
    pub(crate) fn wake_at(&self, actual: &Assessment) -> Option<Instant> {
        let lost = self.lost.filter(|_| self.shown.is_usable())?;
        Some(lost.at + self.patience(actual, lost.at))
    }

    fn patience(&self, actual: &Assessment, lost: Instant) -> Duration {
        match actual.trouble {
            Some(_) if !self.recurs(lost) => OUTAGE,
            _ => MAKING_SURE,
        }
    }

    /// Whether an outage that began at `lost` follows soon after another.
    fn recurs(&self, lost: Instant) -> bool {
        self.ended.is_some_and(|at| lost.since(at) < RECENT)
    }

    /// A poll was cut off, `after` it was sent.
    pub(crate) fn poll_was_cut(&mut self, after: Duration) -> Option<Duration> {
        self.cuts.add(after)
    }

    /// A poll was answered, `after` it was sent.
    pub(crate) fn poll_was_answered(&mut self, after: Duration) {
        self.cuts.answered(after);
    }
}

/// Detects that something in between cuts every poll after the same time.
#[derive(Debug, Default)]
struct Cuts {
    latest: [Option<Duration>; 3],
    is_told: bool,
}

impl Cuts {
    /// A poll that ended sooner was not held: it failed for another reason.
    const HELD: Duration = Duration::from_secs(5);

    /// A poll was answered after a time at which it should have been cut.
    fn answered(&mut self, after: Duration) {
        let margin = Duration::from_secs(2);
        if self
            .latest
            .iter()
            .flatten()
            .any(|cut| *cut + margin < after)
        {
            self.latest = [None; 3];
        }
    }

    /// Adds a cut. Returns the time once it is certain, the first time only.
    fn add(&mut self, after: Duration) -> Option<Duration> {
        if after < Self::HELD {
            return None;
        }
        self.latest.rotate_left(1);
        self.latest[2] = Some(after);
        let [Some(a), Some(b), Some(c)] = self.latest else {
            return None;
        };
        let (least, most) = (a.min(b).min(c), a.max(b).max(c));
        let is_regular = most - least <= least / 4 + Duration::from_secs(1);
        if self.is_told || !is_regular {
            return None;
        }
        self.is_told = true;
        Some(least)
    }
}
