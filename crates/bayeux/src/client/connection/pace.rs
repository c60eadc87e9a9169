//! Two limits on the rate of polls, whatever a server answers.

use crate::duration::Duration;
use crate::time::Instant;

/// Limits handshakes: `burst` at once, then one every `refill`, in case a server loses sessions as fast
/// as it grants them.
#[derive(Debug)]
pub(super) struct Budget {
    burst: u32,
    refill: Duration,
    /// When the budget is full again.
    full_at: Instant,
}

impl Budget {
    pub(super) fn new(burst: u32, refill: Duration) -> Self {
        Self {
            burst: burst.max(1),
            refill,
            full_at: Instant::default(),
        }
    }

    /// The earliest time at or after `now` at which a handshake is allowed.
    pub(super) fn next(&self, now: Instant) -> Instant {
        let credit = self.refill.saturating_mul(self.burst - 1);
        self.full_at.before(credit).max(now)
    }

    pub(super) fn spend(&mut self, now: Instant) {
        self.full_at = self.full_at.max(now) + self.refill;
    }
}

/// Limits connects that a server answers at once and without events. The first few in a row are not
/// delayed.
#[derive(Debug, Default)]
pub(super) struct Floor {
    /// Consecutive connects that were not held and brought no events.
    empty: u32,
}

impl Floor {
    /// An advised interval that needs no further limit.
    const EASY: Duration = Duration::from_millis(250);
    /// A connect that takes longer was held.
    const HELD: Duration = Duration::from_secs(1);
    const FREE: u32 = 4;
    const MOST: Duration = Duration::from_secs(2);

    /// How long to wait after a connect that the server was allowed to hold for `asked`, that took
    /// `took`, and that brought events or not. `interval` is the advised one.
    pub(super) fn after(
        &mut self,
        asked: Duration,
        took: Duration,
        interval: Duration,
        events: bool,
    ) -> Duration {
        let is_held = took >= (asked / 2).clamp(Self::EASY, Self::HELD);
        if is_held || interval >= Self::EASY {
            self.empty = 0;
        } else if events {
            // Events set the pace.
            self.empty = self.empty.min(Self::FREE);
        } else {
            self.empty = self.empty.saturating_add(1);
        }
        match self.empty.checked_sub(Self::FREE) {
            None | Some(0) => Duration::ZERO,
            Some(over) => Duration::from_millis(50)
                .saturating_mul(1_u32.checked_shl(over).unwrap_or(u32::MAX))
                .min(Self::MOST),
        }
    }
}
