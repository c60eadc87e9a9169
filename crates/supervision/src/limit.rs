//! The time limit of monitoring, which would otherwise go on until somebody stops it.
//!
//! The server does not know the limit: the tab in which it was set tells the others ([`shared`]). The
//! embedder keeps it over a reload, by the end that receipts report
//! ([`Config::limit_until`](crate::Config)).

pub(crate) mod shared;

use bayeux::{Duration, Instant};
use gws::DeviceId;

use crate::time::{Clock, Moment, WallTime};

/// The limits of all devices of the supervisor.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits(Vec<Limit>);

/// The end of a device's monitoring.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// The device.
    pub device: DeviceId,
    /// When monitoring must end.
    pub until: Moment,
    /// When the supervisor is reminded of it.
    remind_at: Instant,
    /// How much later than the end this tab sends the request to stop: another tab sends it first.
    lag: Duration,
    /// When the request to stop was last sent, by the wall clock.
    asked_at: Option<WallTime>,
    stage: LimitStage,
}

/// The progress of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LimitStage {
    Running,
    /// The supervisor was reminded.
    Reminded,
    /// It was reached, and the end was requested. If that fails, it is requested again.
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
    /// How long before the end the supervisor is reminded, at most.
    const REMINDER: Duration = Duration::from_secs(120);
    /// After how long the end is first requested again; each time after twice as long.
    const AGAIN: Duration = Duration::from_secs(30);
    /// The maximum of that.
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

    /// Whether the end is past, and was requested.
    pub fn has_passed(&self) -> bool {
        matches!(self.stage, LimitStage::Passed { .. })
    }

    /// Whether the end is due, if it can be requested.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        match self.stage {
            LimitStage::Running | LimitStage::Reminded => now >= self.until.at + self.lag,
            LimitStage::Passed { again_at, .. } => now >= again_at + self.lag,
        }
    }

    /// The end is requested now, here or in another tab.
    fn pass(&mut self, now: Instant) {
        let after = match self.stage {
            LimitStage::Passed { after, .. } => (2 * after).min(Self::AGAIN_AT_MOST),
            LimitStage::Running | LimitStage::Reminded => Self::AGAIN,
        };
        let again_at = now + after;
        self.stage = LimitStage::Passed { again_at, after };
    }

    /// What is due at `now`. `can_end` says whether requests are possible: otherwise the end waits.
    pub(crate) fn due(&mut self, can_end: bool, now: Instant) -> Option<LimitDue> {
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

    /// The wall clock was set, or advanced while the monotonic clock stood still during sleep: the end
    /// comes when the wall clock shows it, not after the requested duration. If the wall clock was set
    /// back, the end stays at the same instant, which that clock shows differently. Returns whether it
    /// does.
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

/// Whether two times are the same end: each tab has its own clock.
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

    /// Another tab has set the limit of a device to its present end, or to another one.
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

    /// The end was requested at this time.
    pub(crate) fn end_is_asked_for(&mut self, device: &DeviceId, at: WallTime) {
        let mut limits = self.0.iter_mut();
        if let Some(limit) = limits.find(|limit| limit.device == *device) {
            limit.asked_at = Some(at);
        }
    }

    /// Another tab requested the end at this time. Returns whether that was the first time.
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

    /// Returns whether there was a limit.
    pub(crate) fn remove(&mut self, device: &DeviceId) -> bool {
        let position = self.0.iter().position(|limit| limit.device == *device);
        position.map(|position| self.0.remove(position)).is_some()
    }

    /// Returns whether the clock shows another end than before.
    pub(crate) fn clock_was_set(&mut self, clock: Clock) -> bool {
        let mut is_another = false;
        for limit in &mut self.0 {
            is_another |= limit.clock_was_set(clock);
        }
        is_another
    }

    /// When something may be due. A limit that is over waits for the connection or a read, not for a time.
    pub(crate) fn wake_at(&self, now: Instant) -> Option<Instant> {
        let mut first = None;
        for limit in &self.0 {
            let at = Some(limit.wake_at()).filter(|at| *at > now);
            first = Instant::earliest(&[first, at]);
        }
        first
    }

    /// The limit in this place.
    pub(crate) fn in_place(&mut self, place: usize) -> Option<&mut Limit> {
        self.0.get_mut(place)
    }
}
