//! What devices and channels can be asked for.

use super::*;

/// Source: *DoNotDisturbOn*: the capability swaps to the opposite one.
#[test]
fn do_not_disturb_turns_calls_away() {
    let mut world = quiet();
    let agent = world.agent("6001").expect("an agent");
    let device = world.device_id(agent).to_string();
    world
        .set_do_not_disturb(agent, &device, true)
        .expect("offered");
    let resource = world.device(agent).resource;
    assert_eq!(resource.do_not_disturb, Some(gws::Toggle::On));
    assert!(resource.can(&Capability::DoNotDisturbOff));
    assert!(!resource.can(&Capability::DoNotDisturbOn));
    assert_eq!(
        world.call_arrives("6001", "555-1234"),
        Err(Refusal::DoNotDisturb("6001".to_owned()))
    );
    let again = world.set_do_not_disturb(agent, &device, true).unwrap_err();
    assert_eq!(again.code(), StatusCode::PARAMETER_INVALID);
    world
        .set_do_not_disturb(agent, &device, false)
        .expect("offered");
    world
        .call_arrives("6001", "555-1234")
        .expect("a free agent");
}

/// Source: *AgentStateNotReady*, *AuxWork*, captured traffic for the ids.
#[test]
fn one_changes_ones_own_state() {
    let mut world = quiet();
    let agent = world.agent("6001").expect("an agent");
    for (operation, state, work_mode, reason) in [
        (ChannelOperation::NotReady(None), "NotReady", None, None),
        (
            ChannelOperation::NotReady(Some(Reason::Lunch)),
            "NotReady",
            None,
            Some("Lunch"),
        ),
        (ChannelOperation::AuxWork, "NotReady", Some("AuxWork"), None),
        (
            ChannelOperation::AfterCallWork,
            "NotReady",
            Some("AfterCallWork"),
            None,
        ),
        (ChannelOperation::Ready, "Ready", None, None),
    ] {
        world.set_own_state(agent, operation).expect("logged in");
        let found = world.device(agent).resource.user_state.expect("a state");
        assert_eq!(found.state.as_str(), state);
        assert_eq!(
            found.work_mode.as_ref().map(gws::device::WorkMode::as_str),
            work_mode
        );
        assert_eq!(found.reason.as_deref(), reason);
    }
    world
        .set_own_state(agent, ChannelOperation::Offline)
        .expect("logged in");
    assert!(!world.device(agent).resource.is_active());
    let refusal = world.set_own_state(agent, ChannelOperation::Ready);
    assert_eq!(refusal, Err(Refusal::NotRegistered("6001".to_owned())));
}

/// Source: *AgentStateControlNotReady*: the agent is told on `/v2/me/channels`.
#[test]
fn a_supervisor_changes_an_agents_state() {
    let mut world = quiet();
    let agent = world.agent("6001").expect("an agent");
    world
        .set_state_of_agent(ME, agent, ChannelOperation::NotReady(None))
        .expect("a supervisor");
    assert_eq!(world.told(agent), ["device: NotReady", "channel"]);
    let refusal = world
        .set_state_of_agent(agent, agent, ChannelOperation::Ready)
        .unwrap_err();
    assert_eq!(refusal.code(), StatusCode::NO_PERMISSION);
    let refusal = world
        .set_state_of_agent(ME, OTHER, ChannelOperation::Ready)
        .unwrap_err();
    assert_eq!(refusal, Refusal::NotAnAgent("5006".to_owned()));
    world
        .set_state_of_agent(ME, agent, ChannelOperation::Offline)
        .expect("a supervisor");
    assert!(!world.device(agent).resource.is_active());
}
