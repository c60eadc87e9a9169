//! What the application tells its clients.
//!
//! A message waits in its session's queue for a response to ride on: if a connect is held, that
//! is ended for it. Messages given before the next [`Server::poll`] travel together.

use serde_json::value::RawValue;

use super::Server;
use super::queue::Json;
use super::replies::Message;
use super::sessions::Key;
use crate::channel::Channel;
use crate::message::ClientId;

impl Server {
    /// Gives a message to every session of `owner` that subscribed to `channel`.
    pub fn deliver(&mut self, owner: &str, channel: &Channel, data: &RawValue) {
        let wants = |key: &Key| self.sessions.get(*key).is_some_and(|s| s.wants(channel));
        let keys: Vec<Key> = self.sessions.of_owner(owner).filter(wants).collect();
        if !keys.is_empty() {
            self.enqueue(keys, &Message::new(channel, data).to_json());
        }
    }

    /// Gives a message to one session, whether or not it subscribed to `channel`. Tells whether
    /// there is such a session.
    pub fn deliver_to(&mut self, session: &ClientId, channel: &Channel, data: &RawValue) -> bool {
        let key = self.sessions.of_client(session);
        self.enqueue(key, &Message::new(channel, data).to_json());
        key.is_some()
    }

    /// Gives a message to every session that subscribed to `channel`.
    pub fn publish(&mut self, channel: &Channel, data: &RawValue) {
        let subscribers = self.channels.subscribers(channel);
        if !subscribers.is_empty() {
            self.enqueue(subscribers, &Message::new(channel, data).to_json());
        }
    }

    pub(super) fn enqueue(&mut self, keys: impl IntoIterator<Item = Key>, json: &Json) {
        for key in keys {
            let Some(session) = self.sessions.get(key) else {
                continue;
            };
            let limit = self.options.max_queue;
            if limit.is_some_and(|limit| session.queue.len() >= limit) {
                self.end(key, None);
                continue;
            }
            self.sessions.update(key, &self.options, |session| {
                session.queue.push(json.clone());
            });
        }
    }
}
