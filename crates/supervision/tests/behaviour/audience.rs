//! Who hears the supervisor in a call, whatever caused it.

use gws::CallOperation;
use serde_json::{Value, json};
use supervision::{Audience, Headline, Obstacle, RequestStage as Stage, Step};

use crate::harness::{Harness, device, leg, ms};

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
    // The two marks contradict each other.
    check(Some("On"), Some("Coach"), Audience::Unknown);
    check(Some("On"), Some("BargeIn"), Audience::Unknown);
}

#[test]
fn capabilities_decide_if_the_marks_of_a_call_contradict_each_other() {
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
    // A server that never names the agent gives no evidence of that.
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
fn the_supervisors_own_call_is_shown_without_operations() {
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
