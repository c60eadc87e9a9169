//! Reads: who is signed in, devices, calls, the directory. Each is scheduled for a time, under way at
//! most once, and retried after a failure; not before the server allows it (`Retry-After`).

use std::sync::Arc;

use bayeux::{Backoff, Duration, Instant};

use super::directory::Pieces;
use crate::connection::{LinkTrouble, Resource};

/// The state of all reads.
#[derive(Debug)]
pub(super) struct Reads {
    slots: [Slot; 4],
    /// The directory, while a large one is being parsed.
    pieces: Option<Box<Pieces>>,
    /// How long a response may take.
    reply_within: Duration,
}

/// A read that has ended.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    /// When it began.
    pub(super) begun: Instant,
    /// Whether notifications kept its resource up to date then.
    pub(super) was_current: bool,
    /// The devices or calls that were notified during the read: those are newer.
    pub(super) notified_meanwhile: Vec<String>,
}

/// The state of one read.
#[derive(Debug)]
struct Slot {
    /// When to begin, if it is scheduled.
    wanted_at: Option<Instant>,
    /// When to begin in any case, because notifications may be missing.
    refresh_at: Option<Instant>,
    /// When it may begin, if the server asked to wait.
    patience_until: Option<Instant>,
    under_way: Option<Ended>,
    /// When it last succeeded.
    read_at: Option<Instant>,
    /// How long its result counts as up to date, if that is limited.
    good_for: Option<Duration>,
    /// When its interval was last shortened.
    sooner_since: Option<Instant>,
    /// The delay of the next refresh, so that not all pages read at once.
    spread: Duration,
    rng: Backoff,
    backoff: Backoff,
    trouble: Option<Arc<LinkTrouble>>,
    /// How long a response may take until its first byte: longer after each timeout.
    reply_within: Duration,
    /// Whether it was read since notifications began to arrive.
    is_current: bool,
}

/// The maximum delay of a refresh.
const SPREAD: Duration = Duration::from_secs(8);
/// The maximum time until the first byte of a response.
const MOST_REPLY_WITHIN: Duration = Duration::from_secs(120);
/// The maximum pause after the first failure.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

impl Reads {
    pub(super) fn new(seed: u64, reply_within: Duration) -> Self {
        Self {
            reply_within,
            slots: [
                Slot::new(seed, reply_within),
                Slot::new(seed ^ 1, reply_within),
                Slot::new(seed ^ 2, reply_within),
                Slot::new(seed ^ 3, reply_within),
            ],
            pieces: None,
        }
    }

    fn slot_mut(&mut self, read: Resource) -> &mut Slot {
        &mut self.slots[read as usize]
    }

    fn slot(&self, read: Resource) -> &Slot {
        &self.slots[read as usize]
    }

    /// Schedules a read for this time, unless it is scheduled earlier. A read under way does not
    /// suffice: it may be older than the reason for the new one.
    // Called in many places, in each of which it would be larger than the call.
    #[inline(never)]
    pub(super) fn want(&mut self, read: Resource, at: Instant) {
        let slot = self.slot_mut(read);
        slot.wanted_at = Some(slot.wanted_at.map_or(at, |earlier| earlier.min(at)));
    }

    /// Notifications begin to arrive: the resources that they keep up to date must be read again.
    pub(super) fn want_current(&mut self, now: Instant) {
        self.outdate();
        for read in Resource::NOTIFIED {
            self.want(read, now);
        }
    }

    /// Schedules reads of notified resources that are neither up to date nor scheduled.
    pub(super) fn want_missing(&mut self, now: Instant) {
        for read in Resource::NOTIFIED {
            if !self.slot(read).is_current && self.is_idle(read) {
                self.want(read, now);
            }
        }
    }

    /// Sets the interval after which notified resources are read again, plus some seconds; none:
    /// never. A shorter interval counts from now: an overdue read would come before the notification
    /// of what was just requested.
    pub(super) fn refresh(&mut self, after: Option<Duration>, now: Instant) {
        let most = SPREAD + FIRST_PAUSE + self.reply_within;
        for read in Resource::NOTIFIED {
            let slot = self.slot_mut(read);
            let good_for = after.map(|after| after + most);
            if good_for < slot.good_for && good_for.is_some() {
                slot.sooner_since = Some(now);
            }
            slot.good_for = good_for;
            let read_at = slot.read_at.max(slot.sooner_since);
            // A failed read is retried when it is due, not at once.
            let after = after.filter(|_| slot.backoff.failures() == 0);
            slot.refresh_at = after.and_then(|after| Some(read_at? + after + slot.spread));
        }
    }

    /// Sets the interval after which the directory is read again; none: never.
    pub(super) fn refresh_directory(&mut self, after: Option<Duration>) {
        let slot = self.slot_mut(Resource::Directory);
        let after = after.filter(|_| slot.backoff.failures() == 0);
        slot.refresh_at = after.and_then(|after| Some(slot.read_at? + after + slot.spread));
    }

    /// The server asked to wait, in its reply to another request about the same resource, with this
    /// trouble.
    pub(super) fn put_off(&mut self, read: Resource, trouble: Arc<LinkTrouble>, until: Instant) {
        let slot = self.slot_mut(read);
        slot.patience_until = slot.patience_until.max(Some(until));
        slot.trouble = Some(trouble);
    }

    /// Begins scheduled reads now, if the server did not ask to wait.
    pub(super) fn hurry(&mut self, now: Instant) {
        for slot in &mut self.slots {
            slot.wanted_at = slot.wanted_at.map(|at| at.min(now));
        }
    }

    /// A person wants pending reads to begin now.
    pub(super) fn insist(&mut self, now: Instant) {
        for slot in &mut self.slots {
            slot.patience_until = None;
        }
        self.hurry(now);
    }

    pub(super) fn forget(&mut self) {
        self.pieces = None;
        for slot in &mut self.slots {
            slot.forget();
        }
    }

    /// A large directory has arrived, or more of it was parsed.
    pub(super) fn set_pieces(&mut self, pieces: Box<Pieces>) {
        self.pieces = Some(pieces);
    }

    pub(super) fn take_pieces(&mut self) -> Option<Box<Pieces>> {
        self.pieces.take()
    }

    pub(super) fn pieces_go_on_at(&self, now: Instant) -> Option<Instant> {
        let pieces = self.pieces.as_ref()?;
        Some(pieces.goes_on_at.max(now))
    }

    /// Until when the read waits because the server asked for it.
    pub(super) fn put_off_until(&self, read: Resource, now: Instant) -> Option<Instant> {
        self.slot(read).patience_until.filter(|until| *until > now)
    }

    /// When the read will begin, if it is scheduled.
    pub(super) fn at(&self, read: Resource) -> Option<Instant> {
        let slot = self.slot(read);
        Some(slot.wanted_at?.max(slot.patience_until.unwrap_or_default()))
    }

    pub(super) fn is_idle(&self, read: Resource) -> bool {
        let slot = self.slot(read);
        slot.wanted_at.is_none() && slot.under_way.is_none()
    }

    pub(super) fn was_read_since(&self, read: Resource, earliest: Instant) -> bool {
        self.slot(read).read_at.is_some_and(|at| at >= earliest)
    }

    /// When all notified resources were last read.
    pub(super) fn all_read_at(&self) -> Option<Instant> {
        let [devices, calls] = Resource::NOTIFIED;
        self.slot(devices).read_at.min(self.slot(calls).read_at)
    }

    /// Why the last read failed, if it did.
    pub(super) fn trouble(&self, read: Resource) -> Option<Arc<LinkTrouble>> {
        self.slot(read).trouble.clone()
    }

    /// Notifications no longer arrive: results may be out of date.
    pub(super) fn outdate(&mut self) {
        for slot in &mut self.slots {
            slot.is_current = false;
        }
    }

    /// Whether all notified resources were read since notifications began to arrive.
    pub(super) fn is_current(&self) -> bool {
        let mut notified = Resource::NOTIFIED.into_iter();
        notified.all(|read| self.slot(read).is_current)
    }

    /// When the next of the permitted reads begins.
    pub(super) fn wake_at(&self, may_begin: impl Fn(Resource) -> bool) -> Option<Instant> {
        let mut wake_at = None;
        for (read, slot) in Resource::ALL.into_iter().zip(&self.slots) {
            let due = slot.due().filter(|_| may_begin(read));
            wake_at = Instant::earliest(&[wake_at, due, slot.lapses_at(self.reply_within)]);
        }
        wake_at
    }

    /// Results no longer count as up to date if the next read takes too long, or is delayed for too
    /// long.
    pub(super) fn lapse(&mut self, now: Instant) {
        let reply_within = self.reply_within;
        for slot in &mut self.slots {
            if slot.lapses_at(reply_within).is_some_and(|at| at <= now) {
                slot.is_current = false;
                slot.wanted_at = slot.wanted_at.or(Some(now));
            }
        }
    }

    /// How long the response to a read may take.
    pub(super) fn reply_within(&self, read: Resource) -> Duration {
        self.slot(read).reply_within
    }

    /// Begins the read, if it is due.
    pub(super) fn begin(&mut self, read: Resource, now: Instant) -> bool {
        let slot = self.slot_mut(read);
        let is_due = slot.due().is_some_and(|at| at <= now);
        if is_due {
            slot.wanted_at = None;
            slot.refresh_at = None;
            slot.under_way = Some(Ended {
                begun: now,
                was_current: slot.is_current,
                notified_meanwhile: Vec::new(),
            });
        }
        is_due
    }

    /// A device or call was notified.
    pub(super) fn told(&mut self, read: Resource, id: &str) {
        if let Some(under_way) = &mut self.slot_mut(read).under_way {
            under_way.notified_meanwhile.push(id.to_owned());
        }
    }

    /// The read under way has ended; none: it was aborted before.
    pub(super) fn ended(&mut self, read: Resource) -> Option<Ended> {
        self.slot_mut(read).under_way.take()
    }

    /// The read succeeded. Its result counts as current only while changes are notified (`is_told`),
    /// and if no other read is scheduled: otherwise this one began too early.
    pub(super) fn succeeded(
        &mut self,
        read: Resource,
        begun: Instant,
        is_told: bool,
        now: Instant,
    ) {
        let reply_within = self.reply_within;
        let slot = self.slot_mut(read);
        if now.since(begun) < reply_within {
            slot.reply_within = reply_within;
        }
        slot.backoff.reset();
        slot.trouble = None;
        slot.patience_until = None;
        slot.read_at = Some(now);
        slot.sooner_since = None;
        slot.rng.reset();
        slot.spread = slot.rng.fail();
        slot.is_current = is_told && slot.wanted_at.is_none();
    }

    /// The read failed, and is retried after a pause: not before the server allows it. If that may be
    /// too late, the last result is no longer up to date.
    pub(super) fn failed(
        &mut self,
        read: Resource,
        trouble: Arc<LinkTrouble>,
        asked_for: Option<Duration>,
        now: Instant,
    ) {
        let reply_within = self.reply_within;
        let slot = self.slot_mut(read);
        if matches!(*trouble, LinkTrouble::TimedOut) {
            slot.reply_within = (2 * slot.reply_within).min(MOST_REPLY_WITHIN);
        }
        slot.trouble = Some(trouble);
        let pause = slot.backoff.fail_after(asked_for.unwrap_or_default());
        if asked_for.is_some() {
            slot.patience_until = Some(now + pause);
        }
        let good_until = slot.read_at.zip(slot.good_for).map(|(at, span)| at + span);
        if good_until.is_some_and(|until| now + pause + reply_within > until) {
            slot.is_current = false;
        }
        self.want(read, now + pause);
    }
}

impl Slot {
    fn new(seed: u64, reply_within: Duration) -> Self {
        let backoff = |base| Backoff::new(base, Duration::from_secs(30), seed);
        Self {
            wanted_at: None,
            refresh_at: None,
            patience_until: None,
            under_way: None,
            read_at: None,
            good_for: None,
            sooner_since: None,
            spread: Duration::ZERO,
            rng: backoff(SPREAD),
            backoff: backoff(FIRST_PAUSE),
            trouble: None,
            reply_within,
            is_current: false,
        }
    }

    /// When the last result no longer counts as up to date because the next read takes too long, or is
    /// delayed.
    fn lapses_at(&self, reply_within: Duration) -> Option<Instant> {
        let good_until = self.read_at? + self.good_for?;
        let lapses_at = match (&self.under_way, self.patience_until) {
            (Some(under_way), _) => good_until.max(under_way.begun + reply_within),
            (None, Some(until)) if until + reply_within > good_until => {
                good_until.before(reply_within)
            }
            (None, _) => return None,
        };
        Some(lapses_at).filter(|_| self.is_current)
    }

    /// When it begins; none while it is under way.
    fn due(&self) -> Option<Instant> {
        if self.under_way.is_some() {
            return None;
        }
        let at = Instant::earliest(&[self.wanted_at, self.refresh_at])?;
        Some(at.max(self.patience_until.unwrap_or_default()))
    }

    /// Resets it; but the pause that the server asked for applies to everybody.
    fn forget(&mut self) {
        self.wanted_at = None;
        self.refresh_at = None;
        self.under_way = None;
        self.read_at = None;
        self.backoff.reset();
        self.trouble = None;
        self.is_current = false;
    }
}
