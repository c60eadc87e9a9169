//! Searching people on the server if the contact centre has more than the list holds.

use supervision::{Directory, Input, Listing, Response};

use crate::harness::{Harness, ms};

/// The maximum size of the list.
pub(crate) const MOST: usize = 12_000;

/// A contact centre with more people than the list holds, by this many. The server lists these last;
/// they are called `Zoe 0` and so on.
pub(crate) fn with_more(more: usize) -> Harness {
    let mut harness = Harness::new();
    let few = (0..MOST).map(|at| (format!("Agent {at}"), format!("{}", 100_000 + at)));
    let rest = (0..more).map(|at| (format!("Zoe {at}"), format!("{}", 900_000 + at)));
    harness.gws.crowd = few.chain(rest).collect();
    harness.machine.start(harness.now);
    harness.until(ms(10_000), |harness| directory(harness).read_at.is_some());
    harness.advance(ms(100));
    harness.gws.paths.clear();
    harness
}

pub(crate) fn directory(harness: &Harness) -> &Directory {
    harness.state().directory()
}

fn types(harness: &mut Harness, text: &str) {
    harness.machine.search_people(text, harness.now);
    harness.drain();
}

/// The names that are listed for a text.
fn listed(harness: &Harness, text: &str) -> Vec<String> {
    let directory = directory(harness);
    let listed = directory.listed(text, &Listing::default(), harness.now, None);
    let names = listed.into_iter().filter_map(|at| directory.entry(at));
    names.map(|entry| entry.name.clone()).collect()
}

#[test]
fn a_list_with_room_for_all_is_never_searched_on_the_server() {
    let mut harness = with_more(0);
    assert!(!directory(&harness).is_cut);
    types(&mut harness, "Agent 77");
    harness.advance(ms(5_000));
    assert!(
        directory(&harness).is_searched("Agent 77") && directory(&harness).is_complete("Agent 77")
    );
    assert_eq!(harness.reads("/contacts"), 0);
}

#[test]
fn people_beyond_the_list_are_found_on_the_server_after_a_pause_in_typing() {
    let mut harness = with_more(50);
    assert!(directory(&harness).is_cut);
    assert_eq!(directory(&harness).entries.len(), MOST);
    for text in ["z", "zo", "zoe", "zoe 49"] {
        types(&mut harness, text);
        harness.advance(ms(200));
        assert!(!directory(&harness).is_searched(text));
    }
    assert_eq!(harness.reads("/contacts"), 0, "somebody types");
    harness.until(ms(1_000), |h| directory(h).is_searched("zoe 49"));
    assert_eq!(harness.reads("/contacts"), 1);
    assert_eq!(listed(&harness, "zoe 49"), ["Zoe 49"]);
    let found = directory(&harness).named("Zoe 49").expect("there is one");
    assert_eq!(
        (found.number.as_str(), found.device.as_str()),
        ("900049", "d12049")
    );
    // Matches for another text count as not searched.
    assert!(!directory(&harness).is_searched("zoe"));
}

#[test]
fn people_are_read_a_few_at_a_time_and_more_on_demand() {
    let mut harness = with_more(150);
    types(&mut harness, "zoe");
    harness.until(ms(5_000), |h| directory(h).is_searched("zoe"));
    let found = &directory(&harness).found;
    assert_eq!(
        (found.entries.len(), found.total, found.has_more),
        (20, Some(150), true)
    );
    assert_eq!(
        (harness.reads("/contacts"), harness.reads("/users/")),
        (1, 20)
    );
    for _ in 0..10 {
        harness.machine.find_more_people(harness.now);
        harness.drain();
        // While they are read, the same request does nothing.
        harness.machine.find_more_people(harness.now);
        harness.advance(ms(1_000));
    }
    let found = &directory(&harness).found;
    assert_eq!((found.entries.len(), found.has_more), (150, false));
    assert_eq!(
        (harness.reads("/contacts"), harness.reads("/users/")),
        (2, 150)
    );
}

#[test]
fn of_very_many_matches_not_all_are_read_and_none_counts_as_unique() {
    let mut harness = with_more(250);
    types(&mut harness, "zoe");
    harness.until(ms(5_000), |h| directory(h).is_searched("zoe"));
    assert!(!directory(&harness).is_complete("zoe"), "there are more");
    for _ in 0..20 {
        harness.machine.find_more_people(harness.now);
        harness.advance(ms(1_000));
    }
    let found = &directory(&harness).found;
    assert_eq!(found.entries.len(), 200);
    assert!(!found.has_more && found.is_cut);
    assert!(!directory(&harness).is_complete("zoe"));
}

#[test]
fn listed_people_are_not_read_again() {
    let mut harness = with_more(3);
    harness.gws.crowd[MOST].0 = "Agent 7 Zoe".to_owned();
    types(&mut harness, "agent 7");
    harness.until(ms(5_000), |h| directory(h).is_searched("agent 7"));
    assert_eq!(harness.reads("/users/"), 1, "all pages, and who is missing");
    let names = listed(&harness, "agent 7 ");
    assert!(names.contains(&"Agent 7 Zoe".to_owned()));
    let mut sorted = names.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), names.len(), "nobody is there twice");
}

#[test]
fn an_answer_to_an_earlier_text_is_dropped() {
    let mut harness = with_more(50);
    harness.gws.slow_path = Some("/contacts");
    types(&mut harness, "zoe 1");
    harness.advance(ms(400));
    let slow = harness.slow.take().expect("it is under way");
    harness.gws.slow_path = None;
    types(&mut harness, "zoe 2");
    harness.until(ms(5_000), |h| directory(h).is_searched("zoe 2"));
    let body = br#"{"statusCode":0,"totalCount":1,"contacts":[{"id":"c12001"}]}"#;
    let response = Response {
        status: 200,
        body: body.to_vec(),
        ..Response::default()
    };
    harness
        .machine
        .handle(Input::Response { id: slow, response }, harness.now);
    harness.advance(ms(1_000));
    assert_eq!(
        directory(&harness).found.entries.len(),
        14,
        "those with a 2"
    );
    assert!(directory(&harness).is_complete("zoe 2"));
}

#[test]
fn a_search_that_fails_says_why_and_begins_again() {
    let mut harness = with_more(50);
    harness.gws.busy = Some(("/contacts", "20"));
    types(&mut harness, "zoe 49");
    harness.advance(ms(1_000));
    assert!(directory(&harness).found.trouble.is_some());
    let is_known = |harness: &Harness| {
        let directory = directory(harness);
        (
            directory.is_searched("zoe 49"),
            directory.is_complete("zoe 49"),
        )
    };
    assert_eq!(is_known(&harness), (true, false));
    harness.gws.busy = None;
    harness.advance(ms(18_000));
    assert_eq!(
        harness.reads("/contacts"),
        1,
        "the server asked for patience"
    );
    harness.advance(ms(3_000));
    assert_eq!(is_known(&harness), (true, true));
    assert!(directory(&harness).found.trouble.is_none());
    assert_eq!(listed(&harness, "zoe 49"), ["Zoe 49"]);
}

#[test]
fn matches_are_read_again_while_in_view_and_keep_their_names() {
    let mut harness = with_more(2);
    types(&mut harness, "zoe 1");
    harness.until(ms(5_000), |h| directory(h).is_searched("zoe 1"));
    for _ in 0..50 {
        harness.machine.look_at_directory(harness.now);
        harness.advance(ms(1_000));
    }
    assert_eq!(harness.reads("/users/"), 2);
    let id = directory(&harness).named("zoe 1").expect("found").id();
    types(&mut harness, "");
    assert!(listed(&harness, "zoe").is_empty());
    let known = directory(&harness).find(&id).expect("known by name");
    assert_eq!(known.name, "Zoe 1");
    assert_eq!(known.presence, supervision::Presence::Unknown);
    assert_eq!(directory(&harness).has_left(&id), None);
    harness.machine.look_at_directory(harness.now);
    harness.advance(ms(60_000));
    assert_eq!(harness.reads("/users/"), 2, "nobody looks for them");
}

#[test]
fn a_telephone_number_is_searched_by_its_digits_and_words_one_by_one() {
    let mut harness = with_more(1);
    let mut asked = |text: &str| {
        harness.gws.paths.clear();
        types(&mut harness, text);
        harness.advance(ms(1_000));
        let path = harness
            .gws
            .paths
            .iter()
            .find(|path| path.starts_with("/contacts"));
        let (_, rest) = path
            .expect("asked")
            .split_once("filterParameters=")
            .expect("patterns");
        rest.split('&').next().unwrap_or_default().to_owned()
    };
    assert_eq!(asked("+1 (415) 555-0132"), "*14155550132*");
    assert_eq!(asked("de  Boer, *An&"), "*de*,*Boer*,*An%26*");
    assert_eq!(asked("Zoé · 900"), "*Zo%C3%A9*,*900*");
}

#[test]
fn a_server_without_paging_is_not_asked_forever() {
    let mut harness = with_more(30);
    harness.gws.refusal = Some((
        "/contacts",
        200,
        r#"{"statusCode":0,"contacts":[{"id":"c12001"},{"id":"c12002"}]}"#,
    ));
    types(&mut harness, "zoe");
    harness.until(ms(5_000), |h| directory(h).is_searched("zoe"));
    assert_eq!(directory(&harness).found.entries.len(), 2);
    assert_eq!(harness.reads("/contacts"), 2);
}
