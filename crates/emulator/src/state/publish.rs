//! Publishes changes as notifications, subject to faults, and logs them.

use std::time::Duration;

use bayeux::{Channel, RawValue};
use tokio::time::Instant;

use super::Core;
use crate::log::{Entry, Kind};
use crate::steer::fault::{Action, Notification, Target};
use crate::wire;
use crate::world::PersonId;

impl Core {
    /// Publishes what changed, and completes the requests that can be answered.
    pub(crate) fn settle(&mut self) {
        for change in self.world.drain_changes() {
            let (channel, data) = wire::message::message(&change, &self.format);
            self.publish(change.owner, channel, data);
        }
        while let Some(notification) = self.delivery.next_scheduled(Instant::now()) {
            self.send(notification);
        }
        while let Some(notification) = self.delivery.next(Instant::now()) {
            self.deliver(notification);
        }
        let now = self.now();
        self.notifications.settle(now);
    }

    fn deliver(&mut self, notification: Notification) {
        let Notification {
            owner,
            channel,
            data,
        } = notification;
        let user = self.world.user_id(owner).as_str();
        self.notifications.deliver(user, &channel, &data);
        // Users who never connected are not logged.
        if self.subscribers.contains(&owner) {
            let to = self.world.number_of(owner).to_owned();
            let entry = Entry::new(Kind::Notification, channel.as_str());
            self.log.write(entry.who(to).body(data.get()));
        }
    }

    /// Publishes `data` to `owner` on `channel`, subject to the faults.
    pub(crate) fn publish(&mut self, owner: PersonId, channel: Channel, data: Box<RawValue>) {
        self.send(Notification {
            owner,
            channel,
            data,
        });
    }

    fn send(&mut self, notification: Notification) {
        let to = self.world.number_of(notification.owner).to_owned();
        let struck = self.strike(Target::Notification {
            channel: &notification.channel,
            to: &to,
        });
        self.delivery.take(notification, &struck, Instant::now());
    }

    /// Publishes to `owner` that an accepted operation has failed. Faults apply when it is sent.
    pub(crate) fn publish_error(&mut self, owner: PersonId, error: Option<&str>, after: Duration) {
        let device = self.world.device_id(owner);
        let (channel, data) = wire::message::error_message(device, error, &self.format);
        let notification = Notification {
            owner,
            channel,
            data,
        };
        self.delivery.schedule(Instant::now() + after, notification);
    }

    /// The actions of the faults that strike `target`.
    pub(crate) fn strike(&mut self, target: Target<'_>) -> Vec<Action> {
        let struck = self.faults.strike(target, Instant::now());
        let log = |(name, action)| {
            let text = format!("{name} strikes {target}");
            self.log.write(Entry::new(Kind::Fault, &text));
            action
        };
        struck.into_iter().map(log).collect()
    }
}
