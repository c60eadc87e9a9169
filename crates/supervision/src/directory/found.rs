//! People who were found on the server, where the contact centre has more than the list holds.

use std::sync::Arc;

use bayeux::{Duration, Instant};
use gws::UserId;

use super::{Directory, Entry, Monitor, Presence, Reading};
use crate::connection::LinkTrouble;
use crate::time::Moment;

/// The maximum number of people in the list, which is searched locally. Beyond that the server is
/// asked.
pub(crate) const MOST: usize = 12_000;
/// How many people who were found earlier are still known by name.
const KNOWN: usize = 200;

/// The server's matches for the typed text, and people who are always listed.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The people who are not in the list anyway.
    pub entries: Arc<[Entry]>,
    /// Those who are listed whatever is typed.
    pub(crate) kept: Vec<UserId>,
    /// Requested people who no longer exist in the contact centre.
    pub(crate) gone: Vec<UserId>,
    /// Whether some of those could not be read.
    pub are_some_unread: bool,
    /// How many people match on the server, read or not, if it says so.
    pub total: Option<u32>,
    /// Whether there are more to read.
    pub has_more: bool,
    /// Whether there are so many that the rest is not read.
    pub is_cut: bool,
    /// Why the last search failed.
    pub trouble: Option<Arc<LinkTrouble>>,
    /// When they were read.
    pub read_at: Option<Instant>,
    /// The text of the search.
    pub(crate) typed: String,
    /// Whether the answer is pending.
    pub(crate) is_awaited: bool,
    pub(super) monitors: Vec<Monitor>,
    /// People who were found earlier, for their names. Their states are no longer known.
    pub(super) known: Vec<Entry>,
}

impl Found {
    /// Takes the matches for the typed text. States are known to have lasted if two readings are not
    /// further apart than `most`.
    pub(crate) fn learn(&mut self, reading: &mut Reading, at: Moment, most: Duration) {
        let (entries, _) = reading.entries(&self.entries, self.read_at, at, most);
        self.entries = entries.into();
        self.monitors = reading.monitors();
        self.read_at = Some(at.at);
    }

    /// How many were found, except for those who are always listed.
    pub fn count(&self) -> usize {
        let is_found = |entry: &&Entry| !self.kept.contains(&entry.user);
        self.entries.iter().filter(is_found).count()
    }

    /// Forgets the matches, except for their names.
    pub(crate) fn put_away(&mut self) {
        let mut kept = Vec::new();
        for entry in self.entries.iter() {
            if let Some(at) = self.known.iter().position(|known| known.is_of(entry)) {
                self.known.remove(at);
            }
            let mut entry = entry.clone();
            if self.kept.contains(&entry.user) {
                kept.push(entry);
                continue;
            }
            entry.presence = Presence::Unknown;
            entry.since = None;
            entry.is_listened_to = false;
            self.known.push(entry);
        }
        let surplus = self.known.len().saturating_sub(KNOWN);
        self.known = self.known.split_off(surplus);
        self.entries = kept.into();
        self.total = None;
        self.has_more = false;
        self.is_cut = false;
        self.trouble = None;
        self.typed = String::new();
        self.is_awaited = false;
        self.monitors = Vec::new();
    }
}

impl Directory {
    /// Whether the list for a text has all matches for now: the server was asked, if necessary.
    pub fn is_searched(&self, typed: &str) -> bool {
        let is_found = self.found.typed == typed && !self.found.is_awaited;
        !self.is_cut || typed.is_empty() || is_found
    }

    /// Whether nobody else can be meant by a text.
    pub fn is_complete(&self, typed: &str) -> bool {
        let Found {
            has_more,
            is_cut,
            trouble,
            ..
        } = &self.found;
        let is_whole = !has_more && !is_cut && trouble.is_none();
        self.is_searched(typed) && (!self.is_cut || typed.is_empty() || is_whole)
    }

    /// When the older part of the list was read.
    pub fn listed_at(&self) -> Option<Instant> {
        let found = self
            .found
            .read_at
            .filter(|_| !self.found.entries.is_empty());
        Instant::earliest(&[self.read_at, found])
    }

    /// The entry at an index: the list comes first, then the matches.
    pub fn entry(&self, at: usize) -> Option<&Entry> {
        let found = || self.found.entries.get(at.checked_sub(self.entries.len())?);
        self.entries.get(at).or_else(found)
    }

    /// Everybody who is known, listed or not.
    pub(super) fn everybody(&self) -> impl Iterator<Item = &Entry> {
        let mut at = 0_usize;
        // One iterator for all who use it, not one for each way of using a chain.
        core::iter::from_fn(move || {
            let behind = at.checked_sub(self.entries.len() + self.found.entries.len());
            let entry = match behind {
                Some(behind) => self.found.known.get(behind),
                None => self.entry(at),
            };
            at += 1;
            entry
        })
    }
}
