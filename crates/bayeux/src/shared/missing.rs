//! What this tab may have missed that no client knows of: while nobody led, in words that did not come,
//! in the sessions of other leaders.

use crate::client::Gap;
use crate::time::Instant;

/// What may be missing.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// Whether the application was told of a connection since it joined. What was before is not missing.
    was_connected: bool,
    since: Option<Instant>,
}

impl Missing {
    pub(super) fn was_connected(&self) -> bool {
        self.was_connected
    }

    /// From when on, if that was not told yet.
    pub(super) fn from(&self) -> Option<Instant> {
        self.since
    }

    /// From then on events may be missing.
    pub(super) fn since(&mut self, from: Option<Instant>) {
        if let Some(from) = from.filter(|_| self.was_connected) {
            self.since = Some(self.since.map_or(from, |at| at.min(from)));
        }
    }

    /// The application is told of a connection: of what gap, if that is what is told of the client's.
    pub(super) fn connected(&mut self, missed: Option<Gap>, now: Instant) -> Option<Gap> {
        self.was_connected = true;
        let own = self.since.take().map(|from| Gap { from, to: now });
        match (own, missed) {
            (Some(own), Some(missed)) => Some(Gap {
                from: own.from.min(missed.from),
                to: own.to.max(missed.to),
            }),
            (own, missed) => own.or(missed),
        }
    }
}
