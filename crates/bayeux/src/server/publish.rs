//! Messages of clients: to all who subscribed to a channel, or, on a service channel, to the
//! application alone.
//!
//! | channel | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|---|
//! | none of the protocol's own | channel, data | clientId, id, ext | channel, successful | id, error, ext |
//!
//! Neither the publisher's client id nor the message's id reaches others; its `ext` does. A service's answer to a
//! message has its channel and its id: so CometD's *remote call* tells it from other messages.
//!
//! Assumption: a message without data is refused with `400::data_missing`. CometD passes it on,
//! and makes an event of it that the protocol doesn't allow.

use serde_json::value::RawValue;

use super::incoming::Incoming;
use super::policy::{Caller, Denied};
use super::queue::Haste;
use super::replies::Message;
use super::sessions::Key;
use super::{Event, Server};
use crate::channel::{Channel, Pattern};
use crate::message::ClientId;
use crate::time::Instant;

/// A message to a service.
#[derive(Clone, Debug)]
pub struct ServiceMessage {
    /// Whose session it came from.
    pub owner: String,
    /// The session.
    pub session: ClientId,
    /// The service's channel, below `/service/`.
    pub channel: Channel,
    /// What it says.
    pub data: Box<RawValue>,
    /// Its `ext`, if it has one.
    pub ext: Option<Box<RawValue>>,
    /// Its `id`, if it has one: with it [`Server::answer`] tells the client what it answers.
    pub id: Option<Box<RawValue>>,
}

/// A service's answer.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// It did what it was asked for.
    Result(&'a RawValue),
    /// It did not.
    Failure(&'a RawValue),
}

impl Server {
    pub(super) fn take_publish(
        &mut self,
        key: Key,
        message: &Incoming<'_>,
        now: Instant,
    ) -> Result<(), String> {
        let Ok(channel) = Channel::new(message.channel()) else {
            return Err("405::channel_invalid".to_owned());
        };
        let Some(session) = self.sessions.get(key) else {
            return Err("402::session_unknown".to_owned());
        };
        let (owner, client) = (session.owner.clone(), session.client.clone());
        let caller = Caller {
            owner: &owner,
            session: Some(&client),
        };
        let create = match channel.is_meta() {
            // Whatever the policy says: the protocol's own channels are not the application's.
            true => Err(Denied::default()),
            false if self.channels.exists(channel.as_str()) => Ok(()),
            false => {
                let pattern = Pattern::from(channel.clone());
                self.policy.can_create(caller, &pattern)
            }
        };
        create.map_err(|denied| format!("403:{}:channel_create_denied", denied.reason()))?;
        let data = message.data.ok_or("400::data_missing")?;
        self.policy
            .can_publish(caller, &channel, data)
            .map_err(|denied| format!("403:{}:publish_denied", denied.reason()))?;
        let period = self.options.sweep_period;
        self.channels.touch(channel.as_str(), period, now);
        if channel.is_service() {
            self.tell(Event::Service(ServiceMessage {
                owner,
                session: client,
                channel,
                data: data.to_owned(),
                ext: message.ext.map(ToOwned::to_owned),
                id: message.id.map(ToOwned::to_owned),
            }));
            return Ok(());
        }
        let hears_itself = self.options.broadcast_to_publisher;
        let mut subscribers = self.channels.subscribers(&channel);
        subscribers.retain(|subscriber| hears_itself || *subscriber != key);
        let event = Message {
            ext: message.ext,
            ..Message::new(&channel, data)
        };
        self.enqueue(subscribers, &channel, &event.to_json());
        Ok(())
    }

    /// Answers a message to a service. Tells whether its session is still there.
    pub fn answer(&mut self, message: &ServiceMessage, answer: Answer<'_>) -> bool {
        let (data, successful) = match answer {
            Answer::Result(data) => (data, true),
            Answer::Failure(data) => (data, false),
        };
        let channel = &message.channel;
        let answer = Message {
            id: message.id.as_deref(),
            successful: Some(successful),
            ..Message::new(channel, data)
        };
        let key = self.sessions.of_client(&message.session);
        if let Some(key) = key {
            self.enqueue_one(key, channel, answer.to_json(), Haste::Now);
        }
        key.is_some()
    }
}
