//! How long to wait after a failure.

use crate::duration::Duration;
use crate::rng::Rng;

/// Exponential back-off with full jitter: the n-th failure in a row waits for anything between
/// nothing and `base · 2ⁿ`, capped, so that clients of a restarted server do not return all at once.
///
/// ```
/// # use bayeux::{Backoff, Duration};
/// let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30), 17);
/// assert!(backoff.fail() <= Duration::from_secs(1));
/// assert!(backoff.fail() <= Duration::from_secs(2));
/// backoff.reset();
/// assert_eq!(backoff.failures(), 0);
/// ```
#[derive(Clone, Debug)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
    failures: u32,
    rng: Rng,
}

impl Backoff {
    /// No failure yet. `seed` spreads the waits: give each a different one.
    pub fn new(base: Duration, cap: Duration, seed: u64) -> Self {
        Self {
            base,
            cap,
            failures: 0,
            rng: Rng::new(seed),
        }
    }

    /// Counts a failure; returns how long to wait.
    pub fn fail(&mut self) -> Duration {
        self.fail_after(Duration::ZERO)
    }

    /// Counts a failure whose response asks to wait for `asked`; returns how long to wait, never less.
    /// Adds the wait for the failure itself or up to a quarter of `asked`, whichever range is larger,
    /// so that clients that were asked for the same wait do not return at once.
    pub fn fail_after(&mut self, asked: Duration) -> Duration {
        let most = self.base.saturating_mul(1 << self.failures).min(self.cap);
        self.failures = (self.failures + 1).min(31);
        asked + self.rng.up_to(most.max(asked / 4))
    }

    /// After a success: the next failure counts as the first.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// Failures in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }
}
