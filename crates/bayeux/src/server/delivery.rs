//! What the application tells its clients.
//!
//! A message waits in its session's queue for a response to ride on: if a connect is held, that
//! is ended for it, unless the message is lazy. Messages given before the next
//! [`Server::poll`] travel together.

use core::time::Duration;

use serde_json::value::RawValue;

use super::Server;
use super::policy::{Caller, QueueMaxed};
use super::queue::{Haste, Json};
use super::replies::Message;
use super::sessions::Key;
use crate::channel::{Channel, Pattern};
use crate::message::ClientId;

impl Server {
    /// Gives a message to every session of `owner` that subscribed to `channel`.
    pub fn deliver(&mut self, owner: &str, channel: &Channel, data: &RawValue) {
        let wants = |key: &Key| self.sessions.get(*key).is_some_and(|s| s.wants(channel));
        let keys: Vec<Key> = self.sessions.of_owner(owner).filter(wants).collect();
        if !keys.is_empty() {
            self.enqueue(keys, channel, &Message::new(channel, data).to_json());
        }
    }

    /// Gives a message to one session, whether or not it subscribed to `channel`. Tells whether
    /// there is such a session.
    pub fn deliver_to(&mut self, session: &ClientId, channel: &Channel, data: &RawValue) -> bool {
        let key = self.sessions.of_client(session);
        self.enqueue(key, channel, &Message::new(channel, data).to_json());
        key.is_some()
    }

    /// Gives a message to every session that subscribed to `channel`.
    pub fn publish(&mut self, channel: &Channel, data: &RawValue) {
        let subscribers = self.channels.subscribers(channel);
        if !subscribers.is_empty() {
            self.enqueue(subscribers, channel, &Message::new(channel, data).to_json());
        }
    }

    /// Makes messages on the channels that `pattern` takes in lazy: they end no held connect, but
    /// go with the next response, at the latest after `timeout`, or `maxLazyTimeout` if there is
    /// none.
    pub fn set_lazy(&mut self, pattern: &Pattern, timeout: Option<Duration>) {
        self.channels.set_lazy(pattern, timeout);
    }

    pub(super) fn enqueue(
        &mut self,
        keys: impl IntoIterator<Item = Key>,
        channel: &Channel,
        json: &Json,
    ) {
        let haste = self.haste(channel);
        for key in keys {
            self.enqueue_one(key, channel, json.clone(), haste);
        }
    }

    pub(super) fn enqueue_one(&mut self, key: Key, channel: &Channel, json: Json, haste: Haste) {
        let Some(session) = self.sessions.get(key) else {
            return;
        };
        let limit = self.options.max_queue;
        if limit.is_some_and(|limit| session.queue.len() >= limit) {
            let caller = Caller {
                owner: &session.owner,
                session: Some(&session.client),
            };
            match self.policy.queue_maxed(caller, channel) {
                QueueMaxed::Queue => {}
                QueueMaxed::Discard => return,
                QueueMaxed::Disconnect => return self.end(key, None),
            }
        }
        self.sessions.update(key, &self.options, |session| {
            session.queue.push(json, haste)
        });
    }

    fn haste(&self, channel: &Channel) -> Haste {
        let Some(timeout) = self.channels.laziness(channel) else {
            return Haste::Now;
        };
        let timeout = timeout.filter(|timeout| !timeout.is_zero());
        let timeout = timeout.unwrap_or(self.options.max_lazy_timeout);
        match timeout.is_zero() {
            true => Haste::Now,
            false => Haste::Lazy(timeout),
        }
    }
}
