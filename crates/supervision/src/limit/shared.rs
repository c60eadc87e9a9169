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

    /// A limit was set or removed in this tab. Returns the message to post; none if there is no monitoring
    /// that can have a limit.
    pub(crate) fn set(
        &mut self,
        device: &DeviceId,
        monitoring: &Monitoring,
        until: Option<Moment>,
        now: Moment,
    ) -> Option<LimitMessage> {
        let set_at = WallTime(now.wall.0.max(self.latest.0 + 1));
        self.keep(SharedLimit {
            device: device.clone(),
            target: target(monitoring)?,
            set_at,
            tab: self.tab,
            seen: now.at,
            until,
            asked_at: None,
        });
        self.message(device, None)
    }

    /// A limit was set before the page was reloaded: any other tab knows better. Otherwise like
    /// [`set`](Self::set).
    pub(crate) fn adopt(
        &mut self,
        device: &DeviceId,
        monitoring: &Monitoring,
        until: Moment,
        now: Moment,
    ) -> Option<LimitMessage> {
        let is_first = self.of(device).is_none();
        let message = self.set(device, monitoring, Some(until), now)?;
        let mut limits = self.limits.iter_mut();
        match limits.find(|limit| is_first && limit.device == *device) {
            Some(limit) => {
                limit.set_at = WallTime::default();
                Some(LimitMessage::Limit(limit.clone()))
            }
            None => Some(message),
        }
    }

    /// Takes a message of another tab. Returns whether it is the latest.
    pub(crate) fn learn(&mut self, limit: &SharedLimit) -> bool {
        let known = self.of(&limit.device);
        let is_latest = known.is_none_or(|known| known.order() <= limit.order());
        if is_latest {
            self.keep(limit.clone());
        }
        is_latest
    }

    /// The end was requested.
    pub(crate) fn end_is_asked_for(&mut self, device: &DeviceId, now: WallTime) {
        let mut limits = self.limits.iter_mut();
        if let Some(limit) = limits.find(|limit| limit.device == *device) {
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

    pub(crate) fn devices(&self) -> Vec<DeviceId> {
        let mut devices = Vec::new();
        for limit in &self.limits {
            devices.push(limit.device.clone());
        }
        devices
    }

    /// The message about a device. `seen` is when this tab last heard of it.
    pub(crate) fn message(&self, device: &DeviceId, seen: Option<Moment>) -> Option<LimitMessage> {
        let mut limit = self.of(device)?.clone();
        limit.seen = seen.map_or(limit.seen, |seen| seen.at);
        Some(LimitMessage::Limit(limit))
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
    /// As bytes: lines of text. Each tab has its own monotonic clock, so times are sent as durations.
    pub(crate) fn encode(&self, now: Instant) -> Vec<u8> {
        let millis = |span: Duration| decimal(span.as_millis());
        let lines = match self {
            Self::Ask => vec![PROTOCOL.to_owned()],
            Self::Limit(limit) => {
                let (wall, left) = limit.until.map_or_else(Default::default, |until| {
                    (decimal(until.wall.0), millis(until.at.since(now)))
                });
                vec![
                    PROTOCOL.to_owned(),
                    limit.device.as_str().to_owned(),
                    limit.target.clone(),
                    decimal(limit.set_at.0),
                    decimal(limit.tab),
                    millis(now.since(limit.seen)),
                    wall,
                    left,
                    limit.asked_at.map_or_else(String::new, |at| decimal(at.0)),
                ]
            }
        };
        let mut text = String::new();
        for line in lines {
            text.push_str(if text.is_empty() { "" } else { "\n" });
            text.push_str(&line);
        }
        text.into_bytes()
    }

    /// Parses a message that was posted at that time; none if it is another message. If the wall clock was
    /// set back meanwhile, the limit is not prolonged.
    pub(crate) fn read(data: &[u8], posted: Instant, clock: Clock) -> Option<Self> {
        let rest = data.strip_prefix(PROTOCOL.as_bytes())?;
        let mut lines = split(core::str::from_utf8(rest).ok()?, "\n");
        // The rest of the first line.
        let is_line = lines.next()?.is_empty();
        let mut all = Vec::new();
        for line in lines {
            all.push(line);
        }
        match all[..] {
            [] if is_line => Some(Self::Ask),
            [device, target, set_at, tab, seen, wall, left, asked] if is_line => {
                let asked_at = match asked {
                    "" => None,
                    asked => Some(WallTime(number(asked)?)),
                };
                let until = match wall {
                    "" => None,
                    wall => {
                        let left = Duration::from_millis(number(left)?);
                        let wall = WallTime(number(wall)?);
                        Some(until_by(clock, wall, posted + left))
                    }
                };
                Some(Self::Limit(SharedLimit {
                    device: DeviceId::new(device),
                    target: target.to_owned(),
                    set_at: WallTime(number(set_at)?),
                    tab: number(tab)?,
                    seen: posted.before(Duration::from_millis(number(seen)?)),
                    until,
                    asked_at,
                }))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::from_millis(seconds * 1_000)
    }

    fn shared(until: Option<Moment>, asked_at: Option<WallTime>) -> LimitMessage {
        LimitMessage::Limit(SharedLimit {
            device: DeviceId::new("d-1"),
            target: "a".to_owned(),
            set_at: WallTime(1_700_000_000_000),
            tab: 1 << 52,
            seen: at(999),
            until,
            asked_at,
        })
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
        for message in [LimitMessage::Ask].into_iter().chain(limits) {
            let data = message.encode(at(1_000));
            assert_eq!(LimitMessage::read(&data, at(1_000), clock), Some(message));
        }
    }

    #[test]
    fn other_data_is_ignored() {
        let ask = LimitMessage::Ask.encode(at(1));
        let limit = shared(None, None).encode(at(1_000));
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
        let data = shared(Some(until), None).encode(at(1_000));
        for wall in [1_700_000_000_000, 1_600_000_000_000] {
            let clock = clock(wall);
            let expect = clock.moment(until.at);
            let read = LimitMessage::read(&data, at(1_000), clock);
            assert_eq!(read, Some(shared(Some(expect), None)), "{wall}");
        }
    }
}
