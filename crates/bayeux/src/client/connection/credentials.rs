//! When the application last renewed its credentials, and how soon they are used.

use crate::backoff::Backoff;
use crate::client::config::Config;
use crate::duration::Duration;
use crate::time::Instant;

/// Renewals of credentials.
#[derive(Debug)]
pub(super) struct Credentials {
    backoff: Backoff,
    renewed_at: Instant,
}

impl Credentials {
    pub(super) fn new(config: &Config, seed: u64) -> Self {
        Self {
            backoff: Backoff::new(config.backoff, config.max_backoff, seed),
            renewed_at: Instant::default(),
        }
    }

    /// They were renewed; returns the delay before they are used: none if the previous ones were
    /// accepted.
    pub(super) fn renewed(&mut self, now: Instant) -> Duration {
        self.renewed_at = now;
        let is_first = self.backoff.failures() == 0;
        let delay = self.backoff.fail();
        if is_first { Duration::ZERO } else { delay }
    }

    /// A connect was answered successfully.
    pub(super) fn accepted(&mut self) {
        self.backoff.reset();
    }

    /// Whether they were renewed since a request was sent.
    pub(super) fn are_newer_than(&self, sent_at: Instant) -> bool {
        sent_at < self.renewed_at
    }
}
