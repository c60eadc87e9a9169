//! Operations on devices and channels.

use super::*;

/// Source: *DoNotDisturbOn*: the capability swaps to the opposite one.
#[test]
fn do_not_disturb_rejects_calls() {
    let mut world = quiet();
    let agent = world.agent("6001").expect("an agent");
    let device = world.device_id(agent).to_string();
    world
        .set_do_not_disturb(agent, &device, true)
        .expect("offered");
    let found = world.device(agent);
    assert!(found.do_not_disturb);
    assert!(found.can(&Capability::DoNotDisturbOff));
    assert!(!found.can(&Capability::DoNotDisturbOn));
    assert_eq!(
        world.call_arrives("6001", "555-1234"),
        Err(Refusal::DoNotDisturb("6001".to_owned()))
    );
    let again = world.set_do_not_disturb(agent, &device, true).unwrap_err();
    assert_eq!(again.code(), StatusCode::PARAMETER_INVALID);
    world
        .set_do_not_disturb(agent, &device, false)
        .expect("offered");
    world.arrives("6001");
}

/// Source: *AgentStateNotReady*, *AuxWork*, captured traffic for the ids.
#[test]
fn a_user_changes_their_own_state() {
    let mut world = quiet();
    let agent = world.agent("6001").expect("an agent");
    for (operation, presence) in [
        (ChannelOperation::NotReady(None), Presence::NotReady(None)),
        (
            ChannelOperation::NotReady(Some(Reason::Lunch)),
            Presence::NotReady(Some(Reason::Lunch)),
        ),
        (ChannelOperation::AuxWork, Presence::AuxWork),
        (ChannelOperation::AfterCallWork, Presence::AfterCallWork),
        (ChannelOperation::Ready, Presence::Ready),
        (ChannelOperation::Offline, Presence::LoggedOut),
    ] {
        world.set_own_state(agent, operation).expect("logged in");
        assert_eq!(world.device(agent).presence, presence);
    }
    let refusal = world.set_own_state(agent, ChannelOperation::Ready);
    assert_eq!(refusal, Err(Refusal::NotRegistered("6001".to_owned())));
}

/// Source: *AgentStateControlNotReady*: the agent is notified on `/v2/me/channels`.
#[test]
fn a_supervisor_changes_an_agents_state() {
    let mut world = quiet();
    let agent = world.agent("6001").expect("an agent");
    world
        .set_state_of_agent(ME, agent, ChannelOperation::NotReady(None))
        .expect("a supervisor");
    assert_eq!(world.notified(agent), ["device: NotReady", "channel"]);
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
    assert_eq!(world.device(agent).presence, Presence::LoggedOut);
}
