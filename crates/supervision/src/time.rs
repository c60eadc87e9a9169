//! Two clocks: the monotonic one for all calculations ([`Instant`]), and the wall clock for people.
//! Each event keeps the wall time at which it happened: setting the clock, or sleep, does not change
//! the past.

use bayeux::{Duration, Instant};

/// A wall clock's reading: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime(pub u64);

/// A point in time, by both clocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// For durations and deadlines.
    pub at: Instant,
    /// For people.
    pub wall: WallTime,
}

impl Moment {
    /// The moment `span` before this one.
    pub fn before(self, span: Duration) -> Self {
        Self {
            at: self.at.before(span),
            wall: WallTime(self.wall.0.saturating_sub(span.as_millis())),
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
            wall: WallTime(self.wall.0.saturating_add(span.as_millis())),
        }
    }
}

/// How a measured duration relates to the true one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It is exact.
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
    /// The bound of a duration from then on.
    bound: Bound,
    /// The clock was set, or advanced during sleep: a duration across that may be too long.
    has_jumped: bool,
}

impl Since {
    /// A beginning at that moment; before or after it, with a bound other than [`Bound::Exact`].
    pub(crate) fn new(moment: Moment, bound: Bound) -> Self {
        Self {
            moment,
            bound,
            has_jumped: false,
        }
    }

    /// Whether it was at exactly that moment. Otherwise it was then or before; if the bound is "at
    /// most", then or after.
    pub fn is_observed(&self) -> bool {
        self.bound == Bound::Exact
    }

    /// The bound that a clock counting from it must show.
    pub fn bound(&self) -> Bound {
        match self.bound {
            Bound::Exact if self.has_jumped => Bound::AtMost,
            bound => bound,
        }
    }

    /// How long something lasted if it ended between `earliest` and `latest`.
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

    /// The clock was set, or advanced during sleep, until `now`. A duration that was "at least" is
    /// counted from then on.
    pub(crate) fn clock_jumped(&mut self, now: Moment) {
        match self.bound {
            Bound::AtLeast => self.moment = now,
            Bound::Exact | Bound::AtMost => self.has_jumped = true,
        }
    }

    /// According to the server, it was not before `moment`.
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
    /// How `span` relates to the true duration.
    pub bound: Bound,
}

/// The difference between the two clocks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    /// How far the wall clock is ahead, in milliseconds.
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

    /// The moment at which the wall clock shows `wall`, if it is not set meanwhile.
    pub(crate) fn moment_of(self, wall: WallTime) -> Moment {
        let at = signed(wall.0).saturating_sub(self.ahead);
        Moment {
            at: Instant::from_millis(u64::try_from(at).unwrap_or(0)),
            wall,
        }
    }
}

fn signed(millis: u64) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX)
}
