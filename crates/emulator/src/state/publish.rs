//! What is told: changes on their way to the notification server, and to whoever watches.

use std::time::Duration;

use bayeux::{Channel, RawValue};
use tokio::time::Instant;

use super::Core;
use crate::faults::{Fault, Notification, Target};
use crate::journal::Happened;
use crate::wire;
use crate::world::{PersonId, What};

impl Core {
    /// Publishes what changed, and hands out answers that are ready.
    pub(crate) fn settle(&mut self) {
        for change in self.world.drain_changes() {
            self.journal.write(Happened::WorldEvent {
                who: self.world.number_of(change.owner).to_owned(),
                what: in_words(&change.what),
            });
            let (channel, data) = wire::message::message(&change, self.world.style());
            self.publish(change.owner, channel, data);
        }
        while let Some(notification) = self.delivery.come(Instant::now()) {
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
        } = notification.with_clock_ahead(self.clock_skew());
        let user = self.world.user_id(owner).as_str();
        self.notifications.deliver(user, &channel, &data);
        // What nobody has ever waited for would bury the rest.
        if self.listeners.contains(&owner) {
            self.journal.write(Happened::Notification {
                to: self.world.number_of(owner).to_owned(),
                channel: channel.as_str().to_owned(),
                data,
            });
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
        // Also without any fault: one that is over may have left something to be overtaken.
        self.delivery.take(notification, &struck, Instant::now());
    }

    /// Tells `owner` that an operation which was accepted has failed after all. Faults strike that as
    /// they do everything that is told, once it is.
    pub(crate) fn publish_error(&mut self, owner: PersonId, error: Option<&str>, after: Duration) {
        let device = self.world.device_id(owner);
        let (channel, data) =
            wire::message::error_message(device, self.world.base(), error, self.world.style());
        let notification = Notification {
            owner,
            channel,
            data,
        };
        self.delivery.expect(Instant::now() + after, notification);
    }

    /// By how much clocks are wrong, in milliseconds.
    pub(crate) fn clock_skew(&self) -> i64 {
        let skews = self.faults.standing().map(|fault| match fault {
            Fault::ClockSkew { by } => by.millis(),
            _ => 0,
        });
        skews.sum()
    }

    /// The faults that strike this.
    pub(crate) fn strike(&mut self, target: Target<'_>) -> Vec<Fault> {
        let struck = self.faults.strike(target, Instant::now());
        for fault in &struck {
            self.journal.write(Happened::Fault {
                fault: fault.name(),
                struck: target.to_string(),
            });
        }
        struck
    }
}

/// A change in words, for the journal.
fn in_words(what: &What) -> String {
    match what {
        What::Device(device) => {
            let device = &device.resource;
            let mut words = match &device.user_state {
                Some(state) => state.state.to_string(),
                None => "LoggedOut".to_owned(),
            };
            if let Some(gws::MonitoringState::Known(found)) = &device.supervisor_monitoring_state {
                let target = found.phone_number.as_deref().unwrap_or("somebody");
                words += &format!(", monitors {target}, {}, {}", found.scope, found.mode);
            }
            words
        }
        What::Channel(_) => "channel changed for a supervisor".to_owned(),
        What::Call(call, _) => {
            let call = &call.resource;
            let others: Vec<_> = call
                .participants
                .iter()
                .map(|participant| participant.digits.as_str())
                .collect();
            format!("call with {} {}", others.join(" and "), call.state)
        }
    }
}
