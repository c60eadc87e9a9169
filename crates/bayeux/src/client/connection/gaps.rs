//! Which events the application may have missed, and whether it was informed.

use crate::client::event::{Event, Gap};
use crate::time::Instant;

/// Tracks missed events.
#[derive(Debug, Default)]
pub(in crate::client) struct Gaps {
    /// Whether the session acknowledges messages; none without a session.
    session_has_ack: Option<bool>,
    /// When the last answered poll was sent: everything published before has arrived.
    complete_until: Option<Instant>,
    /// Since when events may have been missed.
    missed_since: Option<Instant>,
    /// Whether `Event::Connected` was given since the connection was last interrupted.
    is_announced: bool,
}

impl Gaps {
    pub(super) fn session_began(&mut self, has_ack: bool) {
        self.session_has_ack = Some(has_ack);
    }

    /// Events that the server kept for the session are lost.
    pub(super) fn session_ended(&mut self, now: Instant) {
        if self.session_has_ack.take().is_some() {
            self.missed_from(self.complete_until_or(now));
        }
    }

    /// A poll that was sent at this time was answered successfully.
    pub(super) fn poll_answered(&mut self, sent_at: Instant) {
        self.complete_until = Some(sent_at);
    }

    /// Until when nothing can have been missed if a request sent at this time gets no response. An
    /// event published after the last answered poll was sent may be in any response: there may have
    /// been no poll out, or the server may have held the event back.
    pub(in crate::client) fn complete_until_or(&self, sent_at: Instant) -> Instant {
        self.complete_until.unwrap_or(sent_at)
    }

    /// A request sent at this time gets no response.
    pub(super) fn request_lost(&mut self, sent_at: Instant) {
        self.may_miss_since(self.complete_until_or(sent_at));
    }

    /// From this time on events may be missing, unless the session acknowledges messages.
    pub(in crate::client) fn may_miss_since(&mut self, from: Instant) {
        if self.session_has_ack == Some(false) {
            self.missed_from(from);
        }
    }

    /// From this time on events are missing.
    pub(in crate::client) fn missed_from(&mut self, from: Instant) {
        self.missed_since = Some(self.missed_since.map_or(from, |since| since.min(from)));
    }

    /// A command got no response; nothing published before `complete_until` is lost with it. If
    /// something may be lost, the connection is announced again although it continues.
    pub(in crate::client) fn command_lost(&mut self, complete_until: Instant) {
        self.may_miss_since(complete_until);
        self.is_announced &= self.missed_since.is_none();
    }

    /// The application closed the connection: there is nothing to report.
    pub(super) fn closed(&mut self) {
        self.session_has_ack = None;
        self.missed_since = None;
    }

    /// The event for a complete connection, unless it was returned already.
    pub(super) fn announce(
        &mut self,
        is_connected: bool,
        are_subscriptions_settled: bool,
        now: Instant,
    ) -> Option<Event> {
        self.is_announced &= is_connected;
        if self.is_announced || !is_connected || !are_subscriptions_settled {
            return None;
        }
        self.is_announced = true;
        let missed = self.missed_since.take();
        Some(Event::Connected {
            missed: missed.map(|from| Gap { from, to: now }),
        })
    }
}
