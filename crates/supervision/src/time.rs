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

/// How a span of time that was measured relates to the true one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It is as long.
    Exact,
    /// The true one may be longer.
    AtLeast,
    /// The true one may be shorter.
    AtMost,
}

/// A beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// When it was, as far as that is known.
    pub moment: Moment,
    /// What a span from then on is.
    bound: Bound,
    /// The clock was set, or went on in a sleep: a span across that may be too long.
    has_jumped: bool,
}

impl Since {
    /// It was at that moment; before it, or after it, with another bound than [`Bound::Exact`].
    pub(crate) fn new(moment: Moment, bound: Bound) -> Self {
        Self {
            moment,
            bound,
            has_jumped: false,
        }
    }

    /// Whether it was at that very moment. Otherwise it was then or before; of a clock that says "at
    /// most", after.
    pub fn is_observed(&self) -> bool {
        self.bound == Bound::Exact
    }

    /// What a clock that counts from it must say.
    pub fn bound(&self) -> Bound {
        match self.bound {
            Bound::Exact if self.has_jumped => Bound::AtMost,
            bound => bound,
        }
    }

    /// How long it lasted if it ended between `earliest` and `latest`.
    pub(crate) fn lasted(&self, earliest: Instant, latest: Instant) -> Lasted {
        let (end, bound) = match self.bound() {
            Bound::AtMost => (latest, Bound::AtMost),
            Bound::Exact if earliest == latest => (latest, Bound::Exact),
            Bound::Exact | Bound::AtLeast => (earliest, Bound::AtLeast),
        };
        Lasted {
            span: end.since(self.moment.at),
            bound,
        }
    }

    /// The clock was set, or went on in a sleep, until `now`. What is known to have lasted at least
    /// is known from then on.
    pub(crate) fn clock_jumped(&mut self, now: Moment) {
        match self.bound {
            Bound::AtLeast => self.moment = now,
            Bound::Exact | Bound::AtMost => self.has_jumped = true,
        }
    }

    /// The server says that it was not before `moment`.
    pub(crate) fn is_not_before(&mut self, moment: Moment) {
        if self.has_jumped && moment.at > self.moment.at {
            *self = Self::new(moment, Bound::AtMost);
        }
    }
}

/// How long something lasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lasted {
    /// The time between beginning and end, as far as they are known.
    pub span: Duration,
    /// Whether that is what it lasted.
    pub bound: Bound,
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

/// A span in whole milliseconds, saturating.
pub(crate) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn signed(millis: u64) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}
