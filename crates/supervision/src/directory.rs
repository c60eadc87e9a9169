//! The people who can be monitored. A snapshot: GWS v2 sends no notifications of other users' states.

mod found;
mod groups;
mod keys;
mod listing;
mod lower;
mod order;
mod presence;
mod reading;
mod search;
mod shortlist;
#[cfg(test)]
mod tests;
mod thresholds;

use std::sync::Arc;

use bayeux::{Duration, Instant};
use gws::{DeviceId, User, UserId};

pub use self::found::Found;
use self::found::MOST;
pub use self::groups::Groups;
use self::keys::{Keys, may_be, may_be_number};
pub use self::listing::{Listing, Show, Sort};
pub use self::presence::{Presence, PresenceKind};
pub(crate) use self::reading::Reading;
use self::search::Query;
pub use self::shortlist::Shortlist;
pub use self::thresholds::Thresholds;
use crate::connection::LinkTrouble;
use crate::operation::is_same_number;
use crate::time::{Moment, Since};

/// How much longer a directory may stay unread per entry.
const PER_ENTRY: Duration = Duration::from_millis(10);
/// How long a person's state is believed.
const FRESH: Duration = Duration::from_secs(60);

/// The people of the contact centre who have a device: an entry for each device of each person.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Sorted by name, then number, as folded for searching.
    pub entries: Arc<[Entry]>,
    /// Another number when the entries are of others than before, or in another order, whatever they do.
    pub version: u32,
    /// When it was read; none: not yet.
    pub read_at: Option<Instant>,
    /// Why the last read failed.
    pub trouble: Option<Arc<LinkTrouble>>,
    /// When it is retried, if it failed.
    pub next_try: Option<Instant>,
    /// Whether the contact centre has more people than these.
    pub is_cut: bool,
    /// Those who were found on the server.
    pub found: Found,
    /// The supervisor's groups, and which one is listed.
    pub groups: Groups,
    /// The keys of the entries.
    keys: Keys,
    /// The people whose devices say that they monitor somebody.
    monitors: Vec<Monitor>,
    /// The clock was set, or advanced during sleep, since it was read.
    is_interrupted: bool,
}

/// A person with a device that can be monitored.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The device.
    pub device: DeviceId,
    /// The device's user.
    pub user: UserId,
    /// The user's name.
    pub name: String,
    /// The device's number.
    pub number: String,
    /// The user's state when the directory was read.
    pub presence: Presence,
    /// Since when they are in that state, as far as the readings show: at least since then, unless two readings
    /// shortly after one another showed the change. None before it is part of a directory.
    pub since: Option<Since>,
    /// Whether a call on the device has a supervisor listening.
    pub is_listened_to: bool,
    /// Name and number, for searching and sorting.
    key: String,
    /// The digits of the number, for sorting.
    number_order: u64,
}

/// A person whose device says that it monitors another one.
#[derive(Clone, Debug, PartialEq)]
struct Monitor {
    name: String,
    /// The monitored device.
    target: Option<DeviceId>,
    /// The monitored number.
    number: Option<String>,
}

/// The identity of an entry: several people may share a device, and one person may have several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryId {
    /// The person.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
}

/// A monitored person, or the target of a request, as known at that time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The names of the people who may be at the telephone.
    pub names: Vec<String>,
    /// Its number.
    pub number: String,
}

impl Directory {
    /// The directory of these users as read at `read_at`, without the supervisor's own entries.
    pub fn of(users: &[User], me: Option<&UserId>, read_at: Instant) -> Self {
        Self::default().read_again(users, me, read_at, Duration::ZERO)
    }

    /// Like [`of`](Self::of), after this directory. People's states are known to have lasted if the two
    /// readings are not further apart than `most`.
    pub fn read_again(
        &self,
        users: &[User],
        me: Option<&UserId>,
        read_at: Instant,
        most: Duration,
    ) -> Self {
        let mut reading = Reading::new(me.cloned());
        reading.add(users);
        let moment = Moment {
            at: read_at,
            ..Moment::default()
        };
        let mut directory = Self {
            found: self.found.clone(),
            groups: self.groups.clone(),
            ..reading.compare(self, moment, most)
        };
        directory.index();
        directory
    }

    /// Prepares the search.
    pub(crate) fn index(&mut self) {
        self.keys = Keys::of(&self.entries);
    }

    /// The clock was set, or advanced during sleep: at the next reading, time in state starts over.
    pub(crate) fn clock_jumped(&mut self) {
        self.is_interrupted = true;
    }

    /// Why the list can't be read, if so; and whether it was read before.
    pub fn trouble(&self) -> (Option<&Arc<LinkTrouble>>, bool) {
        let trouble = self.trouble.as_ref().or(self.groups.trouble.as_ref());
        (trouble, self.read_at.is_some() && self.groups.is_read())
    }

    /// The names of those whose devices say that they monitor somebody at that device.
    pub fn monitors_of(&self, entry: &Entry) -> Vec<&str> {
        let is_target = |monitor: &Monitor| match (&monitor.target, &monitor.number) {
            (Some(device), _) => *device == entry.device,
            (None, Some(number)) => is_same_number(number, &entry.number),
            (None, None) => false,
        };
        let mut names = Vec::new();
        for monitors in [&self.monitors, &self.found.monitors] {
            for monitor in monitors {
                if is_target(monitor) {
                    names.push(monitor.name.as_str());
                }
            }
        }
        names
    }

    /// How long a person has been in their state, as far as is known at `now`: the clock stops when the reading
    /// is too old to be believed.
    pub fn in_state_for(&self, entry: &Entry, now: Instant) -> Option<Duration> {
        let until = now.min(self.read_at? + FRESH);
        Some(until.since(entry.since?.moment.at))
    }

    /// Whether that is longer than the threshold.
    pub fn is_long(&self, entry: &Entry, thresholds: &Thresholds, now: Instant) -> bool {
        let threshold = thresholds.of(&entry.presence);
        threshold.is_some_and(|most| {
            let span = self.in_state_for(entry, now);
            span.is_some_and(|span| span >= most)
        })
    }

    /// How old it may become, if a small one may be `least`: ten thousand entries are ten megabytes, so a large
    /// one is read less often.
    pub(crate) fn age(&self, least: Duration) -> Duration {
        let entries = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        least + PER_ENTRY.saturating_mul(entries)
    }

    /// The entry with this identity.
    pub fn find(&self, id: &EntryId) -> Option<&Entry> {
        self.everybody().find(|entry| entry.is(id))
    }

    /// The numbers at which a person is now who is no longer at that device; an empty list if the directory
    /// does not have the person. None: they are still there, or the directory was not read completely.
    pub fn has_left(&self, id: &EntryId) -> Option<Vec<&str>> {
        if self.read_at.is_none() || self.find(id).is_some() {
            return None;
        }
        let mut numbers = Vec::new();
        for entry in self.everybody() {
            if entry.user == id.user {
                numbers.push(entry.number.as_str());
            }
        }
        let is_known = !self.is_cut || self.found.gone.contains(&id.user);
        (is_known || !numbers.is_empty()).then_some(numbers)
    }

    /// The entries of a device: one for each person who has it.
    pub fn entries_of(&self, device: &DeviceId) -> impl Iterator<Item = &Entry> {
        self.everybody()
            .filter(move |entry| entry.device == *device)
    }

    /// The entry whose number this may be, with or without the country code; the first of several.
    pub fn number(&self, number: &str) -> Option<&Entry> {
        let (whole, query) = (search::whole_number(number), Query::new(number));
        for (at, entry) in self.everybody().enumerate() {
            let key = self.key(at, entry);
            if is_whole(key, entry, &whole) || query.is_number(key, &entry.number) {
                return Some(entry);
            }
        }
        None
    }

    /// The positions of the entries whose name or number contains every word of a text: those of the list, then those
    /// that were found. Case, accents, punctuation and the format of a number do not matter.
    pub fn search(&self, text: &str) -> Vec<usize> {
        if text.is_empty() {
            return (0..self.entries.len() + self.found.entries.len()).collect();
        }
        let query = Query::new(text);
        let mut positions = self.keys.finds(&query, &self.entries);
        for (at, entry) in self.found.entries.iter().enumerate() {
            if query.finds(&entry.key, &entry.number) {
                positions.push(self.entries.len() + at);
            }
        }
        positions
    }

    /// The typed telephone number, unless it is all of an agent's. A prefix such as `tel:` is ignored.
    pub fn other_number(&self, text: &str) -> Option<String> {
        self.other_number_among(text, &self.search(text))
    }

    /// Like [`other_number`](Self::other_number), if the text was searched: that finds the agent who has the number.
    pub fn other_number_among(&self, text: &str, found: &[usize]) -> Option<String> {
        let number = search::number_in(text)?;
        let whole = search::whole_number(&number);
        for at in found {
            if self
                .entry(*at)
                .is_some_and(|entry| is_whole(self.key(*at, entry), entry, &whole))
            {
                return None;
            }
        }
        let mut known = self.found.known.iter();
        let is_theirs = |entry: &Entry| is_whole(&entry.key, entry, &whole);
        (!known.any(is_theirs)).then_some(number)
    }

    /// The digits of the typed telephone number.
    pub(crate) fn number_typed(text: &str) -> Option<String> {
        search::number_in(text).map(|number| search::whole_number(&number))
    }

    /// Those of the (sorted) users that are in the list.
    pub(crate) fn listed_among(&self, users: &[UserId]) -> Vec<&UserId> {
        let mut listed = Vec::new();
        for entry in self.entries.iter() {
            if users.binary_search(&entry.user).is_ok() {
                listed.push(&entry.user);
            }
        }
        listed
    }

    /// The number of a device.
    pub fn number_of(&self, device: &DeviceId) -> Option<&str> {
        self.entries_of(device)
            .next()
            .map(|entry| entry.number.as_str())
    }

    /// Who is at a device, as far as is known at `now`.
    pub(crate) fn agent(&self, device: &DeviceId, now: Instant) -> Option<Agent> {
        let number = self.number_of(device)?;
        let mut names = Vec::new();
        for name in self.names_of(device, self.is_fresh(now)) {
            names.push(name.to_owned());
        }
        Some(Agent {
            names,
            number: number.to_owned(),
        })
    }

    /// Whether its people's states can be believed at `now`.
    pub fn is_fresh(&self, now: Instant) -> bool {
        self.read_at.is_some_and(|at| now.since(at) < FRESH)
    }

    /// The names of the people who may be at a device: all who have it, or, if anybody was logged in recently,
    /// only those.
    pub fn names_of(&self, device: &DeviceId, is_fresh: bool) -> Vec<&str> {
        let there = |entry: &&Entry| entry.presence != Presence::LoggedOut;
        let is_known = is_fresh && self.entries_of(device).any(|entry| there(&entry));
        let mut names = Vec::new();
        for entry in self.entries_of(device) {
            if !is_known || there(&entry) {
                names.push(entry.name.as_str());
            }
        }
        names
    }

    /// The entry whose name, number, or name and number are the typed text, if there is only one. The last name
    /// or the number may come first: `Abbott, Bo`, `6001 Bo Abbott`; a number may lack the country code.
    pub fn named(&self, text: &str) -> Option<&Entry> {
        self.named_among(text, &self.search(text))
    }

    /// Like [`named`](Self::named), if the text was searched.
    pub fn named_among(&self, text: &str, found: &[usize]) -> Option<&Entry> {
        let other_way = || {
            let text = text.trim();
            // The digits of a number in another order are another number.
            let words = || {
                tolerant_json::text::split_once(text, " ")
                    .filter(|_| search::number_in(text).is_none())
            };
            let (last, first) = tolerant_json::text::split_once(text, ",").or_else(words)?;
            let text = [first, " ", last].concat();
            self.sole(&text, &self.search(&text))
        };
        let national = || {
            let query = Query::new(text);
            self.only(found, &|key, entry| query.is_national(key, &entry.number))
        };
        let named = self.sole(text, found).or_else(other_way);
        // Of several who have the number nobody is meant.
        named.or_else(national)
    }

    fn listed_or_found(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().chain(&*self.found.entries)
    }

    /// The key of the entry at an index: in the list, those of all are side by side.
    fn key<'a>(&'a self, at: usize, entry: &'a Entry) -> &'a str {
        self.keys.get(at).unwrap_or(&entry.key)
    }

    /// The one of the entries found that is meant; none if there are several.
    fn only(&self, found: &[usize], is_meant: &dyn Fn(&str, &Entry) -> bool) -> Option<&Entry> {
        let mut only = None;
        for at in found {
            if let Some(entry) = self.entry(*at)
                && is_meant(self.key(*at, entry), entry)
                && only.replace(entry).is_some()
            {
                return None;
            }
        }
        only
    }

    /// Leaves those of the people, who are sorted, who are not at that telephone any more, as far as that is known.
    fn retain_gone(&self, people: &mut Vec<EntryId>) {
        for entry in self.listed_or_found() {
            if let Some(at) = entry.position(people) {
                people.remove(at);
            }
        }
        if self.is_cut || self.read_at.is_none() {
            let is_there = |id: &EntryId| !self.found.gone.contains(&id.user);
            while let Some(at) = people.iter().position(is_there) {
                people.remove(at);
            }
        }
    }

    fn sole(&self, text: &str, found: &[usize]) -> Option<&Entry> {
        let (whole, number) = (search::squeezed(text), search::whole_number(text));
        let is_other = whole != number;
        let is_it = |key: &str, entry: &Entry| {
            let may_be = may_be(key, &entry.number, &whole)
                || is_other && may_be_number(key, &entry.number, &number);
            let is_it = || {
                let mut texts = [&*entry.name, &entry.number, key].into_iter();
                search::whole_number(&entry.number) == number
                    || texts.any(|text| search::squeezed(text) == whole)
            };
            may_be && is_it()
        };
        self.only(found, &is_it).filter(|_| !whole.is_empty())
    }
}

/// Whether this is an entry's whole number.
fn is_whole(key: &str, entry: &Entry, number: &str) -> bool {
    may_be_number(key, &entry.number, number) && search::whole_number(&entry.number) == number
}

impl Entry {
    /// Its identity.
    pub fn id(&self) -> EntryId {
        EntryId {
            user: self.user.clone(),
            device: self.device.clone(),
        }
    }

    /// Its index in sorted ids.
    fn position(&self, sorted: &[EntryId]) -> Option<usize> {
        let of = |id: &EntryId| (&id.user, &id.device).cmp(&(&self.user, &self.device));
        sorted.binary_search_by(of).ok()
    }

    /// Whether it has this identity.
    pub fn is(&self, id: &EntryId) -> bool {
        (&self.user, &self.device) == (&id.user, &id.device)
    }
}
