//! Takes the directory: ten thousand people are ten megabytes, so a large reply is read a piece at a
//! time, each at a wake-up of its own.

use core::time::Duration;
use std::sync::Arc;

use bayeux::Instant;
use gws::reply;

use super::exchanges::Answer;
use super::{Machine, Response};
use crate::changes::Changes;
use crate::connection::{LinkTrouble, Resource};
use crate::directory::{Directory, Entry, Reading};

/// Replies up to that many bytes are read at once.
const SMALL: usize = 64 * 1024;
/// So many bytes are read at a wake-up: less than half a millisecond's work.
const PIECE: usize = 8 * 1024;
/// So many people are not freed at once with other work.
const MANY: usize = 1_000;
/// What is to come in another task waits so long.
const NEXT_TASK: Duration = Duration::from_millis(1);
/// The people before are kept so long, until nothing shows them any more.
const OUTDATED: Duration = Duration::from_millis(200);
/// Two readings that are no further apart show that people went on doing what they did.
///
/// Assumption: nobody leaves a state and comes back to it with the same reason in so short a time.
pub(super) const WATCHED: Duration = Duration::from_secs(120);

/// The people as they were read before. Freeing ten thousand takes milliseconds, and has a task of its own.
#[derive(Debug)]
pub(super) struct Outdated {
    _entries: Arc<[Entry]>,
    pub(super) ends_at: Instant,
}

/// A large reply that is being read.
#[derive(Debug)]
pub(super) struct Pieces {
    users: reply::Users,
    reading: Reading,
    /// Whether all users were taken.
    have_all_come: bool,
    /// The directory that they are, once they are in order.
    finished: Option<Directory>,
    /// When the machine is to be woken for what comes next.
    pub(super) goes_on_at: Instant,
    /// When it came.
    at: Instant,
    /// The reply without its body.
    response: Response,
}

impl Machine {
    /// Takes the reply, or begins to.
    pub(super) fn take_directory(&mut self, mut response: Response, now: Instant) {
        if response.body.len() > SMALL {
            let body = core::mem::take(&mut response.body);
            match reply::Users::begin(response.status, body) {
                Ok(users) => {
                    let pieces = Pieces {
                        users,
                        reading: Reading::new(self.me()),
                        have_all_come: false,
                        finished: None,
                        goes_on_at: now,
                        at: now,
                        response,
                    };
                    return self.reads.set_pieces(pieces);
                }
                Err(body) => response.body = body,
            }
        }
        self.take_read(Resource::Directory, &Answer::Response(response), now);
    }

    /// Reads the next piece of a large reply, or puts a part of it in order.
    pub(super) fn read_piece(&mut self, now: Instant) {
        let Some(mut pieces) = self.reads.take_pieces() else {
            return;
        };
        if !pieces.reading.merge(pieces.have_all_come) {
            if pieces.have_all_come {
                if let Some(directory) = pieces.finished {
                    return self.directory_was_read(directory, now);
                }
                // What is shown then is work enough for a task of its own.
                let reading = core::mem::replace(&mut pieces.reading, Reading::new(None));
                pieces.finished = Some(self.finished(reading, pieces.at));
                pieces.goes_on_at = now + NEXT_TASK;
                return self.reads.set_pieces(pieces);
            }
            match pieces.users.next(PIECE) {
                Ok(Some(users)) => {
                    pieces.reading.add(&users);
                    pieces.have_all_come = pieces.reading.is_cut();
                }
                Ok(None) => pieces.have_all_come = true,
                Err(error) => {
                    let trouble = LinkTrouble::Reading(error);
                    let answer = Answer::Response(pieces.response);
                    if self.reads.ended(Resource::Directory).is_some() {
                        self.read_failed(Resource::Directory, trouble, &answer, now);
                    }
                    return;
                }
            }
        }
        self.reads.set_pieces(pieces);
    }

    fn directory_was_read(&mut self, directory: Directory, now: Instant) {
        if let Some(ended) = self.reads.ended(Resource::Directory) {
            let reads = &mut self.reads;
            reads.succeeded(Resource::Directory, ended.begun, false, now);
            self.show_directory(directory, now);
        }
    }

    /// What was read at that time, compared with the directory before.
    fn finished(&self, reading: Reading, at: Instant) -> Directory {
        let before = &self.state.directory;
        let most = WATCHED.max(2 * before.age(self.config.directory_age));
        reading.finish(before, self.clock.moment(at), most)
    }

    /// What was read becomes the directory. Who was found and is grouped may have changed meanwhile.
    fn show_directory(&mut self, mut directory: Directory, now: Instant) {
        let before = &mut self.state.directory;
        if before.entries.len() > MANY {
            self.outdated = Some(Outdated {
                _entries: Arc::clone(&before.entries),
                ends_at: now + OUTDATED,
            });
        }
        directory.found = core::mem::take(&mut before.found);
        directory.groups = core::mem::take(&mut before.groups);
        let was_cut = before.is_cut;
        self.state.directory = directory;
        self.changes |= Changes::DIRECTORY;
        if self.state.directory.is_cut != was_cut {
            self.search_anew(now);
        }
        // A request by number may be confirmed by a device whose number was not known.
        self.settle(now);
    }

    /// The same, of all users at once.
    pub(super) fn learn_users(&mut self, users: &[gws::User], now: Instant) {
        let mut reading = Reading::new(self.me());
        reading.add(users);
        let directory = self.finished(reading, now);
        self.show_directory(directory, now);
    }

    fn me(&self) -> Option<gws::UserId> {
        self.state.identity.me().map(|me| me.id.clone())
    }
}
