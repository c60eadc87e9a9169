//! People found by their telephone numbers.

use super::*;

#[test]
fn a_number_is_found_however_it_is_written() {
    let directory = ready(&[
        ("Ana", "+14155550132"),
        ("Bo", "6001"),
        ("Cy", "020 7946 0000"),
        ("Line 5", "6015"),
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
    check(&directory, "5 6015", &["Line 5"]);
    check(&directory, "+1 (415) 555-0133", &[]);
}

#[test]
fn a_number_is_another_one_unless_it_is_all_of_an_agents() {
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
fn a_number_with_or_without_the_country_code_names_its_only_owner() {
    let typed = ["(415) 555-0132", "415-555-0132", "+1 415 555 0132"];
    for stored in ["+14155550132", "4155550132", "(415) 555-0132"] {
        let directory = ready(&[("Ana", stored), ("Bo", "5550132")]);
        for text in typed {
            let named = directory.named(text).map(|entry| entry.name.as_str());
            assert_eq!(named, Some("Ana"), "{text} of {stored}");
        }
    }
    let directory = ready(&[("Ana", "+14155550132"), ("Bo", "+344155550132")]);
    assert_eq!(directory.named("(415) 555-0132"), None);
}

#[test]
fn an_extension_is_recognised_however_it_is_written() {
    let written = [
        "+1 415 555 0199 x12",
        "+14155550199 ext. 12",
        "+14155550199;ext=12",
        "+1 (415) 555-0199 Ext 12",
        "+14155550199#12",
        "+14155550199, extension 12",
    ];
    for stored in written {
        let directory = ready(&[("Ana", stored), ("Bo", "+14155550199"), ("Max 12", "6001")]);
        for text in written {
            let named = directory.named(text).map(|entry| entry.name.as_str());
            assert_eq!(named, Some("Ana"), "{text} of {stored}");
            check(&directory, text, &["Ana"]);
        }
        let shown = format!("Ana · {stored}");
        assert!(directory.named(&shown).is_some(), "{shown}");
        check(&directory, "x12", &["Ana", "Max 12"]);
        assert_eq!(directory.named("+14155550199").unwrap().name, "Bo");
    }
}

#[test]
fn a_number_is_found_as_it_was_copied() {
    let directory = ready(&[("Ana", "+14155550132"), ("Bo", "6001"), ("Cy", "60011")]);
    for text in [
        "+1\u{2009}415\u{2212}555\u{2212}0132",
        "+1 415\u{ad}555\u{2060}0132",
        "sip:+14155550132@gateway.example;user=phone",
        "tel:+1-415-555-0132;phone-context=example.com",
        "SIPS:+14155550132@gateway.example?subject=a",
        "+14155550132 Ana",
        "Ana\t+14155550132",
    ] {
        check(&directory, text, &["Ana"]);
        let named = directory.named(text).map(|entry| entry.name.as_str());
        assert_eq!(named, Some("Ana"), "{text}");
        assert_eq!(directory.other_number(text), None, "{text}");
    }
    assert_eq!(directory.named("6001 Bo").unwrap().name, "Bo");
    // The same digits in another order.
    assert_eq!(directory.named("1 6001"), None);
    let directory = ready(&[("Bo", "6001@pbx.example")]);
    check(&directory, "sip:6001@pbx.example", &["Bo"]);
    assert_eq!(search::key("José", "+1 (415) 555-0132"), "jose 14155550132");
    assert_eq!(
        search::key("Line 5", "+44 (0)20 7946 0000"),
        "line 5 442079460000"
    );
    assert_eq!(search::key("Bo", "6001@host"), "bo 6001 host");
}

#[test]
fn whoever_has_a_typed_number_is_found_by_it() {
    let written = [
        "6001",
        "*6001",
        "#12",
        "x6001",
        "tel:6001",
        "٦٠٠١",
        "+44 (0)20 7946 0000",
        "+442079460000",
        "0044 20 7946 0000",
        "+4420 7946 0000#12",
        "+442079460000 ext. 12",
        "000123456789",
        "0123456789",
        "0012345",
        "555-01",
        "(555) 01.32/7",
    ];
    let people = written.map(|number| ("Bo", number));
    let directory = ready(&people);
    for text in written {
        let number = search::number_in(text).map(|number| search::whole_number(&number));
        let Some(number) = number else { continue };
        let has_it = |at: &usize| search::whole_number(&directory.entries[*at].number) == number;
        let (all, found) = (0..directory.entries.len(), matching(&directory, text));
        let all: Vec<_> = all.filter(has_it).collect();
        assert!(
            all.iter().all(|at| found.contains(at)),
            "{text}: {all:?}, {found:?}"
        );
        assert_eq!(directory.other_number(text), None, "{text}");
    }
}
