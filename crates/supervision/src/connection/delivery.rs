//! Whether notifications arrive. A connection that answers every poll may still bring none, or only
//! those of one channel. The evidence: a read shows a change that no notification told of, also not
//! within some seconds after.

use core::time::Duration;

use bayeux::Instant;

/// How much later than a read a notification of the same change may arrive.
const GRACE: Duration = Duration::from_secs(6);

/// What notifications tell of, each on a channel of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Device,
    Call,
}

/// What is known of the arrival of notifications.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    channels: [Channel; 2],
}

/// What is known of one channel: what arrives on one is no evidence for the other.
#[derive(Debug, Default)]
struct Channel {
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
    pub(crate) fn read_showed_change(&mut self, kind: Kind, id: &str, now: Instant) {
        let channel = &mut self.channels[kind as usize];
        if channel.suspect.is_none() && !channel.is_silent {
            channel.suspect = Some(Suspect {
                id: id.to_owned(),
                seen: now,
            });
        }
    }

    /// A notification told of that device or call. Says whether all notifications arrive again that
    /// did not before.
    pub(crate) fn told(&mut self, kind: Kind, id: &str) -> bool {
        let channel = &mut self.channels[kind as usize];
        channel.suspect.take_if(|suspect| suspect.id == id);
        let was_silent = core::mem::take(&mut channel.is_silent);
        was_silent && !self.is_silent()
    }

    /// The connection was lost: what is read after it is read because nothing could be told.
    pub(crate) fn interrupted(&mut self) {
        for channel in &mut self.channels {
            channel.suspect = None;
        }
    }

    /// Nothing is known any more.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Whether notifications were missed on a channel, and none has arrived on it since.
    pub(crate) fn is_silent(&self) -> bool {
        self.channels.iter().any(|channel| channel.is_silent)
    }

    /// Says once that notifications do not arrive, when that is plain.
    pub(crate) fn has_become_silent(&mut self, now: Instant) -> bool {
        let was_silent = self.is_silent();
        for channel in &mut self.channels {
            let is_due = |suspect: &mut Suspect| suspect.is_plain_at() <= now;
            channel.is_silent |= channel.suspect.take_if(is_due).is_some();
        }
        self.is_silent() && !was_silent
    }

    /// When that will be plain, if nothing arrives.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        let suspects = self.channels.iter().flat_map(|channel| &channel.suspect);
        suspects.map(Suspect::is_plain_at).min()
    }
}

impl Suspect {
    fn is_plain_at(&self) -> Instant {
        self.seen + GRACE
    }
}
