//! Calls on a monitored agent's telephone.

use gws::{CallOperation, CallState};
use serde_json::{Value, json};
use supervision::{
    Audience, Certainty, Changes, LegRole, Monitoring, Obstacle, RequestStage as Stage,
    Stage as Monitored, Step, WallTime,
};

use crate::harness::{Harness, OTHER, TARGET, call_on, device, leg, listening, ms};

#[test]
fn a_call_rings_is_answered_and_ends() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(leg("Ringing", &["Answer"]));
    harness.advance(ms(100));
    let shown = harness.state().monitored_leg().unwrap();
    assert_eq!(shown.call.state, CallState::Ringing);
    assert!(harness.has(|step| matches!(step, Step::Rings { .. })));
    harness.operate_call(CallOperation::Answer);
    harness.advance(ms(100));
    assert_eq!(
        harness.gws.operations[0],
        (
            "/me/calls/call-1".to_owned(),
            json!({ "operationName": "Answer" })
        )
    );
    assert_eq!(
        harness.stages(),
        [Stage::Sent, Stage::Accepted],
        "not in the call yet"
    );
    let again =
        harness
            .machine
            .operate_call(&Harness::call_id(), CallOperation::Answer, harness.now);
    assert!(matches!(again, Err(Obstacle::UnderWay(_))));
    harness.call_becomes(leg("Established", &["Hangup"]));
    harness.advance(ms(100));
    assert_eq!(
        harness.stages(),
        [Stage::Sent, Stage::Accepted, Stage::Confirmed]
    );
    assert!(harness.has(
        |step| matches!(step, Step::Joined { parties, .. } if parties == &["555-1234", "6001"])
    ));
    assert_eq!(harness.state().claim().stage, Monitored::InCall);
    harness.call_becomes(leg("Released", &[]));
    harness.advance(ms(100));
    assert!(harness.state().all_legs().is_empty());
    assert!(
        matches!(harness.monitoring(), Monitoring::Active(_)),
        "all calls: it goes on"
    );
}

#[test]
fn a_call_that_is_over_before_it_is_answered_is_no_problem() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(leg("Ringing", &["Answer"]));
    harness.advance(ms(100));
    harness.operate_call(CallOperation::Answer);
    harness.call_becomes(leg("Released", &[]));
    harness.advance(ms(100));
    assert_eq!(harness.stages().last(), Some(&Stage::Unconfirmed));
    assert_eq!(harness.state().requests().problem(), None);
}

#[test]
fn an_answer_with_an_unreadable_reply_is_unknown_until_calls_are_read() {
    for reply in [
        (200, "{\"statusCo"),
        (502, "<html>"),
        (
            500,
            r#"{"statusCode":4,"statusMessage":"T-Server is gone"}"#,
        ),
    ] {
        let mut harness = Harness::monitoring_calls("AllCalls");
        harness.call_becomes(leg("Ringing", &["Answer"]));
        harness.advance(ms(100));
        harness.gws.operation = Some((reply.0, reply.1.to_owned()));
        harness.operate_call(CallOperation::Answer);
        harness.gws.calls = json!([leg("Established", &["Hangup"])]);
        harness.advance(ms(200));
        assert_eq!(
            harness.stages(),
            [Stage::Sent, Stage::Confirmed],
            "{reply:?}"
        );
        assert_eq!(harness.state().requests().problem(), None);
    }
}

#[test]
fn a_problem_is_removed_when_a_fact_refutes_it() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(leg("Ringing", &["Answer"]));
    harness.advance(ms(100));
    harness.gws.operation = Some((502, String::new()));
    harness.operate_call(CallOperation::Answer);
    harness.advance(ms(7_000));
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Unknown]);
    assert!(harness.state().requests().problem().is_some());
    harness.call_becomes(leg("Established", &["Hangup"]));
    harness.advance(ms(100));
    assert_eq!(harness.state().requests().problem(), None);
}

#[test]
fn events_keep_their_wall_time_when_the_clock_is_set() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    let wall = |harness: &Harness| {
        let receipt = harness.state().history().receipts().next().unwrap();
        receipt.at.wall
    };
    let before = wall(&harness);
    let later = WallTime(harness.now.as_millis() + 1_800_000);
    harness.set_wall_clock(later);
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(wall(&harness), before);
    let last = harness.state().history().receipts().next_back().unwrap();
    assert!(last.at.wall >= later);
}

#[test]
fn a_call_that_is_there_when_the_page_opens_is_found() {
    let mut harness = Harness::new();
    harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    harness.gws.calls = json!([leg("Established", &["Hangup"])]);
    harness.machine.start(harness.now);
    harness.advance(ms(1_000));
    assert_eq!(harness.state().all_legs().len(), 1);
    let mut receipts = harness.state().history().receipts();
    let joined = receipts.find(|r| matches!(r.step, Step::Joined { .. }));
    assert!(matches!(
        joined.unwrap().certainty,
        Certainty::Found { since: None }
    ));
}

#[test]
fn a_call_that_ended_during_an_outage_is_gone_after_the_read() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(leg("Established", &["Hangup"]));
    harness.advance(ms(100));
    harness.gws.calls = json!([]);
    harness.restart();
    harness.advance(ms(60_000));
    assert!(harness.state().all_legs().is_empty());
}

#[test]
fn a_call_on_another_device_is_not_listed_for_this_one() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(call_on(OTHER, "Ringing", None));
    harness.advance(ms(100));
    assert_eq!(harness.state().legs().count(), 0);
}

#[test]
fn leaving_a_call_is_confirmed_when_the_leg_is_over_and_does_not_stop_monitoring() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(leg("Established", &["Hangup"]));
    harness.advance(ms(100));
    harness.operate_call(CallOperation::Hangup);
    harness.advance(ms(100));
    assert_eq!(
        harness.gws.operations,
        [(
            "/me/calls/call-1".to_owned(),
            json!({ "operationName": "Hangup" })
        )]
    );
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Accepted]);
    harness.call_becomes(leg("Released", &[]));
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    assert_eq!(harness.stages().last(), Some(&Stage::Confirmed));
    assert!(matches!(harness.monitoring(), Monitoring::Active(_)));
}

#[test]
fn a_refused_answer_is_reported_and_can_be_retried() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(leg("Ringing", &["Answer"]));
    harness.advance(ms(100));
    harness.gws.operation = Some((403, r#"{"statusCode":2}"#.to_owned()));
    harness.operate_call(CallOperation::Answer);
    harness.advance(ms(100));
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Refused]);
    assert!(harness.state().requests().problem().is_some());
    harness.operate_call(CallOperation::Answer);
}

#[test]
fn changes_name_the_parts_that_changed() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.changes = Changes::default();
    harness.call_becomes(leg("Ringing", &["Answer"]));
    harness.advance(ms(100));
    assert!(harness.changes.touch(Changes::LEGS));
    assert!(harness.changes.touch(Changes::HEARD));
    let others = Changes::DIRECTORY | Changes::MONITORING | Changes::DEVICE;
    assert!(!harness.changes.touch(others | Changes::CONNECTION));
    assert_eq!(harness.state().claim().audience, None::<Audience>);
}

#[test]
fn a_call_between_the_agent_and_the_supervisor_alone_is_their_own() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    for state in ["Ringing", "Established"] {
        let mut call = leg(state, &["Answer", "Hangup"]);
        call["monitoring"] = json!(false);
        call["participants"] = json!([{ "phoneNumber": "6001" }]);
        harness.call_becomes(call);
        harness.advance(ms(100));
        let legs = harness.state().all_legs();
        assert_eq!(legs[0].role, LegRole::Own, "{state}");
    }
    let now = harness.now;
    let left = harness
        .machine
        .operate_call(&Harness::call_id(), CallOperation::Hangup, now);
    assert_eq!(left, Err(Obstacle::NoSuchCall));
}

#[test]
fn an_answered_leg_without_marks_that_offers_to_switch_is_a_monitored_one() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    let mut call = leg("Established", &["Hangup", "SwitchToBargeIn"]);
    call["monitoring"] = json!(false);
    harness.call_becomes(call);
    harness.advance(ms(100));
    assert!(harness.state().monitored_leg().is_some());
}

#[test]
fn leaving_does_not_wait_for_a_switch_that_is_not_settled() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(leg("Established", &["Hangup", "SwitchToBargeIn"]));
    harness.advance(ms(100));
    harness.operate_call(CallOperation::SwitchToBargeIn);
    harness.advance(ms(100));
    harness.operate_call(CallOperation::Hangup);
    harness.call_becomes(leg("Released", &[]));
    harness.advance(ms(100));
    use Stage::{Accepted, Confirmed, Sent, Unknown};
    assert_eq!(harness.stages(), [Sent, Accepted, Unknown, Sent, Confirmed]);
    assert_eq!(harness.state().requests().problem(), None);
}

/// The call before the server has marked it as monitored.
fn unmarked(state: &str, capabilities: &[&str], parties: &[&str]) -> Value {
    let mut call = leg(state, capabilities);
    call["monitoring"] = json!(false);
    call["mute"] = json!("Off");
    let parties = parties
        .iter()
        .map(|number| json!({ "phoneNumber": number }));
    call["participants"] = parties.collect();
    call
}

#[test]
fn a_leg_that_is_marked_after_its_answer_is_joined_then() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(unmarked("Ringing", &["Answer"], &["6001"]));
    harness.call_becomes(unmarked("Established", &["Hangup"], &["6001"]));
    harness.advance(ms(100));
    assert!(harness.state().monitored_leg().is_none());
    let mut marked = leg("Established", &["Hangup", "SwitchToListenIn"]);
    marked["mute"] = json!("Off");
    harness.call_becomes(marked);
    harness.advance(ms(100));
    let everyone = Audience::Everyone;
    assert!(
        harness.has(|step| matches!(step, Step::Joined { audience, .. } if *audience == everyone))
    );
}

#[test]
fn a_leg_that_is_marked_while_it_rings_rings_then() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(unmarked("Ringing", &[], &["555-1234"]));
    harness.advance(ms(700));
    assert!(!harness.has(|step| matches!(step, Step::Rings { .. })));
    harness.call_becomes(unmarked("Ringing", &["Answer"], &["555-1234", "6001"]));
    harness.advance(ms(100));
    assert!(harness.has(|step| matches!(step, Step::Rings { .. })));
}

#[test]
fn in_a_call_whose_state_is_not_known_the_supervisor_may_be_heard() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    let mut call = leg("Connected", &["Hangup", "SwitchToListenIn"]);
    harness.call_becomes(call.clone());
    harness.advance(ms(100));
    assert_eq!(harness.state().claim().audience, Some(Audience::Unknown));
    call["mute"] = json!("Off");
    harness.call_becomes(call);
    harness.advance(ms(100));
    assert_eq!(harness.state().claim().audience, Some(Audience::Everyone));
}

#[test]
fn a_call_whose_state_is_not_known_does_not_confirm_an_answer() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(leg("Ringing", &["Answer"]));
    harness.advance(ms(100));
    harness.operate_call(CallOperation::Answer);
    harness.call_becomes(leg("Connecting", &["Hangup"]));
    harness.advance(ms(100));
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Accepted]);
}

#[test]
fn a_leg_that_is_answered_by_itself_and_never_marked_is_a_monitored_one() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    let parties = ["555-1234", "6001"];
    harness.call_becomes(unmarked("Established", &["Hangup", "MuteCall"], &parties));
    harness.advance(ms(100));
    assert_eq!(harness.state().claim().audience, Some(Audience::Everyone));
}

#[test]
fn the_supervisors_own_call_stays_their_own_when_the_agent_joins() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(unmarked("Dialing", &["Hangup"], &["555-1234"]));
    harness.call_becomes(unmarked("Established", &["Hangup"], &["555-1234"]));
    harness.call_becomes(unmarked("Established", &["Hangup"], &["555-1234", "6001"]));
    harness.advance(ms(100));
    assert_eq!(harness.state().all_legs()[0].role, LegRole::Own);
}
