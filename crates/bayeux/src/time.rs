//! Time, which the caller passes in.

use core::num::NonZeroU64;
use core::ops::Add;
use core::time::Duration;

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
        Self::from_millis(self.as_millis().saturating_sub(millis(span)))
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
        Self(self.0.saturating_add(millis(span)))
    }
}

/// A duration in whole milliseconds, saturating.
pub fn millis(span: Duration) -> u64 {
    // Without 128 bits.
    let most = u64::MAX / 1_000 - 1;
    span.as_secs().min(most) * 1_000 + u64::from(span.subsec_millis())
}

/// So many times a duration, saturating.
pub(crate) fn times(mut span: Duration, mut count: u32) -> Duration {
    // `Duration::saturating_mul` takes 128 bits.
    let mut product = Duration::ZERO;
    while count > 0 {
        if count % 2 == 1 {
            product = product.saturating_add(span);
        }
        span = span.saturating_add(span);
        count /= 2;
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_multiplied_as_by_the_standard_library() {
        for span in [0, 1, 999_999_999, 1_000_000_001, u64::MAX].map(Duration::from_nanos) {
            for span in [span, span.saturating_mul(u32::MAX)] {
                for count in [0, 1, 2, 3, 40, 1 << 31, u32::MAX] {
                    assert_eq!(times(span, count), span.saturating_mul(count));
                }
            }
        }
        assert_eq!(times(Duration::MAX, 3), Duration::MAX);
    }
}
