//! Two clocks: the monotonic one that everything is reckoned by ([`Instant`]), and the wall clock
//! for people. What happened keeps the wall time that it was made at: setting the clock, or a sleep,
//! does not move the past.

use core::time::Duration;

use bayeux::Instant;

/// What a clock on the wall shows: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime(pub u64);

/// A point in time, by both clocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// For spans and deadlines.
    pub at: Instant,
    /// For people.
    pub wall: WallTime,
}

impl Moment {
    /// The moment `span` before this one.
    pub fn before(self, span: Duration) -> Self {
        Self {
            at: self.at.before(span),
            wall: WallTime(self.wall.0.saturating_sub(millis(span))),
        }
    }

    /// The later of the two.
    pub(crate) fn later(self, other: Self) -> Self {
        if other.at > self.at { other } else { self }
    }

    /// The moment `span` after this one.
    pub fn after(self, span: Duration) -> Self {
        Self {
            at: self.at + span,
            wall: WallTime(self.wall.0.saturating_add(millis(span))),
        }
    }
}

/// A beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// When it was, or, if it was not observed, when it was first seen to have been.
    pub moment: Moment,
    /// Whether it was observed. If not, a clock that counts from it must say "at least".
    pub is_observed: bool,
}

/// What is known of the wall clock.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    /// By how much the wall clock is ahead, in milliseconds.
    ahead: i64,
}

impl Clock {
    /// The wall clock shows `wall` at `now`.
    pub(crate) fn set(&mut self, wall: WallTime, now: Instant) {
        self.ahead = signed(wall.0).saturating_sub(signed(now.as_millis()));
    }

    pub(crate) fn moment(self, now: Instant) -> Moment {
        Moment {
            at: now,
            wall: WallTime(now.as_millis().saturating_add_signed(self.ahead)),
        }
    }

    /// The moment at which the wall clock shows `wall`, as it goes now.
    pub(crate) fn moment_of(self, wall: WallTime) -> Moment {
        let at = signed(wall.0).saturating_sub(self.ahead);
        Moment {
            at: Instant::from_millis(u64::try_from(at).unwrap_or(0)),
            wall,
        }
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn signed(millis: u64) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}
