//! How far the server's clock is from ours: CometD's *timesync* extension, on handshakes and
//! connects.
//!
//! A reply says when the server took the request by its clock (`ts`) and how long it kept it
//! (`p`). What is left of the round trip is shared by the two ways alike: lag = (now − tc − p) / 2,
//! offset = ts − tc − lag. Both are means of the last ten.

use std::collections::VecDeque;

use crate::ext::TimeSync;
use crate::time::Instant;

/// How the server's clock compares to the one that is passed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerClock {
    /// Milliseconds to add to our time to get the server's.
    pub offset: i64,
    /// Milliseconds a message takes one way.
    pub lag: i64,
}

/// The last comparisons.
#[derive(Debug, Default)]
pub(super) struct Clocks {
    samples: VecDeque<ServerClock>,
}

impl Clocks {
    const KEPT: usize = 10;

    /// What a request says.
    pub(super) fn request(&self, now: Instant) -> TimeSync {
        let clock = self.server_clock();
        TimeSync {
            tc: millis(now),
            l: Some(clock.map_or(0, |clock| clock.lag)),
            o: Some(clock.map_or(0, |clock| clock.offset)),
            ts: None,
            p: None,
            a: None,
        }
    }

    /// Takes what a reply says. One that makes no sense is left out.
    pub(super) fn take(&mut self, reply: TimeSync, now: Instant) {
        let (Some(ts), Some(p)) = (reply.ts, reply.p) else {
            return;
        };
        let under_way = millis(now)
            .checked_sub(reply.tc)
            .and_then(|span| span.checked_sub(p));
        let Some(lag) = under_way.filter(|span| *span >= 0).map(|span| span / 2) else {
            return;
        };
        let Some(offset) = ts
            .checked_sub(reply.tc)
            .and_then(|span| span.checked_sub(lag))
        else {
            return;
        };
        if self.samples.len() == Self::KEPT {
            self.samples.pop_front();
        }
        self.samples.push_back(ServerClock { offset, lag });
    }

    pub(super) fn server_clock(&self) -> Option<ServerClock> {
        let count = i64::try_from(self.samples.len()).ok()?;
        let mean = |of: fn(&ServerClock) -> i64| {
            let mut samples = self.samples.iter().map(of);
            let sum = samples.try_fold(0, i64::checked_add)?;
            sum.checked_div(count)
        };
        Some(ServerClock {
            offset: mean(|clock| clock.offset)?,
            lag: mean(|clock| clock.lag)?,
        })
    }
}

fn millis(at: Instant) -> i64 {
    i64::try_from(at.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(tc: i64, ts: i64, p: i64) -> TimeSync {
        TimeSync {
            tc,
            l: None,
            o: None,
            ts: Some(ts),
            p: Some(p),
            a: Some(0),
        }
    }

    #[test]
    fn the_time_a_request_was_held_is_no_lag() {
        let mut clocks = Clocks::default();
        clocks.take(reply(1_000, 501_020, 30_000), Instant::from_millis(31_040));
        let clock = clocks.server_clock();
        assert_eq!(
            clock,
            Some(ServerClock {
                offset: 500_000,
                lag: 20
            })
        );
        assert_eq!(clocks.request(Instant::from_millis(7)).o, Some(500_000));
    }

    #[test]
    fn the_mean_of_the_last_ten_counts() {
        let mut clocks = Clocks::default();
        for n in 0..30 {
            let lag = if n < 20 { 1_000 } else { 10 };
            clocks.take(reply(0, lag, 0), Instant::from_millis(2 * lag as u64));
        }
        assert_eq!(
            clocks.server_clock(),
            Some(ServerClock { offset: 0, lag: 10 })
        );
    }

    #[test]
    fn a_reply_that_makes_no_sense_is_left_out() {
        let mut clocks = Clocks::default();
        clocks.take(reply(0, 5, i64::MAX), Instant::from_millis(10));
        clocks.take(reply(i64::MIN, 5, 0), Instant::from_millis(10));
        clocks.take(reply(50, 5, 0), Instant::from_millis(10));
        assert_eq!(clocks.server_clock(), None);
    }
}
