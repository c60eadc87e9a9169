//! The time limit of monitoring that would otherwise go on until somebody stops it.
//!
//! The server knows nothing of a limit: the tab in which it was set tells the others ([`shared`]). It is
//! kept over a reload by the embedder, who learns from receipts until when it is
//! ([`Config::limit_until`](crate::Config)).

pub(crate) mod shared;

use core::time::Duration;

use bayeux::Instant;
use gws::DeviceId;

use crate::time::{Clock, Moment, WallTime};

/// The limits of all devices of the supervisor.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits(Vec<Limit>);

/// Until when a device may monitor.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// The device.
    pub device: DeviceId,
    /// When monitoring is ended.
    pub until: Moment,
    /// When a person is reminded of it.
    remind_at: Instant,
    /// How long after the end the server is asked for it: another tab does so before.
    lag: Duration,
    /// When the server was last asked for the end, by the wall clock.
    asked_at: Option<WallTime>,
    stage: LimitStage,
}

/// How far a limit has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LimitStage {
    Running,
    /// A person was reminded.
    Reminded,
    /// It has passed, and the end was asked for. If that comes to nothing, it is asked for again.
    Passed {
        again_at: Instant,
        after: Duration,
    },
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitDue {
    Reminder,
    End,
    EndAgain,
}

impl Limit {
    /// How long before the end a person is reminded, at most.
    const REMINDER: Duration = Duration::from_secs(120);
    /// After how long the end is asked for again at first; after twice as long each time.
    const AGAIN: Duration = Duration::from_secs(30);
    /// And at most.
    const AGAIN_AT_MOST: Duration = Duration::from_secs(240);

    pub(crate) fn new(device: DeviceId, until: Moment, lag: Duration, now: Moment) -> Self {
        let span = until.at.since(now.at);
        Self {
            device,
            until,
            remind_at: until.at.before(Self::REMINDER.min(span / 2)),
            lag,
            asked_at: None,
            stage: LimitStage::Running,
        }
    }

    /// Whether the end is near or past.
    pub fn is_near(&self) -> bool {
        self.stage != LimitStage::Running
    }

    /// Whether it has passed, and the end was asked for.
    pub fn has_passed(&self) -> bool {
        matches!(self.stage, LimitStage::Passed { .. })
    }

    /// Whether the end is due, should the server be asked for it.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        match self.stage {
            LimitStage::Running | LimitStage::Reminded => now >= self.until.at + self.lag,
            LimitStage::Passed { again_at, .. } => now >= again_at + self.lag,
        }
    }

    /// The server is asked for the end now, here or in another tab.
    fn pass(&mut self, now: Instant) {
        let after = match self.stage {
            LimitStage::Passed { after, .. } => (after * 2).min(Self::AGAIN_AT_MOST),
            LimitStage::Running | LimitStage::Reminded => Self::AGAIN,
        };
        let again_at = now + after;
        self.stage = LimitStage::Passed { again_at, after };
    }

    fn due(&mut self, can_end: bool, now: Instant) -> Option<LimitDue> {
        if self.is_over(now) {
            if !can_end {
                return None;
            }
            let due = match self.has_passed() {
                true => LimitDue::EndAgain,
                false => LimitDue::End,
            };
            self.pass(now);
            return Some(due);
        }
        if self.stage == LimitStage::Running && now >= self.remind_at {
            self.stage = LimitStage::Reminded;
            return Some(LimitDue::Reminder);
        }
        None
    }

    fn wake_at(&self) -> Instant {
        match self.stage {
            LimitStage::Running => self.remind_at,
            LimitStage::Reminded => self.until.at + self.lag,
            LimitStage::Passed { again_at, .. } => again_at + self.lag,
        }
    }

    /// The wall clock was set, or went on while the other one stood still in a sleep: the end comes
    /// when the wall clock shows it, and not after the span that was asked for. If the clock was set back,
    /// the end stays where it is, and is at another time by that clock. Returns whether it is.
    fn clock_was_set(&mut self, clock: Clock) -> bool {
        let sooner = self.until.at.since(clock.moment_of(self.until.wall).at);
        self.until.at = self.until.at.before(sooner);
        self.remind_at = self.remind_at.before(sooner);
        let wall = clock.moment(self.until.at).wall;
        let is_same = is_same_end(wall, self.until.wall);
        if !is_same {
            self.until.wall = wall;
        }
        !is_same
    }
}

/// Whether those are one end: each tab reckons with a clock of its own.
fn is_same_end(one: WallTime, other: WallTime) -> bool {
    one.0.abs_diff(other.0) < 2_000
}

impl Limits {
    pub(crate) fn of(&self, device: &DeviceId) -> Option<&Limit> {
        self.0.iter().find(|limit| limit.device == *device)
    }

    /// Sets the limit of a device.
    pub(crate) fn set(&mut self, limit: Limit) {
        self.remove(&limit.device);
        self.0.push(limit);
    }

    /// Another tab has set the limit of a device to what it is, or to another end.
    pub(crate) fn follow(&mut self, limit: Limit) -> bool {
        let mut limits = self.0.iter_mut();
        let known = limits.find(|known| known.device == limit.device);
        match known.filter(|known| is_same_end(known.until.wall, limit.until.wall)) {
            Some(known) => known.lag = limit.lag,
            None => {
                self.set(limit);
                return true;
            }
        }
        false
    }

    /// The server is asked for the end at that time.
    pub(crate) fn end_is_asked_for(&mut self, device: &DeviceId, at: WallTime) {
        let mut limits = self.0.iter_mut();
        if let Some(limit) = limits.find(|limit| limit.device == *device) {
            limit.asked_at = Some(at);
        }
    }

    /// Another tab asked the server for the end at that time. Returns whether that was the first time.
    pub(crate) fn pass(&mut self, device: &DeviceId, asked_at: WallTime, now: Instant) -> bool {
        let mut limits = self.0.iter_mut();
        let limit = limits.find(|limit| limit.device == *device);
        let limit = limit.filter(|limit| limit.asked_at < Some(asked_at));
        limit.is_some_and(|limit| {
            let is_first = !limit.has_passed();
            limit.asked_at = Some(asked_at);
            limit.pass(now);
            is_first
        })
    }

    /// Says whether there was one.
    pub(crate) fn remove(&mut self, device: &DeviceId) -> bool {
        let before = self.0.len();
        self.0.retain(|limit| limit.device != *device);
        self.0.len() < before
    }

    /// Returns whether an end is at another time by the clock than before.
    pub(crate) fn clock_was_set(&mut self, clock: Clock) -> bool {
        let limits = self.0.iter_mut();
        let changes = limits.map(|limit| limit.clock_was_set(clock));
        changes.fold(false, |any, change| any | change)
    }

    /// When something may be due.
    pub(crate) fn wake_at(&self) -> impl Iterator<Item = Instant> {
        self.0.iter().map(Limit::wake_at)
    }

    /// Those that are over, should the server be asked for the end.
    pub(crate) fn over(&self, now: Instant) -> impl Iterator<Item = &Limit> {
        self.0.iter().filter(move |limit| limit.is_over(now))
    }

    /// What is due at `now`. `can_end` says whether the server can be asked: otherwise the end waits.
    pub(crate) fn due(
        &mut self,
        can_end: impl Fn(&Limit) -> bool,
        now: Instant,
    ) -> Vec<(Limit, LimitDue)> {
        let limits = self.0.iter_mut();
        limits
            .filter_map(|limit| {
                let due = limit.due(can_end(limit), now)?;
                Some((limit.clone(), due))
            })
            .collect()
    }
}
