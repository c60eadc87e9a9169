//! Whether notifications arrive. A connection that answers every poll may still bring none, or only
//! those of one channel. The evidence is a change that a read shows and of which no notification
//! comes within some seconds.

use bayeux::{Duration, Instant};

/// How much later than a read a notification of the same change may arrive.
const GRACE: Duration = Duration::from_secs(6);

/// What notifications report, each on its own channel.
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

/// What is known of one channel: notifications on one are no evidence for the other.
#[derive(Debug, Default)]
struct Channel {
    /// The first change that a read has shown and no notification has reported yet.
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
    /// A read showed that the device or call with this id has changed.
    pub(crate) fn read_showed_change(&mut self, kind: Kind, id: &str, now: Instant) {
        let channel = &mut self.channels[kind as usize];
        if channel.suspect.is_none() && !channel.is_silent {
            channel.suspect = Some(Suspect {
                id: id.to_owned(),
                seen: now,
            });
        }
    }

    /// A notification reported this device or call. Returns whether notifications have just become
    /// complete again.
    pub(crate) fn told(&mut self, kind: Kind, id: &str) -> bool {
        let channel = &mut self.channels[kind as usize];
        channel.suspect.take_if(|suspect| suspect.id == id);
        let was_silent = core::mem::take(&mut channel.is_silent);
        was_silent && !self.is_silent()
    }

    /// The connection was lost: a change that is read afterwards could not have been notified.
    pub(crate) fn interrupted(&mut self) {
        for channel in &mut self.channels {
            channel.suspect = None;
        }
    }

    /// Forgets everything.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Whether notifications were missed on a channel, and none has arrived on it since.
    pub(crate) fn is_silent(&self) -> bool {
        self.channels.iter().any(|channel| channel.is_silent)
    }

    /// Returns true once when it is certain that notifications do not arrive.
    pub(crate) fn has_become_silent(&mut self, now: Instant) -> bool {
        let was_silent = self.is_silent();
        for channel in &mut self.channels {
            let is_due = |suspect: &mut Suspect| suspect.is_plain_at() <= now;
            channel.is_silent |= channel.suspect.take_if(is_due).is_some();
        }
        self.is_silent() && !was_silent
    }

    /// When that will be certain, if nothing arrives.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        let [devices, calls] = &self.channels;
        let at = |channel: &Channel| channel.suspect.as_ref().map(Suspect::is_plain_at);
        Instant::earliest(&[at(devices), at(calls)])
    }
}

impl Suspect {
    fn is_plain_at(&self) -> Instant {
        self.seen + GRACE
    }
}
