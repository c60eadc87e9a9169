//! T-Server's options, one rule each, and the SIP Cluster. Source unless another is named:
//! *CallSupervision*, section `TServer`.

use super::*;

/// `intrusion-enabled=false`: a supervisor is invited to the next call.
#[test]
fn without_intrusion_a_request_on_a_busy_agent_waits_for_the_next_call() {
    let mut world = with_options(TServerOptions {
        intrusion_enabled: false,
        ..TServerOptions::default()
    });
    world.arrives("6001");
    world.listen_to_all("6001");
    assert!(world.call(ME).is_none());
    world.ends("6001");
    world.arrives_from("6001", "555-5678");
    assert_eq!(world.calls_of(ME), ["Ringing 555-5678 6001"]);
}

/// `default-monitor-mode`. Assumption: `ListenIn` has no mode.
#[test]
fn the_default_mode_decides_how_listen_in_takes_part() {
    let mut world = with_options(TServerOptions {
        default_monitor_mode: Supervision::BargeIn,
        ..TServerOptions::default()
    });
    for (asked, how) in [
        (Supervision::ListenIn, Supervision::BargeIn),
        (Supervision::Coach, Supervision::Coach),
    ] {
        world.begin(asked, "6001");
        assert_eq!(world.monitored_by_me().how, how);
    }
}

/// `monitor-consult-calls=none`, the default.
#[test]
fn a_consult_call_is_not_joined() {
    for target in ["6001", "6002"] {
        let mut world = quiet();
        world.listen_to_all(target);
        world.arrives("6001");
        world.consult("6001", "6002").expect("a free agent");
        let before = world.calls_of(ME);
        world.answer("6002").expect("it rings");
        assert_eq!(world.calls_of(ME), before);
    }
}

fn cluster() -> World {
    with_options(TServerOptions {
        routing_point_monitoring: true,
        ..TServerOptions::default()
    })
}

/// Source: ListenIn page, SIP Cluster, 1.
#[test]
fn a_sip_cluster_has_scope_call_only() {
    let mut world = cluster();
    let refusal = world
        .listen(ME, "6001", Scope::Agent, Mode::AllCalls)
        .unwrap_err();
    assert_eq!(refusal, Refusal::ClusterScope);
    assert!(world.drain_changes().is_empty());
    world.listen_to_all("6001");
}

/// Source: ListenIn page, SIP Cluster, 2: silent supervision only; mute ↔ connect, no coach.
#[test]
fn a_sip_cluster_has_silent_supervision_only() {
    let mut world = cluster();
    for how in [Supervision::Coach, Supervision::BargeIn] {
        let refusal = world.ask(ME, MonitoringRequest::of("6001", how));
        assert_eq!(refusal, Err(Refusal::ClusterSilent));
    }
    let device = world.device(ME);
    assert!(device.can(&Capability::ListenIn));
    assert!(!device.can(&Capability::Coach) && !device.can(&Capability::BargeIn));
}

/// Source: ListenIn page, SIP Cluster, 2: only once the call is established with an agent.
#[test]
fn in_a_sip_cluster_a_supervisor_switches_only_after_the_agent_has_answered() {
    let mut world = cluster();
    world.listen_to_all("6001");
    world.call_rings("6001", "555-1234").expect("a free agent");
    world.answer_mine();
    assert_eq!(world.calls_of(ME), ["Established 555-1234 6001"]);
    world
        .operate_on_mine(ME, CallOperation::SwitchToBargeIn)
        .unwrap_err();
    world.answer("6001").expect("it rings");
    world.does(ME, CallOperation::SwitchToBargeIn);
    world.does(ME, CallOperation::SwitchToListenIn);
}

/// Source: ListenIn page, SIP Cluster, 3: no intrusion.
#[test]
fn in_a_sip_cluster_earlier_calls_are_not_joined() {
    let mut world = cluster();
    world.call_rings("6001", "555-1234").expect("a free agent");
    world.listen_to_all("6001");
    world.answer("6001").expect("it rings");
    assert!(world.call(ME).is_none());
    world.ends("6001");
    world.arrives_from("6001", "555-5678");
    assert_eq!(world.calls_of(ME), ["Ringing 555-5678 6001"]);
}
