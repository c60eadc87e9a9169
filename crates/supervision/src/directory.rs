//! Whom one may listen to. A snapshot: GWS v2 notifies nobody of other users' states.

mod search;
#[cfg(test)]
mod tests;

use core::time::Duration;
use std::sync::Arc;

use bayeux::Instant;
use gws::device::{AgentState, WorkMode};
use gws::{Device, DeviceId, User, UserId};

use self::search::Query;
use crate::connection::LinkTrouble;

/// How much longer a directory may stay unread for each of its entries.
const PER_ENTRY: Duration = Duration::from_millis(10);
/// For how long it is believed what somebody was doing.
const FRESH: Duration = Duration::from_secs(60);

/// The people of the contact centre who have a device: an entry for each device of each person.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Sorted by name, then number, as they are folded for searching.
    pub entries: Arc<[Entry]>,
    /// When it was read; none: not yet.
    pub read_at: Option<Instant>,
    /// Why the last reading failed.
    pub trouble: Option<LinkTrouble>,
    /// When it is tried again, if it failed.
    pub next_try: Option<Instant>,
}

/// A person with a device one may listen to.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The device.
    pub device: DeviceId,
    /// Whose it is.
    pub user: UserId,
    /// The user's name.
    pub name: String,
    /// The device's number.
    pub number: String,
    /// What the user was doing when the directory was read.
    pub presence: Presence,
    /// Name and number, to search in and sort by.
    key: String,
}

/// Which entry: several people may share a device, and one person may have several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryId {
    /// The person.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
}

/// What an agent is doing.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// In a call.
    OnCall,
    /// Ready for calls.
    Ready,
    /// Not ready, with the reason if there is one.
    NotReady(Option<String>),
    /// Busy with what a call left behind.
    AfterCallWork,
    /// Logged in; nothing more is known.
    LoggedIn,
    /// Logged out, or the device is not in use.
    LoggedOut,
    /// Something this version has no word for, as the server put it.
    Other(String),
    /// The server does not say.
    Unknown,
}

/// Somebody who is monitored, or was to be, as they were known at that time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The names of those who may be at the telephone.
    pub names: Vec<String>,
    /// Its number.
    pub number: String,
}

impl Directory {
    /// The directory of those users as they were read at `read_at`, without the supervisor's own
    /// entries.
    pub fn of(users: &[User], me: Option<&UserId>, read_at: Instant) -> Self {
        Self {
            entries: entries(users, me),
            read_at: Some(read_at),
            trouble: None,
            next_try: None,
        }
    }

    /// How old it may become, if a small one may be `least`: ten thousand entries are ten megabytes, so
    /// a large one is read less often.
    pub(crate) fn age(&self, least: Duration) -> Duration {
        let entries = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        least + PER_ENTRY.saturating_mul(entries)
    }

    /// An entry by what identifies it.
    pub fn find(&self, id: &EntryId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.is(id))
    }

    /// The numbers at which somebody is now who is not at that device any more, as the directory
    /// has it; none of them if it does not have the person. Nothing: they are still there, or the
    /// directory was not read.
    pub fn has_left(&self, id: &EntryId) -> Option<Vec<&str>> {
        if self.read_at.is_none() || self.find(id).is_some() {
            return None;
        }
        let theirs = self.entries.iter().filter(|entry| entry.user == id.user);
        Some(theirs.map(|entry| entry.number.as_str()).collect())
    }

    /// The entries of a device: one for each person who has it.
    pub fn entries_of(&self, device: &DeviceId) -> impl Iterator<Item = &Entry> {
        let entries = self.entries.iter();
        entries.filter(move |entry| entry.device == *device)
    }

    /// The entry whose number that may be, with or without the country's code; the first of several.
    pub fn number(&self, number: &str) -> Option<&Entry> {
        let (whole, query) = (search::whole_number(number), Query::new(number));
        let mut entries = self.entries.iter();
        entries.find(|entry| {
            search::whole_number(&entry.number) == whole || query.is_number(&entry.number)
        })
    }

    /// The telephone number that was typed, if it is not all of an agent's: `tel:` and the like
    /// before it do not count.
    pub fn other_number(&self, text: &str) -> Option<String> {
        let number = search::number_in(text)?;
        let whole = search::whole_number(&number);
        let is_theirs = |entry: &Entry| search::whole_number(&entry.number) == whole;
        (!self.entries.iter().any(is_theirs)).then_some(number)
    }

    /// The number of a device.
    pub fn number_of(&self, device: &DeviceId) -> Option<&str> {
        self.entries_of(device)
            .next()
            .map(|entry| entry.number.as_str())
    }

    /// Who is at a device, as far as is known `now`.
    pub(crate) fn agent(&self, device: &DeviceId, now: Instant) -> Option<Agent> {
        let number = self.number_of(device)?;
        let names = self.names_of(device, self.is_fresh(now)).into_iter();
        Some(Agent {
            names: names.map(str::to_owned).collect(),
            number: number.to_owned(),
        })
    }

    /// Whether what it says of people's states can be believed at `now`.
    pub fn is_fresh(&self, now: Instant) -> bool {
        self.read_at.is_some_and(|at| now.since(at) < FRESH)
    }

    /// The names of those who may be at a device: of all who have it, or, if anybody was logged in a
    /// short while ago, only of those who were.
    pub fn names_of(&self, device: &DeviceId, is_fresh: bool) -> Vec<&str> {
        let there = |entry: &&Entry| entry.presence != Presence::LoggedOut;
        let is_known = is_fresh && self.entries_of(device).any(|entry| there(&entry));
        self.entries_of(device)
            .filter(|entry| !is_known || there(entry))
            .map(|entry| entry.name.as_str())
            .collect()
    }

    /// The positions of the entries whose name or number contains every word of `query`, in order.
    /// Case, accents, punctuation and the way a number is written do not matter.
    pub fn matching(&self, query: &str) -> Vec<usize> {
        let query = Query::new(query);
        self.entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| query.finds(entry))
            .map(|(position, _)| position)
            .collect()
    }

    /// The entry whose name, number, or name and number are what was typed, if there is only one.
    pub fn named(&self, text: &str) -> Option<&Entry> {
        let query = Query::new(text);
        let (whole, number) = (search::squeezed(text), search::whole_number(text));
        let mut named = self.entries.iter().filter(|entry| {
            query.finds(entry)
                && (search::whole_number(&entry.number) == number
                    || [&entry.name, &entry.number]
                        .map(|text| search::squeezed(text))
                        .contains(&whole)
                    || search::squeezed(&entry.key) == whole)
        });
        let first = named.next().filter(|_| !whole.is_empty());
        first.filter(|_| named.next().is_none())
    }
}

impl Entry {
    /// What identifies it.
    pub fn id(&self) -> EntryId {
        EntryId {
            user: self.user.clone(),
            device: self.device.clone(),
        }
    }

    /// Whether it is that entry.
    pub fn is(&self, id: &EntryId) -> bool {
        (&self.user, &self.device) == (&id.user, &id.device)
    }
}

/// The entries of those users, without the supervisor's own.
fn entries(users: &[User], me: Option<&UserId>) -> Arc<[Entry]> {
    let mut entries: Vec<Entry> = users
        .iter()
        .filter(|user| Some(&user.id) != me)
        .flat_map(|user| {
            let name = user.name();
            let is_in_call = user.calls.iter().any(|call| !call.state.is_over());
            user.devices.iter().map(move |device| Entry {
                device: device.id.clone(),
                user: user.id.clone(),
                key: search::key(&name, &device.phone_number),
                name: name.clone(),
                number: device.phone_number.clone(),
                presence: if is_in_call {
                    Presence::OnCall
                } else {
                    Presence::of(device)
                },
            })
        })
        .collect();
    // Also those who are called the same stay in their order when the directory is read again.
    fn order(entry: &Entry) -> (&str, &str, &str, &str) {
        let (user, device) = (entry.user.as_str(), entry.device.as_str());
        (&entry.key, &entry.name, user, device)
    }
    entries.sort_unstable_by(|a, b| order(a).cmp(&order(b)));
    entries.into()
}

impl Presence {
    /// What a device's user is doing. Decided on the state and the work mode; the configured name
    /// is only shown.
    pub fn of(device: &Device) -> Self {
        let Some(state) = &device.user_state else {
            return match device.device_state {
                Some(_) if !device.is_active() => Self::LoggedOut,
                _ => Self::Unknown,
            };
        };
        match (&state.state, &state.work_mode) {
            (AgentState::Ready, _) => Self::Ready,
            (AgentState::NotReady, Some(WorkMode::AfterCallWork)) => Self::AfterCallWork,
            (AgentState::NotReady, _) => {
                let configured = state
                    .display_name
                    .as_ref()
                    .filter(|name| !name.eq_ignore_ascii_case("not ready"));
                Self::NotReady(state.reason.as_ref().or(configured).cloned())
            }
            (AgentState::LoggedIn, _) => Self::LoggedIn,
            (AgentState::LoggedOut | AgentState::Logout, _) => Self::LoggedOut,
            (AgentState::Other(word), _) => {
                Self::Other(state.display_name.as_ref().unwrap_or(word).clone())
            }
        }
    }
}
