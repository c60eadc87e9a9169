//! How fast the client may ask: two limits that hold whatever a server answers.

use core::time::Duration;

use crate::time::Instant;

/// A bound on handshakes: `burst` at once, then one every `refill`. A server may lose sessions as
/// fast as it grants them; each handshake costs it something.
#[derive(Debug)]
pub(super) struct Budget {
    burst: u32,
    refill: Duration,
    /// When the budget will be full again.
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

    /// The earliest time at or after `now` at which one may be spent.
    pub(super) fn next(&self, now: Instant) -> Instant {
        let credit = self.refill.saturating_mul(self.burst - 1);
        self.full_at.before(credit).max(now)
    }

    pub(super) fn spend(&mut self, now: Instant) {
        self.full_at = self.full_at.max(now) + self.refill;
    }
}

/// A floor under the rate of connects that bring nothing: a server that answers each at once must
/// not be asked hundreds of times a second. The first few are free, as after a handshake.
#[derive(Debug, Default)]
pub(super) struct Floor {
    /// Connects in a row that were answered at once, without events.
    empty: u32,
}

impl Floor {
    /// A connect that ends sooner than this was not held.
    const HELD: Duration = Duration::from_millis(200);
    const FREE: u32 = 4;
    const MOST: Duration = Duration::from_secs(2);

    /// How long to wait after a connect that took `took` and brought events or not.
    pub(super) fn after(&mut self, took: Duration, events: bool) -> Duration {
        if took >= Self::HELD {
            self.empty = 0;
        } else if events {
            // As fast as the server has news.
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
