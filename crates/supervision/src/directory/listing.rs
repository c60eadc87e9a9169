//! Which people are listed, and in which order.

use core::cmp::Ordering;

use bayeux::Instant;

use super::order::order;
use super::shortlist::sorted;
use super::{Directory, Entry, PresenceKind, Shortlist, Thresholds};
use crate::sort::sort_positions;

/// The supervisor's view of the directory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// The filter.
    pub show: Show,
    /// The order, after the pinned people.
    pub sort: Sort,
    /// Who comes first: pinned people always, recent ones if nothing is searched for.
    pub shortlist: Shortlist,
    /// The times in a state after which people are marked.
    pub thresholds: Thresholds,
}

/// The filter of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Everybody.
    #[default]
    Everyone,
    /// Everybody who is not logged out, as far as is known.
    LoggedIn,
    /// Everybody in this state.
    Only(PresenceKind),
    /// Everybody who has been in a state for longer than its threshold.
    Long,
}

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By name.
    #[default]
    Name,
    /// By number.
    Number,
    /// By time in state, longest first.
    Longest,
}

/// Compares two names.
pub(super) type Names<'a> = &'a dyn Fn(&str, &str) -> Ordering;

/// Up to this many people are sorted by the rules of the language; sorting more would be noticeable
/// while typing.
const COLLATED: usize = 2_000;

impl Directory {
    /// The positions of the entries that a text finds, and that match `listing` at `now`, in its order. `names`
    /// compares names, if there are not too many.
    pub fn listed(
        &self,
        query: &str,
        listing: &Listing,
        now: Instant,
        names: Option<Names<'_>>,
    ) -> Vec<usize> {
        let is_search = !query.trim().is_empty();
        self.list(self.search(query), is_search, listing, now, names)
    }

    /// Like [`listed`](Self::listed), out of these positions. `is_search`: they were searched for.
    pub fn list(
        &self,
        mut listed: Vec<usize>,
        is_search: bool,
        listing: &Listing,
        now: Instant,
        names: Option<Names<'_>>,
    ) -> Vec<usize> {
        let is_everyone = listing.show == Show::Everyone && self.groups.chosen().is_none();
        if !is_everyone {
            let mut shown = Vec::new();
            for at in listed {
                let entry = self.entry(at);
                if entry.is_some_and(|entry| self.is_shown(entry, listing, now)) {
                    shown.push(at);
                }
            }
            listed = shown;
        }
        let entry = |at: usize| match at.checked_sub(self.entries.len()) {
            Some(at) => &self.found.entries[at],
            None => &self.entries[at],
        };
        let names = names.filter(|_| self.entries.len() <= COLLATED);
        let by_name = |one: &Entry, other: &Entry| match names {
            Some(names) => names(&one.name, &other.name).then_with(|| order(one, other)),
            None => order(one, other),
        };
        let key = |at: usize| {
            let entry = entry(at);
            match listing.sort {
                Sort::Name => 0,
                Sort::Number => entry.number_order,
                Sort::Longest => entry.since.map_or(u64::MAX, |it| it.moment.at.as_millis()),
            }
        };
        // Positions are in the precomputed order, which decides between equals.
        let are_in_order = names.is_none() && listed.last() < Some(&self.entries.len());
        if !are_in_order || listing.sort != Sort::Name {
            // Side by side: the entries of ten thousand people are all over the memory.
            let mut keys = vec![0; self.entries.len() + self.found.entries.len()];
            for at in &listed {
                keys[*at] = key(*at);
            }
            sort_positions(&mut listed, &|one, other| {
                let order = keys[one].cmp(&keys[other]);
                match are_in_order {
                    true => order,
                    false => order.then_with(|| by_name(entry(one), entry(other))),
                }
            });
        }
        let Shortlist { pinned, recent } = &listing.shortlist;
        let recent: &[_] = if is_search { &[] } else { recent };
        if !pinned.is_empty() || !recent.is_empty() {
            let (sorted_pinned, sorted_recent) = (sorted(pinned), sorted(recent));
            let rank = |at: usize| {
                let entry = entry(at);
                let place = |_| recent.iter().position(|id| entry.is(id));
                match entry.position(&sorted_pinned) {
                    Some(_) => Some(0),
                    None => entry
                        .position(&sorted_recent)
                        .and_then(place)
                        .map(|at| 1 + at),
                }
            };
            let (mut first, mut rest) = (Vec::new(), Vec::new());
            for at in listed {
                if rank(at).is_some() {
                    first.push(at);
                } else {
                    rest.push(at);
                }
            }
            sort_positions(&mut first, &|one, other| rank(one).cmp(&rank(other)));
            first.append(&mut rest);
            listed = first;
        }
        listed
    }

    fn is_shown(&self, entry: &Entry, listing: &Listing, now: Instant) -> bool {
        let kind = entry.presence.kind();
        self.groups.has(&entry.user)
            && match listing.show {
                Show::Everyone => true,
                Show::LoggedIn => kind != Some(PresenceKind::LoggedOut),
                Show::Only(only) => kind == Some(only),
                Show::Long => self.is_long(entry, &listing.thresholds, now),
            }
    }
}
