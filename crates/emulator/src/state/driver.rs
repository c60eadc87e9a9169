//! Advances the state: runs what is due, in order, and wakes when the next thing is due.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Core, Shared, millis};
use crate::log::{Entry, Kind};
use crate::steer::script::Player;

impl Core {
    /// Runs what is due, publishes what changed, and completes requests that can be answered.
    pub(crate) fn pump(&mut self) {
        for fault in self.faults.expire(Instant::now()) {
            self.log
                .write(Entry::new(Kind::Fault, &format!("{fault} is over")));
        }
        let end = millis(self.began.elapsed().mul_f64(self.speed));
        loop {
            // Until the next step of the script, which sees the state of that time.
            let script_due = self.script.as_ref().and_then(Player::next_due);
            let due = script_due.map_or(end, |due| due.clamp(self.time, end));
            self.time = due;
            self.world.advance(due - self.day_began);
            self.settle();
            let has_played = self.play_due_steps();
            if due == end && !has_played {
                break;
            }
        }
    }

    /// When something will be due.
    fn next_due(&self) -> Option<Instant> {
        let to_instant = |time: u64| {
            // Rounded up: if woken early, the driver would spin.
            let real = Duration::from_millis(time).div_f64(self.speed);
            self.began + real + Duration::from_millis(1)
        };
        let world = self.world.next_due().map(|due| self.day_began + due);
        let script = self.script.as_ref().and_then(Player::next_due);
        let notifications = self.notifications.wake_at();
        [
            world.map(to_instant),
            script.map(to_instant),
            notifications.map(|due| self.began + Duration::from_millis(due.as_millis())),
            self.delivery.next_due(),
            self.faults.next_due(),
        ]
        .into_iter()
        .flatten()
        .min()
    }
}

/// Advances the state whenever something is due. Runs until it is dropped.
pub(crate) async fn driver(shared: Arc<Shared>) {
    loop {
        let due = {
            let mut core = shared.core.lock().unwrap_or_else(PoisonError::into_inner);
            core.pump();
            core.next_due()
        };
        let wake = shared.wake.notified();
        match due {
            Some(due) => {
                tokio::select! {
                    () = tokio::time::sleep_until(due) => {}
                    () = wake => {}
                }
            }
            None => wake.await,
        }
    }
}
