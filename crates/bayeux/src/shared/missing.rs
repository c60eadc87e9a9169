//! What this tab may have missed that no client knows of: while nobody led, in words that did not come,
//! in the sessions of other leaders.

use crate::client::Gap;
use crate::time::Instant;

/// What may be missing.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// Whether the application was told of a connection since it joined. What was before is not missing.
    was_connected: bool,
    beginning: Option<Instant>,
}

impl Missing {
    pub(super) fn was_connected(&self) -> bool {
        self.was_connected
    }

    /// From when on, if that was not told yet.
    pub(super) fn beginning(&self) -> Option<Instant> {
        self.beginning
    }

    /// From then on events may be missing, or from an earlier time that is known already.
    pub(super) fn begins_at(&mut self, at: Option<Instant>) {
        if let Some(at) = at.filter(|_| self.was_connected) {
            self.beginning = Some(self.beginning.map_or(at, |earlier| earlier.min(at)));
        }
    }

    /// The application is told of a connection: of what gap, if that is what is told of the client's.
    pub(super) fn connected(&mut self, missed: Option<Gap>, now: Instant) -> Option<Gap> {
        self.was_connected = true;
        let own = self.beginning.take().map(|from| Gap { from, to: now });
        match (own, missed) {
            (Some(own), Some(missed)) => Some(Gap {
                from: own.from.min(missed.from),
                to: own.to.max(missed.to),
            }),
            (own, missed) => own.or(missed),
        }
    }
}
