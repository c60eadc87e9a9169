//! Whom one may listen to. A snapshot: GWS v2 notifies nobody of other users' states.

mod search;

use std::sync::Arc;

use bayeux::Instant;
use gws::device::{AgentState, WorkMode};
use gws::{Device, DeviceId, User, UserId};

use self::search::Query;
use crate::connection::LinkTrouble;
use crate::history::Agent;
use crate::operation::is_same_number;

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

    /// An entry by what identifies it.
    pub fn find(&self, id: &EntryId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.is(id))
    }

    /// The entries of a device: one for each person who has it.
    pub fn entries_of(&self, device: &DeviceId) -> impl Iterator<Item = &Entry> {
        let entries = self.entries.iter();
        entries.filter(move |entry| entry.device == *device)
    }

    /// The entry whose number that is, however it is written; the first of several.
    pub fn number(&self, number: &str) -> Option<&Entry> {
        let query = Query::new(number);
        let mut entries = self.entries.iter();
        entries
            .find(|entry| is_same_number(&entry.number, number) || query.is_number(&entry.number))
    }

    /// The number of a device.
    pub fn number_of(&self, device: &DeviceId) -> Option<&str> {
        self.entries_of(device)
            .next()
            .map(|entry| entry.number.as_str())
    }

    /// Who is at a device, as far as is known now.
    pub(crate) fn agent(&self, device: &DeviceId) -> Option<Agent> {
        let number = self.number_of(device)?;
        let names = self.names_of(device).into_iter();
        Some(Agent {
            names: names.map(str::to_owned).collect(),
            number: number.to_owned(),
        })
    }

    /// The names of those who may be at a device: of all who have it, or, if anybody is logged in,
    /// only of those who are.
    pub fn names_of(&self, device: &DeviceId) -> Vec<&str> {
        let names = |are_there: bool| -> Vec<&str> {
            self.entries_of(device)
                .filter(|entry| !are_there || entry.presence != Presence::LoggedOut)
                .map(|entry| entry.name.as_str())
                .collect()
        };
        let there = names(true);
        if there.is_empty() {
            names(false)
        } else {
            there
        }
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
        let whole = search::squeezed(text);
        let mut named = self.entries.iter().filter(|entry| {
            query.finds(entry)
                && (query.is_number(&entry.number)
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
            return if device.is_active() {
                Self::Unknown
            } else {
                Self::LoggedOut
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of people with a name, a number, and a state; who has the same number has the
    /// same device.
    fn directory(people: &[(&str, &str, &str)]) -> Directory {
        let users: Vec<_> = (0..)
            .zip(people)
            .map(|(id, (name, number, state))| {
                format!(
                    r#"{{"id":"u{id}","firstName":"{name}","devices":[{{"id":"d{number}",
                    "phoneNumber":"{number}","deviceState":"Active","userState":{{"state":"{state}"}}}}]}}"#
                )
            })
            .collect();
        let body = format!(r#"{{"statusCode":0,"users":[{}]}}"#, users.join(","));
        let users = gws::reply::users(200, body.as_bytes()).unwrap();
        Directory {
            entries: entries(&users, None),
            ..Directory::default()
        }
    }

    fn ready(people: &[(&str, &str)]) -> Directory {
        let ready = |(name, number): &(_, _)| (*name, *number, "Ready");
        directory(&people.iter().map(ready).collect::<Vec<_>>())
    }

    #[track_caller]
    fn check(directory: &Directory, query: &str, expect: &[&str]) {
        let found = directory.matching(query);
        let found: Vec<_> = found
            .iter()
            .map(|at| directory.entries[*at].name.as_str())
            .collect();
        assert_eq!(found, expect, "{query:?}");
    }

    #[test]
    fn a_name_is_found_however_it_is_written() {
        let directory = ready(&[
            ("José Müller", "6001"),
            ("İsmail Kaya", "6002"),
            ("Anna Strauß", "6003"),
            ("Seán O’Brien", "6004"),
            ("Joerg Moeller", "6005"),
            ("Søren Aagaard", "6006"),
        ]);
        for query in [
            "jose",
            "JOSÉ",
            "Jose\u{301}",
            "muller",
            "Mueller jos",
            "müller",
        ] {
            check(&directory, query, &["José Müller"]);
        }
        for query in ["ismail", "İSMAİL", "Ismail"] {
            check(&directory, query, &["İsmail Kaya"]);
        }
        check(&directory, "strauss", &["Anna Strauß"]);
        check(&directory, "O'Brien", &["Seán O’Brien"]);
        check(&directory, "sean obrien", &["Seán O’Brien"]);
        check(&directory, "jörg möller", &["Joerg Moeller"]);
        check(&directory, "soeren ågaard", &["Søren Aagaard"]);
        check(&directory, "zoe", &[]);
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        let directory = ready(&[
            ("Ana", "+14155550132"),
            ("Bo", "6001"),
            ("Cy", "020 7946 0000"),
            ("Desk 5", "6015"),
            ("Eve", "16001"),
        ]);
        for query in [
            "+1 (415) 555-0132",
            "4155550132",
            "415.555.0132",
            "1-415-555-0132",
            "001 415 555 0132",
            "555 01",
            "ana 0132",
        ] {
            check(&directory, query, &["Ana"]);
        }
        for query in [
            "+44 (0)20 7946 0000",
            "+442079460000",
            "02079460000",
            "7946",
        ] {
            check(&directory, query, &["Cy"]);
        }
        check(&directory, "6001", &["Bo", "Eve"]);
        check(&directory, "5 6015", &["Desk 5"]);
        check(&directory, "+1 (415) 555-0133", &[]);
    }

    #[test]
    fn what_is_shown_of_an_entry_finds_it_also_cut_short() {
        let directory = ready(&[("José Müller", "+1 415 555-0132"), ("Bo", "6001")]);
        let shown = "José Müller · +1 415 555-0132";
        for (end, _) in shown.char_indices().skip(5) {
            check(&directory, &shown[..end], &["José Müller"]);
        }
    }

    #[test]
    fn entries_are_sorted_as_one_looks_for_them() {
        let directory = ready(&[
            ("Zoe", "1"),
            ("Ärne", "2"),
            ("östen", "3"),
            ("Arno", "4"),
            ("Pia", "5"),
        ]);
        check(&directory, "", &["Ärne", "Arno", "östen", "Pia", "Zoe"]);
    }

    #[test]
    fn what_was_typed_names_an_entry_only_if_it_is_all_of_it_and_the_only_one() {
        let directory = ready(&[
            ("Bo Abbott", "6001"),
            ("Bo Abbottson", "16001"),
            ("Cy", "6002"),
            ("Cy", "6003"),
            ("Ana", "+14155550132"),
        ]);
        let number = |text: &str| directory.named(text).map(|entry| entry.number.as_str());
        for text in ["bo abbott", "6001", "Bo Abbott · 6001"] {
            assert_eq!(number(text), Some("6001"), "{text}");
        }
        assert_eq!(number("cy 6003"), Some("6003"));
        assert_eq!(number("(415) 555-0132"), Some("+14155550132"));
        for text in [
            "",
            " · ",
            "bo",
            "cy",
            "600",
            "Bo Abbott 600",
            "6001 and more",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn a_shared_device_is_named_by_who_is_logged_in() {
        let names = |people: &[(&str, &str, &str)]| {
            let directory = directory(people);
            let names = directory.names_of(&DeviceId::new("d6001"));
            names.join(", ")
        };
        let zoe = ("Zoe", "6002", "Ready");
        let (aaron, bob) = (("Aaron", "6001", "LoggedOut"), ("Bob", "6001", "Ready"));
        assert_eq!(names(&[aaron, bob, zoe]), "Bob");
        assert_eq!(
            names(&[("Aaron", "6001", "NotReady"), bob, zoe]),
            "Aaron, Bob"
        );
        assert_eq!(
            names(&[aaron, ("Bob", "6001", "LoggedOut"), zoe]),
            "Aaron, Bob"
        );
        assert_eq!(names(&[zoe]), "");
    }

    #[test]
    fn one_device_of_two_people_is_two_entries() {
        let directory = ready(&[("Aaron", "6001"), ("Bob", "6001")]);
        let bob = directory.entries[1].id();
        assert_eq!(directory.find(&bob).unwrap().name, "Bob");
        assert_eq!(directory.entries_of(&bob.device).count(), 2);
    }
}
