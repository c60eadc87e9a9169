//! Which people are listed, and in which order.

use bayeux::Instant;

use super::search::Query;
use super::{Directory, Entry, PresenceKind, Shortlist, Thresholds};

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
        let all = self.entries.iter().chain(&*self.found.entries).enumerate();
        let mut listed: Vec<usize> = all
            .filter(|(_, entry)| is_listed(entry))
            .map(|(at, _)| at)
            .collect();
        let entry = |at: &usize| match at.checked_sub(self.entries.len()) {
            Some(at) => &self.found.entries[at],
            None => &self.entries[*at],
        };
        // Positions are in the order of names, which decides between equals.
        if listed.last() >= Some(&self.entries.len()) {
            listed.sort_by(|one, other| entry(one).key.cmp(&entry(other).key));
        }
        match listing.sort {
            Sort::Name => {}
            Sort::Number => listed.sort_by_key(|at| entry(at).number_order),
            Sort::Longest => listed.sort_by_key(|at| {
                let since = entry(at).since;
                (since.is_none(), since.map(|since| since.moment.at))
            }),
        }
        let Shortlist { pinned, recent } = &listing.shortlist;
        let recent: &[_] = if is_search { &[] } else { recent };
        let is_any = !pinned.is_empty() || !recent.is_empty();
        if is_any {
            let rank = |at: &usize| {
                let entry = entry(at);
                let place = recent.iter().position(|id| entry.is(id));
                match pinned.iter().any(|id| entry.is(id)) {
                    true => 0,
                    false => place.map_or(usize::MAX, |place| 1 + place),
                }
            };
            listed.sort_by_cached_key(rank);
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
