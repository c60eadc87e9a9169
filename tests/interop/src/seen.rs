//! Observations of a driven client.

use bayeux::{Counters, Event, Gap, Status};
use serde_json::Value;

/// Observations of a client so far.
#[derive(Debug, Default)]
pub struct Seen {
    /// The status of the connection.
    pub status: Status,
    /// The client's counters.
    pub counters: Counters,
    /// Its events, in order.
    pub events: Vec<Event>,
    /// The number of pending requests.
    pub requests: usize,
    /// The first message of each request that was sent.
    pub sent: Vec<Value>,
}

impl Seen {
    /// The data of the messages on channels with this prefix.
    pub fn messages(&self, prefix: &str) -> Vec<Value> {
        let of = |event: &Event| match event {
            Event::Message(message) if message.channel.as_str().starts_with(prefix) => {
                Some(serde_json::from_str(message.data.get()).expect("data that was read is JSON"))
            }
            _ => None,
        };
        self.events.iter().filter_map(of).collect()
    }

    /// The gap of each connection.
    pub fn connections(&self) -> Vec<Option<Gap>> {
        let of = |event: &Event| match event {
            Event::Connected { missed } => Some(*missed),
            _ => None,
        };
        self.events.iter().filter_map(of).collect()
    }

    /// The patterns of subscriptions that were refused, and the errors.
    pub fn refused_subscriptions(&self) -> Vec<(String, String)> {
        let of = |event: &Event| match event {
            Event::SubscriptionRefused { pattern, error } => {
                Some((pattern.to_string(), error.to_string()))
            }
            _ => None,
        };
        self.events.iter().filter_map(of).collect()
    }
}
