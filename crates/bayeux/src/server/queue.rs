//! The messages that wait for a session, including, with the *ack* extension, sent ones that are
//! not yet acknowledged.
//!
//! Each reply to a connect closes a batch and carries its number; a message belongs to the batch in
//! which it was queued. A connect names the last batch that was seen: messages of this or earlier
//! batches are dropped, and messages sent in a later one are sent again, in a batch with a new
//! number.
//!
//! Source: the CometD reference, *Message Acknowledgment Extension*.

use std::collections::VecDeque;
use std::sync::Arc;

/// A message as JSON, shared by all sessions that get it.
pub(super) type Json = Arc<str>;

#[derive(Debug)]
pub(super) struct Queue {
    messages: VecDeque<Queued>,
    /// The number of the open batch, if messages are acknowledged.
    batch: Option<i64>,
    /// Whether there is something for which a connect must not be held.
    is_urgent: bool,
}

#[derive(Debug)]
struct Queued {
    json: Json,
    batch: i64,
}

impl Queue {
    /// With `is_acknowledged`, messages are kept until they are acknowledged.
    pub(super) fn new(is_acknowledged: bool) -> Self {
        Self {
            messages: VecDeque::new(),
            batch: is_acknowledged.then_some(1),
            is_urgent: false,
        }
    }

    pub(super) fn is_acknowledged(&self) -> bool {
        self.batch.is_some()
    }

    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(super) fn push(&mut self, json: Json) {
        self.is_urgent = true;
        let batch = self.batch.unwrap_or_default();
        self.messages.push_back(Queued { json, batch });
    }

    /// The client has seen this batch and all before it.
    ///
    /// A number that was never sent counts as the last one that was. Assumption: CometD would drop
    /// messages that it has not sent yet.
    pub(super) fn acknowledge(&mut self, seen: i64) {
        let Some(open) = self.batch else {
            return;
        };
        let seen = seen.min(open - 1);
        while self.messages.front().is_some_and(|m| m.batch <= seen) {
            self.messages.pop_front();
        }
        // Messages sent after that did not arrive.
        self.is_urgent |= self.messages.front().is_some_and(|m| m.batch < open);
    }

    /// All messages, to be sent with the reply to a connect or a handshake, and the number of the
    /// batch that this closes.
    pub(super) fn close_batch(&mut self) -> (Vec<Json>, Option<i64>) {
        self.is_urgent = false;
        match &mut self.batch {
            None => (self.messages.drain(..).map(|m| m.json).collect(), None),
            Some(open) => {
                let closed = *open;
                *open += 1;
                let all = self.messages.iter().map(|m| m.json.clone()).collect();
                (all, Some(closed))
            }
        }
    }

    /// Whether there is something that must not wait.
    pub(super) fn is_urgent(&self) -> bool {
        self.is_urgent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(queue: &mut Queue, json: &str) {
        queue.push(json.into());
    }

    fn sent(queue: &mut Queue) -> (Vec<String>, Option<i64>) {
        let (messages, batch) = queue.close_batch();
        (messages.iter().map(|m| m.to_string()).collect(), batch)
    }

    #[test]
    fn without_acknowledgement_sent_messages_are_dropped() {
        let mut queue = Queue::new(false);
        push(&mut queue, "1");
        assert_eq!(sent(&mut queue), (vec!["1".to_owned()], None));
        queue.acknowledge(0);
        assert_eq!(sent(&mut queue), (vec![], None));
        assert!(!queue.is_urgent());
    }

    #[test]
    fn unsent_messages_can_not_be_acknowledged() {
        let mut queue = Queue::new(true);
        push(&mut queue, "1");
        queue.acknowledge(i64::MAX);
        assert_eq!(queue.len(), 1);
        assert_eq!(sent(&mut queue).1, Some(1));
        queue.acknowledge(i64::MIN);
        assert_eq!(queue.len(), 1);
    }
}
