//! Monitoring on the supervisor's devices: how it begins and ends, on which device, who hears whom.

use gws::Mode;
use gws::MonitoringKind;
use serde_json::{Value, json};
use supervision::{
    AskedBy, Bound, Certainty, EndReason, Headline, Meaning, Monitoring, RequestStage as Stage,
    Step,
};

use crate::harness::{Harness, OTHER, TARGET, device, leg, listening, ms};

fn end_reasons(harness: &Harness) -> Vec<EndReason> {
    let steps = harness.steps().into_iter();
    steps
        .filter_map(|step| match step {
            Step::Stopped { why, .. } => Some(*why),
            _ => None,
        })
        .collect()
}

// How it begins

/// Who requested what began last.
fn asked_by(harness: &Harness) -> AskedBy {
    let steps = harness.steps().into_iter().rev();
    let mut asked = steps.filter_map(|step| match step {
        Step::Began { asked, .. } | Step::Changed { asked, .. } => Some(*asked),
        _ => None,
    });
    asked.next().expect("it began")
}

#[test]
fn monitoring_that_this_page_requested_began_by_its_request() {
    let mut harness = Harness::live();
    harness.listen_in();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    assert_eq!(asked_by(&harness), AskedBy::ThisPage);
}

#[test]
fn monitoring_without_a_request_of_this_page_was_requested_elsewhere() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    assert_eq!(asked_by(&harness), AskedBy::Elsewhere);
    // Even while another agent is requested here.
    harness.monitor(MonitoringKind::Coach, Mode::AllCalls);
    harness.device_becomes(device(Some(listening(OTHER, "Agent", "NextCall"))));
    harness.advance(ms(100));
    assert_eq!(asked_by(&harness), AskedBy::Elsewhere);
}

/// A server may carry out a request in another way.
#[test]
fn it_is_unknown_who_requested_an_agent_monitored_otherwise_than_just_requested_here() {
    for (scope, mode) in [("Agent", "AllCalls"), ("Call", "NextCall")] {
        let mut harness = Harness::live();
        harness.listen_in();
        harness.device_becomes(device(Some(listening(TARGET, scope, mode))));
        harness.advance(ms(100));
        assert_eq!(asked_by(&harness), AskedBy::Unknown, "{scope} {mode}");
    }
    // It replaces another agent, with a number that nobody has.
    let mut harness = Harness::live();
    harness.device_becomes(device(Some(listening(OTHER, "Call", "AllCalls"))));
    harness.advance(ms(100));
    harness.listen_in();
    let mut state = listening(TARGET, "Call", "AllCalls");
    state["targetDeviceUri"] = Value::Null;
    state["phoneNumber"] = "7999".into();
    harness.device_becomes(device(Some(state)));
    harness.advance(ms(100));
    assert_eq!(asked_by(&harness), AskedBy::Unknown);
}

#[test]
fn a_device_that_names_the_agent_by_number_alone_confirms_the_request() {
    let mut harness = Harness::live();
    harness.until(ms(2_000), |harness| {
        harness.state().directory().read_at.is_some()
    });
    harness.listen_in();
    let mut state = listening(TARGET, "Call", "AllCalls");
    state["targetDeviceUri"] = Value::Null;
    state["phoneNumber"] = "6001".into();
    harness.device_becomes(device(Some(state)));
    harness.advance(ms(100));
    assert_eq!(harness.stages().last(), Some(&Stage::Confirmed));
    assert_eq!(asked_by(&harness), AskedBy::ThisPage);
}

#[test]
fn a_device_that_stops_showing_its_monitoring_ends_nothing() {
    for state in [
        json!("None"),
        json!({ "state": "None" }),
        json!({ "state": "" }),
    ] {
        let mut harness = Harness::monitoring_calls("AllCalls");
        harness.device_becomes(device(Some(state.clone())));
        harness.advance(ms(100));
        assert_eq!(harness.monitoring(), Monitoring::Unknown, "{state}");
        assert!(!harness.has(|step| matches!(step, Step::Stopped { .. })));
        assert!(harness.has(|step| matches!(step, Step::OutOfSight(_))));
        // It is also unknown who requested what it shows afterwards.
        harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
        harness.advance(ms(100));
        assert_eq!(asked_by(&harness), AskedBy::Unknown);
    }
}

#[test]
fn it_is_unknown_who_requested_monitoring_in_force_when_the_page_opened() {
    let mut harness = Harness::new();
    harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |h| h.phase().is_usable());
    assert_eq!(asked_by(&harness), AskedBy::Unknown);
}

#[test]
fn it_is_unknown_who_requested_monitoring_that_begins_after_its_request_ended() {
    let mut harness = Harness::live();
    harness.listen_in();
    harness.advance(ms(12_000));
    assert_eq!(harness.stages().last(), Some(&Stage::Unconfirmed));
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    assert_eq!(asked_by(&harness), AskedBy::Unknown);
}

// How it ends

#[test]
fn a_subscription_for_one_call_ends_after_that_call() {
    let mut harness = Harness::monitoring_calls("NextCall");
    harness.call_becomes(leg("Established", &["Hangup"]));
    harness.call_becomes(leg("Released", &[]));
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(harness.monitoring(), Monitoring::None);
    assert_eq!(end_reasons(&harness), [EndReason::OneCall]);
}

#[test]
fn it_is_unknown_why_a_subscription_for_one_call_ended_during_the_call() {
    let mut harness = Harness::monitoring_calls("NextCall");
    harness.call_becomes(leg("Established", &["Hangup"]));
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(end_reasons(&harness), [EndReason::Unknown]);
}

#[test]
fn a_subscription_for_one_call_that_ends_without_a_call_was_ended_elsewhere() {
    let mut harness = Harness::monitoring_calls("NextCall");
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(end_reasons(&harness), [EndReason::Elsewhere]);
}

#[test]
fn a_subscription_for_one_call_that_ends_while_it_rings_was_ended_elsewhere() {
    let mut harness = Harness::monitoring_calls("NextCall");
    harness.call_becomes(leg("Ringing", &["Answer"]));
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(end_reasons(&harness), [EndReason::Elsewhere]);
}

#[test]
fn it_is_unknown_why_monitoring_ended_while_something_else_is_requested() {
    let mut harness = Harness::live();
    harness.device_becomes(device(Some(listening(OTHER, "Call", "AllCalls"))));
    harness.advance(ms(100));
    harness.listen_in();
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(end_reasons(&harness), [EndReason::Unknown]);
}

#[test]
fn a_duration_is_at_least_if_its_beginning_or_end_was_not_seen() {
    let lasted = |harness: &Harness| {
        harness.steps().into_iter().find_map(|step| match step {
            Step::Stopped { lasted, .. } => Some(*lasted),
            _ => None,
        })
    };
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.advance(ms(20_000));
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(lasted(&harness).unwrap().bound, Bound::Exact);

    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.gws.device = device(None);
    harness.until(ms(60_000), |harness| {
        harness.monitoring() == Monitoring::None
    });
    let found = lasted(&harness).unwrap();
    assert_eq!(found.bound, Bound::AtLeast);
    assert!(found.span < ms(1_000), "{found:?}");
}

#[test]
fn monitoring_that_this_page_did_not_end_was_ended_elsewhere() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(end_reasons(&harness), [EndReason::Elsewhere]);
    let receipts: Vec<_> = harness.state().history().receipts().collect();
    assert_eq!(receipts.last().unwrap().certainty, Certainty::Told);
}

#[test]
fn monitoring_that_this_page_ended_or_replaced_says_so() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.machine.stop(harness.now).unwrap();
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    harness.device_becomes(device(Some(listening(OTHER, "Call", "AllCalls"))));
    harness.advance(ms(100));
    harness.listen_in();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    let reasons = end_reasons(&harness);
    assert_eq!(reasons, [EndReason::StoppedHere, EndReason::ReplacedHere]);
}

#[test]
fn an_end_that_a_read_finds_is_marked_with_the_time_in_which_it_can_have_happened() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.advance(ms(10_000));
    let before = harness.now;
    harness.gws.device = device(None);
    harness.restart();
    harness.advance(ms(60_000));
    let mut receipts = harness.state().history().receipts();
    let ended = receipts.find(|r| matches!(r.step, Step::Stopped { .. }));
    let Certainty::Found { since: Some(since) } = ended.unwrap().certainty else {
        panic!("{ended:?}");
    };
    assert!(since.at <= before, "{since:?}");
}

#[test]
fn the_same_agent_in_another_way_is_a_change() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.device_becomes(device(Some(listening(TARGET, "Agent", "NextCall"))));
    harness.advance(ms(100));
    assert!(
        harness.has(|step| matches!(step, Step::Changed { to, .. } if to.mode == Mode::NextCall))
    );
    assert_eq!(end_reasons(&harness), []);
}

#[test]
fn an_unrecognised_monitoring_state_is_not_taken_for_none() {
    let mut harness = Harness::live();
    harness.device_becomes(device(Some(json!("ListenIn"))));
    harness.advance(ms(100));
    assert_eq!(
        harness.monitoring(),
        Monitoring::Unrecognised("ListenIn".to_owned())
    );
    assert_eq!(
        harness.state().claim().headline,
        Headline::Unrecognised { asked: None }
    );
    assert!(
        harness.machine.stop(harness.now).is_ok(),
        "it can be stopped"
    );
}

#[test]
fn coaching_and_barging_in_are_confirmed_by_their_kind() {
    for kind in [MonitoringKind::Coach, MonitoringKind::BargeIn] {
        let mut harness = Harness::live();
        harness.monitor(kind.clone(), Mode::AllCalls);
        harness.advance(ms(50));
        assert_eq!(harness.gws.operations[0].1["operationName"], kind.as_str());
        // Another kind for the same target is not the requested one.
        harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
        harness.advance(ms(50));
        assert_eq!(harness.stages(), [Stage::Sent, Stage::Accepted]);
        let mut right = listening(TARGET, "Call", "AllCalls");
        right["state"] = json!(kind.as_str());
        harness.device_becomes(device(Some(right)));
        harness.advance(ms(50));
        assert_eq!(harness.stages().last(), Some(&Stage::Confirmed));
    }
}

#[test]
fn a_target_by_number_is_confirmed_by_the_number_or_by_the_directory() {
    let by_number = |monitored: Value| {
        let mut harness = Harness::live();
        harness.advance(ms(100));
        harness.monitor_number("60-01");
        harness.advance(ms(50));
        let asked = &harness.gws.operations[0].1;
        assert_eq!(asked["phoneNumber"], "60-01");
        assert!(asked.get("targetDeviceUri").is_none());
        harness.device_becomes(device(Some(monitored)));
        harness.advance(ms(50));
        harness.stages().last() == Some(&Stage::Confirmed)
    };
    let mut with_number = listening(OTHER, "Call", "AllCalls");
    with_number["phoneNumber"] = json!("6001");
    assert!(by_number(with_number));
    assert!(by_number(listening(TARGET, "Call", "AllCalls")));
    assert!(!by_number(listening(OTHER, "Call", "AllCalls")));
}

#[test]
fn the_meaning_of_a_problem_is_the_current_state() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.gws.operation = Some((403, r#"{"statusCode":3}"#.to_owned()));
    harness.machine.stop(harness.now).unwrap();
    harness.advance(ms(100));
    let state = harness.state();
    let problem = state.requests().problem().unwrap();
    assert!(matches!(state.meaning(problem), Meaning::Monitoring(_)));
}

#[test]
fn unknown_monitoring_is_not_reported_as_ended() {
    let mut harness = Harness::new();
    harness.gws.slow_path = Some("/me/devices");
    harness.gws.calls = json!([leg("Established", &["Hangup"])]);
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |h| h.state().claim().audience.is_some());
    assert_eq!(harness.state().claim().headline, Headline::NotKnown);
}

#[test]
fn receipts_keep_the_names_known_at_their_time() {
    let mut harness = Harness::live();
    harness.machine.look_at_directory(harness.now);
    harness.advance(ms(100));
    harness.listen_in();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    let names = |harness: &Harness| {
        let receipts = harness.state().history().receipts();
        let agents = receipts.filter_map(|receipt| receipt.agent.clone());
        agents
            .map(|agent| (agent.names.concat(), agent.number))
            .collect::<Vec<_>>()
    };
    let bo = ("Bo Abbott".to_owned(), "6001".to_owned());
    let before = names(&harness);
    assert!(
        before.len() >= 3 && before.iter().all(|name| *name == bo),
        "{before:?}"
    );
    // Somebody else is at that telephone now.
    harness.gws.agent_name = "Al";
    harness.advance(ms(20_000));
    harness.machine.look_at_directory(harness.now);
    harness.advance(ms(100));
    assert_eq!(names(&harness), before);
}
