//! From the click to the confirmation, and everything that can come in between.

use gws::{CallOperation, Mode, MonitoringKind, ReplyError, Scope, StatusCode};
use serde_json::json;
use supervision::{
    Certainty, LinkPhase, Monitoring, Obstacle, Operation, RequestProgress, RequestStage as Stage,
    Step, Why,
};

use crate::harness::{BASE, Harness, OTHER, SUPERVISOR, TARGET, choice, device, listening, ms};

#[test]
fn a_request_is_sent_accepted_and_confirmed_by_the_device() {
    let mut harness = Harness::live();
    harness.listen_in();
    let stage = |harness: &Harness| harness.pending().as_ref().map(|pending| pending.stage());
    assert_eq!(stage(&harness), Some(RequestProgress::Sent));
    harness.advance(ms(20));
    assert_eq!(
        harness.gws.operations,
        [(
            format!("/me/devices/{SUPERVISOR}"),
            json!({ "operationName": "ListenIn", "supervisorMonitoringScope": "Call",
                "supervisorMonitoringMode": "AllCalls", "targetDeviceUri": format!("{BASE}/devices/{TARGET}") })
        )]
    );
    assert_eq!(stage(&harness), Some(RequestProgress::Accepted));
    assert_eq!(
        harness.monitoring(),
        Monitoring::None,
        "accepted is not active"
    );
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(20));
    assert_eq!(stage(&harness), None);
    assert!(
        matches!(&harness.monitoring(), Monitoring::Active(active) if active.since.is_observed())
    );
    assert_eq!(
        harness.stages(),
        [Stage::Sent, Stage::Accepted, Stage::Confirmed]
    );
}

#[test]
fn the_notification_may_come_before_the_reply() {
    let mut harness = Harness::live();
    harness.gws.operation = None;
    harness.listen_in();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    assert_eq!(harness.pending(), None);
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Confirmed]);
    // The missing reply is not needed.
    harness.advance(ms(60_000));
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Confirmed]);
    assert_eq!(harness.state().requests().problem(), None);
}

#[test]
fn a_refusal_is_shown_with_the_servers_message_and_changes_nothing() {
    let mut harness = Harness::live();
    harness.gws.operation = Some((
        403,
        r#"{"statusCode":3,"statusMessage":"Already monitored by another supervisor."}"#.to_owned(),
    ));
    harness.listen_in();
    harness.advance(ms(100));
    assert_eq!(harness.pending(), None);
    let problem = harness.state().requests().problem().unwrap();
    assert_eq!(
        *problem.why(),
        Why::Reply(ReplyError::Refused {
            http: 403,
            code: StatusCode(3),
            message: "Already monitored by another supervisor.".to_owned()
        })
    );
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Refused]);
    assert_eq!(harness.monitoring(), Monitoring::None);
}

#[test]
fn a_request_that_is_never_confirmed_is_checked_and_then_reported_as_not_in_force() {
    let mut harness = Harness::live();
    harness.listen_in();
    let read_before = harness.gws.paths.len();
    harness.advance(ms(9_900));
    assert_eq!(harness.gws.paths.len(), read_before);
    harness.advance(ms(200));
    assert_eq!(harness.gws.paths.last().unwrap(), "/me/devices?fields=*");
    assert_eq!(
        *harness.state().requests().problem().unwrap().why(),
        Why::NeverConfirmed
    );
    assert_eq!(
        harness.stages(),
        [Stage::Sent, Stage::Accepted, Stage::Unconfirmed]
    );
    assert_eq!(harness.gws.operations.len(), 1, "never sent again");
    assert_eq!(harness.phase(), LinkPhase::Live);
}

#[test]
fn the_check_replaces_a_lost_notification() {
    let mut harness = Harness::live();
    harness.listen_in();
    harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    harness.advance(ms(10_100));
    assert!(matches!(harness.monitoring(), Monitoring::Active(_)));
    assert_eq!(
        harness.stages(),
        [Stage::Sent, Stage::Accepted, Stage::Confirmed]
    );
}

#[test]
fn a_request_of_unknown_outcome_is_checked_twice_and_never_sent_again() {
    let mut harness = Harness::live();
    harness.gws.operation = None;
    harness.listen_in();
    harness.advance(ms(15_100));
    let pending = harness.pending().unwrap();
    assert_eq!(pending.stage(), RequestProgress::Checking);
    harness.advance(ms(6_000));
    assert_eq!(
        *harness.state().requests().problem().unwrap().why(),
        Why::NoReply
    );
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Unknown]);
    assert_eq!(harness.gws.operations.len(), 1);
}

#[test]
fn a_request_of_unknown_outcome_may_turn_out_to_be_in_force() {
    let mut harness = Harness::live();
    harness.gws.operation = Some((200, "{\"statusCo".to_owned()));
    harness.listen_in();
    harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    harness.advance(ms(100));
    assert!(matches!(harness.monitoring(), Monitoring::Active(_)));
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Confirmed]);
    assert_eq!(harness.state().requests().problem(), None);
}

#[test]
fn an_older_message_about_the_same_target_does_not_confirm() {
    let mut harness = Harness::live();
    harness.device_becomes(device(Some(listening(TARGET, "Agent", "NextCall"))));
    harness.advance(ms(100));
    harness.listen_in();
    harness.advance(ms(100));
    harness.device_becomes(device(Some(listening(TARGET, "Agent", "NextCall"))));
    harness.advance(ms(100));
    assert!(harness.pending().is_some());
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    assert!(harness.pending().is_none());
}

#[test]
fn before_the_first_read_nothing_is_reported_as_missing() {
    let mut harness = Harness::new();
    let now = harness.now;
    let call = Harness::call_id();
    assert_eq!(harness.machine.stop(now), Err(Obstacle::NotLive));
    let answer = harness
        .machine
        .operate_call(&call, CallOperation::Answer, now);
    assert_eq!(answer, Err(Obstacle::NotLive));
    let mut harness = Harness::live();
    assert_eq!(harness.machine.stop(now), Err(Obstacle::NothingMonitored));
    let answer = harness
        .machine
        .operate_call(&call, CallOperation::Answer, now);
    assert_eq!(answer, Err(Obstacle::NoSuchCall));
}

#[test]
fn one_request_about_a_device_at_a_time() {
    let mut harness = Harness::live();
    harness.listen_in();
    let other = choice(MonitoringKind::Coach, OTHER, Scope::Agent, Mode::NextCall);
    let second = harness.machine.monitor(other, None, harness.now);
    assert!(matches!(
        second,
        Err(Obstacle::UnderWay(Operation::Monitor(_)))
    ));
    harness.advance(ms(100));
    assert_eq!(harness.gws.operations.len(), 1);
}

#[test]
fn stopping_is_confirmed_by_the_device() {
    let mut harness = Harness::live();
    assert_eq!(
        harness.machine.stop(harness.now),
        Err(Obstacle::NothingMonitored)
    );
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    harness.machine.stop(harness.now).unwrap();
    harness.advance(ms(100));
    assert_eq!(
        harness.gws.operations[0].1,
        json!({ "operationName": "CancelSupervisorMonitoring" })
    );
    assert!(
        matches!(harness.monitoring(), Monitoring::Active(_)),
        "not before the device says so"
    );
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(harness.monitoring(), Monitoring::None);
    assert_eq!(
        harness.stages(),
        [Stage::Sent, Stage::Accepted, Stage::Confirmed]
    );
}

#[test]
fn a_request_that_hangs_can_be_stopped() {
    let mut harness = Harness::live();
    harness.gws.operation = None;
    harness.listen_in();
    harness.advance(ms(100));
    harness.machine.stop(harness.now).unwrap();
    harness.drain();
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Unknown, Stage::Sent]);
    assert_eq!(
        harness.pending().as_ref().unwrap().operation,
        Operation::Stop
    );
}

#[test]
fn every_request_ends_exactly_once_whatever_happens() {
    let ends = [
        Stage::Confirmed,
        Stage::Refused,
        Stage::Unconfirmed,
        Stage::Unknown,
    ];
    for case in 0..64_u32 {
        let mut harness = Harness::live();
        harness.gws.operation = match case & 3 {
            0 => Some((200, r#"{"statusCode":0}"#.to_owned())),
            1 => None,
            2 => Some((500, "oops".to_owned())),
            _ => Some((200, r#"{"statusCode":"4","statusMessage":"no"}"#.to_owned())),
        };
        harness.listen_in();
        harness.advance(ms(u64::from(case) * 150));
        if case & 4 != 0 {
            harness.restart();
        }
        if case & 8 != 0 {
            harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
        }
        if case & 16 != 0 {
            harness.gws.is_down = true;
            harness.advance(ms(30_000));
            harness.gws.is_down = false;
        }
        if case & 32 != 0 {
            harness.gws.token += 1;
        }
        harness.advance(ms(120_000));
        let ended = harness
            .stages()
            .iter()
            .filter(|stage| ends.contains(stage))
            .count();
        assert_eq!(ended, 1, "case {case}: {:?}", harness.stages());
        assert_eq!(harness.pending(), None, "case {case}");
        assert_eq!(harness.gws.operations.len(), 1, "case {case}");
    }
}

#[test]
fn an_unchanged_state_confirms_nothing() {
    let mut harness = Harness::live();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    harness.gws.operation = Some((502, String::new()));
    harness.monitor(MonitoringKind::ListenIn, Mode::NextCall);
    harness.advance(ms(10_000));
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Unknown]);
}

/// A browser may have repeated such a request: GWS may refuse the second after it has carried out
/// the first.
#[test]
fn a_request_answered_with_408_is_read_and_ends_once() {
    for body in [
        "",
        r#"{"statusCode":3,"statusMessage":"Request timed out"}"#,
    ] {
        let mut harness = Harness::live();
        let devices = harness.reads("/me/devices");
        harness.gws.operation = Some((408, body.to_owned()));
        harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
        harness.listen_in();
        harness.advance(ms(300));
        assert_eq!(harness.stages(), [Stage::Sent, Stage::Confirmed], "{body}");
        assert_eq!(harness.reads("/me/devices"), devices + 1);
        harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
        harness.advance(ms(60_000));
        assert_eq!(harness.stages(), [Stage::Sent, Stage::Confirmed], "{body}");
        assert_eq!(harness.gws.operations.len(), 1, "{body}");

        let mut harness = Harness::live();
        harness.gws.operation = Some((408, body.to_owned()));
        harness.listen_in();
        harness.advance(ms(60_000));
        assert_eq!(harness.stages(), [Stage::Sent, Stage::Unknown], "{body}");
    }
}

#[test]
fn stopping_unconfirmed_monitoring_is_confirmed_when_it_began_and_ended() {
    let mut harness = Harness::live();
    harness.listen_in();
    harness.advance(ms(300));
    harness.machine.stop(harness.now).unwrap();
    harness.advance(ms(300));
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(harness.stages().last(), Some(&Stage::Confirmed));
    assert!(harness.pending().is_none());
}

#[test]
fn stopping_monitoring_that_never_began_is_confirmed_by_a_read() {
    let mut harness = Harness::live();
    harness.gws.operation = None;
    harness.listen_in();
    harness.advance(ms(100));
    harness.gws.operation = Some((200, r#"{"statusCode":0}"#.to_owned()));
    harness.machine.stop(harness.now).unwrap();
    harness.advance(ms(100));
    let stages = harness.stages();
    assert_eq!(
        stages,
        [Stage::Sent, Stage::Unknown, Stage::Sent, Stage::Accepted]
    );
    harness.advance(ms(11_000));
    assert_eq!(harness.stages().last(), Some(&Stage::Confirmed));
}

#[test]
fn requests_end_when_their_device_is_gone() {
    let mut harness = Harness::live();
    harness.listen_in();
    harness.gws.device["id"] = json!("another");
    harness.restart();
    harness.advance(ms(5_000));
    assert_eq!(harness.stages().last(), Some(&Stage::Unknown));
    assert_eq!(harness.state().requests().problem(), None);
}

#[test]
fn a_request_after_a_quiet_time_is_confirmed_by_its_notification() {
    let mut harness = Harness::live();
    harness.advance(ms(75_000));
    harness.gws.paths.clear();
    harness.listen_in();
    harness.advance(ms(1_000));
    assert_eq!(harness.reads("/me/devices"), 0);
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    let receipts = harness.state().history().receipts();
    let began = receipts.filter(|receipt| matches!(receipt.step, Step::Began { .. }));
    let began: Vec<_> = began.collect();
    assert_eq!(began[0].certainty, Certainty::Told);
    assert!(began[0].request.is_some());
}

#[test]
fn monitoring_that_a_read_confirms_began_after_its_request() {
    let mut harness = Harness::live();
    harness.advance(ms(20_000));
    let asked = harness.now;
    harness.listen_in();
    harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    harness.until(ms(60_000), |h| h.stages().contains(&Stage::Confirmed));
    let mut receipts = harness.state().history().receipts();
    let began = receipts
        .find(|receipt| matches!(receipt.step, Step::Began { .. }))
        .unwrap();
    let Certainty::Found { since: Some(since) } = began.certainty else {
        panic!("{:?}", began.certainty);
    };
    assert!(since.at >= asked);
}

#[test]
fn a_complete_number_with_the_servers_country_code_is_confirmed() {
    let mut harness = Harness::live();
    harness.monitor_number("8005550100");
    let shown = json!({ "state": "ListenIn", "mode": "AllCalls", "scope": "Call", "phoneNumber": "18005550100" });
    harness.device_becomes(device(Some(shown)));
    harness.advance(ms(100));
    assert_eq!(harness.stages().last(), Some(&Stage::Confirmed));
}

#[test]
fn a_number_that_the_server_writes_in_full_or_omits_is_confirmed() {
    for shown in [
        json!({ "state": "ListenIn", "mode": "AllCalls", "scope": "Call", "phoneNumber": "+49306777" }),
        json!({ "state": "ListenIn", "mode": "AllCalls", "scope": "Call",
            "targetDeviceUri": format!("{BASE}/devices/of-nobody-known") }),
    ] {
        let mut harness = Harness::live();
        harness.monitor_number("6777");
        harness.device_becomes(device(Some(shown)));
        harness.advance(ms(100));
        assert_eq!(harness.stages().last(), Some(&Stage::Confirmed));
    }
}
