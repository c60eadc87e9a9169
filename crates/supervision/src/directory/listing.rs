//! Which people are listed, and in which order.

use std::cmp::Ordering;

use bayeux::Instant;

use super::search::Query;
use super::{Directory, Entry, PresenceKind, Shortlist, Thresholds};
use crate::sort::sort;

/// What a supervisor wants to see of the directory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// Who.
    pub show: Show,
    /// In which order, behind those who are pinned.
    pub sort: Sort,
    /// Who comes first: pinned people always, recent ones where nothing is searched for.
    pub shortlist: Shortlist,
    /// After how long in a state people are marked.
    pub thresholds: Thresholds,
}

/// Who is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Everybody.
    #[default]
    Everyone,
    /// Whoever is not logged out, as far as that is known.
    LoggedIn,
    /// Whoever is doing that.
    Only(PresenceKind),
    /// Whoever has been doing something for longer than they should.
    Long,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By name.
    #[default]
    Name,
    /// By number.
    Number,
    /// By the time in the state, the longest first.
    Longest,
}

impl Directory {
    /// The positions of the entries whose name or number contains every word of `query`, and which
    /// `listing` asks for at `now`, in its order. Case, accents, punctuation and the way a number is
    /// written do not matter.
    pub fn listed(&self, query: &str, listing: &Listing, now: Instant) -> Vec<usize> {
        let is_search = !query.trim().is_empty();
        let query = Query::new(query);
        let is_listed = |entry: &Entry| {
            self.is_shown(entry, listing, now) && (!is_search || query.finds(entry))
        };
        let Shortlist { pinned, recent } = &listing.shortlist;
        let recent: &[_] = if is_search { &[] } else { recent };
        let rank = |entry: &Entry| {
            let place = recent.iter().position(|id| entry.is(id));
            match pinned.iter().any(|id| entry.is(id)) {
                true => 0,
                false => place.map_or(usize::MAX, |place| 1 + place),
            }
        };
        let order = |entry: &Entry| match listing.sort {
            Sort::Name => (false, 0),
            Sort::Number => (false, entry.number_order),
            Sort::Longest => {
                let since = entry.since.map(|since| since.moment.at.as_millis());
                (since.is_none(), since.unwrap_or_default())
            }
        };
        let all = self.entries.iter().chain(&*self.found.entries).enumerate();
        let mut listed: Vec<_> = all
            .filter(|(_, entry)| is_listed(entry))
            .map(|(at, entry)| (rank(entry), order(entry), entry, at))
            .collect();
        // Positions are in the order of names, which decides between equals, but for those found.
        let is_mixed = !self.found.entries.is_empty();
        sort(&mut listed, |one, other| {
            let order = (one.0, one.1).cmp(&(other.0, other.1));
            order.then_with(|| match is_mixed {
                true => one.2.key.cmp(&other.2.key),
                false => Ordering::Equal,
            })
        });
        listed.into_iter().map(|(.., at)| at).collect()
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
