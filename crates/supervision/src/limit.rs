//! The time limit of monitoring that would otherwise go on until somebody stops it.
//!
//! A limit belongs to the page: the server knows nothing of it. It is kept over a reload by the
//! embedder, who learns from receipts until when it is ([`Config::limit_until`](crate::Config)).

use core::time::Duration;

use bayeux::Instant;
use gws::DeviceId;

use crate::time::{Clock, Moment};

/// Until when a device may monitor.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// The device.
    pub device: DeviceId,
    /// When monitoring is ended.
    pub until: Moment,
    /// When a person is reminded of it.
    pub(crate) remind_at: Instant,
    pub(crate) stage: LimitStage,
}

/// How far a limit has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LimitStage {
    Running,
    /// A person was reminded.
    Reminded,
    /// It has passed, and the end was asked for. That is done once: whether it ended, the device says.
    Passed,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitDue {
    Reminder,
    End,
}

impl Limit {
    /// How long before the end a person is reminded, at most.
    const REMINDER: Duration = Duration::from_secs(120);

    pub(crate) fn new(device: DeviceId, until: Moment, now: Moment) -> Self {
        let span = until.at.since(now.at);
        Self {
            device,
            until,
            remind_at: until.at.before(Self::REMINDER.min(span / 2)),
            stage: LimitStage::Running,
        }
    }

    /// The wall clock was set, or went on while the other one stood still in a sleep: the end comes
    /// when the wall clock shows it, and not after the span that was asked for.
    pub(crate) fn clock_was_set(&mut self, clock: Clock) {
        let sooner = self.until.at.since(clock.moment_of(self.until.wall).at);
        self.until.at = self.until.at.before(sooner);
        self.remind_at = self.remind_at.before(sooner);
    }

    /// Whether the end is near or past.
    pub fn is_near(&self) -> bool {
        self.stage > LimitStage::Running
    }

    /// When to look again; none when nothing more is due.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        match self.stage {
            LimitStage::Running => Some(self.remind_at),
            LimitStage::Reminded => Some(self.until.at),
            LimitStage::Passed => None,
        }
    }

    /// What is due at `now`. `can_end` says whether the server can be asked: otherwise the end waits.
    pub(crate) fn due(&mut self, can_end: bool, now: Instant) -> Option<LimitDue> {
        if self.stage < LimitStage::Passed && now >= self.until.at {
            if !can_end {
                return None;
            }
            self.stage = LimitStage::Passed;
            return Some(LimitDue::End);
        }
        if self.stage == LimitStage::Running && now >= self.remind_at {
            self.stage = LimitStage::Reminded;
            return Some(LimitDue::Reminder);
        }
        None
    }
}
