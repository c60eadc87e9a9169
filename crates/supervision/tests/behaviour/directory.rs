//! A directory that is too large to be parsed at once, and time in state.

use std::sync::Arc;

use supervision::{Bound, Changes, Input, LinkTrouble, Page, Response};

use crate::harness::{Harness, ms};

/// A reply with this many users, cut off after this many bytes.
fn users(count: usize, bytes: usize) -> Response {
    let user = |id| {
        format!(
            r#"{{"id":"a{id}","firstName":"Agent {id}","devices":[{{"id":"d{id}",
            "phoneNumber":"{id}","deviceState":"Active","userState":{{"state":"Ready"}}}}]}}"#
        )
    };
    let users: Vec<_> = (0..count).map(user).collect();
    let mut body = format!(r#"{{"users":[{}],"statusCode":0}}"#, users.join(","));
    body.truncate(bytes);
    Response {
        status: 200,
        headers: Vec::new(),
        body: body.into_bytes(),
    }
}

/// The directory is requested, and this is the response.
fn answered(response: Response) -> Harness {
    let mut harness = Harness::live();
    harness.advance(ms(20_000));
    harness.gws.slow_path = Some("/users");
    harness.machine.look_at_directory(harness.now);
    harness.advance(ms(100));
    let id = harness.slow.expect("it is under way");
    let input = Input::Response { id, response };
    harness.machine.handle(input, harness.now);
    harness.drain();
    harness.changes = Changes::default();
    harness
}

#[test]
fn a_large_directory_is_read_in_pieces_and_shown_whole() {
    let mut harness = answered(users(1_000, usize::MAX));
    let (mut wakes, mut is_later) = (0, false);
    while !harness.changes.touch(Changes::DIRECTORY) {
        assert_eq!(harness.state().directory().entries.len(), 2, "as before");
        is_later = harness.wake_at > Some(harness.now);
        // It is not requested again meanwhile.
        harness.machine.look_at_directory(harness.now);
        harness.machine.handle(Input::Wake, harness.now);
        harness.drain();
        wakes += 1;
    }
    assert!((20..100).contains(&wakes), "{wakes}");
    assert!(is_later, "it is shown in a task of its own");
    let directory = harness.state().directory();
    assert_eq!(directory.entries.len(), 1_000);
    assert_eq!(directory.entries[1].name, "Agent 1");
    assert_eq!(directory.trouble, None);
    assert_eq!(harness.reads("/users"), 2);
}

#[test]
fn a_large_directory_is_freed_a_while_after_the_next_one() {
    let mut harness = answered(users(2_000, usize::MAX));
    harness.advance(ms(100));
    let before = Arc::downgrade(&harness.state().directory().entries);
    assert!(
        before
            .upgrade()
            .is_some_and(|entries| entries.len() == 2_000)
    );
    harness.gws.slow_path = None;
    harness.advance(ms(60_000));
    harness.machine.look_at_directory(harness.now);
    harness.until(ms(1_000), |harness| {
        harness.state().directory().entries.len() < 2_000
    });
    assert_eq!(before.strong_count(), 1);
    harness.advance(ms(200));
    assert_eq!(before.strong_count(), 0);
}

#[test]
fn a_truncated_large_directory_is_rejected() {
    let mut harness = answered(users(1_000, 100_000));
    harness.advance(ms(10));
    let directory = harness.state().directory();
    assert_eq!(directory.entries.len(), 2, "as before");
    let trouble = directory.trouble.as_deref();
    assert!(
        matches!(trouble, Some(LinkTrouble::Reading(_))),
        "{trouble:?}"
    );
    assert!(directory.next_try.is_some());
}

#[test]
fn a_large_refusal_is_reported_as_such() {
    let mut response = users(1_000, usize::MAX);
    let body = String::from_utf8(response.body).unwrap();
    let body = body.replace(
        r#""statusCode":0"#,
        r#""statusCode":4,"statusMessage":"busy""#,
    );
    response.body = body.into_bytes();
    let mut harness = answered(response);
    harness.advance(ms(10));
    let directory = harness.state().directory();
    assert_eq!(directory.entries.len(), 2, "as before");
    assert!(directory.trouble.is_some());
}

#[test]
fn the_rest_of_a_large_directory_is_dropped_on_close() {
    let mut harness = answered(users(1_000, usize::MAX));
    assert_eq!(harness.wake_at, Some(harness.now), "there is more to read");
    harness.machine.close(harness.now);
    harness.drain();
    assert_ne!(harness.wake_at, Some(harness.now), "nothing is left");
    harness.advance(ms(10));
    assert_eq!(harness.state().directory().entries.len(), 2, "as before");
}

#[test]
fn time_in_state_survives_a_read_unless_the_clock_jumped() {
    let mut harness = Harness::live();
    harness.until(ms(2_000), |harness| {
        harness.state().directory().read_at.is_some()
    });
    let since = |harness: &Harness| harness.state().directory().entries[0].since.unwrap();
    let read_again = |harness: &mut Harness| {
        let before = harness.reads("/users");
        harness.advance(ms(20_000));
        harness.machine.look_at_directory(harness.now);
        harness.until(ms(2_000), |harness| harness.reads("/users") > before);
        harness.advance(ms(100));
    };
    let first = since(&harness);
    assert_eq!(first.bound(), Bound::AtLeast);
    for _ in 0..3 {
        read_again(&mut harness);
    }
    assert_eq!(since(&harness), first);
    harness.machine.page(Page::ClockJumped, harness.now);
    read_again(&mut harness);
    assert!(since(&harness).moment.at > first.moment.at + ms(60_000));
}
