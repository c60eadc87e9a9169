//! Calls come and go on a monitored agent's phone.

use gws::CallState;
use serde_json::json;
use supervision::{Happening, Monitoring, Obstacle, Operation, RequestStage as Stage};

use crate::desk::{Desk, OTHER, TARGET, device, leg, listening, ms};

fn monitoring(mode: &str) -> Desk {
    let mut desk = Desk::live();
    desk.device_becomes(device(Some(listening(TARGET, "Call", mode))));
    desk.advance(ms(100));
    desk.events.clear();
    desk
}

#[test]
fn a_call_rings_is_answered_and_ends() {
    let mut desk = monitoring("AllCalls");
    desk.call_becomes(leg("Ringing", &["Answer"]));
    desk.advance(ms(100));
    let shown = desk.state().monitoring_leg().unwrap();
    assert_eq!(shown.call.state, CallState::Ringing);
    desk.machine.answer(&Desk::call_id(), desk.now).unwrap();
    desk.drain();
    assert!(desk.state().legs[0].is_busy);
    desk.advance(ms(100));
    assert_eq!(
        desk.gws.operations[0],
        (
            "/me/calls/call-1".to_owned(),
            json!({ "operationName": "Answer" })
        )
    );
    assert_eq!(desk.stages(), [Stage::Sent, Stage::Confirmed]);
    desk.call_becomes(leg("Established", &["Hangup"]));
    desk.advance(ms(100));
    assert!(desk.happenings().iter().any(
        |what| matches!(what, Happening::Joined(parties) if parties == &["555-1234", "6001"])
    ));
    assert_eq!(
        desk.machine.answer(&Desk::call_id(), desk.now),
        Err(Obstacle::NoSuchCall)
    );
    desk.call_becomes(leg("Released", &[]));
    desk.advance(ms(100));
    assert!(desk.state().legs.is_empty());
    assert!(
        matches!(desk.state().monitoring, Monitoring::Active(_)),
        "all calls: it goes on"
    );
}

#[test]
fn next_call_ends_by_itself() {
    let mut desk = monitoring("NextCall");
    desk.call_becomes(leg("Established", &["Hangup"]));
    desk.call_becomes(leg("Released", &[]));
    desk.device_becomes(device(None));
    desk.advance(ms(100));
    assert_eq!(desk.state().monitoring, Monitoring::None);
    assert!(desk.happenings().iter().any(|what| matches!(
        what,
        Happening::Ended {
            was_asked_for: false,
            ..
        }
    )));
}

#[test]
fn a_calls_clock_counts_from_what_the_server_says_and_is_not_set_back() {
    let mut desk = monitoring("AllCalls");
    let mut call = leg("Established", &["Hangup"]);
    call["duration"] = json!("75");
    desk.call_becomes(call);
    desk.advance(ms(100));
    let since = desk.state().legs[0].since;
    assert!(since.is_observed);
    assert!(desk.now.since(since.at) >= ms(75_000));
    desk.call_becomes(leg("Established", &["Hangup"]));
    desk.advance(ms(100));
    assert_eq!(desk.state().legs[0].since, since);
}

#[test]
fn a_call_that_is_there_when_the_page_opens_is_shown() {
    let mut desk = Desk::new();
    desk.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    desk.gws.calls = json!([leg("Established", &["Hangup"])]);
    desk.machine.start(desk.now);
    desk.advance(ms(1_000));
    assert_eq!(desk.state().legs.len(), 1);
    assert!(
        desk.happenings()
            .iter()
            .any(|what| matches!(what, Happening::FoundIn(_)))
    );
}

#[test]
fn a_call_that_ended_while_nobody_listened_is_gone_after_the_reading() {
    let mut desk = monitoring("AllCalls");
    desk.call_becomes(leg("Established", &["Hangup"]));
    desk.advance(ms(100));
    desk.gws.calls = json!([]);
    desk.restart();
    desk.advance(ms(60_000));
    assert!(desk.state().legs.is_empty());
}

#[test]
fn a_call_on_another_device_is_not_shown() {
    let mut desk = monitoring("AllCalls");
    let mut call = leg("Ringing", &["Answer"]);
    call["deviceUri"] = json!(format!("http://x/api/v2/devices/{OTHER}"));
    desk.call_becomes(call);
    desk.advance(ms(100));
    assert!(desk.state().legs.is_empty());
}

#[test]
fn leaving_a_call_is_not_stopping() {
    let mut desk = monitoring("AllCalls");
    desk.call_becomes(leg("Established", &["Hangup"]));
    desk.advance(ms(100));
    desk.machine.leave(&Desk::call_id(), desk.now).unwrap();
    desk.advance(ms(100));
    assert_eq!(desk.gws.operations.len(), 1);
    assert_eq!(
        desk.gws.operations[0].1,
        json!({ "operationName": "Hangup" })
    );
    assert!(matches!(desk.state().monitoring, Monitoring::Active(_)));
}

#[test]
fn a_failed_answer_is_told_and_can_be_tried_again() {
    let mut desk = monitoring("AllCalls");
    desk.call_becomes(leg("Ringing", &["Answer"]));
    desk.advance(ms(100));
    desk.gws.operation = Some((
        500,
        r#"{"statusCode":4,"statusMessage":"T-Server is gone"}"#.to_owned(),
    ));
    desk.machine.answer(&Desk::call_id(), desk.now).unwrap();
    desk.advance(ms(100));
    assert_eq!(desk.stages(), [Stage::Sent, Stage::Refused]);
    assert!(matches!(
        desk.state().problem.as_ref().unwrap().operation,
        Operation::Answer(_)
    ));
    assert!(desk.machine.answer(&Desk::call_id(), desk.now).is_ok());
}

#[test]
fn an_unrecognised_monitoring_state_is_not_taken_for_none() {
    let mut desk = Desk::live();
    desk.device_becomes(device(Some(json!("ListenIn"))));
    desk.advance(ms(100));
    assert_eq!(
        desk.state().monitoring,
        Monitoring::Unrecognised("ListenIn".to_owned())
    );
    assert!(desk.machine.stop(desk.now).is_ok(), "it can be stopped");
}

#[test]
fn changes_name_the_parts_that_changed() {
    use supervision::Changes;
    let mut desk = monitoring("AllCalls");
    desk.changes = Changes::default();
    desk.call_becomes(leg("Ringing", &["Answer"]));
    desk.advance(ms(100));
    assert!(desk.changes.touch(Changes::LEGS));
    assert!(
        !desk
            .changes
            .touch(Changes::DIRECTORY | Changes::MONITORING | Changes::DEVICE)
    );
}
