//! Servers of 8.5.1 report that a device monitors somebody, but not whom.

use gws::{Mode, MonitoringKind, Scope};
use serde_json::json;
use supervision::{
    AskedBy, Audience, EndReason, Headline, Monitoring, Outcome, RequestStage as Stage, Step,
    Target, Why,
};

use crate::harness::{Harness, TARGET, choice, device, leg, listening, ms};

fn unrecognised(word: &str) -> serde_json::Value {
    device(Some(json!(word)))
}

/// A supervisor whose request such a server has accepted.
fn asked_to_listen() -> Harness {
    let mut harness = Harness::live();
    harness.listen_in();
    harness.advance(ms(20));
    harness
}

fn headline_asked(harness: &Harness) -> Option<Target> {
    match harness.state().claim().headline {
        Headline::Unrecognised { asked } => asked,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_request_ends_as_possibly_in_force_when_the_device_shows_unnamed_monitoring() {
    let mut harness = asked_to_listen();
    harness.device_becomes(unrecognised("ListenIn"));
    harness.advance(ms(100));
    let stages = harness.stages();
    assert_eq!(stages, [Stage::Sent, Stage::Accepted, Stage::Unconfirmed]);
    let problem = harness.state().requests().problem().unwrap();
    assert_eq!(*problem.why(), Why::AgentNotShown);
    let target = choice(
        MonitoringKind::ListenIn,
        TARGET,
        Scope::Call,
        Mode::AllCalls,
    )
    .target;
    assert_eq!(headline_asked(&harness), Some(target));
    assert!(harness.has(|step| matches!(
        step,
        Step::BeganUnrecognised { word, asked: AskedBy::ThisPage } if word == "ListenIn"
    )));
}

#[test]
fn the_hint_at_the_request_survives_the_dismissal_of_its_problem() {
    let mut harness = asked_to_listen();
    harness.device_becomes(unrecognised("ListenIn"));
    harness.advance(ms(100));
    harness.machine.dismiss_problem();
    assert!(headline_asked(&harness).is_some());
}

#[test]
fn unnamed_monitoring_that_existed_before_is_not_taken_for_the_request() {
    let mut harness = Harness::live();
    harness.device_becomes(unrecognised("ListenIn"));
    harness.advance(ms(100));
    assert_eq!(headline_asked(&harness), None);
    harness.listen_in();
    harness.advance(ms(5_000));
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Accepted]);
    harness.advance(ms(6_000));
    let problem = harness.state().requests().problem().unwrap();
    let may_be = Outcome::Unconfirmed(Why::AgentNotShown);
    assert_eq!(problem.outcome, may_be, "both are possible");
}

#[test]
fn monitoring_of_another_kind_is_not_taken_for_the_request() {
    let mut harness = asked_to_listen();
    harness.device_becomes(unrecognised("Coach"));
    harness.advance(ms(11_000));
    let problem = harness.state().requests().problem().unwrap();
    assert_eq!(*problem.why(), Why::NeverConfirmed);
    assert_eq!(headline_asked(&harness), None);
}

#[test]
fn the_end_is_recorded_and_removes_the_hint() {
    let mut harness = asked_to_listen();
    harness.device_becomes(unrecognised("ListenIn"));
    harness.advance(ms(100));
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(harness.state().claim().headline, Headline::Nobody);
    assert_eq!(harness.state().requests().problem(), None);
    assert!(harness.has(|step| *step == Step::StoppedUnrecognised(EndReason::Elsewhere)));
}

#[test]
fn stopping_is_confirmed_all_the_same() {
    let mut harness = asked_to_listen();
    harness.device_becomes(unrecognised("ListenIn"));
    harness.advance(ms(100));
    harness.machine.stop(harness.now).unwrap();
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(harness.stages().last(), Some(&Stage::Confirmed));
    assert!(harness.has(|step| *step == Step::StoppedUnrecognised(EndReason::StoppedHere)));
}

#[test]
fn a_server_that_names_the_agent_later_removes_the_problem() {
    let mut harness = asked_to_listen();
    harness.device_becomes(unrecognised("ListenIn"));
    harness.advance(ms(100));
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    assert_eq!(harness.state().requests().problem(), None);
}

#[test]
fn the_requested_time_limit_applies_if_the_request_may_be_in_force() {
    let mut harness = Harness::live();
    let choice = choice(
        MonitoringKind::ListenIn,
        TARGET,
        Scope::Call,
        Mode::AllCalls,
    );
    let asked = harness
        .machine
        .monitor(choice, Some(ms(600_000)), harness.now);
    asked.unwrap();
    harness.drain();
    harness.device_becomes(unrecognised("ListenIn"));
    harness.advance(ms(100));
    assert!(harness.state().limit().is_some());
    harness.advance(ms(600_000));
    let last = harness.gws.operations.last().unwrap();
    assert_eq!(last.1["operationName"], "CancelSupervisorMonitoring");
}

#[test]
fn being_heard_by_everyone_is_claimed_even_without_a_known_subscription() {
    for shown in [json!("ListenIn"), json!({})] {
        let mut harness = Harness::live();
        harness.device_becomes(device(Some(shown)));
        let mut call = leg("Established", &["Hangup"]);
        call["mute"] = json!("Off");
        harness.call_becomes(call);
        harness.advance(ms(100));
        let heard = Headline::HeardInCall(Audience::Everyone);
        assert_eq!(harness.state().claim().headline, heard);
    }
}

#[test]
fn a_subscription_without_scope_and_mode_is_known_by_its_kind_and_target() {
    let mut harness = asked_to_listen();
    let mut shown = listening(TARGET, "", "");
    shown.as_object_mut().unwrap().remove("scope");
    shown.as_object_mut().unwrap().remove("mode");
    harness.device_becomes(device(Some(shown)));
    harness.advance(ms(100));
    assert_eq!(harness.stages().last(), Some(&Stage::Confirmed));
    assert!(harness.monitoring().active().is_some());
}

#[test]
fn an_empty_state_is_neither_monitoring_nor_its_absence() {
    for shown in [
        json!({ "state": "None" }),
        json!(""),
        json!(false),
        json!([]),
    ] {
        let mut harness = Harness::live();
        harness.device_becomes(device(Some(shown.clone())));
        harness.advance(ms(100));
        assert_eq!(harness.monitoring(), Monitoring::Unknown, "{shown}");
    }
}
