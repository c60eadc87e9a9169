//! Who was found on the server, where the contact centre has more people than the list holds.

use core::time::Duration;
use std::sync::Arc;

use bayeux::Instant;
use gws::UserId;

use super::{Directory, Entry, Monitor, Presence, Reading};
use crate::connection::LinkTrouble;
use crate::time::Moment;

/// So many people are listed at most, and searched on the spot. Of more the server is asked.
pub(crate) const MOST: usize = 12_000;
/// So many who were found once are still known by name.
const KNOWN: usize = 200;

/// What the server found for what is typed, and who is listed in any case.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Who is not in the list anyway.
    pub entries: Arc<[Entry]>,
    /// Who of them is there whatever is typed.
    pub(crate) kept: Vec<UserId>,
    /// Who should be, and is not in the contact centre any more.
    pub(crate) gone: Vec<UserId>,
    /// Whether some who should be could not be read.
    pub are_some_unread: bool,
    /// How many people match on the server, whether or not they were read, if it says.
    pub total: Option<u32>,
    /// Whether there are more of them to be read.
    pub has_more: bool,
    /// Whether there are so many that the rest is not read.
    pub is_cut: bool,
    /// Why the last search failed.
    pub trouble: Option<LinkTrouble>,
    /// When it was read.
    pub read_at: Option<Instant>,
    /// What it was found for, or will be.
    pub(crate) typed: String,
    /// Whether the answer is still to come.
    pub(crate) is_awaited: bool,
    pub(super) monitors: Vec<Monitor>,
    /// Who was found before, to know their names. What they do is not known any more.
    pub(super) known: Vec<Entry>,
}

impl Found {
    /// Takes who was found for what is typed. It is known what people did between two readings that are
    /// not further apart than `most`.
    pub(crate) fn learn(&mut self, reading: Reading, at: Moment, most: Duration) {
        let before = Directory {
            entries: Arc::clone(&self.entries),
            read_at: self.read_at,
            ..Directory::default()
        };
        let found = reading.finish(&before, at, most);
        self.entries = found.entries;
        self.monitors = found.monitors;
        self.read_at = found.read_at;
    }

    /// How many were found, and are not there in any case.
    pub fn count(&self) -> usize {
        let is_found = |entry: &&Entry| !self.kept.contains(&entry.user);
        self.entries.iter().filter(is_found).count()
    }

    /// Forgets who was found, but for their names.
    pub(crate) fn put_away(&mut self) {
        let is_known = |entry: &Entry| self.entries.iter().any(|found| found.is(&entry.id()));
        self.known.retain(|entry| !is_known(entry));
        let is_kept = |entry: &&Entry| self.kept.contains(&entry.user);
        let (kept, found): (Vec<&Entry>, Vec<&Entry>) = self.entries.iter().partition(is_kept);
        self.known.extend(found.into_iter().map(|entry| Entry {
            presence: Presence::Unknown,
            since: None,
            is_listened_to: false,
            ..entry.clone()
        }));
        let surplus = self.known.len().saturating_sub(KNOWN);
        self.known.drain(..surplus);
        *self = Self {
            entries: kept.into_iter().cloned().collect(),
            kept: core::mem::take(&mut self.kept),
            gone: core::mem::take(&mut self.gone),
            are_some_unread: self.are_some_unread,
            read_at: self.read_at,
            known: core::mem::take(&mut self.known),
            ..Self::default()
        };
    }
}

impl Directory {
    /// Whether what is listed for a text is all that is found for now: the server has been asked, where
    /// it has to be.
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

    /// When the older part of what is listed was read.
    pub fn listed_at(&self) -> Option<Instant> {
        let found = self
            .found
            .read_at
            .filter(|_| !self.found.entries.is_empty());
        self.read_at.into_iter().chain(found).min()
    }

    /// An entry by its place: those of the list, and behind them those that were found.
    pub fn entry(&self, at: usize) -> Option<&Entry> {
        let found = || self.found.entries.get(at.checked_sub(self.entries.len())?);
        self.entries.get(at).or_else(found)
    }

    /// Everybody who is known, listed or not.
    pub(super) fn everybody(&self) -> impl Iterator<Item = &Entry> {
        let found = self.found.entries.iter().chain(&self.found.known);
        self.entries.iter().chain(found)
    }
}
