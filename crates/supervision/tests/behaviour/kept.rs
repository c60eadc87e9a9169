//! People who are always listed, although the contact centre has more people than the list holds.

use gws::{DeviceId, UserId};
use supervision::{EntryId, Listing, Shortlist};

use crate::harness::{Harness, ms};
use crate::search::{MOST, directory, with_more};

/// Keeps these people of the crowd, and looks at the list for this many seconds.
fn keep(harness: &mut Harness, people: &[usize], seconds: u64) {
    let people: Vec<_> = people
        .iter()
        .map(|at| UserId::new(format!("c{at}")))
        .collect();
    harness.machine.keep_people(&people, harness.now);
    look(harness, seconds);
}

fn look(harness: &mut Harness, seconds: u64) {
    for _ in 0..seconds {
        harness.machine.look_at_directory(harness.now);
        harness.advance(ms(1_000));
    }
}

/// The names of those who are listed for a text and are not in the list anyway.
fn more(harness: &Harness, text: &str) -> Vec<String> {
    let directory = directory(harness);
    let mut listing = Listing::default();
    for entry in &*directory.found.entries {
        listing.shortlist.toggle_pin(&entry.id());
    }
    let listed = directory.listed(text, &listing, harness.now, None);
    let names = listed.into_iter().filter_map(|at| directory.entry(at));
    let names = names.map(|entry| entry.name.clone());
    names.take(directory.found.entries.len()).collect()
}

#[test]
fn a_kept_person_beyond_the_list_is_read_and_listed_whatever_is_searched() {
    let mut harness = with_more(30);
    keep(&mut harness, &[MOST + 7, 5, MOST + 9], 1);
    assert_eq!(harness.reads("/users/"), 2, "the third is in the list");
    assert_eq!(more(&harness, ""), ["Zoe 7", "Zoe 9"]);
    assert_eq!(more(&harness, "zoe 900009")[0], "Zoe 9");
    harness.machine.search_people("zoe", harness.now);
    harness.until(ms(5_000), |h| directory(h).is_searched("zoe"));
    assert_eq!(harness.reads("/users/"), 22, "twenty others");
    assert_eq!(directory(&harness).found.count(), 20);
    harness.machine.search_people("", harness.now);
    assert_eq!(more(&harness, ""), ["Zoe 7", "Zoe 9"]);
    let id = EntryId {
        user: UserId::new(format!("c{}", MOST + 7)),
        device: directory(&harness).found.entries[0].device.clone(),
    };
    let known = directory(&harness).find(&id).expect("known");
    assert_ne!(known.presence, supervision::Presence::Unknown);
    assert!(!directory(&harness).found.are_some_unread);
}

#[test]
fn kept_people_are_read_again_only_while_the_list_is_in_view() {
    let mut harness = with_more(3);
    keep(&mut harness, &[MOST], 80);
    assert_eq!(harness.reads("/users/"), 1);
    harness.advance(ms(60_000));
    assert_eq!(harness.reads("/users/"), 1);
    look(&mut harness, 1);
    assert_eq!(harness.reads("/users/"), 2);
    keep(&mut harness, &[], 95);
    assert_eq!(harness.reads("/users/"), 2);
    assert!(directory(&harness).found.entries.is_empty());
}

#[test]
fn a_list_with_room_for_all_has_the_kept_people() {
    let mut harness = with_more(0);
    keep(&mut harness, &[7, 8], 5);
    assert_eq!(harness.reads("/users/"), 0);
}

#[test]
fn an_unreadable_kept_person_is_reported_and_retried() {
    let mut harness = with_more(3);
    harness.gws.busy = Some(("/users/", "20"));
    keep(&mut harness, &[MOST + 1], 2);
    assert!(directory(&harness).found.are_some_unread);
    harness.gws.busy = None;
    harness.gws.paths.clear();
    look(&mut harness, 16);
    assert_eq!(harness.reads("/users/"), 0, "the server asked for patience");
    look(&mut harness, 5);
    assert!(!directory(&harness).found.are_some_unread);
    assert_eq!(more(&harness, ""), ["Zoe 1"]);
}

#[test]
fn a_kept_person_who_was_removed_is_known_to_be_gone() {
    let mut harness = with_more(3);
    let mut shortlist = Shortlist::default();
    let id = EntryId {
        user: UserId::new(format!("c{}", MOST + 1)),
        device: DeviceId::new("d"),
    };
    shortlist.toggle_pin(&id);
    look(&mut harness, 1);
    assert_eq!(shortlist.gone(directory(&harness)), [], "not asked yet");
    harness.gws.refusal = Some((
        "/users/",
        404,
        r#"{"statusCode":6,"statusMessage":"no user"}"#,
    ));
    keep(&mut harness, &[MOST + 1], 60);
    assert_eq!(harness.reads("/users/"), 1);
    assert!(!directory(&harness).found.are_some_unread);
    assert!(directory(&harness).found.entries.is_empty());
    assert_eq!(
        shortlist.gone(directory(&harness)),
        core::slice::from_ref(&id)
    );
    assert_eq!(directory(&harness).has_left(&id), Some(vec![]));
}

#[test]
fn people_kept_for_another_supervisor_are_not_shown_after_a_change_of_user() {
    let mut harness = with_more(3);
    keep(&mut harness, &[MOST + 1], 1);
    harness.gws.user = "somebody-else";
    harness.restart();
    harness.advance(ms(1_000));
    let me = harness.state().identity().me();
    assert!(me.is_some_and(|me| me.id.as_str() == "somebody-else"));
    assert!(directory(&harness).found.entries.is_empty());
}
