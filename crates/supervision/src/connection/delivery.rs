//! Whether notifications arrive. A connection that answers every poll may still bring none. The
//! evidence: a read shows a change that no notification told of, also not within some seconds after.

use core::time::Duration;

use bayeux::Instant;

/// How much later than a read a notification of the same change may arrive.
const GRACE: Duration = Duration::from_secs(6);

/// What is known of the arrival of notifications.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    /// The first change that a read showed and nothing told of yet.
    suspect: Option<Suspect>,
    is_silent: bool,
}

#[derive(Debug)]
struct Suspect {
    /// The device or call.
    id: String,
    seen: Instant,
}

impl Delivery {
    /// A read showed that the device or call of that id has changed.
    pub(crate) fn read_showed_change(&mut self, id: &str, now: Instant) {
        if self.suspect.is_none() && !self.is_silent {
            self.suspect = Some(Suspect {
                id: id.to_owned(),
                seen: now,
            });
        }
    }

    /// A notification told of that device or call. Says whether notifications arrive again that did
    /// not before.
    pub(crate) fn told(&mut self, id: &str) -> bool {
        if self
            .suspect
            .as_ref()
            .is_some_and(|suspect| suspect.id == id)
        {
            self.suspect = None;
        }
        core::mem::take(&mut self.is_silent)
    }

    /// The connection was lost: what is read after it is read because nothing could be told.
    pub(crate) fn interrupted(&mut self) {
        self.suspect = None;
    }

    /// Nothing is known any more.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Whether notifications were missed, and none has arrived since.
    pub(crate) fn is_silent(&self) -> bool {
        self.is_silent
    }

    /// Says once that notifications do not arrive, when that is plain.
    pub(crate) fn has_become_silent(&mut self, now: Instant) -> bool {
        let is_due = self.wake_at().is_some_and(|at| at <= now);
        if is_due {
            self.suspect = None;
            self.is_silent = true;
        }
        is_due
    }

    /// When that will be plain, if nothing arrives.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        self.suspect.as_ref().map(|suspect| suspect.seen + GRACE)
    }
}
