//! Reads the directory: ten thousand people are ten megabytes, so a large response is parsed in pieces,
//! one per wake-up.

use std::sync::Arc;

use bayeux::{Duration, Instant};
use gws::reply;

use super::exchanges::Answer;
use super::{Machine, Response};
use crate::changes::Changes;
use crate::connection::{LinkTrouble, Resource};
use crate::directory::{Directory, Entry, Reading};

/// Responses up to this many bytes are parsed at once.
const SMALL: usize = 64 * 1024;
/// The bytes that are parsed per wake-up: less than half a millisecond's work.
const PIECE: usize = 8 * 1024;
/// From this many people up, the old ones are freed in a separate task.
const MANY: usize = 1_000;
/// The delay of work that must run in another task.
const NEXT_TASK: Duration = Duration::from_millis(1);
/// How long the old people are kept, until nothing shows them any more.
const OUTDATED: Duration = Duration::from_millis(200);
/// Two readings that are no further apart show that people have stayed in their states.
///
/// Assumption: nobody leaves a state and returns to it with the same reason in so short a time.
pub(super) const WATCHED: Duration = Duration::from_secs(120);

/// The people of the previous reading. Freeing ten thousand takes milliseconds, and is a separate task.
#[derive(Debug)]
pub(super) struct Outdated {
    _entries: Arc<[Entry]>,
    pub(super) ends_at: Instant,
}

/// A large response that is being parsed.
#[derive(Debug)]
pub(super) struct Pieces {
    users: reply::Users,
    reading: Reading,
    /// Whether all users were taken.
    have_all_come: bool,
    /// The resulting directory, once it is sorted and compared with the last one.
    directory: Option<Directory>,
    is_indexed: bool,
    /// When the machine must be woken for the next piece.
    pub(super) goes_on_at: Instant,
    /// When the response arrived.
    at: Instant,
    /// The response without its body.
    response: Response,
}

impl Machine {
    /// Begins to parse a large response. Returns whether it has people.
    pub(super) fn begin_directory(&mut self, answer: &mut Answer, now: Instant) -> bool {
        let Answer::Response(response) = answer else {
            return false;
        };
        if response.body.len() <= SMALL {
            return false;
        }
        let body = core::mem::take(&mut response.body);
        match reply::Users::begin(response.status, body) {
            Ok(users) => {
                let pieces = Pieces {
                    users,
                    reading: Reading::new(self.me()),
                    have_all_come: false,
                    directory: None,
                    is_indexed: false,
                    goes_on_at: now,
                    at: now,
                    response: core::mem::take(response),
                };
                self.reads.set_pieces(Box::new(pieces));
                true
            }
            Err(body) => {
                response.body = body;
                false
            }
        }
    }

    /// Parses the next piece of a large response, or sorts a part of it.
    pub(super) fn read_piece(&mut self, now: Instant) {
        let Some(mut pieces) = self.reads.take_pieces() else {
            return;
        };
        if !pieces.reading.merge(pieces.have_all_come) {
            if pieces.have_all_come {
                // Each of these is enough work for a separate task.
                if let Some(mut directory) = pieces.directory.take() {
                    if pieces.is_indexed {
                        return self.directory_was_read(directory, now);
                    }
                    directory.index();
                    pieces.is_indexed = true;
                    pieces.directory = Some(directory);
                } else {
                    let directory = self.compared(&mut pieces.reading, pieces.at);
                    pieces.directory = Some(directory);
                }
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
                    let trouble = Arc::new(LinkTrouble::Reading(error));
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

    /// The result of a reading at that time, compared with the previous directory.
    fn compared(&self, reading: &mut Reading, at: Instant) -> Directory {
        let before = &self.state.directory;
        let most = WATCHED.max(2 * before.age(self.config.directory_age));
        reading.compare(before, self.clock.moment(at), most)
    }

    /// Replaces the directory by the result. Search results and group members may have changed meanwhile.
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

    /// Shows the people of a response that was parsed at once.
    pub(super) fn learn_users(&mut self, users: &[gws::User], now: Instant) {
        let mut reading = Reading::new(self.me());
        reading.add(users);
        let mut directory = self.compared(&mut reading, now);
        directory.index();
        self.show_directory(directory, now);
    }

    fn me(&self) -> Option<gws::UserId> {
        self.state.identity.me().map(|me| me.id.clone())
    }
}
