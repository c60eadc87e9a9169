//! Who is listed, named and told apart.

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
