//! Time: a monotonic clock for the machine, which goes on while the computer sleeps, and the wall clock
//! for people.

use std::cell::{Cell, RefCell};

use supervision::{Instant, WallTime};
use web_sys::Performance;

/// A change of the difference between two clocks that is too large for drift or rounding, in milliseconds.
const JUMP: f64 = 2_000.0;

/// How far the wall clock may deviate from what was reported to the machine, in milliseconds.
const TOLERANCE: f64 = 1_000.0;

thread_local! {
    static MONOTONIC: RefCell<Monotonic> = RefCell::default();
    /// The platform's monotonic clock and its time origin, in milliseconds since 1970.
    static PLATFORM: Option<(Performance, f64)> = {
        let performance = crate::property::window().performance();
        performance.map(|performance| {
            let origin = performance.time_origin();
            (performance, origin)
        })
    };
}

/// Now, in milliseconds since 1970 as the wall clock showed it when the page began, with room for earlier
/// instants. It never goes back, and advances through sleep.
pub(crate) fn now() -> Instant {
    Reading::take().now
}

/// The wall clock's reading at `at`, in milliseconds since 1970.
pub(crate) fn wall(at: Instant) -> f64 {
    Reading::take().offset() + at.as_millis() as f64
}

/// A reading of both clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) now: Instant,
    /// The wall clock, in milliseconds since 1970.
    wall: f64,
    /// How far it is ahead of the platform's monotonic clock.
    ahead: f64,
}

impl Reading {
    pub(super) fn take() -> Self {
        let wall = js_sys::Date::now();
        let platform = PLATFORM.with(|platform| {
            let platform = platform.as_ref();
            platform.map_or(wall, |(performance, origin)| origin + performance.now())
        });
        Self::of(platform, wall)
    }

    fn of(platform: f64, wall: f64) -> Self {
        let now = MONOTONIC.with_borrow_mut(|clock| clock.now(platform, wall));
        Self {
            // Never negative, and far below 2⁵³.
            now: Instant::from_millis(now as u64),
            wall,
            ahead: wall - platform,
        }
    }

    /// How far the wall clock is ahead of `now`.
    fn offset(&self) -> f64 {
        self.wall - self.now.as_millis() as f64
    }
}

/// Turns the platform's monotonic clock into one that advances through sleep.
///
/// `performance.now` stands still during sleep on Linux and macOS, but not on Windows. Only the wall clock
/// shows the sleep.
///
/// Assumption: if the wall clock has gained 2 s or more on the monotonic clock since the last reading, the
/// computer has slept; nobody has set the clock forward. A wall clock that was set back is ignored.
#[derive(Default)]
struct Monotonic {
    /// How far the wall clock was ahead at the last reading.
    ahead: Option<f64>,
    /// How long the computer has slept.
    slept: f64,
    latest: f64,
}

impl Monotonic {
    fn now(&mut self, platform: f64, wall: f64) -> f64 {
        let ahead = wall - platform;
        let jump = ahead - self.ahead.replace(ahead).unwrap_or(ahead);
        if jump >= JUMP {
            self.slept += jump;
        }
        self.latest = self.latest.max(platform + self.slept);
        self.latest
    }
}

/// What a machine knows of the clocks.
#[derive(Debug)]
pub(super) struct Told {
    /// How far the wall clock was ahead of the platform's monotonic clock at the last reading.
    ahead: Cell<f64>,
    /// How far it was ahead of [`now`] when it was last reported.
    offset: Cell<Option<f64>>,
}

impl Told {
    /// Nothing is reported yet.
    pub(super) fn new(reading: &Reading) -> Self {
        Self {
            ahead: Cell::new(reading.ahead),
            offset: Cell::default(),
        }
    }

    /// The wall clock's time, if it differs from what the machine assumes. Counts as reported.
    pub(super) fn wall_clock(&self, reading: &Reading) -> Option<WallTime> {
        let offset = reading.offset();
        let is_known = |told: f64| (offset - told).abs() < TOLERANCE;
        if self.offset.get().is_some_and(is_known) {
            return None;
        }
        self.offset.set(Some(offset));
        Some(WallTime(reading.wall as u64))
    }

    /// Whether the computer has slept, or the wall clock was set, since the last reading.
    pub(super) fn would_jump(&self, reading: &Reading) -> bool {
        (reading.ahead - self.ahead.get()).abs() >= JUMP
    }

    /// Like [`Self::would_jump`], but only once per jump.
    pub(super) fn jumped(&self, reading: &Reading) -> bool {
        let jumped = self.would_jump(reading);
        self.ahead.set(reading.ahead);
        jumped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test;

    const START: f64 = 1_700_000_000_000.0;

    /// Reads the clocks in turn. Each reading has the platform's clock, the wall clock and our expected
    /// clock, in milliseconds after the start.
    fn check(looks: &[(f64, f64, f64)]) {
        let mut clock = Monotonic::default();
        for (platform, wall, expect) in looks {
            let now = clock.now(START + platform, START + wall);
            assert_eq!(now - START, *expect, "{platform}, {wall} of {looks:?}");
        }
    }

    #[test]
    fn sleep_counts_where_the_platforms_clock_stands_still() {
        check(&[
            (0.0, 0.0, 0.0),
            (1_000.0, 1_000.0, 1_000.0),
            (2_000.0, 1_802_000.0, 1_802_000.0),
            (3_000.0, 1_803_000.0, 1_803_000.0),
            (4_000.0, 3_604_000.0, 3_604_000.0),
        ]);
    }

    #[test]
    fn sleep_counts_once_where_the_platforms_clock_goes_on() {
        check(&[(0.0, 0.0, 0.0), (1_800_000.0, 1_800_000.0, 1_800_000.0)]);
    }

    #[test]
    fn sleep_before_the_first_reading_is_ignored() {
        check(&[(0.0, 60_000.0, 0.0), (1_000.0, 61_000.0, 1_000.0)]);
    }

    #[test]
    fn a_wall_clock_that_is_set_back_changes_nothing() {
        check(&[
            (0.0, 0.0, 0.0),
            (1_000.0, -3_599_000.0, 1_000.0),
            (2_000.0, -3_598_000.0, 2_000.0),
        ]);
    }

    #[test]
    fn clocks_that_drift_apart_slowly_are_not_taken_for_sleep() {
        check(&[
            (0.0, 0.0, 0.0),
            (60_000.0, 61_900.0, 60_000.0),
            (120_000.0, 123_800.0, 120_000.0),
        ]);
    }

    #[test]
    fn the_clock_never_goes_back() {
        check(&[(5_000.0, 5_000.0, 5_000.0), (4_000.0, 4_000.0, 5_000.0)]);
    }

    #[test]
    fn the_wall_clock_is_reported_at_first_and_when_it_was_set() {
        let reading = |now, wall, ahead| Reading {
            now: Instant::from_millis(now),
            wall,
            ahead,
        };
        let told = Told::new(&reading(0, 500.0, 500.0));
        let at = |r: &Reading| (told.wall_clock(r), told.jumped(r));
        assert_eq!(at(&reading(0, 500.0, 500.0)), (Some(WallTime(500)), false));
        assert_eq!(at(&reading(1_000, 1_500.0, 500.0)), (None, false));
        // After sleep the wall clock shows what was to be expected.
        assert_eq!(at(&reading(61_000, 61_500.0, 60_500.0)), (None, true));
        assert_eq!(at(&reading(62_000, 62_500.0, 60_500.0)), (None, false));
        // The wall clock was set back by a minute.
        let back = reading(63_000, 3_500.0, 500.0);
        assert_eq!(at(&back), (Some(WallTime(3_500)), true));
        // It was changed by less than the tolerance.
        let little = reading(64_000, 5_600.0, 1_600.0);
        assert_eq!(at(&little), (Some(WallTime(5_600)), false));
    }
}
