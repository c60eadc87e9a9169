//! T-Server's options, one rule each, and the SIP Cluster. Source unless said otherwise:
//! *CallSupervision*, section `TServer`.

use super::*;

/// `intrusion-enabled=false`: a supervisor is invited to the next call.
#[test]
fn without_intrusion_a_request_on_a_busy_agent_waits_for_the_next_call() {
    let mut world = with_option("intrusion-enabled=false");
    world.arrives("6001");
    world.listen_to_all("6001");
    assert!(world.call(ME).is_none());
    world.end_call("6001").expect("a call");
    world
        .call_arrives("6001", "555-5678")
        .expect("a free agent");
    assert_eq!(world.calls_of(ME), ["Ringing 555-5678 6001"]);
}

/// `monitor-internal-calls=false`: only calls with an external party are monitored.
#[test]
fn internal_calls_are_monitored_unless_the_option_says_otherwise() {
    for (mut world, monitored) in [
        (quiet(), true),
        (with_option("monitor-internal-calls=false"), false),
    ] {
        world.listen_to_all("6001");
        world.calls_somebody("6001", "6002").expect("a free agent");
        world.answer("6002").expect("it rings");
        assert_eq!(world.call(ME).is_some(), monitored);
        world.end_call("6001").expect("a call");
        world.arrives("6001");
        assert!(world.call(ME).is_some());
    }
}

/// `monitor-internal-calls=false`. An assumption: it is the parties of the moment that count.
#[test]
fn an_internal_call_is_monitored_once_somebody_outside_joins_it() {
    let outside = || CallOperation::SingleStepConference {
        destination: "5558675309".to_owned(),
    };
    let mut world = with_option("monitor-internal-calls=false");
    world.listen_to_all("6002");
    world.calls_somebody("6001", "6002").expect("a free agent");
    world.answer("6002").expect("it rings");
    assert_eq!(world.calls_of(ME), [""; 0]);
    let agent = world.agent("6001").expect("an agent");
    world.operate_on_mine(agent, outside()).expect("offered");
    assert_eq!(world.calls_of(ME), ["Ringing 5558675309 6001 6002"]);
    world.answer_mine();
    world.advance(60_000);
    world.customer_hangs_up("5558675309").expect("a party");
    assert_eq!(world.calls_of(ME), ["Established 6001 6002"], "stays");
    world.leave_call("5005").expect("a call");
    world.operate_on_mine(agent, outside()).expect("offered");
    assert_eq!(world.calls_of(ME).len(), 1, "called again");

    // Without the option a supervisor who has left is not called to the same call again.
    let mut world = quiet();
    world.listen_to_all("6002");
    world.calls_somebody("6001", "6002").expect("a free agent");
    world.answer("6002").expect("it rings");
    world.leave_call("5005").expect("a call");
    let agent = world.agent("6001").expect("an agent");
    world.operate_on_mine(agent, outside()).expect("offered");
    assert_eq!(world.calls_of(ME), [""; 0]);
}

/// `monitor-consult-calls`: those to (`dest`), by (`orig`), or to and by (`all`) a monitored agent.
#[test]
fn consult_calls_are_monitored_as_the_option_says() {
    for (option, of_whoever_asks, of_whoever_is_asked) in [
        ("none", false, false),
        ("dest", false, true),
        ("orig", true, false),
        ("all", true, true),
    ] {
        let heard = |target: &str| {
            let mut world = with_option(&format!("monitor-consult-calls={option}"));
            world.arrives("6001");
            world.drain_changes();
            world.listen_to_all(target);
            world.consult("6001", "6002").expect("a free agent");
            world.answer("6002").expect("it rings");
            let calls = world.calls_of(ME);
            calls.contains(&"Ringing 6001 6002".to_owned())
        };
        assert_eq!(heard("6001"), of_whoever_asks, "{option}");
        assert_eq!(heard("6002"), of_whoever_is_asked, "{option}");
    }
}

/// `default-monitor-scope`: for requests that name none.
#[test]
fn the_default_scope_is_for_requests_that_name_none() {
    for (mut world, scope) in [
        (quiet(), Scope::Call),
        (with_option("default-monitor-scope=agent"), Scope::Agent),
    ] {
        let request = MonitoringRequest {
            scope: None,
            ..MonitoringRequest::of("6001", Supervision::ListenIn)
        };
        world.ask(ME, request).expect("accepted");
        assert_eq!(world.monitoring("5005").expect("monitoring").scope, scope);
        let request = MonitoringRequest::of("6001", Supervision::ListenIn);
        world.ask(ME, request).expect("accepted");
        let found = world.monitoring("5005").expect("monitoring");
        assert_eq!(found.scope, Scope::Call, "named");
    }
}

/// `default-monitor-mode`. Assumption: `ListenIn` names none.
#[test]
fn the_default_mode_decides_what_listen_in_means() {
    for (mode, how) in [
        ("mute", Supervision::ListenIn),
        ("coach", Supervision::Coach),
        ("connect", Supervision::BargeIn),
        ("normal", Supervision::BargeIn),
    ] {
        let mut world = with_option(&format!("default-monitor-mode={mode}"));
        world.begin(Supervision::ListenIn, "6001");
        assert_eq!(world.monitoring("5005").expect("monitoring").how, how);
        world.begin(Supervision::Coach, "6001");
        let found = world.monitoring("5005").expect("monitoring");
        assert_eq!(found.how, Supervision::Coach, "named");
    }
}

/// `cancel-monitor-on-disconnect`.
#[test]
fn monitoring_ends_with_the_connection_to_t_server_unless_the_option_says_otherwise() {
    for (mut world, goes_on) in [
        (quiet(), false),
        (with_option("cancel-monitor-on-disconnect=false"), true),
    ] {
        world.listen_to_all("6001");
        world.arrives("6001");
        world.t_server_disconnects();
        assert_eq!(world.monitoring("5005").is_some(), goes_on);
        assert_eq!(world.call(ME).is_some(), goes_on);
    }
}

#[test]
fn an_invalid_option_is_refused_with_the_allowed_values() {
    for (setting, words) in [
        ("intrusion-enabled", "NAME=VALUE"),
        ("intrusion-enabled=maybe", "true, false"),
        ("monitor-consult-calls=some", "none, dest, orig, all"),
        ("default-monitor-scope=Call", "call, agent"),
        ("default-monitor-mode=", "mute, normal, connect, coach"),
        ("intrusion=true", "there are intrusion-enabled"),
    ] {
        let error = setting.parse::<OptionSetting>().unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

fn cluster() -> World {
    let mut config = config(1);
    config.t_server.routing_point_monitoring = true;
    World::new(config)
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
    world.end_call("6001").expect("a call");
    world
        .call_arrives("6001", "555-5678")
        .expect("a free agent");
    assert_eq!(world.calls_of(ME), ["Ringing 555-5678 6001"]);
}
