//! Publishes that wait to be sent, within the limits of [`Config`].

use std::collections::VecDeque;

use serde_json::value::RawValue;

use super::config::Config;
use super::outcome::{NotSent, Token};
use crate::channel::Channel;

/// A publish that waits.
#[derive(Debug)]
pub(super) struct Publish {
    pub(super) token: Token,
    pub(super) channel: Channel,
    pub(super) data: Box<RawValue>,
}

impl Publish {
    fn size(&self) -> usize {
        self.channel.as_str().len() + self.data.get().len()
    }
}

/// Publishes in the order they were made.
#[derive(Debug)]
pub(super) struct PublishQueue {
    waiting: VecDeque<Publish>,
    max_message_size: usize,
    max_request_size: usize,
    max_queue: usize,
}

impl PublishQueue {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            waiting: VecDeque::new(),
            max_message_size: config.max_message_size,
            max_request_size: config.max_request_size,
            max_queue: config.max_queue,
        }
    }

    /// Queues a publish, or says why not. `sent` others are out.
    pub(super) fn push(&mut self, publish: Publish, sent: usize) -> Result<(), NotSent> {
        let (size, limit) = (publish.size(), self.max_message_size);
        if publish.channel.is_meta() {
            return Err(NotSent::WrongChannel);
        }
        if size > limit {
            return Err(NotSent::TooLarge { size, limit });
        }
        if self.waiting.len() + sent >= self.max_queue {
            let limit = self.max_queue;
            return Err(NotSent::QueueFull { limit });
        }
        self.waiting.push_back(publish);
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Takes those that fit into one request; at least one.
    pub(super) fn take_batch(&mut self) -> Vec<Publish> {
        let limit = self.max_request_size;
        let mut room = limit;
        let fits = |publish: &&Publish| {
            let fits = publish.size() <= room || room == limit;
            room = room.saturating_sub(publish.size());
            fits
        };
        let count = self.waiting.iter().take_while(fits).count();
        self.waiting.drain(..count).collect()
    }

    /// Takes all.
    pub(super) fn take_all(&mut self) -> impl Iterator<Item = Publish> {
        self.waiting.drain(..)
    }
}
