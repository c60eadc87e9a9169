//! Listening, coaching, barging in, and the switches between them.

use super::*;

/// A supervisor who takes part in a call of 6001 with 555-1234.
fn in_a_call(how: Supervision) -> World {
    let mut world = quiet();
    world.begin(how, "6001");
    world.arrives("6001");
    world.answer_mine();
    world.drain_changes();
    world
}

/// How the supervisor takes part according to their call: the state, whether muted, and the
/// switches.
#[track_caller]
fn shows(world: &World, how: Supervision, muted: bool, switches: &[&str]) {
    let mut call = world.call(ME).expect("a leg");
    assert_eq!((call.supervision, call.muted), (Some(how), muted));
    call.offers.retain(|name| name.starts_with("Switch"));
    assert_eq!(call.offers, switches);
}

/// Source: *SwitchToBargeIn*, *SwitchToListenIn*: mute `On` is listening, `Off` is barged in.
#[test]
fn a_supervisor_switches_between_listening_and_barging_in() {
    let mut world = in_a_call(Supervision::ListenIn);
    shows(&world, Supervision::ListenIn, true, &["SwitchToBargeIn"]);
    world.does(ME, CallOperation::SwitchToBargeIn);
    assert_eq!(world.notified(ME), ["call: Established 555-1234 6001"]);
    shows(&world, Supervision::BargeIn, false, &["SwitchToListenIn"]);
    world.does(ME, CallOperation::SwitchToListenIn);
    shows(&world, Supervision::ListenIn, true, &["SwitchToBargeIn"]);
}

/// Source: *SwitchToListenIn*, *SwitchToBargeIn*: both start from `Coach`, none leads there.
#[test]
fn there_is_no_way_back_to_coach() {
    for switch in [
        CallOperation::SwitchToListenIn,
        CallOperation::SwitchToBargeIn,
    ] {
        let mut world = in_a_call(Supervision::Coach);
        shows(
            &world,
            Supervision::Coach,
            false,
            &["SwitchToListenIn", "SwitchToBargeIn"],
        );
        world.operate_on_mine(ME, switch).expect("offered");
        let offers = world.offers_to(ME).concat();
        assert!(!offers.iter().any(|name| name.contains("Coach")));
        let switches = offers.iter().filter(|name| name.starts_with("Switch"));
        assert_eq!(switches.count(), 1);
    }
}

/// Assumption: the device still shows what was requested, and the next call begins with that.
#[test]
fn a_switch_affects_one_call() {
    let mut world = in_a_call(Supervision::ListenIn);
    world.does(ME, CallOperation::SwitchToBargeIn);
    let how = world.monitored_by_me().how;
    assert_eq!(how, Supervision::ListenIn);
    world.ends("6001");
    world.arrives_from("6001", "555-5678");
    world.answer_mine();
    shows(&world, Supervision::ListenIn, true, &["SwitchToBargeIn"]);
}

/// Source: the call's `capabilities` are the authority (*AsyncTelephonyOperations*).
#[test]
fn an_operation_that_is_not_offered_is_refused_and_changes_nothing() {
    let mut world = in_a_call(Supervision::ListenIn);
    for operation in [
        CallOperation::Answer,
        CallOperation::Hold,
        CallOperation::SwitchToListenIn,
        CallOperation::MuteMonitoredUser,
        CallOperation::MuteCall,
        CallOperation::UnmuteCall,
        CallOperation::ClearCall,
    ] {
        let name = operation.name();
        let refusal = world.operate_on_mine(ME, operation).unwrap_err();
        assert_eq!(refusal.code(), StatusCode::PARAMETER_INVALID);
        let wording = refusal.to_string();
        assert!(
            wording.contains(name) && wording.contains("SwitchToBargeIn"),
            "{wording}"
        );
    }
    assert!(world.drain_changes().is_empty());
}

/// Source: *BargeIn*: agent and customer both hear the supervisor. Assumption: therefore both see
/// the supervisor.
#[test]
fn only_a_supervisor_who_has_barged_in_is_a_participant() {
    let mut world = in_a_call(Supervision::Coach);
    let agent = world.agent("6001").expect("an agent");
    assert_eq!(world.calls_of(agent), ["Established 555-1234"]);
    world.does(ME, CallOperation::SwitchToBargeIn);
    assert_eq!(
        world.notified(agent),
        ["call: Established 555-1234 5005 (participants) heard"]
    );
    world.does(ME, CallOperation::SwitchToListenIn);
    assert_eq!(world.calls_of(agent), ["Established 555-1234"]);
}

/// Source: *MuteMonitoredUser*, *UnmuteMonitoredUser*: `monitoredUserMuted`, with its own message
/// type; the sample's supervisor is barged in.
#[test]
fn a_supervisor_who_has_barged_in_can_mute_the_agent() {
    let mut world = in_a_call(Supervision::BargeIn);
    world.does(ME, CallOperation::MuteMonitoredUser);
    assert_eq!(
        world.notified(ME),
        ["call: Established 555-1234 6001 (muted)"]
    );
    let call = world.call(ME).expect("a leg");
    assert!(call.agents_muted);
    let offers = world.offers_to(ME).concat();
    assert!(offers.contains(&"UnmuteMonitoredUser"));
    assert!(offers.contains(&"SwitchToListenIn"));
    world.does(ME, CallOperation::UnmuteMonitoredUser);
    assert_eq!(
        world.notified(ME),
        ["call: Established 555-1234 6001 (muted)"]
    );
    assert!(!world.call(ME).expect("a leg").agents_muted);
}

/// Assumption: otherwise nobody would talk to the customer.
#[test]
fn switching_back_to_listening_unmutes_the_agent() {
    let mut world = in_a_call(Supervision::BargeIn);
    for operation in [
        CallOperation::MuteMonitoredUser,
        CallOperation::SwitchToListenIn,
    ] {
        world.operate_on_mine(ME, operation).expect("offered");
    }
    let call = world.call(ME).expect("a leg");
    assert!(!call.agents_muted);
    assert!(call.muted);
}

/// Assumption: a call needs two parties who can talk; a supervisor who has barged in is one.
#[test]
fn a_supervisor_who_has_barged_in_stays_with_the_customer_when_the_agent_leaves() {
    let mut world = in_a_call(Supervision::BargeIn);
    world.leave_call("6001").expect("a call");
    assert_eq!(
        world.notified(ME),
        ["call: Established 555-1234 (participants)"]
    );
    world.is_consistent();
    world.does(ME, CallOperation::Hangup);
    assert_eq!(world.calls.iter().count(), 0);

    let mut world = in_a_call(Supervision::ListenIn);
    world.leave_call("6001").expect("a call");
    assert_eq!(world.notified(ME), ["call: Released 555-1234 6001"]);
}

/// Source: ListenIn page: with scope `Agent` the supervisor is released with the agent.
#[test]
fn with_scope_agent_a_supervisor_who_has_barged_in_leaves_with_the_agent() {
    let mut world = quiet();
    world
        .ask(
            ME,
            MonitoringRequest {
                scope: Some(Scope::Agent),
                ..MonitoringRequest::of("6001", Supervision::BargeIn)
            },
        )
        .expect("accepted");
    world.arrives("6001");
    world.answer_mine();
    world.leave_call("6001").expect("a call");
    assert_eq!(world.calls.iter().count(), 0);
}

/// Source: *RemoveParticipantFromConference*: the owner may, and a supervisor during monitoring.
#[test]
fn a_supervisor_may_remove_a_party_during_monitoring() {
    let mut world = in_a_call(Supervision::BargeIn);
    let remove = |participant: &str| CallOperation::RemoveParticipantFromConference {
        participant: participant.to_owned(),
    };
    let refusal = world.operate_on_mine(ME, remove("6002")).unwrap_err();
    assert_eq!(refusal, Refusal::NotAParticipant("6002".to_owned()));
    world.operate_on_mine(ME, remove("6001")).expect("offered");
    assert_eq!(world.calls_of(ME), ["Established 555-1234"]);
    let agent = world.agent("6001").expect("an agent");
    assert_eq!(world.calls_of(agent), [""; 0]);
}
