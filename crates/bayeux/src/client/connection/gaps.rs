//! Which events the application may have missed, and whether it was informed.

use crate::client::event::{Event, Gap};
use crate::time::Instant;

/// Tracks what may have been missed.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    /// When the poll was sent that was answered last: everything published before has arrived.
    complete_until: Option<Instant>,
    /// Since when events may have been missed.
    missed_since: Option<Instant>,
    /// Whether `Event::Connected` was given since the last failure.
    is_announced: bool,
}

impl Gaps {
    /// A poll that was sent then was answered successfully.
    pub(super) fn poll_answered(&mut self, sent_at: Instant) {
        self.complete_until = Some(sent_at);
    }

    /// Until when nothing can have been missed if a request that was sent then gets no response.
    /// An event published after the last answered poll was sent may be in any response: no poll may
    /// have been out, or the server may have held the event back.
    pub(super) fn complete_until_or(&self, sent_at: Instant) -> Instant {
        self.complete_until.unwrap_or(sent_at)
    }

    /// From then on events may be missing.
    pub(super) fn missed_from(&mut self, from: Instant) {
        self.missed_since = Some(self.missed_since.map_or(from, |since| since.min(from)));
    }

    /// The connection failed: announce it again when it is back.
    pub(super) fn interrupted(&mut self) {
        self.is_announced = false;
    }

    /// Announce the connection again if something may be missing although it goes on.
    pub(super) fn announce_if_missing(&mut self) {
        self.is_announced &= self.missed_since.is_none();
    }

    /// The application closed the connection: there is nothing to report.
    pub(super) fn closed(&mut self) {
        self.is_announced = false;
        self.missed_since = None;
    }

    /// The event for a connection that is complete, unless it was given already.
    pub(super) fn announce(&mut self, now: Instant) -> Option<Event> {
        if self.is_announced {
            return None;
        }
        self.is_announced = true;
        let missed = self.missed_since.take();
        Some(Event::Connected {
            missed: missed.map(|from| Gap { from, to: now }),
        })
    }
}
