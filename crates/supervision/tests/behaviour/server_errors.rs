//! Errors and refusals of the server, and the actual state.

use gws::CallOperation;
use serde_json::json;
use supervision::{Monitoring, RequestStage as Stage, Step, Why};

use crate::harness::{BASE, Harness, OTHER, SUPERVISOR, TARGET, device, leg, listening, ms};

#[test]
fn an_error_reported_later_refuses_the_request_with_or_without_a_message() {
    for words in [None, Some("Destination is busy")] {
        let mut harness = Harness::live();
        harness.listen_in();
        harness.advance(ms(100));
        let mut error = json!({ "messageType": "ErrorMessage", "deviceUri": format!("{BASE}/devices/{SUPERVISOR}") });
        if let Some(words) = words {
            error["errorMessage"] = json!(words);
        }
        harness.publish("/v2/me/devices", &error);
        harness.advance(ms(100));
        let problem = harness.state().requests().problem().unwrap();
        assert_eq!(*problem.why(), Why::Reported(words.map(str::to_owned)));
        assert_eq!(
            harness.stages(),
            [Stage::Sent, Stage::Accepted, Stage::Refused]
        );
    }
}

#[test]
fn an_error_about_something_else_does_not_refuse_monitoring_in_force() {
    let mut harness = Harness::live();
    harness.listen_in();
    harness.advance(ms(100));
    harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    let error = json!({ "messageType": "ErrorMessage", "deviceUri": format!("{BASE}/devices/{SUPERVISOR}"),
        "errorMessage": "Do not disturb is already on." });
    harness.publish("/v2/me/devices", &error);
    harness.advance(ms(100));
    assert_eq!(
        harness.stages(),
        [Stage::Sent, Stage::Accepted, Stage::Confirmed]
    );
}

#[test]
fn a_partially_done_request_is_checked() {
    let mut harness = Harness::live();
    harness.gws.operation = Some((200, r#"{"statusCode":7}"#.to_owned()));
    harness.listen_in();
    harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    harness.advance(ms(100));
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Confirmed]);
}

#[test]
fn an_error_without_a_device_is_shown_and_causes_a_read_but_ends_nothing() {
    let mut harness = Harness::live();
    harness.listen_in();
    harness.advance(ms(100));
    let reads = harness.reads("/me/devices");
    let error = json!({ "messageType": "ErrorMessage", "errorMessage": "Something is busy" });
    harness.publish("/v2/me/devices", &error);
    harness.advance(ms(100));
    assert!(harness.has(
        |step| matches!(step, Step::ServerError(Some(words)) if words == "Something is busy")
    ));
    assert_eq!(harness.reads("/me/devices"), reads + 1);
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Accepted]);
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    assert_eq!(harness.stages().last(), Some(&Stage::Confirmed));
}

#[test]
fn an_error_that_may_be_about_either_of_two_requests_ends_neither() {
    let mut harness = Harness::live();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.call_becomes(leg("Ringing", &["Answer"]));
    harness.advance(ms(100));
    harness.operate_call(CallOperation::Answer);
    harness.machine.stop(harness.now).unwrap();
    harness.advance(ms(100));
    let error = json!({ "messageType": "ErrorMessage", "deviceUri": format!("{BASE}/devices/{SUPERVISOR}") });
    harness.publish("/v2/me/devices", &error);
    harness.advance(ms(100));
    assert_eq!(harness.state().requests().pending().count(), 2);
}

#[test]
fn a_refusal_is_removed_when_the_monitoring_is_in_force_after_all() {
    let mut harness = Harness::live();
    harness.listen_in();
    harness.advance(ms(100));
    let error = json!({ "messageType": "ErrorMessage", "deviceUri": format!("{BASE}/devices/{SUPERVISOR}") });
    harness.publish("/v2/me/devices", &error);
    harness.advance(ms(100));
    assert!(harness.state().requests().problem().is_some());
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    assert_eq!(harness.state().requests().problem(), None);
}

#[test]
fn an_internal_error_leaves_the_outcome_of_everything_unknown() {
    for stops in [false, true] {
        let mut harness = Harness::live();
        if stops {
            harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
            harness.advance(ms(100));
        }
        harness.gws.operation = Some((200, r#"{"statusCode":4}"#.to_owned()));
        if stops {
            harness.machine.stop(harness.now).unwrap();
            harness.gws.device = device(None);
        } else {
            harness.listen_in();
            harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
        }
        harness.advance(ms(200));
        assert_eq!(harness.stages(), [Stage::Sent, Stage::Confirmed]);
    }
}

#[test]
fn after_a_refusal_the_state_is_read() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    // It ended, without a notification.
    harness.gws.device = device(None);
    harness.gws.operation = Some((
        200,
        r#"{"statusCode":2,"statusMessage":"Nobody is monitored"}"#.to_owned(),
    ));
    harness.machine.stop(harness.now).unwrap();
    harness.until(ms(1_000), |h| h.monitoring() == Monitoring::None);
    assert!(harness.state().requests().problem().is_none());
}

#[test]
fn a_problem_says_whether_the_state_has_changed_since() {
    let mut harness = Harness::live();
    harness.gws.operation = Some((200, r#"{"statusCode":2,"statusMessage":"no"}"#.to_owned()));
    harness.listen_in();
    harness.advance(ms(1_000));
    let is_unchanged = |h: &Harness| h.state().requests().problem().unwrap().is_unchanged;
    assert!(is_unchanged(&harness));
    harness.device_becomes(device(Some(listening(OTHER, "Call", "AllCalls"))));
    harness.advance(ms(100));
    assert!(!is_unchanged(&harness));
}
