//! Time, which the caller passes in.

use core::num::NonZeroU64;
use core::ops::Add;

use crate::duration::Duration;

/// A point in time: milliseconds since an origin of the caller's choice. Monotonic. An
/// `Option<Instant>` is as large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(
    /// One more than the milliseconds.
    NonZeroU64,
);

impl Instant {
    /// The instant `millis` milliseconds after the origin, which are at most `u64::MAX - 1`.
    pub const fn from_millis(millis: u64) -> Self {
        Self(NonZeroU64::MIN.saturating_add(millis))
    }

    /// Milliseconds since the origin.
    pub const fn as_millis(self) -> u64 {
        self.0.get() - 1
    }

    /// How long ago `earlier` was; zero if it is in the future.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.get().saturating_sub(earlier.0.get()))
    }

    /// The earliest of these, if there are any.
    pub fn earliest(instants: &[Option<Self>]) -> Option<Self> {
        instants.iter().flatten().min().copied()
    }

    /// The instant `span` before this one, but not before the origin.
    pub fn before(self, span: Duration) -> Self {
        Self::from_millis(self.as_millis().saturating_sub(span.as_millis()))
    }
}

impl Default for Instant {
    /// The origin.
    fn default() -> Self {
        Self::from_millis(0)
    }
}

impl Add<Duration> for Instant {
    type Output = Self;
    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span.as_millis()))
    }
}
