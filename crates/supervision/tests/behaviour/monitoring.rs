//! Monitoring on the supervisor's devices: how it begins and ends, on which device, who hears whom.

use gws::device::MonitoringKind;
use gws::{CallOperation, DeviceId, Mode};
use serde_json::{Value, json};
use supervision::{
    AskedBy, Audience, Bound, Certainty, EndReason, Headline, Meaning, Monitoring, Obstacle,
    RequestStage as Stage, Step,
};

use crate::harness::{
    Harness, OTHER, SECOND, SUPERVISOR, TARGET, call_on, device, leg, listening, ms, second_device,
};

/// A supervisor with two devices, who uses the first.
fn with_two_devices() -> Harness {
    let mut harness = Harness::new();
    harness.gws.other_devices = vec![second_device(None)];
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |h| h.phase().is_usable());
    harness.events.clear();
    harness
}

fn used(harness: &Harness) -> &str {
    harness.state().my_device().id().expect("a device").as_str()
}

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

/// Who asked for what began last.
fn asked_by(harness: &Harness) -> AskedBy {
    let steps = harness.steps().into_iter().rev();
    let mut asked = steps.filter_map(|step| match step {
        Step::Began { asked, .. } | Step::Changed { asked, .. } => Some(*asked),
        _ => None,
    });
    asked.next().expect("it began")
}

#[test]
fn what_this_page_asked_for_began_by_its_request() {
    let mut harness = Harness::live();
    harness.listen_in();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    assert_eq!(asked_by(&harness), AskedBy::ThisPage);
}

#[test]
fn what_begins_without_a_request_of_this_page_was_asked_for_elsewhere() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    assert_eq!(asked_by(&harness), AskedBy::Elsewhere);
    // Also while something else is asked for here.
    harness.monitor(MonitoringKind::Coach, Mode::AllCalls);
    harness.device_becomes(device(Some(listening(TARGET, "Agent", "NextCall"))));
    harness.advance(ms(100));
    assert_eq!(asked_by(&harness), AskedBy::Elsewhere);
}

#[test]
fn what_was_in_force_when_the_page_opened_was_asked_for_by_nobody_known() {
    let mut harness = Harness::new();
    harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |h| h.phase().is_usable());
    assert_eq!(asked_by(&harness), AskedBy::Unknown);
}

#[test]
fn what_begins_after_its_request_was_given_up_was_asked_for_by_nobody_known() {
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
fn why_a_subscription_for_one_call_ended_during_the_call_is_not_known() {
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
fn a_request_that_did_nothing_is_not_the_reason_why_monitoring_ended() {
    let mut harness = Harness::live();
    harness.device_becomes(device(Some(listening(OTHER, "Call", "AllCalls"))));
    harness.advance(ms(100));
    harness.listen_in();
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(end_reasons(&harness), [EndReason::Elsewhere]);
}

#[test]
fn how_long_it_lasted_is_at_least_where_the_beginning_or_the_end_was_not_seen() {
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
fn what_this_page_did_not_end_was_ended_elsewhere() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(end_reasons(&harness), [EndReason::Elsewhere]);
    let receipts: Vec<_> = harness.state().history().receipts().collect();
    assert_eq!(receipts.last().unwrap().certainty, Certainty::Told);
}

#[test]
fn what_this_page_ended_or_replaced_says_so() {
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

// My device

#[test]
fn the_device_in_use_stays_when_it_loses_what_it_can() {
    let mut harness = with_two_devices();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    for change in ["capabilities", "deviceState"] {
        let mut weak = device(Some(listening(TARGET, "Call", "AllCalls")));
        weak[change] = match change {
            "capabilities" => json!([]),
            _ => json!("Inactive"),
        };
        harness.device_becomes(weak);
        harness.advance(ms(100));
        assert_eq!(used(&harness), SUPERVISOR);
        assert!(matches!(harness.monitoring(), Monitoring::Active(_)));
    }
}

#[test]
fn the_device_in_use_is_replaced_only_when_it_is_gone_and_that_is_told() {
    let mut harness = with_two_devices();
    harness.gws.device = second_device(None);
    harness.gws.other_devices.clear();
    harness.restart();
    harness.advance(ms(60_000));
    assert_eq!(used(&harness), SECOND);
    assert!(harness.has(|step| matches!(step, Step::DeviceUsed { is_gone: true, .. })));
}

#[test]
fn the_device_that_monitors_somebody_is_used_first() {
    let mut harness = Harness::new();
    let monitors = second_device(Some(listening(TARGET, "Call", "AllCalls")));
    harness.gws.other_devices = vec![monitors];
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |h| h.phase().is_usable());
    assert_eq!(used(&harness), SECOND);
}

#[test]
fn a_device_that_is_not_there_is_told_with_those_that_are() {
    let mut harness = Harness::with_device("no-such-device");
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |h| h.phase().is_usable());
    assert_eq!(
        harness.state().stop_obstacle(),
        Some(Obstacle::UnknownDevice {
            asked: DeviceId::new("no-such-device"),
            there_are: vec!["5005".to_owned()],
        })
    );
}

#[test]
fn monitoring_on_another_device_is_noticed() {
    let mut harness = with_two_devices();
    assert_eq!(harness.state().elsewhere(), []);
    harness.publish_device(second_device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    let audience = |harness: &Harness| harness.state().elsewhere()[0].audience;
    assert_eq!(audience(&harness), None);
    harness.call_becomes(call_on(SECOND, "Established", Some("Off")));
    harness.advance(ms(100));
    assert_eq!(harness.monitoring(), Monitoring::None);
    let elsewhere = harness.state().elsewhere();
    assert_eq!(elsewhere.len(), 1);
    assert_eq!(elsewhere[0].number, "5007");
    assert!(elsewhere[0].monitored.is_some());
    assert_eq!(elsewhere[0].audience, Some(Audience::Everyone));
    // The call may outlive the monitoring there, too.
    harness.publish_device(second_device(None));
    harness.advance(ms(100));
    assert_eq!(audience(&harness), Some(Audience::Everyone));
}

#[test]
fn a_request_belongs_to_the_device_it_was_sent_for() {
    let mut harness = with_two_devices();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    harness.machine.stop(harness.now).unwrap();
    harness
        .machine
        .choose_device(DeviceId::new(SECOND), harness.now);
    harness.advance(ms(5_000));
    assert_eq!(
        harness.monitoring(),
        Monitoring::None,
        "the second monitors nobody"
    );
    assert_eq!(
        harness.stages(),
        [Stage::Sent, Stage::Accepted],
        "the first still does"
    );
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(
        harness.stages(),
        [Stage::Sent, Stage::Accepted, Stage::Confirmed]
    );
}

#[test]
fn choosing_another_device_and_back_keeps_the_beginning() {
    let mut harness = with_two_devices();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    let before = harness.monitoring();
    harness.advance(ms(5_000));
    harness
        .machine
        .choose_device(DeviceId::new(SECOND), harness.now);
    harness.advance(ms(5_000));
    harness
        .machine
        .choose_device(DeviceId::new(SUPERVISOR), harness.now);
    harness.advance(ms(5_000));
    assert_eq!(harness.monitoring(), before);
}

#[test]
fn whoever_is_heard_on_another_device_is_told_that_first() {
    let mut harness = with_two_devices();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.publish_device(second_device(Some(listening(OTHER, "Call", "AllCalls"))));
    harness.call_becomes(call_on(SECOND, "Established", Some("Off")));
    harness.advance(ms(100));
    let Headline::Elsewhere(other) = harness.state().claim().headline else {
        panic!("{:?}", harness.state().claim());
    };
    assert_eq!(other.audience, Some(Audience::Everyone));
}

#[test]
fn a_call_without_a_device_belongs_to_the_device_that_monitors() {
    let mut harness = with_two_devices();
    harness.publish_device(second_device(Some(listening(TARGET, "Call", "AllCalls"))));
    let mut call = leg("Established", &["Hangup"]);
    call["deviceUri"] = json!(null);
    call["mute"] = json!("On");
    harness.call_becomes(call);
    harness.advance(ms(100));
    let Headline::Elsewhere(other) = harness.state().claim().headline else {
        panic!("{:?}", harness.state().claim());
    };
    assert_eq!(other.audience, Some(Audience::Nobody));
}

#[test]
fn of_a_device_that_is_gone_it_is_not_known_whether_it_monitors() {
    let mut harness = with_two_devices();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    harness.gws.device = second_device(None);
    harness.gws.other_devices.clear();
    harness.restart();
    harness.advance(ms(60_000));
    assert!(harness.has(|step| matches!(step, Step::OutOfSight(_))));
    assert!(
        harness.has(|step| matches!(step, Step::DeviceUsed { number, .. } if number == "5005"))
    );
}

// Who hears whom

fn in_a_call_with(change: impl FnOnce(&mut Value)) -> Harness {
    let mut harness = Harness::monitoring_calls("AllCalls");
    let mut call = leg(
        "Established",
        &["Hangup", "SwitchToBargeIn", "SwitchToListenIn"],
    );
    change(&mut call);
    harness.call_becomes(call);
    harness.advance(ms(100));
    harness
}

#[test]
fn who_hears_the_supervisor_is_read_from_the_call() {
    let check = |mute: Option<&str>, kind: Option<&str>, expect: Audience| {
        let harness = in_a_call_with(|call| {
            if let Some(mute) = mute {
                call["mute"] = json!(mute);
            }
            if let Some(kind) = kind {
                call["supervisorMonitoringState"] = json!({ "state": kind });
            }
        });
        let audience = harness.state().claim().audience;
        assert_eq!(audience, Some(expect), "{mute:?} {kind:?}");
    };
    check(Some("On"), Some("ListenIn"), Audience::Nobody);
    check(Some("On"), None, Audience::Nobody);
    check(Some("Off"), Some("ListenIn"), Audience::Everyone);
    check(Some("Off"), None, Audience::Everyone);
    check(Some("Off"), Some("Coach"), Audience::Agent);
    check(Some("Off"), Some("BargeIn"), Audience::Everyone);
    check(None, Some("ListenIn"), Audience::Nobody);
    check(None, Some("BargeIn"), Audience::Everyone);
    check(None, None, Audience::Unknown);
    // They contradict each other.
    check(Some("On"), Some("Coach"), Audience::Unknown);
    check(Some("On"), Some("BargeIn"), Audience::Unknown);
}

#[test]
fn what_a_call_offers_decides_where_its_marks_contradict_each_other() {
    let check = |call: Value, offers: Value, expect: Audience| {
        let harness = in_a_call_with(|leg| {
            leg["mute"] = call["mute"].clone();
            leg["supervisorMonitoringState"] = json!({ "state": call["state"] });
            leg["capabilities"] = offers.clone();
        });
        let audience = harness.state().claim().audience;
        assert_eq!(audience, Some(expect), "{call} {offers}");
    };
    let muted = |state: &str| json!({ "mute": "On", "state": state });
    // The supervisor muted themselves.
    check(muted("Coach"), json!(["UnmuteCall"]), Audience::Nobody);
    check(muted("BargeIn"), json!(["UnmuteCall"]), Audience::Nobody);
    let listening = json!({ "state": "ListenIn" });
    check(
        listening.clone(),
        json!(["SwitchToBargeIn"]),
        Audience::Nobody,
    );
    check(listening, json!(["SwitchToListenIn"]), Audience::Unknown);
}

#[test]
fn a_call_that_goes_on_without_the_agent_is_not_called_theirs() {
    let is_without = |harness: &Harness| harness.state().claim().is_without_agent;
    let mut harness = in_a_call_with(|call| call["mute"] = json!("Off"));
    assert!(!is_without(&harness));
    let mut transferred = leg("Established", &["Hangup"]);
    transferred["mute"] = json!("Off");
    transferred["participants"] = json!([{ "phoneNumber": "555-1234" }, { "phoneNumber": "6002" }]);
    harness.call_becomes(transferred);
    harness.advance(ms(100));
    assert!(is_without(&harness));
    // A server that never names the agent says nothing of that.
    let harness = in_a_call_with(|call| {
        call["participants"] = json!([{ "phoneNumber": "555-1234" }]);
    });
    assert!(!is_without(&harness));
}

#[test]
fn a_switch_from_elsewhere_is_shown_although_the_device_says_listen_in() {
    let mut harness = in_a_call_with(|call| call["mute"] = json!("On"));
    assert!(matches!(
        harness.state().claim().headline,
        Headline::Monitoring(_)
    ));
    let mut barged = leg("Established", &["Hangup", "SwitchToListenIn"]);
    barged["mute"] = json!("Off");
    harness.call_becomes(barged);
    harness.advance(ms(100));
    assert!(matches!(
        harness.state().claim().headline,
        Headline::HeardBy(_, Audience::Everyone)
    ));
    assert!(harness.has(|step| matches!(
        step,
        Step::Switched {
            audience: Audience::Everyone,
            ..
        }
    )));
}

#[test]
fn a_switch_is_confirmed_by_the_call() {
    let mut harness = in_a_call_with(|call| call["mute"] = json!("On"));
    harness.events.clear();
    harness.operate_call(CallOperation::SwitchToBargeIn);
    harness.advance(ms(100));
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Accepted]);
    let mut barged = leg("Established", &["Hangup", "SwitchToListenIn"]);
    barged["mute"] = json!("Off");
    harness.call_becomes(barged);
    harness.advance(ms(100));
    assert_eq!(
        harness.stages(),
        [Stage::Sent, Stage::Accepted, Stage::Confirmed]
    );
}

#[test]
fn who_will_hear_is_known_before_somebody_unmutes_themselves() {
    let check = |kind: Option<&str>, expect: Audience| {
        let harness = in_a_call_with(|call| {
            call["mute"] = json!("On");
            if let Some(kind) = kind {
                call["supervisorMonitoringState"] = json!({ "state": kind });
            }
        });
        let leg = harness.state().monitored_leg().unwrap();
        let after = |operation| leg.audience_after(operation);
        assert_eq!(after(CallOperation::UnmuteCall), Some(expect), "{kind:?}");
        let all = Some(Audience::Everyone);
        assert_eq!(after(CallOperation::SwitchToBargeIn), all);
        assert_eq!(after(CallOperation::SwitchToListenIn), None);
    };
    check(Some("Coach"), Audience::Agent);
    check(Some("BargeIn"), Audience::Everyone);
    check(Some("ListenIn"), Audience::Everyone);
    check(None, Audience::Everyone);
}

#[test]
fn a_muted_agent_is_claimed() {
    let harness = in_a_call_with(|call| {
        call["mute"] = json!("Off");
        call["monitoredUserMuted"] = json!(true);
    });
    assert!(harness.state().claim().agent_is_muted);
}

#[test]
fn a_call_that_outlives_the_monitoring_is_not_called_nobody() {
    let mut harness = in_a_call_with(|call| call["mute"] = json!("On"));
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(
        harness.state().claim().headline,
        Headline::CallOutlives(Audience::Nobody)
    );
}

#[test]
fn a_call_of_ones_own_is_shown_and_not_touched() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    let mut own = leg("Established", &["Hangup", "MuteCall"]);
    own["monitoring"] = json!(false);
    own["participants"] = json!([{ "phoneNumber": "555-9999" }]);
    harness.call_becomes(own);
    harness.advance(ms(100));
    assert_eq!(harness.state().all_legs().len(), 1);
    assert_eq!(harness.state().monitored_leg(), None);
    for operation in CallOperation::ALL {
        let asked = harness
            .machine
            .operate_call(&Harness::call_id(), operation, harness.now);
        assert_eq!(asked, Err(Obstacle::NoSuchCall), "{operation:?}");
    }
    assert!(!harness.has(|step| matches!(step, Step::Joined { .. })));
}

// Coach, barge in, numbers

#[test]
fn coaching_and_barging_in_are_confirmed_by_their_kind() {
    for kind in [MonitoringKind::Coach, MonitoringKind::BargeIn] {
        let mut harness = Harness::live();
        harness.monitor(kind.clone(), Mode::AllCalls);
        harness.advance(ms(50));
        assert_eq!(harness.gws.operations[0].1["operationName"], kind.as_str());
        // Another kind of the same target is not what was asked for.
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
fn a_problem_means_what_is_so() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.gws.operation = Some((403, r#"{"statusCode":3}"#.to_owned()));
    harness.machine.stop(harness.now).unwrap();
    harness.advance(ms(100));
    let state = harness.state();
    let problem = state.requests().problem().unwrap();
    assert!(matches!(state.meaning(problem), Meaning::Monitoring(_)));
}

#[test]
fn what_is_not_known_is_not_said_to_have_ended() {
    let mut harness = Harness::new();
    harness.gws.slow_path = Some("/me/devices");
    harness.gws.calls = json!([leg("Established", &["Hangup"])]);
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |h| h.state().claim().audience.is_some());
    assert_eq!(harness.state().claim().headline, Headline::NotKnown);
}

#[test]
fn receipts_keep_the_names_that_were_known_then() {
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
    // Somebody else is at that telephone.
    harness.gws.agent_name = "Al";
    harness.advance(ms(20_000));
    harness.machine.look_at_directory(harness.now);
    harness.advance(ms(100));
    assert_eq!(names(&harness), before);
}
