//! Reads people who are always listed, such as pinned ones, if the contact centre has more people than the
//! list holds and they are not in it.

use bayeux::{Duration, Instant};
use gws::{Request, User, UserId, reply};

use super::Machine;
use super::exchanges::{Answer, Purpose};
use crate::changes::Changes;
use crate::sort::sort;

/// The wanted people, and the progress of reading them.
#[derive(Debug, Default)]
pub(super) struct Kept {
    wanted: Vec<UserId>,
    /// Those of them who are not in the list, as they were read.
    users: Vec<User>,
    /// The same, while they are being read.
    coming: Vec<User>,
    waiting: Vec<UserId>,
    /// All who are read this time.
    asked_for: Vec<UserId>,
    /// How many are being read.
    reading: usize,
    /// Whether somebody could not be read this time.
    has_failed: bool,
    /// When they are read again.
    due: Instant,
}

/// How old they may become while they are in view.
const AGE: Duration = Duration::from_secs(90);
/// How long after a failure they are read again.
const PAUSE: Duration = Duration::from_secs(15);
/// The maximum number of parallel reads, so that the supervisor's requests need not wait.
const AT_ONCE: usize = 3;

impl Kept {
    pub(super) fn users(&self) -> &[User] {
        &self.users
    }

    /// Forgets what was read and what is under way, but not who is wanted.
    pub(super) fn forget(&mut self) {
        for users in [&mut self.users, &mut self.coming] {
            users.clear();
        }
        for ids in [&mut self.waiting, &mut self.asked_for] {
            ids.clear();
        }
        self.reading = 0;
        self.has_failed = false;
        self.due = Instant::default();
    }
}

impl Machine {
    /// Lists these people even if the list has no room for everybody. They are read while the directory is
    /// in view.
    pub fn keep_people(&mut self, people: &[UserId], now: Instant) {
        if people.iter().any(|id| !self.kept.wanted.contains(id)) {
            self.kept.due = now;
        }
        self.kept.wanted = people.to_vec();
    }

    /// Reads them if they are too old.
    pub(super) fn look_at_kept(&mut self, now: Instant) {
        let directory = &self.state.directory;
        let kept = &mut self.kept;
        if kept.due > now || kept.reading > 0 || directory.read_at.is_none() {
            return;
        }
        kept.due = now + AGE;
        kept.has_failed = false;
        kept.waiting.clear();
        if directory.is_cut {
            let mut wanted = kept.wanted.clone();
            sort(&mut wanted, Ord::cmp);
            let listed = directory.listed_among(&wanted);
            for id in &wanted {
                if !listed.contains(&id) && !kept.waiting.contains(id) {
                    kept.waiting.push(id.clone());
                }
            }
        }
        kept.asked_for = kept.waiting.clone();
        let is_nothing = kept.waiting.is_empty() && kept.users.is_empty();
        if !is_nothing || directory.found.are_some_unread {
            self.read_kept(now);
        }
    }

    /// Reads the next people, or shows them once all were read.
    fn read_kept(&mut self, now: Instant) {
        let kept = &mut self.kept;
        let room = AT_ONCE.saturating_sub(kept.reading);
        let rest = kept.waiting.split_off(room.min(kept.waiting.len()));
        let next = core::mem::replace(&mut kept.waiting, rest);
        kept.reading += next.len();
        for id in &next {
            let request = Request::user(id);
            self.exchanges.send(request, Purpose::KeptPerson, now);
        }
        if self.kept.reading == 0 {
            self.kept.users = core::mem::take(&mut self.kept.coming);
            let found = &mut self.state.directory.found;
            found.are_some_unread = self.kept.has_failed;
            if !self.kept.has_failed {
                let users = &self.kept.users;
                found.gone = Vec::new();
                for id in core::mem::take(&mut self.kept.asked_for) {
                    if users.iter().all(|user| user.id != id) {
                        found.gone.push(id);
                    }
                }
            }
            // A search that is under way shows both when it ends.
            if !self.is_searching() {
                self.learn_found(now);
            }
            self.changes |= Changes::DIRECTORY;
        }
    }

    /// Takes one of the people.
    pub(super) fn take_kept_person(&mut self, answer: &Answer, now: Instant) {
        let pause = self.pause_after(answer, PAUSE, now);
        let kept = &mut self.kept;
        kept.reading = kept.reading.saturating_sub(1);
        match answer.read(reply::user) {
            Ok(user) => kept.coming.push(user),
            // Somebody who was removed is found to be missing at the end.
            Err(trouble) if trouble.is_not_found() => {}
            Err(_) => {
                kept.has_failed = true;
                kept.due = now + pause;
            }
        }
        self.read_kept(now);
    }
}
