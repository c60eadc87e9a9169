//! From the click to the confirmation, and everything that can come between.

use gws::{DeviceId, Mode, ReplyError, Scope, StatusCode};
use serde_json::json;
use supervision::{
    LinkPhase, Monitoring, Obstacle, Operation, PendingStage, RequestStage as Stage, Why,
};

use crate::desk::{BASE, Desk, OTHER, SUPERVISOR, TARGET, device, listening, ms};

#[test]
fn a_request_is_sent_accepted_and_confirmed_by_the_device() {
    let mut desk = Desk::live();
    desk.listen_in();
    let stage = |desk: &Desk| desk.state().pending.as_ref().map(|pending| pending.stage);
    assert_eq!(stage(&desk), Some(PendingStage::Sent));
    desk.advance(ms(20));
    assert_eq!(
        desk.gws.operations,
        [(
            format!("/me/devices/{SUPERVISOR}"),
            json!({ "operationName": "ListenIn", "supervisorMonitoringScope": "Call",
                "supervisorMonitoringMode": "AllCalls", "targetDeviceUri": format!("{BASE}/devices/{TARGET}") })
        )]
    );
    assert_eq!(stage(&desk), Some(PendingStage::Accepted));
    assert_eq!(
        desk.state().monitoring,
        Monitoring::None,
        "accepted is not active"
    );
    desk.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    desk.advance(ms(20));
    assert_eq!(stage(&desk), None);
    assert!(
        matches!(&desk.state().monitoring, Monitoring::Active(active) if active.since.is_observed)
    );
    assert_eq!(
        desk.stages(),
        [Stage::Sent, Stage::Accepted, Stage::Confirmed]
    );
}

#[test]
fn the_notification_may_come_before_the_reply() {
    let mut desk = Desk::live();
    desk.gws.operation = None;
    desk.listen_in();
    desk.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    desk.advance(ms(100));
    assert_eq!(desk.state().pending, None);
    assert_eq!(desk.stages(), [Stage::Sent, Stage::Confirmed]);
    // Nobody misses the reply.
    desk.advance(ms(60_000));
    assert_eq!(desk.stages(), [Stage::Sent, Stage::Confirmed]);
    assert_eq!(desk.state().problem, None);
}

#[test]
fn a_refusal_is_shown_with_the_servers_words_and_changes_nothing() {
    let mut desk = Desk::live();
    desk.gws.operation = Some((
        403,
        r#"{"statusCode":3,"statusMessage":"Already monitored by another supervisor."}"#.to_owned(),
    ));
    desk.listen_in();
    desk.advance(ms(100));
    assert_eq!(desk.state().pending, None);
    let problem = desk.state().problem.as_ref().unwrap();
    assert_eq!(
        problem.why,
        Why::Reply(ReplyError::Refused {
            http: 403,
            code: StatusCode(3),
            message: "Already monitored by another supervisor.".to_owned()
        })
    );
    assert_eq!(desk.stages(), [Stage::Sent, Stage::Refused]);
    assert_eq!(desk.state().monitoring, Monitoring::None);
}

#[test]
fn a_request_that_is_never_confirmed_is_checked_and_then_said_not_to_be_in_force() {
    let mut desk = Desk::live();
    desk.listen_in();
    let read_before = desk.gws.paths.len();
    desk.advance(ms(9_900));
    assert_eq!(desk.gws.paths.len(), read_before);
    desk.advance(ms(200));
    assert_eq!(desk.gws.paths.last().unwrap(), "/me/devices?fields=*");
    assert_eq!(
        desk.state().problem.as_ref().unwrap().why,
        Why::NeverConfirmed
    );
    assert_eq!(
        desk.stages(),
        [Stage::Sent, Stage::Accepted, Stage::Unconfirmed]
    );
    assert_eq!(desk.gws.operations.len(), 1, "never sent again");
    assert_eq!(desk.phase(), LinkPhase::Live);
}

#[test]
fn a_lost_notification_is_made_good_by_the_check() {
    let mut desk = Desk::live();
    desk.listen_in();
    desk.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    desk.advance(ms(10_100));
    assert!(matches!(desk.state().monitoring, Monitoring::Active(_)));
    assert_eq!(
        desk.stages(),
        [Stage::Sent, Stage::Accepted, Stage::Confirmed]
    );
}

#[test]
fn a_request_of_unknown_outcome_is_looked_for_twice_and_never_sent_again() {
    let mut desk = Desk::live();
    desk.gws.operation = None;
    desk.listen_in();
    desk.advance(ms(15_100));
    let pending = desk.state().pending.as_ref().unwrap();
    assert_eq!(pending.stage, PendingStage::Checking);
    desk.advance(ms(6_000));
    assert_eq!(desk.state().problem.as_ref().unwrap().why, Why::Unknown);
    assert_eq!(desk.stages(), [Stage::Sent, Stage::Unknown]);
    assert_eq!(desk.gws.operations.len(), 1);
}

#[test]
fn a_request_of_unknown_outcome_may_turn_out_to_be_in_force() {
    let mut desk = Desk::live();
    desk.gws.operation = Some((200, "{\"statusCo".to_owned()));
    desk.listen_in();
    desk.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    desk.advance(ms(100));
    assert!(matches!(desk.state().monitoring, Monitoring::Active(_)));
    assert_eq!(desk.stages(), [Stage::Sent, Stage::Confirmed]);
    assert_eq!(desk.state().problem, None);
}

#[test]
fn an_error_reported_later_refuses_the_request_with_or_without_words() {
    for words in [None, Some("Destination is busy")] {
        let mut desk = Desk::live();
        desk.listen_in();
        desk.advance(ms(100));
        let mut error = json!({ "messageType": "ErrorMessage", "deviceUri": format!("{BASE}/devices/{SUPERVISOR}") });
        if let Some(words) = words {
            error["errorMessage"] = json!(words);
        }
        desk.publish("/v2/me/devices", &error);
        desk.advance(ms(100));
        let problem = desk.state().problem.as_ref().unwrap();
        assert_eq!(problem.why, Why::Reported(words.map(str::to_owned)));
        assert_eq!(
            desk.stages(),
            [Stage::Sent, Stage::Accepted, Stage::Refused]
        );
    }
}

#[test]
fn an_older_message_about_the_same_target_does_not_confirm() {
    let mut desk = Desk::live();
    desk.device_becomes(device(Some(listening(TARGET, "Agent", "NextCall"))));
    desk.advance(ms(100));
    desk.listen_in();
    desk.advance(ms(100));
    desk.device_becomes(device(Some(listening(TARGET, "Agent", "NextCall"))));
    desk.advance(ms(100));
    assert!(desk.state().pending.is_some());
    desk.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    desk.advance(ms(100));
    assert!(desk.state().pending.is_none());
}

#[test]
fn a_stale_csrf_token_is_renewed_and_the_request_sent_once_more() {
    let mut desk = Desk::live();
    desk.gws.token = 99;
    desk.listen_in();
    desk.advance(ms(100));
    assert_eq!(desk.gws.operations.len(), 1);
    assert_eq!(desk.stages(), [Stage::Sent, Stage::Accepted]);
    assert_eq!(desk.phase(), LinkPhase::Live);
}

#[test]
fn what_one_person_asked_for_is_not_done_in_the_name_of_the_next() {
    let mut desk = Desk::live();
    desk.gws.token = 99;
    desk.gws.user = "somebody-else";
    desk.listen_in();
    desk.advance(ms(100));
    assert_eq!(desk.gws.operations.len(), 0);
    assert_eq!(desk.stages(), [Stage::Sent, Stage::Refused]);
    assert!(desk.state().pending.is_none());
}

#[test]
fn when_another_person_signs_in_nobody_can_tell_what_became_of_a_request() {
    let mut desk = Desk::live();
    desk.gws.operation = None;
    desk.listen_in();
    desk.gws.user = "somebody-else";
    desk.restart();
    desk.until(ms(60_000), |desk| {
        let me = desk.state().me.as_ref();
        me.is_some_and(|me| me.id.as_str() == "somebody-else")
    });
    assert!(desk.state().pending.is_none());
    assert_eq!(desk.stages(), [Stage::Sent, Stage::Unknown]);
}

#[test]
fn a_request_without_a_session_is_refused_and_a_sign_in_asked_for() {
    let mut desk = Desk::live();
    desk.gws.is_signed_in = false;
    desk.listen_in();
    desk.advance(ms(100));
    assert_eq!(desk.phase(), LinkPhase::SignInNeeded);
    assert_eq!(
        desk.state().problem.as_ref().unwrap().why,
        Why::Reply(ReplyError::NotSignedIn)
    );
}

#[test]
fn one_request_at_a_time() {
    let mut desk = Desk::live();
    desk.listen_in();
    let second =
        desk.machine
            .listen_in(DeviceId::new(OTHER), Scope::Agent, Mode::NextCall, desk.now);
    assert!(matches!(
        second,
        Err(Obstacle::UnderWay(Operation::ListenIn { .. }))
    ));
    desk.advance(ms(100));
    assert_eq!(desk.gws.operations.len(), 1);
}

#[test]
fn stopping_is_confirmed_by_the_device() {
    let mut desk = Desk::live();
    assert_eq!(desk.machine.stop(desk.now), Err(Obstacle::NothingMonitored));
    desk.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    desk.advance(ms(100));
    desk.machine.stop(desk.now).unwrap();
    desk.advance(ms(100));
    assert_eq!(
        desk.gws.operations[0].1,
        json!({ "operationName": "CancelSupervisorMonitoring" })
    );
    assert!(
        matches!(desk.state().monitoring, Monitoring::Active(_)),
        "not before the device says so"
    );
    desk.device_becomes(device(None));
    desk.advance(ms(100));
    assert_eq!(desk.state().monitoring, Monitoring::None);
    assert_eq!(
        desk.stages(),
        [Stage::Sent, Stage::Accepted, Stage::Confirmed]
    );
}

#[test]
fn a_request_that_hangs_can_be_stopped() {
    let mut desk = Desk::live();
    desk.gws.operation = None;
    desk.listen_in();
    desk.advance(ms(100));
    desk.machine.stop(desk.now).unwrap();
    desk.drain();
    assert_eq!(desk.stages(), [Stage::Sent, Stage::Unknown, Stage::Sent]);
    assert_eq!(
        desk.state().pending.as_ref().unwrap().operation,
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
        let mut desk = Desk::live();
        desk.gws.operation = match case & 3 {
            0 => Some((200, r#"{"statusCode":0}"#.to_owned())),
            1 => None,
            2 => Some((500, "oops".to_owned())),
            _ => Some((200, r#"{"statusCode":"4","statusMessage":"no"}"#.to_owned())),
        };
        desk.listen_in();
        desk.advance(ms(u64::from(case) * 150));
        if case & 4 != 0 {
            desk.restart();
        }
        if case & 8 != 0 {
            desk.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
        }
        if case & 16 != 0 {
            desk.gws.is_down = true;
            desk.advance(ms(30_000));
            desk.gws.is_down = false;
        }
        if case & 32 != 0 {
            desk.gws.token += 1;
        }
        desk.advance(ms(120_000));
        let ended = desk
            .stages()
            .iter()
            .filter(|stage| ends.contains(stage))
            .count();
        assert_eq!(ended, 1, "case {case}: {:?}", desk.stages());
        assert_eq!(desk.state().pending, None, "case {case}");
        assert_eq!(desk.gws.operations.len(), 1, "case {case}");
    }
}
