//! What happened, for the supervisor to read. Kept short; an audit is the server's.

use std::collections::VecDeque;

use bayeux::Instant;

use super::monitoring::Monitored;
use super::request::{Operation, Problem};

/// The latest entries.
#[derive(Clone, Debug, Default)]
pub struct Journal(VecDeque<JournalEntry>);

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalEntry {
    /// When.
    pub at: Instant,
    /// What.
    pub what: Happening,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Happening {
    /// Something was asked for.
    Requested(Operation),
    /// The device began to monitor someone, or was found to do so: its beginning says which.
    Began(Monitored),
    /// Monitoring ended.
    Ended {
        /// Of whom.
        was: Monitored,
        /// Whether the supervisor had asked for it.
        was_asked_for: bool,
    },
    /// The supervisor joined a call with those numbers.
    Joined(Vec<String>),
    /// The supervisor was found to be in a call with those numbers.
    FoundIn(Vec<String>),
    /// The supervisor's part in a call ended.
    Left(Vec<String>),
    /// Something that was asked for did not come about.
    Failed(Problem),
    /// The server reported an error that belongs to no request.
    ServerError(Option<String>),
    /// A notification could not be read.
    Unreadable(String),
    /// The connection was lost.
    Lost,
    /// The connection is back, and everything was read again.
    Back,
}

impl Journal {
    const MOST: usize = 50;

    /// The entries, the latest last.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &JournalEntry> + ExactSizeIterator {
        self.0.iter()
    }

    pub(crate) fn push(&mut self, at: Instant, what: Happening) {
        if self.0.len() == Self::MOST {
            self.0.pop_front();
        }
        self.0.push_back(JournalEntry { at, what });
    }
}
