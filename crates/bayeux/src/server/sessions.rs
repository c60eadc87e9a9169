//! All sessions, and the ways to find some of them without looking at all: by client id, by owner,
//! by the request that is held, by what is due, by what wants to be answered, and how many of a
//! browser have a connect held.
//!
//! Sessions are numbered in the order in which they began, and everything goes in that order, so
//! a run depends on nothing but what happened.

use std::collections::{BTreeMap, BTreeSet};

use super::options::Options;
use super::session::Session;
use crate::exchange::ExchangeId;
use crate::message::ClientId;
use crate::time::Instant;

/// The number of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(u64);

#[derive(Debug, Default)]
pub(super) struct Sessions {
    next: u64,
    all: BTreeMap<Key, Session>,
    by_client: BTreeMap<ClientId, Key>,
    by_owner: BTreeMap<String, BTreeSet<Key>>,
    by_exchange: BTreeMap<ExchangeId, Key>,
    /// How many connects are held, by browser.
    held_by_browser: BTreeMap<String, usize>,
    due: BTreeSet<(Instant, Key)>,
    awake: BTreeSet<Key>,
}

/// Under what a session is to be found, apart from what never changes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Marks {
    held: Option<ExchangeId>,
    due: Option<Instant>,
    is_awake: bool,
}

impl Marks {
    fn of(session: &Session, options: &Options) -> Self {
        let held = session.held.as_ref().map(|held| held.exchange);
        Self {
            held,
            due: session.due(options),
            is_awake: held.is_some() && session.queue.is_urgent(),
        }
    }
}

impl Sessions {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn held_count(&self) -> usize {
        self.by_exchange.len()
    }

    pub(super) fn get(&self, key: Key) -> Option<&Session> {
        self.all.get(&key)
    }

    pub(super) fn of_client(&self, client: &ClientId) -> Option<Key> {
        self.by_client.get(client).copied()
    }

    pub(super) fn of_owner(&self, owner: &str) -> impl Iterator<Item = Key> {
        self.by_owner.get(owner).into_iter().flatten().copied()
    }

    pub(super) fn of_exchange(&self, exchange: ExchangeId) -> Option<Key> {
        self.by_exchange.get(&exchange).copied()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        self.all.keys().copied()
    }

    /// How many connects of that browser are held.
    pub(super) fn held_by(&self, browser: &str) -> usize {
        self.held_by_browser.get(browser).copied().unwrap_or(0)
    }

    /// When the next session is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// A session that is due.
    pub(super) fn first_due(&self, now: Instant) -> Option<Key> {
        let (at, key) = self.due.first()?;
        (*at <= now).then_some(*key)
    }

    /// A session whose held connect has something new to be told.
    pub(super) fn first_awake(&self) -> Option<Key> {
        self.awake.first().copied()
    }

    pub(super) fn insert(&mut self, session: Session, options: &Options) -> Key {
        self.next += 1;
        let key = Key(self.next);
        self.by_client.insert(session.client.clone(), key);
        let owners = self.by_owner.entry(session.owner.clone());
        owners.or_default().insert(key);
        let marks = Marks::of(&session, options);
        let browser = session.browser.clone();
        self.all.insert(key, session);
        self.mark(key, &browser, marks);
        key
    }

    /// Changes a session; the only way to do so.
    pub(super) fn update<T>(
        &mut self,
        key: Key,
        options: &Options,
        change: impl FnOnce(&mut Session) -> T,
    ) -> Option<T> {
        let session = self.all.get_mut(&key)?;
        let before = Marks::of(session, options);
        let result = change(session);
        let after = Marks::of(session, options);
        if before != after {
            let browser = match before.held.is_some() == after.held.is_some() {
                // Not looked at.
                true => String::new(),
                false => session.browser.clone(),
            };
            self.unmark(key, &browser, before);
            self.mark(key, &browser, after);
        }
        Some(result)
    }

    pub(super) fn remove(&mut self, key: Key, options: &Options) -> Option<Session> {
        let session = self.all.remove(&key)?;
        self.unmark(key, &session.browser, Marks::of(&session, options));
        self.by_client.remove(&session.client);
        if let Some(keys) = self.by_owner.get_mut(&session.owner) {
            keys.remove(&key);
            if keys.is_empty() {
                self.by_owner.remove(&session.owner);
            }
        }
        Some(session)
    }

    fn mark(&mut self, key: Key, browser: &str, marks: Marks) {
        if let Some(exchange) = marks.held {
            self.by_exchange.insert(exchange, key);
            *self.held_by_browser.entry(browser.to_owned()).or_default() += 1;
        }
        if let Some(due) = marks.due {
            self.due.insert((due, key));
        }
        if marks.is_awake {
            self.awake.insert(key);
        }
    }

    fn unmark(&mut self, key: Key, browser: &str, marks: Marks) {
        if let Some(exchange) = marks.held {
            self.by_exchange.remove(&exchange);
            if let Some(count) = self.held_by_browser.get_mut(browser) {
                *count -= 1;
                if *count == 0 {
                    self.held_by_browser.remove(browser);
                }
            }
        }
        if let Some(due) = marks.due {
            self.due.remove(&(due, key));
        }
        self.awake.remove(&key);
    }
}
