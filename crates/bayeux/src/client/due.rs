//! What may begin now, and when to look again: one place has it from all the times and deadlines of the
//! client, as they are at that moment.

use super::{Client, Event, Phase, Step};
use crate::time::Instant;

impl Client {
    /// Begins whatever may begin now.
    pub(super) fn proceed(&mut self, now: Instant) {
        if self.poll.is_none()
            && let Some((at, step)) = self.poll_due()
            && at <= now
        {
            self.next_poll = None;
            match step {
                Step::Handshake => self.send_handshake(now),
                Step::Connect => self.send_connect(now),
            }
        }
        self.send_commands(now);
        self.announce_if_connected(now);
        if self.subscriptions_are_settled() {
            self.command_trouble = None;
        }
        let next_try = self.next_try();
        let is_connected = self.status.phase == Phase::Connected;
        let has_reason = is_connected && self.status.reason != self.command_trouble;
        if has_reason {
            self.status.reason.clone_from(&self.command_trouble);
        }
        if has_reason || self.status.next_try != next_try {
            // Advice may have moved it.
            self.status.next_try = next_try;
            self.events.push_back(Event::StatusChanged);
        }
    }

    /// When the next attempt is made, if one is waited for.
    pub(super) fn next_try(&self) -> Option<Instant> {
        match self.status.phase {
            Phase::Waiting => self.poll_due().map(|(at, _)| at),
            Phase::Connected if self.command_trouble.is_some() => {
                self.has_commands_to_send().then(|| self.commands_due())
            }
            _ => None,
        }
    }

    /// When the next poll is to begin, by the advice as it is now: it may have changed since that
    /// was planned.
    pub(super) fn poll_due(&self) -> Option<(Instant, Step)> {
        let (at, step) = self.next_poll?;
        let interval = self.advised_interval().unwrap_or_default();
        let due = at.max(self.connect_ended + interval).max(self.busy_until);
        Some((due, step))
    }

    /// When something is to be done next, if nothing happens before.
    pub(super) fn wake_at(&self) -> Option<Instant> {
        let deadlines = [
            self.poll.as_ref().map(|request| request.deadline),
            self.command.as_ref().map(|request| request.deadline),
            // While a poll is out, the next one waits for it.
            self.poll_due()
                .filter(|_| self.poll.is_none())
                .map(|(at, _)| at),
            self.has_commands_to_send().then(|| self.commands_due()),
        ];
        deadlines.into_iter().flatten().min()
    }
}
