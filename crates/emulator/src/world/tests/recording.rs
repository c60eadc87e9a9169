//! Recording a call. Source of what is known: *CallControl*, *CallResource*; the rest is assumed.

use super::*;

/// 6001 in a call with 555-1234; what was told so far is forgotten.
fn talking() -> (World, PersonId) {
    let mut world = quiet();
    world
        .call_arrives("6001", "555-1234")
        .expect("a free agent");
    world.drain_changes();
    let agent = world.agent("6001").expect("an agent");
    (world, agent)
}

fn offered(world: &World, who: PersonId) -> Vec<String> {
    let mut offers = world.offers_to(who).concat();
    offers.retain(|name| name.ends_with("CallRecording"));
    offers
}

#[test]
fn a_recording_is_begun_paused_resumed_and_ended() {
    let (mut world, agent) = talking();
    assert_eq!(world.own_calls(agent)[0].recording.as_str(), "Stopped");
    assert_eq!(offered(&world, agent), ["StartCallRecording"]);
    for (operation, state, offers) in [
        (
            CallOperation::StartCallRecording,
            "Recording",
            &["PauseCallRecording", "StopCallRecording"][..],
        ),
        (
            CallOperation::PauseCallRecording,
            "Paused",
            &["ResumeCallRecording", "StopCallRecording"],
        ),
        (
            CallOperation::ResumeCallRecording,
            "Recording",
            &["PauseCallRecording", "StopCallRecording"],
        ),
        (
            CallOperation::StopCallRecording,
            "Stopped",
            &["StartCallRecording"],
        ),
    ] {
        let name = operation.name();
        let again = operation.clone();
        world.operate_on_mine(agent, operation).expect("offered");
        let told = world.told(agent);
        assert_eq!(told, ["call: Established 555-1234 (recording)"], "{name}");
        assert_eq!(world.own_calls(agent)[0].recording.as_str(), state);
        assert_eq!(offered(&world, agent), offers);
        let refusal = world.operate_on_mine(agent, again);
        assert!(
            matches!(refusal, Err(Refusal::NotOffered { operation, .. }) if operation == name),
            "twice: {refusal:?}"
        );
    }
}

/// An assumption: it is offered to whoever talks.
#[test]
fn nothing_is_recorded_before_an_answer_on_hold_or_by_a_supervisor() {
    let mut world = quiet();
    world.call_rings("6001", "555-1234").expect("a free agent");
    let agent = world.agent("6001").expect("an agent");
    assert_eq!(offered(&world, agent), [""; 0]);
    world.answer("6001").expect("it rings");
    world.begin(Supervision::BargeIn, "6001");
    world.answer_mine();
    assert_eq!(offered(&world, ME), [""; 0]);
    world
        .operate_on_mine(agent, CallOperation::StartCallRecording)
        .expect("offered");
    world.hold("6001").expect("offered");
    assert_eq!(offered(&world, agent), [""; 0]);
    assert_eq!(world.own_calls(agent)[0].recording, Recording::Running);
    world.retrieve("6001").expect("offered");
    assert_eq!(
        offered(&world, agent),
        ["PauseCallRecording", "StopCallRecording"]
    );
}

/// An assumption.
#[test]
fn a_recording_is_its_owners_and_ends_with_their_part_in_the_call() {
    let (mut world, agent) = talking();
    world.listen_to_all("6001");
    world.answer_mine();
    world
        .operate_on_mine(agent, CallOperation::StartCallRecording)
        .expect("offered");
    world.drain_changes();
    assert_eq!(world.own_calls(ME)[0].recording, Recording::Stopped);
    world.transfer("6001", "6002").expect("a free agent");
    let released = world.drain_changes().into_iter().find_map(|change| {
        let What::Call(call, _) = change.what else {
            return None;
        };
        (change.owner == agent).then_some(call)
    });
    let released = released.expect("told");
    assert_eq!(released.resource.state, CallState::Released);
    assert_eq!(released.recording, Recording::Stopped);
    let colleague = world.agent("6002").expect("an agent");
    assert_eq!(world.own_calls(colleague)[0].recording, Recording::Stopped);
    assert_eq!(offered(&world, colleague), ["StartCallRecording"]);
}
