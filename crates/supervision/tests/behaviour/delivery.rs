//! Whether notifications arrive, and what is done where they do not.

use serde_json::json;
use supervision::{LinkPhase, Monitoring, Step};

use crate::harness::{Harness, TARGET, device, leg, listening, ms};

fn listening_device() -> serde_json::Value {
    device(Some(listening(TARGET, "Call", "AllCalls")))
}

/// Monitoring is in force and known; from here on nothing is notified.
fn monitoring() -> Harness {
    let mut harness = Harness::live();
    harness.device_becomes(listening_device());
    harness.advance(ms(100));
    harness.phases.clear();
    harness
}

#[test]
fn what_changes_unnoticed_is_shown_within_a_minute_and_the_silence_is_told() {
    let mut harness = monitoring();
    harness.gws.calls = json!([leg("Established", &["Hangup"])]);
    harness.until(ms(60_000), |h| h.state().claim().audience.is_some());
    harness.until(ms(10_000), |h| h.phase() == LinkPhase::Silent);
    assert!(harness.has(|step| *step == Step::Silent));
    // From now on it is read by time.
    harness.gws.device = device(None);
    harness.gws.calls = json!([]);
    harness.until(ms(25_000), |h| h.monitoring() == Monitoring::None);
    assert_eq!(harness.phase(), LinkPhase::Silent);
}

#[test]
fn a_new_session_is_begun_when_notifications_do_not_arrive() {
    let mut harness = monitoring();
    let sessions = harness.cometd_handshakes;
    harness.gws.device = device(None);
    harness.until(ms(80_000), |h| h.phase() == LinkPhase::Silent);
    harness.advance(ms(5_000));
    assert_eq!(harness.cometd_handshakes, sessions + 1);
    assert_eq!(harness.phase(), LinkPhase::Silent);
}

#[test]
fn a_notification_ends_the_silence() {
    let mut harness = monitoring();
    harness.gws.device = device(None);
    harness.until(ms(80_000), |h| h.phase() == LinkPhase::Silent);
    harness.advance(ms(5_000));
    harness.device_becomes(listening_device());
    harness.advance(ms(100));
    assert_eq!(harness.phase(), LinkPhase::Live);
    assert!(harness.has(|step| *step == Step::Audible));
}

#[test]
fn a_notification_that_comes_some_seconds_after_the_read_is_no_silence() {
    let mut harness = monitoring();
    harness.gws.device = device(None);
    harness.until(ms(60_000), |h| h.monitoring() == Monitoring::None);
    harness.advance(ms(3_000));
    harness.device_becomes(device(None));
    harness.advance(ms(20_000));
    assert_eq!(harness.phases, []);
    assert!(!harness.has(|step| *step == Step::Silent));
}

#[test]
fn a_request_that_only_a_read_confirms_is_evidence() {
    let mut harness = Harness::live();
    harness.listen_in();
    harness.gws.device = listening_device();
    harness.advance(ms(10_100));
    assert!(matches!(harness.monitoring(), Monitoring::Active(_)));
    harness.advance(ms(7_000));
    assert_eq!(harness.phase(), LinkPhase::Silent);
}

#[test]
fn while_nobody_is_monitored_it_is_read_every_few_minutes() {
    let mut harness = Harness::live();
    harness.advance(ms(100));
    harness.gws.paths.clear();
    harness.advance(ms(200_000));
    assert_eq!(harness.reads("/me/devices"), 0);
    harness.gws.device = listening_device();
    harness.until(ms(60_000), |h| {
        matches!(h.monitoring(), Monitoring::Active(_))
    });
}

#[test]
fn heard_is_what_the_connection_for_notifications_brought() {
    let mut harness = monitoring();
    harness.advance(ms(1_000));
    let heard = harness.state().connection().heard;
    for _ in 0..5 {
        harness.machine.look_at_directory(harness.now);
        harness.advance(ms(4_000));
    }
    assert_eq!(harness.reads("/users"), 2, "there were other replies");
    assert_eq!(harness.state().connection().heard, heard);
}

#[test]
fn a_proxy_that_cuts_each_poll_is_told_once_and_disturbs_nobody() {
    let mut harness = monitoring();
    for _ in 0..9 {
        harness.advance(ms(20_000));
        harness.cut_polls();
    }
    harness.advance(ms(5_000));
    assert_eq!(harness.phases, []);
    let is_told = |step: &&Step| matches!(step, Step::PollsCut(_));
    let steps = harness.steps();
    assert_eq!(steps.iter().filter(|step| is_told(step)).count(), 1);
    assert!(!steps.contains(&&Step::Lost) && !steps.contains(&&Step::Back));
    assert!(
        harness.reads("/me?") == 1,
        "who is signed in is not asked each time"
    );
}
