//! Several tabs: one has the connection, and all show the same.

use bayeux::Duration;
use serde_json::json;
use supervision::{LinkPhase, Monitoring, Page, TabAction, TabEvent};

use crate::harness::{BASE, Harness, TARGET, device, leg, listening, ms};

/// Two tabs of one browser, live: the first one has the connection.
pub(crate) fn two_tabs() -> (Harness, Harness) {
    let mut first = Harness::sharing(1);
    first.machine.start(first.now);
    first.until(ms(1_000), |harness| !harness.locks.is_empty());
    first.happens(TabEvent::Granted);
    first.until(ms(1_000), |harness| harness.phase() == LinkPhase::Live);
    let mut second = Harness::sharing(2);
    second.machine.start(second.now);
    second.until(ms(1_000), |harness| !harness.locks.is_empty());
    deliver(&mut first, &mut second);
    second.until(ms(1_000), |harness| harness.phase() == LinkPhase::Live);
    (first, second)
}

/// Delivers the messages of both tabs to each other, until there are none.
pub(crate) fn deliver(first: &mut Harness, second: &mut Harness) {
    let now = first.now.max(second.now);
    first.now = now;
    second.now = now;
    let message = |data| TabEvent::Message {
        data,
        age: Duration::ZERO,
    };
    while !(first.posted.is_empty() && second.posted.is_empty()) {
        for data in core::mem::take(&mut first.posted) {
            second.happens(message(data));
        }
        for data in core::mem::take(&mut second.posted) {
            first.happens(message(data));
        }
    }
}

#[test]
fn only_tabs_of_the_same_user_share() {
    let (first, second) = two_tabs();
    let [TabAction::Join { name }] = first.locks.as_slice() else {
        panic!("{:?}", first.locks);
    };
    assert_eq!(first.locks, second.locks);
    assert!(
        name.contains(BASE) && name.ends_with("supervisor"),
        "{name}"
    );
}

#[test]
fn a_tab_without_the_connection_is_live_and_gets_notifications() {
    let (mut first, mut second) = two_tabs();
    assert_eq!(second.cometd.session_count(), 0, "it asked for none");
    first.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    first.call_becomes(leg("Established", &["Release"]));
    first.advance(ms(100));
    deliver(&mut first, &mut second);
    assert!(matches!(second.monitoring(), Monitoring::Active(_)));
    let calls = |harness: &Harness| -> Vec<_> {
        let legs = harness.state().all_legs().iter();
        legs.map(|leg| leg.call.clone()).collect()
    };
    assert_eq!(calls(&second), calls(&first));
    assert_eq!(calls(&second).len(), 1);
}

#[test]
fn a_tab_shows_when_the_other_tab_heard_the_server() {
    let (mut first, mut second) = two_tabs();
    let before = second.state().connection().heard;
    first.advance(ms(40_000));
    deliver(&mut first, &mut second);
    let heard = second.state().connection().heard;
    assert!(heard > before, "{heard:?}");
}

/// Two tabs whose server is down for this time, and which both know it.
fn in_an_outage(millis: u64) -> (Harness, Harness) {
    let (mut first, mut second) = two_tabs();
    first.gws.is_down = true;
    first.restart();
    first.advance(ms(millis));
    deliver(&mut first, &mut second);
    first.advance(ms(5_000));
    second.advance(ms(5_000));
    deliver(&mut first, &mut second);
    assert_eq!(second.phase(), LinkPhase::Reconnecting);
    (first, second)
}

#[test]
fn an_outage_of_the_connection_is_seen_in_every_tab() {
    let (mut first, mut second) = in_an_outage(10_000);
    assert_eq!(
        second.state().connection().trouble,
        first.state().connection().trouble
    );
    first.gws.is_down = false;
    first.until(ms(60_000), |harness| harness.phase() == LinkPhase::Live);
    second.gws.paths.clear();
    deliver(&mut first, &mut second);
    second.until(ms(1_000), |harness| harness.phase() == LinkPhase::Live);
    let read = |path: &str| second.gws.paths.iter().any(|read| read.starts_with(path));
    assert!(
        read("/me/devices") && read("/me/calls"),
        "it was read again"
    );
}

#[test]
fn a_tab_takes_the_connection_when_the_other_is_closed() {
    let (mut first, mut second) = two_tabs();
    first.machine.page(Page::Leaving { kept: false }, first.now);
    first.drain();
    assert_eq!(first.locks.last(), Some(&TabAction::Leave));
    deliver(&mut first, &mut second);
    second.goes_on_with_the_server_of(first);
    second.happens(TabEvent::Granted);
    second.until(ms(5_000), |harness| harness.phase() == LinkPhase::Live);
    assert_eq!(second.cometd.session_count(), 1);
    second.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    second.until(ms(1_000), |harness| {
        matches!(harness.monitoring(), Monitoring::Active(_))
    });
}

#[test]
fn a_tab_with_another_user_leaves_the_others() {
    let (mut first, _) = two_tabs();
    first.gws.user = "somebody-else";
    first.gws.device =
        json!({ "id": "d2", "deviceState": "Active", "phoneNumber": "7", "capabilities": [] });
    first.restart();
    first.until(ms(60_000), |harness| harness.locks.len() > 1);
    let [.., TabAction::Leave, TabAction::Join { name }] = first.locks.as_slice() else {
        panic!("{:?}", first.locks);
    };
    assert!(name.ends_with("somebody-else"), "{name}");
    first.happens(TabEvent::Granted);
    first.until(ms(60_000), |harness| harness.phase() == LinkPhase::Live);
    assert_eq!(first.state().device().unwrap().phone_number, "7");
}

#[test]
fn a_person_can_retry_at_once_from_any_tab() {
    let (mut first, mut second) = in_an_outage(20_000);
    let next_try = second.state().connection().next_try;
    assert!(next_try.is_some(), "{:?}", second.state().connection());
    first.gws.is_down = false;
    second.machine.retry_now(second.now);
    second.drain();
    deliver(&mut first, &mut second);
    first.until(ms(500), |harness| harness.phase() == LinkPhase::Live);
}
