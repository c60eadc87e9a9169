//! The server's half of CometD's *timesync* extension, on handshakes and connects.
//!
//! | request | reply |
//! |---|---|
//! | `tc` the client's clock, `l` the lag and `o` the offset it has found | `tc` again, `ts` the server's clock when the request came, `p` how long it was kept, `a` how far off the client is |
//!
//! A client that is right to within a few milliseconds is not answered.
//!
//! Source: the CometD reference, *Timesync Extension*.

use crate::ext::TimeSync;
use crate::time::Instant;

/// What a client may be off by, in milliseconds (CometD's `accuracyTarget`).
const ACCURACY: i64 = 25;

/// A request for the time that waits for its reply.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp {
    tc: i64,
    ts: i64,
    accuracy: Option<i64>,
    came_at: Instant,
}

impl Stamp {
    /// Takes a request; none if it needs no answer. The server's clock is so many milliseconds
    /// ahead of the time that is passed in.
    pub(super) fn take(sync: TimeSync, ahead: i64, now: Instant) -> Option<Self> {
        let ts = millis(now).saturating_add(ahead);
        let accuracy = sync.l.map(|lag| {
            let offset = sync.o.unwrap_or_default();
            let here = sync.tc.saturating_add(offset).saturating_add(lag);
            here.saturating_sub(ts)
        });
        let is_right = accuracy.is_some_and(|a| a > -ACCURACY && a < ACCURACY);
        if sync.l.is_some_and(|lag| lag != 0) && is_right {
            return None;
        }
        Some(Self {
            tc: sync.tc,
            ts,
            accuracy,
            came_at: now,
        })
    }

    pub(super) fn reply(self, now: Instant) -> TimeSync {
        TimeSync {
            tc: self.tc,
            l: None,
            o: None,
            ts: Some(self.ts),
            p: Some(millis(now).saturating_sub(millis(self.came_at))),
            a: self.accuracy,
        }
    }
}

fn millis(at: Instant) -> i64 {
    i64::try_from(at.as_millis()).unwrap_or(i64::MAX)
}
