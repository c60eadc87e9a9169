//! Scheduled events, by time and then by insertion, so that a seed determines the run.

use std::collections::BTreeMap;

use bayeux::Instant;

use crate::violation::Violation;

/// The maximum number of steps without progress of time: far more than events can be due at once.
const STEPS_AT_A_TIME: u32 = 1_000;

/// Scheduled events.
#[derive(Debug)]
pub(crate) struct Schedule<T> {
    queue: BTreeMap<(Instant, u64), T>,
    sequence: u64,
    steps: u32,
}

impl<T> Default for Schedule<T> {
    fn default() -> Self {
        Self {
            queue: BTreeMap::new(),
            sequence: 0,
            steps: 0,
        }
    }
}

impl<T> Schedule<T> {
    /// Schedules an event.
    pub(crate) fn at(&mut self, at: Instant, event: T) {
        self.sequence += 1;
        self.queue.insert((at, self.sequence), event);
    }

    /// When the next event is due.
    pub(crate) fn next_at(&self) -> Option<Instant> {
        self.queue.keys().next().map(|(at, _)| *at)
    }

    /// Takes out the next event that is due.
    pub(crate) fn due(&mut self, now: Instant) -> Option<T> {
        let entry = self.queue.first_entry()?;
        (entry.key().0 <= now).then(|| entry.remove())
    }

    /// Cancels events.
    pub(crate) fn cancel(&mut self, is_cancelled: impl Fn(&T) -> bool) {
        self.queue.retain(|_, event| !is_cancelled(event));
    }

    /// Advances time from `now` to `at`. An error if it stands still for too many steps.
    pub(crate) fn go_on(&mut self, now: Instant, at: Instant) -> Result<Instant, Violation> {
        self.steps = if at > now { 0 } else { self.steps + 1 };
        match self.steps > STEPS_AT_A_TIME {
            true => Err(Violation(
                "time stands still: a timer that is always due".to_owned(),
            )),
            false => Ok(now.max(at)),
        }
    }
}
