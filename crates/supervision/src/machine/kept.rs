//! Reads the people who are listed in any case, pinned ones for example, where the contact centre has
//! more than the list holds and they are not in it.

use core::time::Duration;
use std::collections::VecDeque;

use bayeux::Instant;
use gws::{Request, User, UserId, reply};

use super::Machine;
use super::exchanges::{Answer, Purpose};
use crate::changes::Changes;
use crate::connection::LinkTrouble;
use crate::sort::sort;

/// Who is wanted, and how far reading them has come.
#[derive(Debug, Default)]
pub(super) struct Kept {
    wanted: Vec<UserId>,
    /// Those of them whom the list does not have, as they were read.
    users: Vec<User>,
    /// The same, while they are being read.
    coming: Vec<User>,
    waiting: VecDeque<UserId>,
    /// All who are read this time.
    asked_for: Vec<UserId>,
    /// How many are being read.
    reading: usize,
    /// Whether somebody could not be read this time.
    has_failed: bool,
    /// When they are to be read again.
    due: Instant,
}

/// How old they may become while they are looked at.
const AGE: Duration = Duration::from_secs(90);
/// How long after a failure they are read again.
const PAUSE: Duration = Duration::from_secs(15);
/// So many are read at the same time: what the supervisor asks for is not kept waiting.
const AT_ONCE: usize = 3;

impl Kept {
    pub(super) fn users(&self) -> &[User] {
        &self.users
    }

    /// Forgets who was read and what is under way, not who is wanted.
    pub(super) fn forget(&mut self) {
        *self = Self {
            wanted: core::mem::take(&mut self.wanted),
            ..Self::default()
        };
    }
}

impl Machine {
    /// Has these people listed whether or not the list has room for all. They are read while the directory
    /// is looked at.
    pub fn keep_people(&mut self, people: &[UserId], now: Instant) {
        if people.iter().any(|id| !self.kept.wanted.contains(id)) {
            self.kept.due = now;
        }
        self.kept.wanted = people.to_vec();
    }

    /// Reads them if that is long ago.
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
            wanted.dedup();
            let listed = directory.listed_among(&wanted);
            let missing = wanted.iter().filter(|id| !listed.contains(id));
            kept.waiting = missing.cloned().collect();
        }
        kept.asked_for = kept.waiting.iter().cloned().collect();
        let is_nothing = kept.waiting.is_empty() && kept.users.is_empty();
        if !is_nothing || directory.found.are_some_unread {
            self.read_kept(now);
        }
    }

    /// Reads the next ones, or shows them once all have been.
    fn read_kept(&mut self, now: Instant) {
        let kept = &mut self.kept;
        let room = AT_ONCE.saturating_sub(kept.reading);
        let next: Vec<UserId> = kept.waiting.drain(..room.min(kept.waiting.len())).collect();
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
                let is_gone = |id: &UserId| users.iter().all(|user| user.id != *id);
                found.gone = core::mem::take(&mut self.kept.asked_for);
                found.gone.retain(is_gone);
            }
            // A search that is under way shows both at its end.
            if !self.is_searching() {
                self.learn_found(now);
            }
            self.changes |= Changes::DIRECTORY;
        }
    }

    /// Takes one of them.
    pub(super) fn take_kept_person(&mut self, answer: &Answer, now: Instant) {
        let pause = self.pause_after(answer, PAUSE, now);
        let kept = &mut self.kept;
        kept.reading = kept.reading.saturating_sub(1);
        match answer.read(reply::user) {
            Ok(user) => kept.coming.push(user),
            // Whoever was removed is found to be missing at the end.
            Err(LinkTrouble::Reading(gws::ReplyError::Refused { http: 404, .. })) => {}
            Err(_) => {
                kept.has_failed = true;
                kept.due = now + pause;
            }
        }
        self.read_kept(now);
    }
}
