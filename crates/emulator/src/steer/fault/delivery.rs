//! Notifications between the world and the notification server, where faults delay, drop or copy
//! them. Pure: time is an argument.

use std::collections::{BTreeMap, VecDeque};

use bayeux::{Channel, RawValue};
use tokio::time::Instant;

use super::action::Action;
use crate::world::PersonId;

/// The maximum number of delayed notifications; beyond it the oldest are delivered at once.
const MAX: usize = 10_000;

/// A notification before delivery.
#[derive(Clone, Debug)]
pub(crate) struct Notification {
    /// The user it is for.
    pub(crate) owner: PersonId,
    /// The channel.
    pub(crate) channel: Channel,
    /// Its data.
    pub(crate) data: Box<RawValue>,
}

/// The queues between the world and the notification server.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    /// To be published later, by time; not subject to faults yet.
    scheduled: Queue,
    /// Ready to be delivered, in order.
    ready: VecDeque<Notification>,
    /// Delayed by faults, by time.
    delayed: Queue,
    count: u64,
}

/// By time, and in order within the same time.
type Queue = BTreeMap<(Instant, u64), Notification>;

impl Delivery {
    /// Keeps a notification that is to be published at `due`.
    pub(crate) fn schedule(&mut self, due: Instant, notification: Notification) {
        self.count += 1;
        self.scheduled.insert((due, self.count), notification);
    }

    /// The next scheduled notification whose time has come.
    pub(crate) fn next_scheduled(&mut self, now: Instant) -> Option<Notification> {
        pop_due(&mut self.scheduled, now)
    }

    /// Adds a notification that faults strike with these actions.
    pub(crate) fn take(&mut self, notification: Notification, struck: &[Action], now: Instant) {
        let mut copies = 1;
        let mut due = now;
        for action in struck {
            match action {
                Action::Drop {} => return,
                Action::Copy { copies: often } => copies = *often,
                Action::Delay { by } => due += by.duration(),
                _ => {}
            }
        }
        for copy in std::iter::repeat_n(notification, copies.into()) {
            if due <= now {
                self.ready.push_back(copy);
            } else {
                self.count += 1;
                self.delayed.insert((due, self.count), copy);
            }
        }
    }

    /// The next notification to be delivered.
    pub(crate) fn next(&mut self, now: Instant) -> Option<Notification> {
        while let Some(notification) = pop_due(&mut self.delayed, now) {
            self.ready.push_back(notification);
        }
        self.ready.pop_front()
    }

    /// When the next one is to be published or delivered.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let first = |queue: &Queue| queue.first_key_value().map(|(&(due, _), _)| due);
        [first(&self.scheduled), first(&self.delayed)]
            .into_iter()
            .flatten()
            .min()
    }
}

/// The first of a queue, if its time has come or the queue is too long.
fn pop_due(queue: &mut Queue, now: Instant) -> Option<Notification> {
    let is_too_long = queue.len() > MAX;
    let first = queue.first_entry()?;
    (first.key().0 <= now || is_too_long).then(|| first.remove())
}
