//! What is told: changes on their way to the notification server, and to whoever watches.

use std::time::Duration;

use bayeux::{Channel, RawValue};
use tokio::time::Instant;

use super::Core;
use crate::log::{Entry, Kind};
use crate::steer::fault::{Action, Notification, Target};
use crate::wire;
use crate::world::PersonId;

impl Core {
    /// Publishes what changed, and hands out answers that are ready.
    pub(crate) fn settle(&mut self) {
        for change in self.world.drain_changes() {
            let (channel, data) = wire::message::message(&change, &self.format);
            self.publish(change.owner, channel, data);
        }
        while let Some(notification) = self.delivery.next_scheduled(Instant::now()) {
            self.tell(notification);
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
        // What nobody has ever waited for would bury the rest.
        if self.listeners.contains(&owner) {
            let to = self.world.number_of(owner).to_owned();
            let entry = Entry::new(Kind::Notification, channel.as_str());
            self.log.write(entry.who(to).body(data.get()));
        }
    }

    /// Tells `owner` something on `channel`, unless a fault has it otherwise.
    pub(crate) fn publish(&mut self, owner: PersonId, channel: Channel, data: Box<RawValue>) {
        self.tell(Notification {
            owner,
            channel,
            data,
        });
    }

    fn tell(&mut self, notification: Notification) {
        let to = self.world.number_of(notification.owner).to_owned();
        let struck = self.strike(Target::Notification {
            channel: &notification.channel,
            to: &to,
        });
        self.delivery.take(notification, &struck, Instant::now());
    }

    /// Tells `owner` that an operation which was accepted has failed after all. Faults strike that as
    /// they do everything that is told, once it is.
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

    /// What the faults that strike this do.
    pub(crate) fn strike(&mut self, target: Target<'_>) -> Vec<Action> {
        let struck = self.faults.strike(target, Instant::now());
        let log = |(name, action)| {
            let words = format!("{name} strikes {target}");
            self.log.write(Entry::new(Kind::Fault, &words));
            action
        };
        struck.into_iter().map(log).collect()
    }
}
