//! What the tabs of one supervisor know of each other's limits, and the messages between them.
//!
//! | message | posted by | when |
//! |---|---|---|
//! | ask | a tab | it joins the others |
//! | limit | the tab in which a limit was set or removed | at that time |
//! | limit | any tab | it requests the end; another tab asks; it joins |
//!
//! The latest message about a device counts. Tabs read the same wall clock, and a new message is later
//! than any that its tab knew, even if that clock was set back. A limit applies while the device monitors
//! the agent for whom it was set. At its end the tab that set it requests the end first; the others wait
//! some seconds longer, and longer again whenever one of them has requested it.

use bayeux::{Duration, Instant};
use gws::DeviceId;
use tolerant_json::text::{decimal, number, split};

use crate::monitoring::{Monitored, Monitoring};
use crate::time::{Clock, Moment, WallTime};

/// Begins each message. Tabs of different versions ignore each other's messages.
const PROTOCOL: &str = "listen-in-limits/1";
/// How much later than another tab a tab may learn what the device monitors.
const TAB_DELAY: Duration = Duration::from_secs(5);

/// A message between tabs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LimitMessage {
    /// Asks for all limits.
    Ask,
    /// A limit, or its removal.
    Limit(SharedLimit),
}

/// A tab's message about the limit of a device.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SharedLimit {
    pub(crate) device: DeviceId,
    /// Whom the device monitors.
    target: String,
    /// When it was set or removed, and in which tab: the later one counts.
    set_at: WallTime,
    tab: u64,
    /// When the sending tab last heard of the device.
    seen: Instant,
    /// Its end; none: the limit was removed.
    pub(crate) until: Option<Moment>,
    /// When the end was last requested.
    pub(crate) asked_at: Option<WallTime>,
}

/// The latest message about each device.
#[derive(Debug)]
pub(crate) struct SharedLimits {
    /// Identifies this tab.
    tab: u64,
    /// Whether there may be other tabs.
    pub(crate) is_joined: bool,
    limits: Vec<SharedLimit>,
    latest: WallTime,
}

impl SharedLimits {
    pub(crate) fn new(tab: u64) -> Self {
        Self {
            tab,
            is_joined: false,
            limits: Vec::new(),
            latest: WallTime::default(),
        }
    }

    /// A limit was set or removed in this tab. Returns whether to post it: not if there is no monitoring that can
    /// have a limit.
    pub(crate) fn set(
        &mut self,
        device: &DeviceId,
        monitoring: &Monitoring,
        until: Option<Moment>,
        now: Moment,
    ) -> bool {
        let Some(target) = target(monitoring) else {
            return false;
        };
        let set_at = WallTime(now.wall.0.max(self.latest.0 + 1));
        self.keep(SharedLimit {
            device: device.clone(),
            target,
            set_at,
            tab: self.tab,
            seen: now.at,
            until,
            asked_at: None,
        });
        true
    }

    /// A limit was set before the page was reloaded: any other tab knows better. Otherwise like
    /// [`set`](Self::set).
    pub(crate) fn adopt(
        &mut self,
        device: &DeviceId,
        monitoring: &Monitoring,
        until: Moment,
        now: Moment,
    ) -> bool {
        let is_first = self.of(device).is_none();
        let is_set = self.set(device, monitoring, Some(until), now);
        if is_first && let Some(limit) = self.of_mut(device) {
            limit.set_at = WallTime::default();
        }
        is_set
    }

    /// Takes a message of another tab. Returns whether it is the latest.
    pub(crate) fn learn(&mut self, limit: SharedLimit) -> bool {
        let known = self.of(&limit.device);
        let is_latest = known.is_none_or(|known| known.order() <= limit.order());
        if is_latest {
            self.keep(limit);
        }
        is_latest
    }

    /// The end was requested.
    pub(crate) fn end_is_asked_for(&mut self, device: &DeviceId, now: WallTime) {
        if let Some(limit) = self.of_mut(device) {
            limit.asked_at = Some(now);
        }
    }

    /// Whether the end of the device's monitoring was requested because of a limit.
    pub(crate) fn is_end_of(&self, device: &DeviceId, before: &Monitoring) -> bool {
        let limit = self.of(device);
        limit.is_some_and(|limit| limit.asked_at.is_some() && limit.is_about(before))
    }

    /// The latest message about a device.
    pub(crate) fn of(&self, device: &DeviceId) -> Option<&SharedLimit> {
        self.limits.iter().find(|limit| limit.device == *device)
    }

    fn of_mut(&mut self, device: &DeviceId) -> Option<&mut SharedLimit> {
        self.limits.iter_mut().find(|limit| limit.device == *device)
    }

    pub(crate) fn devices(&self) -> Vec<DeviceId> {
        let mut devices = Vec::new();
        for limit in &self.limits {
            devices.push(limit.device.clone());
        }
        devices
    }

    /// The message about a device. `seen` is when this tab last heard of it.
    pub(crate) fn message(
        &self,
        device: &DeviceId,
        seen: Option<Moment>,
        now: Instant,
    ) -> Option<Vec<u8>> {
        let limit = self.of(device)?;
        let seen = seen.map_or(limit.seen, |seen| seen.at);
        Some(limit.message(seen, now))
    }

    /// How long after the end this tab requests it: at once if it set the limit; otherwise each tab waits
    /// for a different time.
    pub(crate) fn lag(&self, limit: &SharedLimit) -> Duration {
        match limit.tab == self.tab {
            true => Duration::ZERO,
            false => Duration::from_millis(10_000 + self.tab % 10_000),
        }
    }

    /// The monitoring has ended.
    pub(crate) fn remove(&mut self, device: &DeviceId) {
        let mut limits = self.limits.iter();
        if let Some(position) = limits.position(|limit| limit.device == *device) {
            self.limits.swap_remove(position);
        }
    }

    /// Like [`Limits::clock_was_set`](super::Limits::clock_was_set).
    pub(crate) fn clock_was_set(&mut self, clock: Clock) {
        for until in self
            .limits
            .iter_mut()
            .filter_map(|limit| limit.until.as_mut())
        {
            *until = until_by(clock, until.wall, until.at);
        }
    }

    /// Forgets all, because they were another person's.
    pub(crate) fn forget(&mut self) {
        self.limits.clear();
    }

    fn keep(&mut self, limit: SharedLimit) {
        self.latest.0 = self.latest.0.max(limit.set_at.0);
        self.remove(&limit.device);
        self.limits.push(limit);
    }
}

impl SharedLimit {
    /// As bytes: lines of text. Each tab has its own monotonic clock, so times are sent as durations.
    fn message(&self, seen: Instant, now: Instant) -> Vec<u8> {
        let mut text = [PROTOCOL, "\n", self.device.as_str(), "\n", &self.target].concat();
        let left = self.until.map(|until| until.at.since(now).as_millis());
        let numbers = [
            Some(self.set_at.0),
            Some(self.tab),
            Some(now.since(seen).as_millis()),
            self.until.map(|until| until.wall.0),
            left,
            self.asked_at.map(|at| at.0),
        ];
        for number in numbers {
            text.push('\n');
            text.push_str(&number.map_or_else(String::new, decimal));
        }
        text.into_bytes()
    }

    fn order(&self) -> (WallTime, u64, Option<WallTime>) {
        (self.set_at, self.tab, self.asked_at)
    }

    /// Whether it is about this agent.
    pub(crate) fn was_about(&self, was: &Monitored) -> bool {
        self.target == target_of(was)
    }

    /// Whether it is about what the device monitors now, as far as this tab knows. A tab that was frozen
    /// may report an earlier monitoring.
    pub(crate) fn is_about(&self, monitoring: &Monitoring) -> bool {
        let began = monitoring.active().map(|active| active.since);
        let began = began.filter(|since| since.is_observed());
        let is_older = began.is_some_and(|since| since.moment.at > self.seen + TAB_DELAY);
        !is_older && target(monitoring).as_ref() == Some(&self.target)
    }
}

/// The end by a clock: when it shows `wall`, unless it was set back; then at `latest`.
fn until_by(clock: Clock, wall: WallTime, latest: Instant) -> Moment {
    let (by_wall, latest) = (clock.moment_of(wall), clock.moment(latest));
    match latest.wall < wall && !super::is_same_end(latest.wall, wall) {
        true => latest,
        false => by_wall,
    }
}

fn target_of(active: &Monitored) -> String {
    match &active.target {
        Some(device) => device.as_str().to_owned(),
        None => active.number.clone().unwrap_or_default(),
    }
}

/// The target of a monitoring that can have a limit: a device, or else a number, if the server says so.
fn target(monitoring: &Monitoring) -> Option<String> {
    match monitoring {
        Monitoring::Active(active) => {
            (active.mode != gws::Mode::NextCall).then(|| target_of(active))
        }
        Monitoring::Unrecognised(_) => Some(String::new()),
        Monitoring::None | Monitoring::Unknown => None,
    }
}

impl LimitMessage {
    /// [`Ask`](Self::Ask) as bytes.
    pub(crate) fn ask() -> Vec<u8> {
        PROTOCOL.as_bytes().to_vec()
    }

    /// Parses a message that was posted at that time; none if it is another message. If the wall clock was
    /// set back meanwhile, the limit is not prolonged.
    pub(crate) fn read(data: &[u8], posted: Instant, clock: Clock) -> Option<Self> {
        let rest = data.strip_prefix(PROTOCOL.as_bytes())?;
        let mut lines = split(core::str::from_utf8(rest).ok()?, "\n");
        // The rest of the first line.
        if !lines.next()?.is_empty() {
            return None;
        }
        let Some(device) = lines.next() else {
            return Some(Self::Ask);
        };
        let target = lines.next()?;
        let mut numbers = [None; 6];
        for place in &mut numbers {
            *place = match lines.next()? {
                "" => None,
                line => Some(number(line)?),
            };
        }
        let [set_at, tab, seen, wall, left, asked] = numbers;
        let until = match wall {
            Some(wall) => {
                let left = Duration::from_millis(left?);
                Some(until_by(clock, WallTime(wall), posted + left))
            }
            None => None,
        };
        let limit = SharedLimit {
            device: DeviceId::new(device),
            target: target.to_owned(),
            set_at: WallTime(set_at?),
            tab: tab?,
            seen: posted.before(Duration::from_millis(seen?)),
            until,
            asked_at: asked.map(WallTime),
        };
        lines.next().is_none().then_some(Self::Limit(limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::from_millis(seconds * 1_000)
    }

    fn shared(until: Option<Moment>, asked_at: Option<WallTime>) -> SharedLimit {
        SharedLimit {
            device: DeviceId::new("d-1"),
            target: "a".to_owned(),
            set_at: WallTime(1_700_000_000_000),
            tab: 1 << 52,
            seen: at(999),
            until,
            asked_at,
        }
    }

    fn encoded(limit: &SharedLimit) -> Vec<u8> {
        limit.message(limit.seen, at(1_000))
    }

    #[test]
    fn messages_are_read_as_posted() {
        let mut clock = Clock::default();
        clock.set(WallTime(1_700_000_000_000), at(1_000));
        let until = clock.moment(at(1_900));
        let limits = [
            shared(None, None),
            shared(Some(until), None),
            shared(Some(until), Some(until.wall)),
        ];
        let read = |data: Vec<u8>| LimitMessage::read(&data, at(1_000), clock);
        assert_eq!(read(LimitMessage::ask()), Some(LimitMessage::Ask));
        for limit in limits {
            assert_eq!(read(encoded(&limit)), Some(LimitMessage::Limit(limit)));
        }
    }

    #[test]
    fn other_data_is_ignored() {
        let ask = LimitMessage::ask();
        let limit = encoded(&shared(None, None));
        let others: [&[u8]; 6] = [
            b"",
            b"h",
            b"listen-in-limits/12",
            &[&ask[..], b"\n"].concat(),
            &[&limit[..], b"\n"].concat(),
            &limit[..limit.len() - 2],
        ];
        for data in others {
            let read = LimitMessage::read(data, at(1), Clock::default());
            assert_eq!(read, None, "{data:?}");
        }
    }

    #[test]
    fn a_wall_clock_that_was_set_back_does_not_prolong_a_limit() {
        let clock = |wall| {
            let mut clock = Clock::default();
            clock.set(WallTime(wall), at(1_000));
            clock
        };
        let until = clock(1_700_000_000_000).moment(at(1_900));
        let data = encoded(&shared(Some(until), None));
        for wall in [1_700_000_000_000, 1_600_000_000_000] {
            let clock = clock(wall);
            let expect = clock.moment(until.at);
            let read = LimitMessage::read(&data, at(1_000), clock);
            let expect = LimitMessage::Limit(shared(Some(expect), None));
            assert_eq!(read, Some(expect), "{wall}");
        }
    }
}
