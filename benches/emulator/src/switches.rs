//! What is published, and what was said to whom when. Monitoring is switched on for one agent after
//! another, and off between them, so that each of the server's messages can be told from the others.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Result, ensure};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// What a message says: the number of the agent who is listened to, or none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Said(pub(crate) Option<String>);

/// The first agent's number.
const FIRST_AGENT: usize = 6001;

pub(crate) struct Switches {
    /// Everything since the last tally, in order, and when it was due.
    published: Mutex<Vec<(Said, Instant)>>,
    /// How many were ever published.
    so_far: AtomicUsize,
    /// By seat: what a browser has heard since the last tally.
    heard: Vec<Mutex<Vec<(Said, Instant)>>>,
    /// How many messages are still on their way, over all browsers.
    outstanding: AtomicUsize,
    nothing_outstanding: Notify,
}

/// What came of some switches.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// From when each was due to when each browser had it, from the shortest to the longest.
    pub(crate) latencies: Vec<Duration>,
    pub(crate) lost: usize,
    pub(crate) twice: usize,
    /// How many browsers heard everything once, but not in order.
    pub(crate) out_of_order: usize,
}

impl Switches {
    pub(crate) fn new(browsers: usize) -> Self {
        Self {
            published: Mutex::default(),
            so_far: AtomicUsize::new(0),
            heard: (0..browsers).map(|_| Mutex::default()).collect(),
            outstanding: AtomicUsize::new(0),
            nothing_outstanding: Notify::new(),
        }
    }

    /// What to publish next. It counts as published.
    pub(crate) fn next(&self, due: Instant) -> Said {
        let number = self.so_far.fetch_add(1, Ordering::Relaxed);
        let is_on = number.is_multiple_of(2);
        let said = Said(is_on.then(|| (FIRST_AGENT + number / 2).to_string()));
        self.outstanding
            .fetch_add(self.heard.len(), Ordering::Relaxed);
        lock(&self.published).push((said.clone(), due));
        said
    }

    /// A browser was told something.
    pub(crate) fn heard(&self, seat: usize, said: Said, now: Instant) {
        lock(&self.heard[seat]).push((said, now));
        // What comes twice makes others seem to have come; the tally tells.
        if self.outstanding.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.nothing_outstanding.notify_one();
        }
    }

    /// Waits until as many messages have come as were to come.
    pub(crate) async fn everybody_knows(&self) {
        while self.outstanding.load(Ordering::Relaxed) != 0 {
            self.nothing_outstanding.notified().await;
        }
    }

    /// Compares what was said with what was heard, and forgets both.
    pub(crate) fn tally(&self) -> Result<Tally> {
        let published = std::mem::take(&mut *lock(&self.published));
        ensure!(!published.is_empty(), "nothing was published");
        let mut tally = Tally::default();
        for browser in &self.heard {
            let heard = std::mem::take(&mut *lock(browser));
            let in_order = published.iter().map(|(said, _)| said);
            if heard.iter().map(|(said, _)| said).eq(in_order) {
                let both = published.iter().zip(&heard);
                let latencies = both.map(|((_, due), (_, came))| came.duration_since(*due));
                tally.latencies.extend(latencies);
            } else {
                tally.compare(&published, &heard);
            }
        }
        tally.latencies.sort_unstable();
        Ok(tally)
    }
}

impl Tally {
    fn compare(&mut self, published: &[(Said, Instant)], heard: &[(Said, Instant)]) {
        let mut balance: HashMap<&Said, isize> = HashMap::new();
        for (said, _) in published {
            *balance.entry(said).or_default() += 1;
        }
        for (said, _) in heard {
            *balance.entry(said).or_default() -= 1;
        }
        let (lost, twice) = (self.lost, self.twice);
        for difference in balance.into_values() {
            if difference > 0 {
                self.lost += difference.unsigned_abs();
            } else {
                self.twice += difference.unsigned_abs();
            }
        }
        if (lost, twice) == (self.lost, self.twice) {
            self.out_of_order += 1;
        }
    }

    /// The latency that so many of a hundred do not exceed.
    pub(crate) fn percentile(&self, of_hundred: usize) -> Option<Duration> {
        let place = (self.latencies.len() * of_hundred).div_ceil(100);
        self.latencies.get(place.saturating_sub(1)).copied()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing can panic while it is held.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switches(count: usize) -> (Switches, Vec<Said>) {
        let switches = Switches::new(1);
        let said = (0..count).map(|_| switches.next(Instant::now())).collect();
        (switches, said)
    }

    #[track_caller]
    fn check(hear: impl Fn(&mut Vec<Said>), lost: usize, twice: usize, out_of_order: usize) {
        let (switches, mut said) = switches(5);
        hear(&mut said);
        for said in said {
            switches.heard(0, said, Instant::now());
        }
        let tally = switches.tally().expect("something was published");
        assert_eq!(
            (tally.lost, tally.twice, tally.out_of_order),
            (lost, twice, out_of_order)
        );
        let is_whole = lost + twice + out_of_order == 0;
        assert_eq!(tally.latencies.len(), if is_whole { 5 } else { 0 });
    }

    #[test]
    fn what_is_lost_or_comes_twice_or_too_early_is_noticed() {
        check(|_| {}, 0, 0, 0);
        check(|heard| drop(heard.remove(3)), 1, 0, 0);
        check(|heard| heard.push(heard[4].clone()), 0, 1, 0);
        check(|heard| heard[2] = heard[0].clone(), 1, 1, 0);
        check(|heard| heard.swap(0, 2), 0, 0, 1);
    }

    #[test]
    fn a_percentile_is_a_latency_that_was_measured() {
        let tally = Tally {
            latencies: (1..=200).map(Duration::from_millis).collect(),
            ..Tally::default()
        };
        assert_eq!(tally.percentile(50), Some(Duration::from_millis(100)));
        assert_eq!(tally.percentile(99), Some(Duration::from_millis(198)));
        assert_eq!(tally.percentile(100), Some(Duration::from_millis(200)));
        assert_eq!(Tally::default().percentile(50), None);
    }
}
