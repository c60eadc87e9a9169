//! Messages of clients: to all who subscribed to a channel. What is said on a service channel is
//! taken, and reaches nobody: there are no services here.
//!
//! | channel | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|---|
//! | none of the protocol's own | channel, data | clientId, id, ext | channel, successful | id, error, ext |
//!
//! Neither the publisher's client id nor the message's id reaches others; its `ext` does.
//!
//! Assumption: a message without data is refused with `400::data_missing`. CometD passes it on,
//! and makes an event of it that the protocol doesn't allow.

use super::Server;
use super::incoming::Incoming;
use super::replies::Message;
use super::sessions::Key;
use crate::channel::Channel;
use crate::time::Instant;

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
        let name = channel.as_str();
        if channel.is_meta() {
            return Err("403:denied_by_security_policy:channel_create_denied".to_owned());
        }
        if !self.channels.exists(name) && name.len() > self.options.limits.channel_name {
            return Err("403:channel_name_too_long:channel_create_denied".to_owned());
        }
        let data = message.data.ok_or("400::data_missing")?;
        self.channels.touch(name, self.options.sweep_period, now);
        if channel.is_service() {
            return Ok(());
        }
        let hears_itself = self.options.broadcast_to_publisher;
        let mut subscribers = self.channels.subscribers(&channel);
        subscribers.retain(|subscriber| hears_itself || *subscriber != key);
        let event = Message {
            ext: message.ext,
            ..Message::new(&channel, data)
        };
        self.enqueue(subscribers, &event.to_json());
        Ok(())
    }
}
