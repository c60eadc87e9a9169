//! What faults make of notifications on their way from the world to the notification server:
//! nothing, mostly. Pure: time comes in.

use std::collections::{BTreeMap, VecDeque};

use bayeux::{Channel, RawValue};
use tokio::time::Instant;

use super::kinds::Fault;
use crate::world::PersonId;

/// How many notifications may be held back; beyond that the oldest are delivered at once.
const MOST: usize = 10_000;

/// A notification on its way.
#[derive(Clone, Debug)]
pub(crate) struct Notification {
    /// For whom.
    pub(crate) owner: PersonId,
    /// On which channel.
    pub(crate) channel: Channel,
    /// What it says.
    pub(crate) data: Box<RawValue>,
}

/// The one time in messages: when the server made them.
const TIMESTAMP: &str = "\"serverGenerationTimestamp\":";

impl Notification {
    /// The same as from a server whose clock is so many milliseconds ahead.
    pub(crate) fn with_clock_ahead(self, by: i64) -> Self {
        let text = self.data.get();
        let Some((before, rest)) = text.split_once(TIMESTAMP).filter(|_| by != 0) else {
            return self;
        };
        let end = rest.find(|next: char| !next.is_ascii_digit());
        let (time, after) = rest.split_at(end.unwrap_or(rest.len()));
        let Ok(time) = time.parse::<u64>() else {
            return self;
        };
        let time = time.saturating_add_signed(by);
        // A number in the place of a number: it is JSON as it was.
        match RawValue::from_string(format!("{before}{TIMESTAMP}{time}{after}")) {
            Ok(data) => Self { data, ..self },
            Err(_) => self,
        }
    }
}

/// The way from the world to the notification server.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    /// What is yet to be told, in the order of its times: no fault has seen it.
    to_come: BTreeMap<(Instant, u64), Notification>,
    /// What can be delivered now, in order.
    ready: VecDeque<Notification>,
    /// What waits for its time, in the order of those times.
    later: BTreeMap<(Instant, u64), Notification>,
    taken: u64,
    /// What waits for another to overtake it, and until when at most.
    overtaken: BTreeMap<PersonId, (Instant, Notification)>,
}

impl Delivery {
    /// Keeps something that is to be told then.
    pub(crate) fn expect(&mut self, due: Instant, notification: Notification) {
        self.taken += 1;
        self.to_come.insert((due, self.taken), notification);
    }

    /// What is to be told by now, and has not been.
    pub(crate) fn come(&mut self, now: Instant) -> Option<Notification> {
        let is_too_much = self.to_come.len() > MOST;
        let first = self.to_come.first_entry()?;
        (first.key().0 <= now || is_too_much).then(|| first.remove())
    }

    /// Takes a notification that these faults have struck.
    pub(crate) fn take(&mut self, notification: Notification, struck: &[Fault], now: Instant) {
        let mut copies = 1;
        let mut due = now;
        let mut waits = None;
        for fault in struck {
            match fault {
                Fault::DropNotifications {} => return,
                Fault::DuplicateNotifications { copies: often } => copies = often.number(),
                Fault::DelayNotifications { by } => due += by.duration(),
                Fault::ReorderNotifications { within } => waits = Some(now + within.duration()),
                _ => {}
            }
        }
        let owner = notification.owner;
        let overtaken = self.overtaken.remove(&owner);
        if let (Some(until), None) = (waits, &overtaken) {
            self.overtaken.insert(owner, (until, notification));
            return;
        }
        for copy in std::iter::repeat_n(notification, copies.into()) {
            self.deliver_at(due, copy, now);
        }
        if let Some((_, overtaken)) = overtaken {
            self.deliver_at(due, overtaken, now);
        }
    }

    /// Delivers a notification at that time.
    fn deliver_at(&mut self, due: Instant, notification: Notification, now: Instant) {
        if due <= now {
            self.ready.push_back(notification);
            return;
        }
        self.taken += 1;
        self.later.insert((due, self.taken), notification);
        while self.later.len() > MOST {
            let oldest = self.later.pop_first();
            self.ready
                .extend(oldest.map(|(_, notification)| notification));
        }
    }

    /// The next one to be delivered.
    pub(crate) fn next(&mut self, now: Instant) -> Option<Notification> {
        while let Some(first) = self
            .later
            .first_entry()
            .filter(|first| first.key().0 <= now)
        {
            let notification = first.remove();
            self.ready.push_back(notification);
        }
        let lonely = self
            .overtaken
            .iter()
            .find(|(_, (until, _))| *until <= now)
            .map(|(&owner, _)| owner);
        let lonely = lonely.and_then(|owner| self.overtaken.remove(&owner));
        self.ready
            .extend(lonely.map(|(_, notification)| notification));
        self.ready.pop_front()
    }

    /// When the next one is to be told or delivered.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let to_come = self.to_come.first_key_value().map(|(&(due, _), _)| due);
        let later = self.later.first_key_value().map(|(&(due, _), _)| due);
        let overtaken = self.overtaken.values().map(|&(until, _)| until).min();
        [to_come, later, overtaken].into_iter().flatten().min()
    }
}
