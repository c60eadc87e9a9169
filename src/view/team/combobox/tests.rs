use supervision::Instant;

use super::*;
use crate::test;

/// A directory of people, each with a device of the given number.
fn directory(names: &[&str]) -> Directory {
    let numbers: Vec<_> = names.iter().map(|name| (*name, "6001")).collect();
    at_numbers(&numbers)
}

fn at_numbers(people: &[(&str, &str)]) -> Directory {
    let users: Vec<_> = people
        .iter()
        .map(|(name, number)| {
            format!(
                r#"{{"id":"u-{name}","firstName":"{name}",
                "devices":[{{"id":"d-{name}","phoneNumber":"{number}"}}]}}"#
            )
        })
        .collect();
    let body = format!(r#"{{"statusCode":0,"users":[{}]}}"#, users.join(","));
    let users = gws::reply::users(200, body.as_bytes()).unwrap();
    Directory::of(&users, None, Instant::from_millis(0))
}

fn name(combobox: &Combobox) -> Option<&str> {
    match combobox.offered.offer(combobox.active()?)? {
        Offer::Person(entry) => Some(&entry.name),
        Offer::Number(number) => Some(number),
    }
}

fn press(combobox: &mut Combobox, keys: &[&str], directory: &Directory) -> Outcome {
    let press = |_, key: &&str| combobox.key(key, false, 7, directory);
    keys.iter().fold(Outcome::Unused, press)
}

fn chosen(outcome: Outcome) -> Option<String> {
    match outcome {
        Outcome::Choose(Picked::Person(entry)) => Some(entry.name),
        Outcome::Choose(Picked::Number(number)) => Some(number),
        _ => None,
    }
}

#[test]
fn the_highlight_stays_on_the_person_when_rows_move() {
    let mut combobox = Combobox::default();
    let before = directory(&["Bo", "Cy", "Di"]);
    press(&mut combobox, &["ArrowDown", "ArrowDown"], &before);
    assert_eq!(name(&combobox), Some("Cy"));
    let after = directory(&["Al", "Bo", "Cy", "Di"]);
    combobox.refresh(&after);
    assert_eq!((name(&combobox), combobox.active()), (Some("Cy"), Some(2)));
    let outcome = press(&mut combobox, &["Enter"], &after);
    assert_eq!(chosen(outcome).as_deref(), Some("Cy"));
}

#[test]
fn nobody_takes_the_place_of_a_highlight_that_is_gone() {
    let mut combobox = Combobox::default();
    press(&mut combobox, &["ArrowDown"], &directory(&["Bo", "Cy"]));
    let after = directory(&["Cy"]);
    combobox.refresh(&after);
    assert!(combobox.has_lost_highlight());
    assert_eq!(combobox.active(), None);
    assert_eq!(press(&mut combobox, &["Enter"], &after), Outcome::Done);
    assert!(combobox.is_open);
    let outcome = press(&mut combobox, &["ArrowDown", "Enter"], &after);
    assert_eq!(chosen(outcome).as_deref(), Some("Cy"));
}

#[test]
fn rows_stay_while_one_is_pressed() {
    let mut combobox = Combobox::default();
    combobox.open(&directory(&["Bo", "Cy"]));
    combobox.press();
    let after = directory(&["Al", "Bo", "Cy"]);
    combobox.refresh(&after);
    let first = |combobox: &Combobox| match combobox.offered.offer(0) {
        Some(Offer::Person(entry)) => entry.name.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(first(&combobox), "Bo");
    combobox.release(&after);
    assert_eq!(first(&combobox), "Al");
}

#[test]
fn enter_picks_the_only_row_left() {
    let mut combobox = Combobox::default();
    let directory = directory(&["Bo", "Cy"]);
    combobox.type_text("c".to_owned(), &directory);
    let outcome = press(&mut combobox, &["Enter"], &directory);
    assert_eq!(chosen(outcome).as_deref(), Some("Cy"));
    combobox.type_text(String::new(), &directory);
    assert_eq!(press(&mut combobox, &["Enter"], &directory), Outcome::Done);
}

#[test]
fn enter_picks_nobody_of_several_unless_the_text_names_one_completely() {
    let mut combobox = Combobox::default();
    let directory = at_numbers(&[("Bo", "6010"), ("Cy", "16010")]);
    for typed in ["010", "1601", "o"] {
        combobox.type_text(typed.to_owned(), &directory);
        let outcome = press(&mut combobox, &["Enter"], &directory);
        assert_eq!(outcome == Outcome::Done, typed != "o", "{typed}");
    }
    combobox.type_text("6010".to_owned(), &directory);
    assert_eq!(combobox.offered.count(), 2);
    let outcome = press(&mut combobox, &["Enter"], &directory);
    assert_eq!(chosen(outcome).as_deref(), Some("Bo"));
}

#[test]
fn enter_does_nothing_once_after_the_row_became_somebody_else() {
    let eva = at_numbers(&[("Eva", "7005"), ("Flo", "1")]);
    let otto = at_numbers(&[("Otto", "7005"), ("Flo", "1")]);
    let mut combobox = Combobox::default();
    combobox.type_text("7005".to_owned(), &eva);
    assert!(!combobox.refresh(&eva));
    assert!(combobox.refresh(&otto));
    assert_eq!(press(&mut combobox, &["Enter"], &otto), Outcome::Changed);
    let outcome = press(&mut combobox, &["Enter"], &otto);
    assert_eq!(chosen(outcome).as_deref(), Some("Otto"));

    // Leaving the field picks nobody unseen, either.
    combobox.type_text("7005".to_owned(), &eva);
    combobox.refresh(&otto);
    assert!(matches!(combobox.leave(&otto), Leave::Changed(..)));
    combobox.type_text("7005".to_owned(), &eva);
    assert!(matches!(combobox.leave(&otto), Leave::Changed(..)));

    // A match in the first reading of the directory is not a change.
    combobox.type_text("7005".to_owned(), &Directory::default());
    assert!(combobox.refresh(&eva));
    let outcome = press(&mut combobox, &["Enter"], &eva);
    assert_eq!(chosen(outcome).as_deref(), Some("Eva"));
}

#[test]
fn a_number_of_no_agent_is_offered_after_those_that_contain_it() {
    let mut combobox = Combobox::default();
    let directory = directory(&["Bo"]);
    for (typed, count) in [("600", 2), ("6001", 1), ("+1 (415) 555-0132", 1), ("x6", 2)] {
        combobox.type_text(typed.to_owned(), &directory);
        assert_eq!(combobox.offered.count(), count, "{typed}");
    }
    combobox.type_text("7000".to_owned(), &directory);
    let outcome = press(&mut combobox, &["Enter"], &directory);
    assert_eq!(chosen(outcome).as_deref(), Some("7000"));
    combobox.type_text("600".to_owned(), &directory);
    let outcome = press(&mut combobox, &["ArrowUp", "Enter"], &directory);
    assert_eq!(chosen(outcome).as_deref(), Some("600"));
}

#[test]
fn escape_takes_back_one_step_at_a_time() {
    let mut combobox = Combobox::default();
    let directory = directory(&["Bo"]);
    combobox.type_text("x".to_owned(), &directory);
    assert_eq!(press(&mut combobox, &["Escape"], &directory), Outcome::Done);
    assert_eq!((combobox.is_open, &combobox.typed), (false, &None));
    let outcome = press(&mut combobox, &["Escape"], &directory);
    assert_eq!(outcome, Outcome::Unchoose);
}

#[test]
fn leaving_picks_the_agent_whom_the_text_names() {
    let directory = directory(&["Bo", "Bob"]);
    let leave = |typed: Option<&str>| {
        let mut combobox = Combobox::default();
        combobox.open(&directory);
        if let Some(typed) = typed {
            combobox.type_text(typed.to_owned(), &directory);
        }
        let left = combobox.leave(&directory);
        assert!(!combobox.is_open);
        left
    };
    assert_eq!(leave(None), Leave::Nothing);
    assert_eq!(leave(Some(" ")), Leave::Emptied);
    assert_eq!(
        leave(Some("bo")),
        Leave::Named(directory.entries[0].clone())
    );
    let dropped = |typed: &str| Leave::Dropped(typed.to_owned(), None);
    assert_eq!(leave(Some("b")), dropped("b"));
    // Both have this number.
    assert_eq!(leave(Some("6001")), dropped("6001"));
}
