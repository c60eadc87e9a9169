//! The two roles of a tab: what a leader posts, and when; and whether a follower believes that the leader
//! is running, and what it posts.

use super::message::{Refusal, State};
use super::view::View;
use crate::client::{Event, Phase};
use crate::duration::Duration;
use crate::rng::Rng;
use crate::time::Instant;

/// The maximum time between two messages of a leader.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How long a follower waits without a message before it asks.
const SILENCE: Duration = HEARTBEAT.saturating_mul(3);
/// The minimum time that an answer may take. The maximum is twice as long.
const ANSWER: Duration = Duration::from_secs(3);
/// The number of requests without an answer after which the lock is stolen; twice as many if the timer is
/// late.
const UNANSWERED: u32 = 2;
/// A timer that is this late belongs to a frozen or throttled page: answers may be queued.
const LATE: Duration = Duration::from_millis(1_500);
/// How far the clocks that date a message and a request may differ.
const TOLERANCE: Duration = Duration::from_millis(200);

/// The leader's messages to post, and when.
#[derive(Debug)]
pub(super) struct Leader {
    /// Whether something has changed, or a follower is waiting for the state.
    pub(super) is_due: bool,
    posted_at: Instant,
    /// The last subscription that the server refused in this session.
    refused: Option<Refusal>,
    /// The body of the last response, and whether it brought events.
    pub(super) body: Vec<u8>,
    brings_events: bool,
}

impl Leader {
    pub(super) fn new() -> Self {
        Self {
            is_due: true,
            posted_at: Instant::default(),
            refused: None,
            body: Vec::new(),
            brings_events: false,
        }
    }

    /// Notes what the client reports to the application, in this phase.
    pub(super) fn note(&mut self, event: &Event, phase: Phase) {
        self.is_due = true;
        match event {
            Event::StatusChanged if phase == Phase::Handshaking => self.refused = None,
            Event::SubscriptionRefused { pattern, error } => {
                self.refused = Some((pattern.clone(), error.clone()));
            }
            Event::Message(_) | Event::Unreadable { .. } => self.brings_events = true,
            _ => {}
        }
    }

    /// When the next heartbeat is due.
    pub(super) fn due(&self) -> Instant {
        self.posted_at + HEARTBEAT
    }

    /// The message to post, if there is one.
    pub(super) fn post(&mut self, view: &View, now: Instant) -> Option<Vec<u8>> {
        let body = core::mem::take(&mut self.body);
        let brings_events = core::mem::take(&mut self.brings_events);
        if !core::mem::take(&mut self.is_due) && now < self.due() {
            return None;
        }
        self.posted_at = now;
        let body = if brings_events { &body[..] } else { &[] };
        let refused = self.refused.as_ref();
        Some(State::encode(
            view.number(),
            view.status(),
            refused,
            body,
            now,
        ))
    }
}

/// What a follower knows of its leader.
#[derive(Debug)]
pub(super) struct Follower {
    /// Requests without an answer, and when the first was posted.
    unanswered: u32,
    asked_at: Instant,
    /// When to ask, or to steal the lock.
    due: Instant,
}

/// The reaction to a silent leader.
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
        let most = if is_late { 2 * UNANSWERED } else { UNANSWERED };
        (self.due <= now).then_some(match self.unanswered < most {
            true => Overdue::Ask,
            false => Overdue::Steal,
        })
    }

    /// A request is posted. Earlier messages no longer show that the leader is running.
    pub(super) fn ask(&mut self, rng: &mut Rng, now: Instant) {
        if self.unanswered == 0 {
            self.asked_at = now;
        }
        if self.unanswered == 0 || self.due <= now {
            self.unanswered += 1;
            self.due = now + ANSWER + rng.up_to(ANSWER);
        }
    }

    /// The leader posted something at this time. Returns whether it can be believed now.
    pub(super) fn believes(&mut self, posted: Instant, now: Instant) -> bool {
        let is_answer = self.unanswered == 0 || self.asked_at <= posted + TOLERANCE;
        // Otherwise it was queued while the page was not running.
        let is_recent = now < posted + SILENCE;
        if is_answer && is_recent {
            self.unanswered = 0;
            self.due = posted + SILENCE;
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
    fn only_recent_answers_are_believed() {
        for (posted, now, expect) in [(9, 11, false), (10, 11, true), (10, 40, false)] {
            let mut follower = Follower::new(at(0));
            follower.ask(&mut Rng::new(1), at(10));
            let believes = follower.believes(at(posted), at(now));
            assert_eq!(believes, expect, "{posted} {now}");
        }
    }
}
