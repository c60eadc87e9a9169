//! The network between tabs and server: delays, and which faults strike.

use bayeux::{Duration, Instant};

use super::exchange::{Purpose, SLOWEST};
use super::faults::{Delivery, Fate, Faults, Subject};
use crate::dice::Dice;

/// The network.
#[derive(Debug)]
pub(super) struct Network {
    dice: Dice,
    faults: Faults,
    last_delivery: Instant,
    /// How long a poll may take before a proxy cuts it, if one does.
    cut_after: Option<Duration>,
}

impl Network {
    pub(super) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let has_proxy = dice.chance(420);
        Self {
            cut_after: has_proxy.then(|| dice.millis(8_000, 40_000)),
            dice,
            faults: Faults::default(),
            last_delivery: Instant::default(),
        }
    }

    /// Begins a fault of requests, and returns its description.
    pub(super) fn disturb_requests(&mut self, now: Instant) -> String {
        self.faults.begin_with_requests(&mut self.dice, now)
    }

    /// Begins a fault of notifications, and returns its description.
    pub(super) fn disturb_notifications(&mut self, now: Instant) -> String {
        self.faults.begin_with_notifications(&mut self.dice, now)
    }

    /// No notification arrives until this time.
    pub(super) fn drop_notifications(&mut self, until: Instant) {
        self.faults.drop_all(until);
    }

    /// All faults end; a proxy stays.
    pub(super) fn calm_down(&mut self) {
        self.faults.cease();
    }

    pub(super) fn cut_after(&self) -> Option<Duration> {
        self.cut_after
    }

    /// The fault that strikes a request, if any.
    pub(super) fn request(&mut self, purpose: Purpose, now: Instant) -> Option<Fate> {
        self.faults.of_request(purpose, &mut self.dice, now)
    }

    /// The delay in one direction.
    pub(super) fn delay(&mut self, fate: Option<Fate>) -> Duration {
        match fate {
            Some(Fate::Slow) => self.dice.millis(1_000, SLOWEST),
            _ => self.dice.millis(1, 60),
        }
    }

    /// When a notification is delivered: once, twice or never. In order, apart from faults.
    pub(super) fn deliveries(&mut self, about: Subject, now: Instant) -> Vec<Instant> {
        let fault = self.faults.of_notification(about, &mut self.dice, now);
        let dice = &mut self.dice;
        let soon = dice.millis(0, 20);
        match fault {
            None => {
                self.last_delivery = self.last_delivery.max(now + soon);
                vec![self.last_delivery]
            }
            Some(Delivery::Dropped) => Vec::new(),
            Some(Delivery::Late) => vec![now + dice.millis(200, 30_000)],
            Some(Delivery::Shuffled) => vec![now + dice.millis(0, 3_000)],
            Some(Delivery::Twice) => vec![now + soon, now + dice.millis(10, 10_000)],
        }
    }
}
