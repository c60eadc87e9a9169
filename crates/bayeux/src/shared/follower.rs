//! Whether the leader still runs, and whether what it posts still holds.

use core::time::Duration;

use super::SILENCE;
use crate::time::Instant;

/// By how much the clocks that date a message and a request may differ.
const TOLERANCE: Duration = Duration::from_millis(200);
/// A timer that is this late belongs to a page that was frozen or is throttled: messages may be queued.
const LATE: Duration = Duration::from_millis(1_500);
/// After how many requests without an answer the lock is stolen, and after how many if timers are late.
const UNANSWERED: u32 = 2;
const UNANSWERED_IF_LATE: u32 = 4;

#[derive(Debug)]
pub(super) struct Follower {
    /// Requests without an answer, and when the last was posted.
    unanswered: u32,
    asked_at: Instant,
    /// When to ask, or to steal the lock.
    due: Instant,
}

/// What to do about a leader that is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    Ask,
    Steal,
}

impl Follower {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            unanswered: 0,
            asked_at: now,
            due: now + SILENCE,
        }
    }

    /// When to [`check`](Self::check) if nothing is heard.
    pub(super) fn due(&self) -> Instant {
        self.due
    }

    /// What is overdue, if anything.
    pub(super) fn check(&self, now: Instant) -> Option<Overdue> {
        let is_late = now.since(self.due) >= LATE;
        let most = if is_late {
            UNANSWERED_IF_LATE
        } else {
            UNANSWERED
        };
        (self.due <= now).then_some(if self.unanswered < most {
            Overdue::Ask
        } else {
            Overdue::Steal
        })
    }

    /// A request is posted. What was posted before it no longer shows that the leader runs.
    pub(super) fn ask(&mut self, answer_by: Instant, now: Instant) {
        self.asked_at = now;
        if self.unanswered == 0 || self.due <= now {
            self.unanswered += 1;
            self.due = answer_by;
        }
    }

    /// The leader posted something then. Returns whether that can be believed now.
    pub(super) fn believes(&mut self, posted: Instant, now: Instant) -> bool {
        // Else it was queued while the page did not run.
        let is_recent = now < posted + SILENCE;
        let is_answer = self.unanswered == 0 || self.asked_at <= posted + TOLERANCE;
        if is_answer {
            self.due = posted + SILENCE;
        }
        if is_answer && is_recent {
            self.unanswered = 0;
        }
        is_answer && is_recent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::from_millis(seconds * 1_000)
    }

    #[test]
    fn lock_is_stolen_after_unanswered_requests_more_if_timers_are_late() {
        for (late, requests) in [(Duration::ZERO, UNANSWERED), (LATE, UNANSWERED_IF_LATE)] {
            let mut follower = Follower::new(at(0));
            for _ in 0..requests {
                assert_eq!(follower.check(at(0)), None);
                let now = follower.due() + late;
                assert_eq!(follower.check(now), Some(Overdue::Ask));
                follower.ask(now + SILENCE, now);
            }
            assert_eq!(follower.check(follower.due() + late), Some(Overdue::Steal));
        }
    }

    #[test]
    fn only_recent_answers_are_believed() {
        for (posted, now, expect) in [(9, 11, false), (10, 11, true), (10, 40, false)] {
            let mut follower = Follower::new(at(0));
            follower.ask(at(14), at(10));
            assert_eq!(
                follower.believes(at(posted), at(now)),
                expect,
                "{posted} {now}"
            );
        }
    }
}
