//! The supervisor's groups, and listing the people of one.

use gws::GroupId;
use supervision::{Changes, Groups, Listing};

use crate::harness::{Harness, ms};

/// A supervisor with these groups who is looking at the directory.
fn with_groups(groups: &[(&'static str, &[&'static str])]) -> Harness {
    let mut harness = Harness::live();
    let groups = groups.iter();
    harness.gws.groups = groups.map(|(name, ids)| (*name, ids.to_vec())).collect();
    look(&mut harness);
    harness
}

fn look(harness: &mut Harness) {
    harness.machine.look_at_directory(harness.now);
    harness.advance(ms(100));
}

fn list(harness: &mut Harness, group: Option<&str>) {
    let group = group.map(|name| GroupId::new(format!("g-{name}")));
    harness.machine.list_group(group, harness.now);
    harness.drain();
}

fn groups(harness: &Harness) -> &Groups {
    &harness.state().directory().groups
}

fn names(harness: &Harness) -> Vec<&str> {
    let all = groups(harness).all.iter();
    all.map(|group| group.name.as_str()).collect()
}

/// The number of listed entries.
fn listed(harness: &Harness) -> usize {
    let directory = harness.state().directory();
    directory
        .listed("", &Listing::default(), harness.now, None)
        .len()
}

#[test]
fn the_people_of_a_group_are_listed_once_its_members_are_known() {
    let mut harness = with_groups(&[("North", &["u2"]), ("East", &["u9"])]);
    assert_eq!(names(&harness), ["North", "East"]);
    let sorted = groups(&harness).sorted(&str::cmp);
    let sorted: Vec<_> = sorted.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(sorted, ["East", "North"]);
    assert_eq!(listed(&harness), 2);
    list(&mut harness, Some("East"));
    assert!(!groups(&harness).is_read());
    assert_eq!(listed(&harness), 0);
    harness.changes = Changes::default();
    harness.advance(ms(100));
    assert!(groups(&harness).is_read() && harness.changes.touch(Changes::DIRECTORY));
    assert_eq!(listed(&harness), 0, "nobody of it has a device");
    list(&mut harness, Some("North"));
    harness.advance(ms(100));
    assert_eq!(listed(&harness), 2);
    list(&mut harness, None);
    assert_eq!((groups(&harness).is_read(), listed(&harness)), (true, 2));
}

#[test]
fn a_group_stays_chosen_when_the_directory_is_read_again() {
    let mut harness = with_groups(&[("East", &["u9"])]);
    list(&mut harness, Some("East"));
    harness.advance(ms(60_000));
    let before = harness.reads("/users?");
    look(&mut harness);
    assert_eq!(harness.reads("/users?"), before + 1);
    assert!(groups(&harness).chosen().is_some() && groups(&harness).is_read());
    assert_eq!(listed(&harness), 0);
    assert_eq!(
        (harness.reads("/me/groups"), harness.reads("/groups/")),
        (1, 1)
    );
    // Minutes later the groups are read again.
    harness.advance(ms(300_000));
    look(&mut harness);
    assert_eq!(
        (harness.reads("/me/groups"), harness.reads("/groups/")),
        (2, 2)
    );
}

#[test]
fn everybody_is_listed_when_the_chosen_group_is_gone() {
    let mut harness = with_groups(&[("East", &[])]);
    list(&mut harness, Some("East"));
    harness.advance(ms(300_000));
    harness.gws.groups.clear();
    harness.gws.refusal = Some(("/groups/", 404, r#"{"statusCode":6}"#));
    look(&mut harness);
    assert_eq!((names(&harness), groups(&harness).chosen()), (vec![], None));
    assert_eq!(listed(&harness), 2);
}

#[test]
fn a_slow_answer_about_a_group_is_dropped_once_another_is_chosen() {
    let mut harness = with_groups(&[("East", &[]), ("North", &["u2"])]);
    harness.gws.slow_path = Some("/groups/g-East");
    list(&mut harness, Some("East"));
    harness.advance(ms(50));
    let slow = harness.slow.expect("it is under way");
    list(&mut harness, Some("North"));
    harness.advance(ms(100));
    let response = supervision::Response {
        status: 200,
        body: br#"{"statusCode":0,"users":[]}"#.to_vec(),
        ..Default::default()
    };
    let input = supervision::Input::Response { id: slow, response };
    harness.machine.handle(input, harness.now);
    harness.drain();
    assert_eq!(listed(&harness), 2);
}

#[test]
fn a_server_without_groups_is_not_asked_again_and_no_trouble_is_shown() {
    let mut harness = Harness::live();
    let refusal = r#"{"statusCode":6,"statusMessage":"no such resource"}"#;
    harness.gws.refusal = Some(("/me/groups", 404, refusal));
    for _ in 0..60 {
        look(&mut harness);
        harness.advance(ms(1_000));
    }
    assert_eq!(harness.reads("/me/groups"), 1);
    let directory = harness.state().directory();
    assert!(directory.groups.all.is_empty() && directory.trouble.is_none());
    assert_eq!(listed(&harness), 2);
}

#[test]
fn a_group_that_cannot_be_read_says_why_and_is_read_again() {
    let mut harness = with_groups(&[("East", &["u2"])]);
    harness.gws.busy = Some(("/groups/", "20"));
    list(&mut harness, Some("East"));
    harness.advance(ms(100));
    assert!(groups(&harness).trouble.is_some() && !groups(&harness).is_read());
    harness.gws.busy = None;
    harness.advance(ms(16_000));
    look(&mut harness);
    assert_eq!(
        harness.reads("/groups/"),
        1,
        "the server asked for patience"
    );
    harness.advance(ms(4_000));
    look(&mut harness);
    assert!(groups(&harness).trouble.is_none());
    assert_eq!(listed(&harness), 2);
}
