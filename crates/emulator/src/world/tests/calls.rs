//! Monitored calls: when a supervisor's leg begins and ends.

use super::*;

/// Source: *CancelSupervisorMonitoring*.
#[test]
fn a_cancellation_removes_state_and_capability() {
    let mut world = quiet();
    world.listen_to_all("6001");
    let offered = world.device(ME);
    assert!(offered.can(&Capability::CancelSupervisorMonitoring));
    world.drain_changes();
    world.cancel(ME).expect("cancelled");
    assert_eq!(world.notified(ME), ["device: NotReady"]);
    assert!(
        !world
            .device(ME)
            .can(&Capability::CancelSupervisorMonitoring)
    );
    assert_eq!(
        world.cancel(ME),
        Err(Refusal::NotMonitoring("5005".to_owned()))
    );
    assert_eq!(world.notified(ME), [""; 0]);
}

/// Source: ListenIn page; *MonitoringCalls* for when.
#[test]
fn the_supervisor_gets_a_leg_when_the_agent_gets_a_call() {
    let mut world = quiet();
    world.listen_to_all("6001");
    world.drain_changes();
    world.arrives("6001");
    assert_eq!(world.notified(ME), ["call: Ringing 555-1234 6001"]);
    world.answer_mine();
    assert_eq!(world.notified(ME), ["call: Established 555-1234 6001"]);
    world.ends("6001");
    assert_eq!(world.notified(ME), ["call: Released 555-1234 6001"]);
    assert!(
        world.monitoring("5005").is_some(),
        "all calls are monitored"
    );
}

/// An assumption.
#[test]
fn the_leg_can_begin_answered() {
    let mut world = world(4, false, SupervisorLeg::Answered, 1);
    world.listen_to_all("6001");
    world.drain_changes();
    world.arrives("6001");
    assert_eq!(world.notified(ME), ["call: Established 555-1234 6001"]);
}

/// An assumption.
#[test]
fn the_agents_call_shows_that_a_supervisor_listens() {
    let mut world = quiet();
    let agent = world.agent("6001").expect("an agent");
    world.listen_to_all("6001");
    world.arrives("6001");
    assert_eq!(
        world.notified(agent),
        ["call: Ringing 555-1234", "call: Established 555-1234"]
    );
    world.answer_mine();
    assert_eq!(world.notified(agent), ["call: Established 555-1234 heard"]);
    world.does(ME, CallOperation::Hangup);
    assert_eq!(world.notified(agent), ["call: Established 555-1234"]);
}

/// Source: *CallSupervision*, `intrusion-enabled`; *BargeIn*.
#[test]
fn a_request_during_a_call_joins_it_at_once() {
    for how in [
        Supervision::ListenIn,
        Supervision::Coach,
        Supervision::BargeIn,
    ] {
        let mut world = quiet();
        world.arrives("6001");
        world.drain_changes();
        world.begin(how, "6001");
        assert_eq!(
            world.notified(ME),
            ["device: 6001 Call AllCalls", "call: Ringing 555-1234 6001"]
        );
    }
}

/// Source: ListenIn page, `supervisorMonitoringMode`.
#[test]
fn next_call_monitoring_ends_with_the_call() {
    let mut world = listening(Scope::Call, Mode::NextCall);
    world.ends("6001");
    assert_eq!(
        world.notified(ME),
        ["call: Released 555-1234 6001", "device: NotReady"]
    );
    world.arrives_from("6001", "555-9999");
    assert_eq!(world.notified(ME), [""; 0]);
}

/// An assumption.
#[test]
fn leaving_a_call_keeps_monitoring_of_all_calls() {
    let mut world = listening(Scope::Call, Mode::AllCalls);
    world.does(ME, CallOperation::Hangup);
    assert_eq!(world.notified(ME), ["call: Released 555-1234 6001"]);
    assert!(world.monitoring("5005").is_some());
    world.ends("6001");
    world.arrives_from("6001", "555-5678");
    assert_eq!(world.notified(ME), ["call: Ringing 555-5678 6001"]);
}

/// An assumption.
#[test]
fn cancelling_releases_the_leg() {
    let mut world = quiet();
    world.listen_to_all("6001");
    world.arrives("6001");
    world.drain_changes();
    world.cancel(ME).expect("cancelled");
    assert_eq!(
        world.notified(ME),
        ["call: Released 555-1234 6001", "device: NotReady"]
    );
    assert!(world.call(ME).is_none());
}

/// Source: *TMonitorNextCall*.
#[test]
fn a_request_for_another_agent_cancels_the_first() {
    let mut world = quiet();
    world.listen_to_all("6001");
    world.drain_changes();
    world.listen_to_all("6002");
    assert_eq!(
        world.notified(ME),
        ["device: NotReady", "device: 6002 Call AllCalls"]
    );
    world.arrives("6001");
    assert_eq!(world.notified(ME), [""; 0]);
}

/// An assumption: the leg stays unchanged, as there is no switch to `Coach`.
#[test]
fn another_request_for_the_same_agent_applies_from_the_next_call_on() {
    let mut world = listening(Scope::Call, Mode::AllCalls);
    let request = MonitoringRequest {
        scope: Some(Scope::Agent),
        mode: Mode::NextCall,
        ..MonitoringRequest::of("6001", Supervision::Coach)
    };
    world.ask(ME, request).expect("accepted");
    assert_eq!(world.notified(ME), ["device: 6001 Agent NextCall"]);
    let how = world.monitored_by_me().how;
    assert_eq!(how, Supervision::Coach);
    let leg = world.call(ME).expect("a leg");
    assert_eq!(leg.state, CallState::Established);
    assert_eq!(
        leg.supervision,
        Some(Supervision::ListenIn),
        "still listens"
    );
}

/// Source: ListenIn page, `supervisorMonitoringScope`; the same for every kind of transfer.
#[test]
fn the_scope_decides_who_stays_with_a_transferred_call() {
    type Way = fn(&mut World) -> Result<(), Refusal>;
    let ways: [Way; 2] = [
        |world| world.transfer("6001", "6002"),
        |world| {
            world.consult("6001", "6002")?;
            world.answer("6002")?;
            world.drain_changes();
            world.complete_transfer("6001")
        },
    ];
    for (scope, received) in [
        (
            Scope::Call,
            "call: Established 555-1234 6002 (participants)",
        ),
        (Scope::Agent, "call: Released 555-1234 6001"),
    ] {
        for hand_on in ways {
            let mut world = listening(scope.clone(), Mode::AllCalls);
            hand_on(&mut world).expect("transferred");
            assert_eq!(world.notified(ME), [received]);
            assert!(world.monitoring("5005").is_some());
            world.is_consistent();
        }
    }
}

/// An assumption: a supervisor in an earlier call is not called to the agent's next call.
#[test]
fn a_supervisor_in_a_transferred_call_does_not_join_another() {
    let mut world = listening(Scope::Call, Mode::AllCalls);
    world.transfer("6001", "6002").expect("transferred");
    world.transfer("6002", "6003").expect("transferred");
    world.arrives_from("6001", "555-5678");
    assert_eq!(world.calls_of(ME), ["Established 555-1234 6003"]);
    world.drain_changes();
    world.end_call("6003").expect("a call");
    assert_eq!(world.notified(ME), ["call: Released 555-1234 6003"]);
}

/// Source: *TMonitorNextCall*: one supervisor per agent.
#[test]
fn the_supervisor_of_the_agent_who_takes_a_transferred_call_is_called() {
    let mut world = quiet();
    world.listen_to_all("6001");
    world.other_listens("6002").expect("accepted");
    world.arrives("6001");
    world.drain_changes();
    world.transfer("6001", "6002").expect("transferred");
    assert_eq!(world.notified(OTHER), ["call: Ringing 555-1234 6002"]);
    assert!(world.call(ME).is_some());
}
