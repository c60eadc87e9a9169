//! A seeded random number generator, SplitMix64 (Steele, Lea, Flood 2014). It spreads retries; it is
//! not for secrets.

use crate::duration::Duration;

#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A uniformly distributed duration in whole milliseconds, up to `most`.
    pub(crate) fn up_to(&mut self, most: Duration) -> Duration {
        let most = most.as_millis();
        Duration::from_millis(self.next() % most.saturating_add(1).max(1))
    }
}
