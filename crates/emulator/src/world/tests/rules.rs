//! Who may monitor whom.

use super::*;

/// Source: *TMonitorNextCall*: a second supervisor's request is rejected.
#[test]
fn an_agent_has_one_supervisor() {
    let mut world = quiet();
    world.listen_to_all("6001");
    world.drain_changes();
    let refusal = world.other_listens("6001").unwrap_err();
    assert_eq!(refusal, Refusal::MonitoredByAnother("6001".to_owned()));
    assert_eq!(refusal.code(), StatusCode::FORBIDDEN);
    assert!(world.drain_changes().is_empty());
    world.cancel(ME).expect("cancelled");
    world.other_listens("6001").expect("free now");
}

#[test]
fn a_refused_request_for_another_agent_leaves_the_first_monitoring() {
    let mut world = quiet();
    world.listen_to_all("6001");
    world.other_listens("6002").expect("accepted");
    world.drain_changes();
    world
        .listen(ME, "6002", Scope::Call, Mode::AllCalls)
        .unwrap_err();
    assert!(world.drain_changes().is_empty());
    assert_eq!(world.monitored_by_me().target_number, "6001");
}

/// Source: *TMonitorNextCall*: "when either the supervisor or the agent logs out".
#[test]
fn monitoring_ends_when_the_agent_logs_out() {
    let mut world = quiet();
    world.listen_to_all("6001");
    world.arrives("6001");
    world.drain_changes();
    world
        .set_state("6001", Presence::LoggedOut)
        .expect("an agent");
    assert_eq!(
        world.notified(ME),
        ["call: Released 555-1234 6001", "device: NotReady"]
    );
    assert_eq!(
        world.listen(ME, "6001", Scope::Call, Mode::AllCalls),
        Err(Refusal::LoggedOut("6001".to_owned()))
    );
}

/// Source: captured traffic; the wording is that of *ErrorHandling*.
#[test]
fn an_inactive_device_has_no_user_state_and_no_capabilities() {
    let mut world = quiet();
    world.listen_to_all("6001");
    world.drain_changes();
    world.set_supervisor_active(ME, false);
    assert_eq!(world.notified(ME), ["device: NotReady", "device: inactive"]);
    assert_eq!(world.device(ME).capabilities, []);
    let refusal = world
        .listen(ME, "6001", Scope::Call, Mode::AllCalls)
        .unwrap_err();
    assert_eq!(refusal.to_string(), "Device '5005' is not registered.");
    world.set_supervisor_active(ME, true);
    assert_eq!(world.notified(ME), ["device: LoggedIn", "device: NotReady"]);
}

/// An assumption.
#[test]
fn a_target_is_named_by_uri_or_number_or_both_if_they_agree() {
    let mut world = quiet();
    let mine = world.device_id(ME).to_string();
    let agents = world.agents();
    let request = |uri: Option<&str>, number: Option<&str>| MonitoringRequest {
        target_device_uri: uri.map(str::to_owned),
        phone_number: number.map(str::to_owned),
        ..MonitoringRequest::of("", Supervision::ListenIn)
    };
    let elsewhere = agents[0].device_id.to_uri("https://another.example/api/v2");
    world
        .monitor(ME, &mine, request(Some(&elsewhere), None))
        .expect("whatever the host");
    world
        .monitor(ME, &mine, request(Some(&elsewhere), Some("6001")))
        .expect("the same");
    world.drain_changes();

    let own = world.device_id(ME).to_uri("http://h/api/v2");
    for (uri, number, expected) in [
        (None, None, StatusCode::PARAMETER_MISSING),
        (
            Some(elsewhere.as_str()),
            Some("6002"),
            StatusCode::PARAMETER_INVALID,
        ),
        (Some("nonsense"), None, StatusCode::OUT_OF_RANGE),
        (Some(""), None, StatusCode::OUT_OF_RANGE),
        (Some("/devices/1"), None, StatusCode::OUT_OF_RANGE),
        (
            Some("http://h/api/v2/users/1"),
            None,
            StatusCode::OUT_OF_RANGE,
        ),
        (
            Some("http://h/api/v2/devices/"),
            None,
            StatusCode::OUT_OF_RANGE,
        ),
        (
            Some("http://h/api/v2/devices/1"),
            None,
            StatusCode::NOT_FOUND,
        ),
        (None, Some("9999"), StatusCode::NOT_FOUND),
        (Some(own.as_str()), None, StatusCode::PARAMETER_INVALID),
    ] {
        let refusal = world.monitor(ME, &mine, request(uri, number)).unwrap_err();
        assert_eq!(refusal.code(), expected, "{uri:?} {number:?}: {refusal}");
    }
    assert!(world.drain_changes().is_empty());
    assert_eq!(world.monitored_by_me().target_number, "6001");
}

/// Source: *DevicesAttribs*: for `ROLE_SUPERVISOR`.
#[test]
fn an_agent_may_not_listen() {
    let mut world = quiet();
    let agent = world.agent("6002").expect("an agent");
    let refusal = world
        .listen(agent, "6001", Scope::Call, Mode::AllCalls)
        .unwrap_err();
    assert_eq!(refusal.code(), StatusCode::NO_PERMISSION);
    assert!(!world.device(agent).can(&Capability::ListenIn));
}

/// An assumption.
#[test]
fn a_supervisor_who_takes_calls_can_be_monitored() {
    let mut world = quiet();
    let device = world.device_id(OTHER).to_string();
    world
        .set_do_not_disturb(OTHER, &device, false)
        .expect("offered");
    world.listen_to_all("5006");
    world.drain_changes();
    world.arrives("5006");
    assert_eq!(world.notified(ME), ["call: Ringing 555-1234 5006"]);
    world.answer_mine();
    world.drain_changes();
    world.set_supervisor_active(OTHER, false);
    assert_eq!(
        world.notified(ME),
        ["call: Released 555-1234 5006", "device: NotReady"]
    );
    let refusal = world.listen(ME, "5006", Scope::Call, Mode::AllCalls);
    assert_eq!(refusal, Err(Refusal::LoggedOut("5006".to_owned())));
}

/// An assumption.
#[test]
fn monitoring_oneself_is_refused() {
    let mut world = quiet();
    let refusal = world.listen(ME, "5005", Scope::Call, Mode::AllCalls);
    assert_eq!(refusal, Err(Refusal::Oneself));
    assert!(world.drain_changes().is_empty());
}

/// An assumption: a call that the target only monitors is not the target's own.
#[test]
fn a_call_that_the_target_only_monitors_is_not_joined() {
    let mut world = quiet();
    world.other_listens("6001").expect("accepted");
    world.arrives("6001");
    world.answer("5006").expect("it rings");
    world.listen_to_all("5006");
    assert!(world.call(ME).is_none(), "neither when asking");
    world.ends("6001");
    world.arrives_from("6001", "555-5678");
    world.answer("5006").expect("it rings");
    assert!(world.call(ME).is_none(), "nor later");
}
