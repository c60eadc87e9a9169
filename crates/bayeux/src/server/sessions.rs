//! All sessions, with indices by client id, by owner, by held request, by due time, and by whether messages wait for a held
//! connect; and the number of held connects by browser.
//!
//! Sessions are numbered in the order in which they began, and processed in that order, so that a run depends only on its
//! inputs.

use std::collections::{BTreeMap, BTreeSet};

use super::channels::Channels;
use super::held::Connecting;
use super::options::Options;
use super::queue::Json;
use super::replies::{Reply, gone};
use super::session::{Crowd, Session};
use crate::channel::{Channel, Pattern};
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
    channels: Channels<Key>,
    by_client: BTreeMap<ClientId, Key>,
    by_owner: BTreeMap<String, BTreeSet<Key>>,
    by_exchange: BTreeMap<ExchangeId, Key>,
    /// The number of held connects, by browser.
    held_by_browser: BTreeMap<String, usize>,
    due: BTreeSet<(Instant, Key)>,
    /// Sessions with messages waiting for their held connect.
    urgent: BTreeSet<Key>,
}

/// The position of a session in the indices that change.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Marks {
    held: Option<ExchangeId>,
    due: Option<Instant>,
    is_urgent: bool,
}

impl Marks {
    fn of(session: &Session) -> Self {
        let held = session.held().map(|held| held.exchange());
        Self {
            held,
            due: session.due(),
            is_urgent: held.is_some() && session.is_urgent(),
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

    /// The subscribers of a channel.
    pub(super) fn subscribers(&self, channel: &Channel) -> Vec<Key> {
        self.channels.subscribers(channel).into_iter().collect()
    }

    /// The subscribers of a channel that belong to `owner`.
    pub(super) fn subscribers_of(&self, owner: &str, channel: &Channel) -> Vec<Key> {
        let is_subscribed = |key: &Key| self.all[key].is_subscribed(channel);
        let keys = self.by_owner.get(owner).into_iter().flatten();
        keys.copied().filter(is_subscribed).collect()
    }

    pub(super) fn of_exchange(&self, exchange: ExchangeId) -> Option<Key> {
        self.by_exchange.get(&exchange).copied()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        self.all.keys().copied()
    }

    /// Whether `most` other connects of the session's browser are held. Negative: any number is allowed.
    pub(super) fn is_crowded(&self, session: &Session, most: i32) -> bool {
        let held = self.held_by_browser.get(session.browser());
        let others = held.copied().unwrap_or(0) - usize::from(session.held().is_some());
        usize::try_from(most).is_ok_and(|most| others >= most)
    }

    /// When something is due next.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// A session for which something is due.
    pub(super) fn first_due(&self, now: Instant) -> Option<Key> {
        let (at, key) = self.due.first()?;
        (*at <= now).then_some(*key)
    }

    /// A session with messages waiting for its held connect.
    pub(super) fn first_urgent(&self) -> Option<Key> {
        self.urgent.first().copied()
    }

    pub(super) fn insert(&mut self, session: Session) -> Key {
        self.next += 1;
        let key = Key(self.next);
        self.by_client.insert(session.client().clone(), key);
        let of_owner = self.by_owner.entry(session.owner().to_owned());
        of_owner.or_default().insert(key);
        self.mark(key, session.browser(), Marks::of(&session));
        self.all.insert(key, session);
        key
    }

    /// Changes a session. This is the only way, which keeps the indices right.
    pub(super) fn update<T>(
        &mut self,
        key: Key,
        change: impl FnOnce(&mut Session) -> T,
    ) -> Option<T> {
        let mut session = self.all.remove(&key)?;
        let before = Marks::of(&session);
        let result = change(&mut session);
        let after = Marks::of(&session);
        if before != after {
            self.unmark(key, session.browser(), before);
            self.mark(key, session.browser(), after);
        }
        self.all.insert(key, session);
        Some(result)
    }

    /// The messages for a connect, and its reply.
    pub(super) fn answer(
        &mut self,
        session: Option<Key>,
        connect: Connecting,
        crowd: Crowd,
        options: &Options,
        now: Instant,
    ) -> (Vec<Json>, Reply) {
        match session.filter(|key| self.all.contains_key(key)) {
            Some(key) => self
                .update(key, |session| session.answer(connect, crowd, options, now))
                .unwrap_or_default(),
            // A message of the same request has ended it.
            None => {
                let mut reply = connect.into_reply();
                reply.advice = Some(gone());
                (Vec::new(), reply)
            }
        }
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<Session> {
        let session = self.all.remove(&key)?;
        self.unmark(key, session.browser(), Marks::of(&session));
        self.by_client.remove(session.client());
        for pattern in session.subscriptions() {
            self.channels.unsubscribe(pattern, key);
        }
        if let Some(keys) = self.by_owner.get_mut(session.owner()) {
            keys.remove(&key);
            if keys.is_empty() {
                self.by_owner.remove(session.owner());
            }
        }
        Some(session)
    }

    /// `/meta/subscribe`.
    ///
    /// | request MUST | request MAY | reply MUST | reply MAY |
    /// |---|---|---|---|
    /// | channel, clientId, subscription | ext, id | channel, successful, subscription | error, advice, ext, id, clientId, timestamp |
    ///
    /// Assumption: of several channels in one message, all are accepted or none. CometD accepts them one by one, and if it
    /// refuses one, those before it stay accepted.
    ///
    /// Returns whether they are accepted: a session has at most `most` subscriptions.
    pub(super) fn subscribe(
        &mut self,
        key: Key,
        patterns: &[Pattern],
        most: Option<usize>,
    ) -> bool {
        let is_taken = self.update(key, |session| session.subscribe(patterns, most));
        if is_taken == Some(true) {
            for pattern in patterns {
                self.channels.subscribe(pattern, key);
            }
        }
        is_taken == Some(true)
    }

    /// `/meta/unsubscribe`: like [`subscribe`](Self::subscribe).
    ///
    /// Assumption: CometD refuses it for a channel that was not used recently.
    pub(super) fn unsubscribe(&mut self, key: Key, patterns: &[Pattern]) {
        for pattern in patterns {
            self.channels.unsubscribe(pattern, key);
            self.update(key, |session| session.unsubscribe(pattern));
        }
    }

    fn mark(&mut self, key: Key, browser: &str, marks: Marks) {
        if let Some(exchange) = marks.held {
            self.by_exchange.insert(exchange, key);
            *self.held_by_browser.entry(browser.to_owned()).or_default() += 1;
        }
        if let Some(due) = marks.due {
            self.due.insert((due, key));
        }
        if marks.is_urgent {
            self.urgent.insert(key);
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
        self.urgent.remove(&key);
    }
}
