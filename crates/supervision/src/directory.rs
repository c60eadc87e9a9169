//! Whom one may listen to. A snapshot: GWS v2 notifies nobody of other users' states.

mod search;

use core::time::Duration;
use std::sync::Arc;

use bayeux::Instant;
use gws::device::{AgentState, WorkMode};
use gws::{Device, DeviceId, User, UserId};

use self::search::Query;
use crate::connection::LinkTrouble;
use crate::history::Agent;

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
    fn what_is_shown_of_an_entry_finds_it_also_with_digits_deleted() {
        let directory = ready(&[("José Müller", "+1 415 555-0132"), ("José Müller", "6001")]);
        let shown = "José Müller · +1 415 555-0132";
        for (at, c) in shown.char_indices().skip(14) {
            let left = [&shown[..at], &shown[at + c.len_utf8()..]].concat();
            let found = directory.matching(&left);
            assert_eq!(found, [0], "{left}");
        }
        check(&directory, "José Müller · 6002", &[]);
    }

    #[test]
    fn a_name_is_found_without_what_parts_its_words() {
        let directory = ready(&[
            ("Anne-Marie Roy", "1"),
            ("Omar Al Sayed", "2"),
            ("Ida van der Berg", "3"),
            ("Ian Mc Donald", "4"),
            ("Seán O’Brien", "5"),
            ("김 민수", "7"),
        ]);
        for (query, name) in [
            ("annemarie", "Anne-Marie Roy"),
            ("roy annemar", "Anne-Marie Roy"),
            ("alsayed", "Omar Al Sayed"),
            ("vanderberg", "Ida van der Berg"),
            ("derb", "Ida van der Berg"),
            ("mcdonald", "Ian Mc Donald"),
            ("obrien", "Seán O’Brien"),
            ("김민수", "김 민수"),
        ] {
            check(&directory, query, &[name]);
        }
        check(&directory, "ema", &[]);
    }

    #[test]
    fn letters_are_found_composed_decomposed_and_joined() {
        let directory = ready(&[
            ("김민수", "1"),
            ("\u{1100}\u{1161}\u{11bc}", "2"),
            ("がぎ ポール", "3"),
            ("か\u{3099}く", "4"),
            ("ﬁnn ﬄo", "5"),
        ]);
        for (query, number) in [
            ("\u{1100}\u{1175}\u{11b7}민", "1"),
            ("강", "2"),
            ("がき\u{3099}", "3"),
            ("ホ\u{309a}ール", "3"),
            ("ﾎﾟｰﾙ", "3"),
            ("がく", "4"),
            ("finn", "5"),
            ("fflo", "5"),
        ] {
            let found = directory.matching(query);
            let found: Vec<_> = found
                .iter()
                .map(|at| &*directory.entries[*at].number)
                .collect();
            assert_eq!(found, [number], "{query}");
        }
    }

    #[test]
    fn a_number_is_anothers_unless_it_is_all_of_an_agents() {
        let directory = ready(&[("Ana", "5550132"), ("Bo", "6102"), ("Cy", "+14155550132")]);
        let other = |text: &str| directory.other_number(text);
        for text in [
            "555-0132",
            "x6102",
            "ext. 6102",
            "Ext 6102",
            "tel:+14155550132",
            "٦١٠٢",
        ] {
            assert_eq!(other(text), None, "{text}");
        }
        for (text, number) in [
            ("+49 30 555 0132", "+49 30 555 0132"),
            ("010", "010"),
            ("0555 0132", "0555 0132"),
            ("tel:+14155550133", "+14155550133"),
            ("x61", "61"),
        ] {
            assert_eq!(other(text).as_deref(), Some(number));
        }
        for text in ["", "bo", "bo 6102", "x", "+"] {
            assert_eq!(other(text), None, "{text}");
        }
        for query in ["ext. 6102", "x6102"] {
            check(&directory, query, &["Bo"]);
        }
        check(&directory, "tel:+14155550132", &["Ana", "Cy"]);
        check(&directory, "+49 30 555 0132", &["Ana"]);
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
        for text in [
            "+1 (415) 555-0132",
            "0014155550132",
            "tel:+14155550132",
            "Ana · +14155550132",
        ] {
            assert_eq!(number(text), Some("+14155550132"), "{text}");
        }
        assert_eq!(number("ext. 6001"), Some("6001"));
        for text in [
            "",
            " · ",
            "bo",
            "cy",
            "600",
            "Bo Abbott 600",
            "6001 and more",
            // It may be another one in another country.
            "(415) 555-0132",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn a_shared_device_is_named_by_who_is_logged_in() {
        let names_when = |people: &[(&str, &str, &str)], is_fresh| {
            let directory = directory(people);
            let names = directory.names_of(&DeviceId::new("d6001"), is_fresh);
            names.join(", ")
        };
        let names = |people: &[(&str, &str, &str)]| names_when(people, true);
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
        // Minutes later nobody knows.
        assert_eq!(names_when(&[aaron, bob, zoe], false), "Aaron, Bob");
        let mut directory = directory(&[zoe]);
        let at = |secs: u64| Instant::from_millis(secs * 1_000);
        assert!(!directory.is_fresh(at(1)));
        directory.read_at = Some(at(1));
        assert!(directory.is_fresh(at(60)) && !directory.is_fresh(at(61)));
    }

    #[test]
    fn who_is_not_at_a_device_any_more_may_be_elsewhere_or_gone() {
        let mut directory = ready(&[("Aaron", "6001"), ("Bob", "6002")]);
        let id = |user: &str, device: &str| EntryId {
            user: UserId::new(user),
            device: DeviceId::new(device),
        };
        assert_eq!(directory.has_left(&id("u0", "d6002")), None, "not read");
        directory.read_at = Some(Instant::from_millis(0));
        assert_eq!(directory.has_left(&id("u0", "d6001")), None);
        assert_eq!(directory.has_left(&id("u0", "d6002")), Some(vec!["6001"]));
        assert_eq!(directory.has_left(&id("u9", "d6002")), Some(vec![]));
    }

    #[test]
    fn one_device_of_two_people_is_two_entries() {
        let directory = ready(&[("Aaron", "6001"), ("Bob", "6001")]);
        let bob = directory.entries[1].id();
        assert_eq!(directory.find(&bob).unwrap().name, "Bob");
        assert_eq!(directory.entries_of(&bob.device).count(), 2);
    }
}
