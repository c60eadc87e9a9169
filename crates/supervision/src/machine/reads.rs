//! Reading: who am I, my devices, my calls, the directory. Each is wanted by a time, under way at
//! most once, and after a failure wanted again later.

use core::time::Duration;

use bayeux::{Backoff, Instant};
use gws::{ReplyError, reply};

use super::exchanges::Answer;
use super::{Machine, Purpose};
use crate::state::{Changes, LinkTrouble};

/// Something to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Me,
    Devices,
    Calls,
    Directory,
}

impl Read {
    const ALL: [Self; 4] = [Self::Me, Self::Devices, Self::Calls, Self::Directory];
    /// What notifications keep up to date.
    pub(super) const NOTIFIED: [Self; 2] = [Self::Devices, Self::Calls];

    fn request(self) -> gws::Request {
        match self {
            Self::Me => gws::Request::me(),
            Self::Devices => gws::Request::my_devices(),
            Self::Calls => gws::Request::my_calls(),
            Self::Directory => gws::Request::users(),
        }
    }
}

/// How all reads stand.
#[derive(Debug)]
pub(super) struct Reads {
    slots: [Slot; 4],
}

/// How one read stands.
#[derive(Debug)]
struct Slot {
    /// When to begin, if it is wanted.
    wanted_at: Option<Instant>,
    is_under_way: bool,
    backoff: Backoff,
    trouble: Option<LinkTrouble>,
    /// Whether it was read since notifications began to arrive.
    is_current: bool,
    /// Devices or calls that notifications told of while it was under way: those are newer.
    told_meanwhile: Vec<String>,
}

impl Reads {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            slots: Read::ALL.map(|read| Slot::new(seed ^ read as u64)),
        }
    }

    fn slot(&mut self, read: Read) -> &mut Slot {
        &mut self.slots[read as usize]
    }

    /// Wants a read at that time, or earlier if it is wanted earlier. One that is under way is not
    /// enough: it may be older than the reason for wanting.
    pub(super) fn want(&mut self, read: Read, at: Instant) {
        let slot = self.slot(read);
        slot.wanted_at = Some(slot.wanted_at.map_or(at, |earlier| earlier.min(at)));
    }

    /// Begins whatever is wanted now instead of later.
    pub(super) fn hurry(&mut self, now: Instant) {
        for slot in &mut self.slots {
            slot.wanted_at = slot.wanted_at.map(|at| at.min(now));
        }
    }

    pub(super) fn forget(&mut self) {
        for slot in &mut self.slots {
            slot.forget();
        }
    }

    /// When the read will begin, if it is wanted.
    pub(super) fn at(&self, read: Read) -> Option<Instant> {
        self.slots[read as usize].wanted_at
    }

    pub(super) fn is_idle(&self, read: Read) -> bool {
        let slot = &self.slots[read as usize];
        slot.wanted_at.is_none() && !slot.is_under_way
    }

    /// Why the read failed, if the last one did.
    pub(super) fn trouble(&self, read: Read) -> Option<LinkTrouble> {
        self.slots[read as usize].trouble.clone()
    }

    /// Notifications have ceased to arrive: what was read may be out of date.
    pub(super) fn outdate(&mut self) {
        for slot in &mut self.slots {
            slot.is_current = false;
        }
    }

    /// Notifications begin to arrive: what they keep up to date must be read as it is now.
    pub(super) fn want_current(&mut self, now: Instant) {
        self.outdate();
        for read in Read::NOTIFIED {
            self.want(read, now);
        }
    }

    /// Whether everything that notifications keep up to date was read since they began to arrive.
    pub(super) fn is_current(&self) -> bool {
        Read::NOTIFIED
            .into_iter()
            .all(|read| self.slots[read as usize].is_current)
    }

    /// When the next of those reads begins that may.
    fn due(&self, may_begin: impl Fn(Read) -> bool) -> Option<Instant> {
        let wanted = |read: Read| {
            let slot = &self.slots[read as usize];
            slot.wanted_at.filter(|_| !slot.is_under_way)
        };
        let reads = Read::ALL.into_iter();
        reads
            .filter(|read| may_begin(*read))
            .filter_map(wanted)
            .min()
    }

    /// A notification told of a device or call.
    pub(super) fn told(&mut self, read: Read, id: &str) {
        let slot = self.slot(read);
        if slot.is_under_way {
            slot.told_meanwhile.push(id.to_owned());
        }
    }
}

impl Slot {
    fn new(seed: u64) -> Self {
        Self {
            wanted_at: None,
            is_under_way: false,
            backoff: Backoff::new(Duration::from_secs(2), Duration::from_secs(30), seed),
            trouble: None,
            is_current: false,
            told_meanwhile: Vec::new(),
        }
    }

    /// As it was at the beginning.
    fn forget(&mut self) {
        self.wanted_at = None;
        self.is_under_way = false;
        self.backoff.reset();
        self.trouble = None;
        self.is_current = false;
        self.told_meanwhile.clear();
    }
}

/// How much longer a directory may stay unread for each of its entries.
const PER_ENTRY: Duration = Duration::from_millis(10);

impl Machine {
    /// The supervisor looks at the directory: it is read if it is too old, so this may be said
    /// as often as one likes. A snapshot is all that GWS v2 offers.
    pub fn look_at_directory(&mut self, now: Instant) {
        let directory = &self.state.directory;
        // Ten thousand entries are ten megabytes: a large directory is read less often.
        let entries = u32::try_from(directory.entries.len()).unwrap_or(u32::MAX);
        let age = self.config.directory_age + PER_ENTRY.saturating_mul(entries);
        let is_old = directory.read_at.is_none_or(|at| now.since(at) >= age);
        if is_old && directory.trouble.is_none() && self.reads.is_idle(Read::Directory) {
            self.reads.want(Read::Directory, now);
        }
    }

    /// Nothing but the sign-in is read while the server does not know us.
    fn may_begin(&self, read: Read) -> bool {
        read == Read::Me || self.sign_in.standing == super::link::Standing::Known
    }

    /// When the next read begins, as far as that is a matter of time.
    pub(super) fn next_read_due(&self) -> Option<Instant> {
        self.reads.due(|read| self.may_begin(read))
    }

    pub(super) fn proceed_with_reads(&mut self, now: Instant) {
        for read in Read::ALL {
            if !self.may_begin(read) {
                continue;
            }
            let slot = self.reads.slot(read);
            if !slot.is_under_way && slot.wanted_at.is_some_and(|at| at <= now) {
                slot.wanted_at = None;
                slot.is_under_way = true;
                slot.told_meanwhile.clear();
                self.send(read.request(), Purpose::Read(read), now);
            }
        }
    }

    pub(super) fn take_read(&mut self, read: Read, answer: Answer, now: Instant) {
        let slot = self.reads.slot(read);
        slot.is_under_way = false;
        let told = core::mem::take(&mut slot.told_meanwhile);
        let result = match read {
            Read::Me => answer
                .read(reply::user)
                .map(|user| self.learn_me(user, now)),
            Read::Devices => answer
                .read(reply::devices)
                .map(|devices| self.learn_devices(devices, &told, now)),
            Read::Calls => answer
                .read(reply::calls)
                .map(|calls| self.learn_calls(calls, &told, now)),
            Read::Directory => answer
                .read(reply::users)
                .map(|users| self.learn_directory(&users, now)),
        };
        match result {
            Ok(()) => {
                let slot = self.reads.slot(read);
                slot.backoff.reset();
                slot.trouble = None;
                // Where it is wanted again, this one began too early to count.
                slot.is_current = slot.wanted_at.is_none();
                match read {
                    Read::Me => self.signed_in(now),
                    Read::Devices => self.device_was_read(now),
                    Read::Calls | Read::Directory => {}
                }
            }
            Err(LinkTrouble::Reading(ReplyError::NotSignedIn)) => {
                let slot = self.reads.slot(read);
                slot.trouble = None;
                if read == Read::Me {
                    slot.backoff.reset();
                    self.not_signed_in(now);
                } else {
                    // It will be wanted again once the server knows us.
                    slot.wanted_at = Some(now);
                    self.sign_in.standing = super::link::Standing::Asking;
                    self.reads.want(Read::Me, now);
                }
            }
            Err(trouble) => {
                let slot = self.reads.slot(read);
                slot.trouble = Some(trouble.clone());
                let pause = slot.backoff.fail();
                self.reads.want(read, now + pause);
                if read == Read::Directory {
                    self.state.directory.trouble = Some(trouble);
                    self.changes |= Changes::DIRECTORY;
                }
            }
        }
    }
}
