//! Listing, naming and distinguishing people.

use gws::device::DeviceState;

use super::*;

mod numbers;

/// People with a name, a number, and a state; those with the same number share a device.
pub(super) fn users(people: &[(&str, &str, &str)]) -> Vec<User> {
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
    gws::reply::users(200, body.as_bytes()).unwrap()
}

/// A directory of these people, as a first reading.
fn directory(people: &[(&str, &str, &str)]) -> Directory {
    Directory {
        read_at: None,
        ..Directory::of(&users(people), None, Instant::default())
    }
}

fn matching(directory: &Directory, query: &str) -> Vec<usize> {
    directory.listed(query, &Listing::default(), Instant::default(), None)
}

pub(super) fn ready(people: &[(&str, &str)]) -> Directory {
    let ready = |(name, number): &(_, _)| (*name, *number, "Ready");
    directory(&people.iter().map(ready).collect::<Vec<_>>())
}

#[track_caller]
fn check(directory: &Directory, query: &str, expect: &[&str]) {
    let found = matching(directory, query);
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
fn the_displayed_text_of_an_entry_finds_it_even_cut_short() {
    let directory = ready(&[("José Müller", "+1 415 555-0132"), ("Bo", "6001")]);
    let shown = "José Müller · +1 415 555-0132";
    for (end, _) in shown.char_indices().skip(5) {
        check(&directory, &shown[..end], &["José Müller"]);
    }
}

#[test]
fn the_displayed_text_of_an_entry_finds_it_even_with_digits_deleted() {
    let directory = ready(&[("José Müller", "+1 415 555-0132"), ("José Müller", "6001")]);
    let shown = "José Müller · +1 415 555-0132";
    for (at, c) in shown.char_indices().skip(14) {
        let left = [&shown[..at], &shown[at + c.len_utf8()..]].concat();
        let found = matching(&directory, &left);
        assert_eq!(found, [1], "{left}");
    }
    check(&directory, "José Müller · 6002", &[]);
}

#[test]
fn a_name_is_found_without_its_spaces_and_hyphens() {
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
        // As an input method shows them at first.
        ("ぽーる", "3"),
        ("김ㅁ", "1"),
        ("finn", "5"),
        ("fflo", "5"),
    ] {
        let found = matching(&directory, query);
        let found: Vec<_> = found
            .iter()
            .map(|at| &*directory.entries[*at].number)
            .collect();
        assert_eq!(found, [number], "{query}");
    }
}

#[test]
fn entries_are_sorted_by_name_then_number() {
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
fn a_text_names_an_entry_only_if_it_is_complete_and_unique() {
    let directory = ready(&[
        ("Bo Abbott", "6001"),
        ("Bo Abbottson", "16001"),
        ("Cy", "6002"),
        ("Cy", "6003"),
        ("Ana", "+14155550132"),
    ]);
    let number = |text: &str| directory.named(text).map(|entry| entry.number.as_str());
    for text in ["bo abbott", "6001", "Bo Abbott · 6001", "Abbott, Bo"] {
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
        // It may belong to another town.
        "555-0132",
    ] {
        assert_eq!(number(text), None, "{text}");
    }
}

#[test]
fn pinned_people_who_no_longer_exist_are_listed() {
    let id = |user: &str, device: &str| EntryId {
        user: UserId::new(user),
        device: DeviceId::new(device),
    };
    let mut shortlist = Shortlist::default();
    for pinned in [id("u1", "d6002"), id("u9", "d6009"), id("u0", "d6002")] {
        shortlist.toggle_pin(&pinned);
    }
    let mut directory = ready(&[("Aaron", "6001"), ("Bob", "6002")]);
    assert_eq!(shortlist.gone(&directory), [], "not read");
    directory.read_at = Some(Instant::from_millis(0));
    let gone = [id("u0", "d6002"), id("u9", "d6009")];
    assert_eq!(shortlist.gone(&directory), gone);
    directory.is_cut = true;
    assert_eq!(
        shortlist.gone(&directory),
        [],
        "they may be beyond the list"
    );
    directory.found.gone = vec![UserId::new("u9")];
    assert_eq!(shortlist.gone(&directory), gone[1..]);
}

#[test]
fn a_shared_device_is_named_after_the_person_who_is_logged_in() {
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
    // Minutes later it is unknown.
    assert_eq!(names_when(&[aaron, bob, zoe], false), "Aaron, Bob");
    let mut directory = directory(&[zoe]);
    let at = |secs: u64| Instant::from_millis(secs * 1_000);
    assert!(!directory.is_fresh(at(1)));
    directory.read_at = Some(at(1));
    assert!(directory.is_fresh(at(60)) && !directory.is_fresh(at(61)));
}

#[test]
fn a_person_who_left_a_device_may_be_elsewhere_or_gone() {
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

#[test]
fn nobody_is_ready_on_a_device_that_is_not_in_use() {
    let mut users = users(&[("Bo", "6001", "Ready")]);
    let device = Arc::make_mut(&mut users[0].devices[0]);
    device.device_state = Some(DeviceState::Inactive);
    let directory = Directory::of(&users, None, Instant::default());
    assert_eq!(directory.entries[0].presence, Presence::LoggedOut);
}

#[test]
fn a_call_is_on_the_device_that_it_names() {
    let body = r#"{"statusCode":0,"users":[{"id":"u1","firstName":"Bo","devices":[
        {"id":"d1","phoneNumber":"6001","deviceState":"Active","userState":{"state":"Ready"}},
        {"id":"d2","phoneNumber":"6002","deviceState":"Inactive"}],
        "calls":[{"id":"c1","state":"Established","deviceUri":"http://gws/api/v2/devices/d1",
        "supervisorListeningIn":true}]}]}"#;
    let users = gws::reply::users(200, body.as_bytes()).unwrap();
    let directory = Directory::of(&users, None, Instant::default());
    let entries = directory.entries.iter();
    let seen: Vec<_> = entries
        .map(|entry| (&entry.presence, entry.is_listened_to))
        .collect();
    let expect = [(&Presence::OnCall, true), (&Presence::LoggedOut, false)];
    assert_eq!(seen, expect);
}

#[test]
fn monitors_are_known_if_their_devices_say_so() {
    let body = r#"{"statusCode":0,"users":[
        {"id":"u1","firstName":"Bo","devices":[{"id":"d1","phoneNumber":"6001"}]},
        {"id":"u2","firstName":"Cy","devices":[{"id":"d2","phoneNumber":"6002"}]},
        {"id":"u3","firstName":"Ann","devices":[{"id":"d3","phoneNumber":"7001","supervisorMonitoringState":
        {"state":"ListenIn","mode":"AllCalls","scope":"Call","targetDeviceUri":"/api/v2/devices/d1"}}]},
        {"id":"u4","firstName":"Eve","devices":[{"id":"d4","phoneNumber":"7002","supervisorMonitoringState":
        {"state":"Coach","phoneNumber":"6002"}}]}]}"#;
    let users = gws::reply::users(200, body.as_bytes()).unwrap();
    let directory = Directory::of(&users, Some(&UserId::new("u9")), Instant::default());
    let monitors = |entry| directory.monitors_of(entry).join(", ");
    let seen: Vec<_> = directory.entries.iter().map(monitors).collect();
    assert_eq!(
        seen,
        ["", "Ann", "Eve", ""].map(str::to_owned),
        "Ann, Bo, Cy, Eve"
    );
}

/// The numbers of the listed entries.
fn listed(directory: &Directory, query: &str, listing: &Listing, seconds: u64) -> String {
    let at = Instant::from_millis(seconds * 1_000);
    let listed = directory.listed(query, listing, at, None);
    let numbers = listed
        .iter()
        .map(|at| directory.entries[*at].number.as_str());
    numbers.collect::<Vec<_>>().join(" ")
}

#[test]
fn people_are_filtered_by_state() {
    let people = [
        ("Al", "1", "Ready"),
        ("Bo", "2", "NotReady"),
        ("Cy", "3", "LoggedOut"),
        ("Di", "4", "Training"),
    ];
    let directory = Directory::of(&users(&people), None, Instant::default());
    let shown = |show| {
        let listing = Listing {
            show,
            ..Listing::default()
        };
        listed(&directory, "", &listing, 0)
    };
    assert_eq!(shown(Show::Everyone), "1 2 3 4");
    assert_eq!(shown(Show::LoggedIn), "1 2 4");
    assert_eq!(shown(Show::Only(PresenceKind::NotReady)), "2");
    assert_eq!(shown(Show::Only(PresenceKind::OnCall)), "");
    assert_eq!(shown(Show::Long), "");
}

#[test]
fn people_are_listed_by_number_and_by_the_time_in_their_state() {
    let at = |seconds: u64| Instant::from_millis(seconds * 1_000);
    let before = users(&[
        ("Al", "100", "Ready"),
        ("Bo", "20", "Ready"),
        ("Cy", "3", "Ready"),
    ]);
    let after = users(&[
        ("Al", "100", "NotReady"),
        ("Bo", "20", "Ready"),
        ("Cy", "3", "Ready"),
    ]);
    let most = Duration::from_secs(120);
    let directory = Directory::of(&before, None, at(0)).read_again(&after, None, at(15), most);
    let by = |sort| {
        let listing = Listing {
            sort,
            ..Listing::default()
        };
        listed(&directory, "", &listing, 15)
    };
    assert_eq!(by(Sort::Name), "100 20 3");
    assert_eq!(by(Sort::Number), "3 20 100");
    assert_eq!(by(Sort::Longest), "20 3 100");
}

#[test]
fn pinned_people_come_first_then_recent_ones_until_something_is_typed() {
    let directory = ready(&[("Al", "1"), ("Bo", "2"), ("Cy", "3"), ("Di", "4")]);
    let id = |at: usize| directory.entries[at].id();
    let mut listing = Listing::default();
    listing.shortlist.toggle_pin(&id(3));
    listing.shortlist.monitored(&id(1));
    listing.shortlist.monitored(&id(2));
    assert_eq!(listed(&directory, "", &listing, 0), "4 3 2 1");
    let directory = ready(&[("Al", "1"), ("Al Bo", "2"), ("Al Cy", "3"), ("Al Di", "4")]);
    assert_eq!(listed(&directory, "al", &listing, 0), "4 1 2 3");
}

#[test]
fn a_long_state_is_marked_as_far_as_it_was_observed() {
    let at = |seconds: u64| Instant::from_millis(seconds * 1_000);
    let people = users(&[("Al", "1", "NotReady"), ("Bo", "2", "Ready")]);
    let directory = Directory::of(&people, None, at(0));
    let listing = Listing {
        show: Show::Long,
        thresholds: Thresholds::parse("not-ready:30s").unwrap(),
        ..Listing::default()
    };
    assert_eq!(listed(&directory, "", &listing, 29), "");
    assert_eq!(listed(&directory, "", &listing, 30), "1");
    // More than a minute after the reading it is unknown.
    let span = |directory: &Directory, seconds| {
        let span = directory.in_state_for(&directory.entries[0], at(seconds));
        span.map(|span| span.as_secs())
    };
    assert_eq!(span(&directory, 59), Some(59));
    assert_eq!(span(&directory, 300), Some(60));
    let again = directory.read_again(&people, None, at(62), Duration::from_secs(120));
    assert_eq!(span(&again, 62), Some(62));
}
