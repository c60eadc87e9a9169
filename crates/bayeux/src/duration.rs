//! Spans of time.

use core::fmt;
use core::num::NonZeroU64;
use core::ops::{Add, AddAssign, Div, Mul, Sub};

/// A span of time in whole milliseconds, which is all that is measured and configured here. Everything
/// saturates. Unlike the standard library's, it is one number, and so is an `Option<Duration>`; in
/// WebAssembly the code of the machines is smaller by some kilobytes.
///
/// ```
/// # use bayeux::Duration;
/// let span = Duration::from_secs(2) - Duration::from_millis(500);
/// assert_eq!(span.as_millis(), 1_500);
/// assert_eq!(core::time::Duration::from(span), core::time::Duration::from_millis(1_500));
/// assert_eq!(Duration::ZERO - span, Duration::ZERO);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(
    /// One more than the milliseconds.
    NonZeroU64,
);

impl Duration {
    /// No time.
    pub const ZERO: Self = Self::from_millis(0);

    /// So many milliseconds, at most `u64::MAX - 1`.
    pub const fn from_millis(millis: u64) -> Self {
        Self(NonZeroU64::MIN.saturating_add(millis))
    }

    /// So many seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self::from_millis(saturating_mul(seconds, 1_000))
    }

    /// The whole milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0.get() - 1
    }

    /// The whole seconds.
    pub const fn as_secs(self) -> u64 {
        self.as_millis() / 1_000
    }

    /// Whether it is no time.
    pub const fn is_zero(self) -> bool {
        self.as_millis() == 0
    }

    /// So many times as long.
    pub const fn saturating_mul(self, times: u32) -> Self {
        Self::from_millis(saturating_mul(self.as_millis(), times))
    }
}

/// Like `u64::saturating_mul`, which multiplies in 128 bits.
const fn saturating_mul(number: u64, times: u32) -> u64 {
    let (high, low) = (number >> 32, number & 0xffff_ffff);
    let (high, low) = (high * times as u64, low * times as u64);
    match high >> 32 {
        0 => (high << 32).saturating_add(low),
        _ => u64::MAX,
    }
}

impl Default for Duration {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Add for Duration {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.as_millis()))
    }
}

impl AddAssign for Duration {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Duration {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::from_millis(self.as_millis().saturating_sub(other.as_millis()))
    }
}

impl Mul<Duration> for u32 {
    type Output = Duration;
    fn mul(self, span: Duration) -> Duration {
        span.saturating_mul(self)
    }
}

impl Div<u32> for Duration {
    type Output = Self;
    fn div(self, parts: u32) -> Self {
        Self::from_millis(self.as_millis() / u64::from(parts))
    }
}

impl From<core::time::Duration> for Duration {
    fn from(span: core::time::Duration) -> Self {
        Self::from_millis(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
    }
}

impl From<Duration> for core::time::Duration {
    fn from(span: Duration) -> Self {
        Self::from_millis(span.as_millis())
    }
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        core::time::Duration::from(*self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_multiplied_as_numbers_are() {
        for millis in [
            0,
            1,
            1_500,
            u64::from(u32::MAX),
            1 << 33,
            u64::MAX / 3,
            u64::MAX - 1,
        ] {
            for times in [0, 1, 2, 3, 1_000, 1 << 31, u32::MAX] {
                let expect = Duration::from_millis(millis.saturating_mul(times.into()));
                assert_eq!(Duration::from_millis(millis).saturating_mul(times), expect);
            }
        }
    }
}
