//! Hold, consultation, transfer, conference, for agents and supervisors.

use super::*;
use gws::CallType;

/// 6001 in a call with 555-1234; earlier notifications are drained.
fn talking() -> World {
    let mut world = quiet();
    world.arrives("6001");
    world.drain_changes();
    world
}

/// 6001 consults 6002, who has answered.
fn consulting() -> World {
    let mut world = talking();
    world.consult("6001", "6002").expect("a free agent");
    world.answer("6002").expect("it rings");
    world.drain_changes();
    world
}

fn who(world: &World, number: &str) -> PersonId {
    world.agent(number).expect("an agent")
}

/// The calls of which somebody was notified.
fn received(changes: &[Change], owner: PersonId) -> Vec<String> {
    let own = changes.iter().filter(|change| change.owner == owner);
    own.filter_map(|change| match &change.what {
        What::Call(call, _) => Some(in_short(call)),
        _ => None,
    })
    .collect()
}

/// Source: *CallControl*, Hold and Retrieve.
#[test]
fn a_call_is_held_and_retrieved() {
    let mut world = talking();
    let agent = who(&world, "6001");
    world.hold("6001").expect("offered");
    assert_eq!(world.notified(agent), ["call: Held 555-1234"]);
    assert!(world.hold("6001").is_err(), "only once");
    world.retrieve("6001").expect("offered");
    assert_eq!(world.notified(agent), ["call: Established 555-1234"]);
    assert!(world.retrieve("6001").is_err());
}

/// An assumption: the supervisor keeps listening during the hold.
#[test]
fn a_supervisor_stays_with_a_call_that_is_on_hold() {
    let mut world = talking();
    world.listen_to_all("6001");
    world.answer_mine();
    world.drain_changes();
    world.hold("6001").expect("offered");
    assert_eq!(world.notified(ME), [""; 0]);
    assert_eq!(world.calls_of(ME), ["Established 555-1234 6001"]);
}

/// Source: *InitiateTransfer*: the original call is held, a call of type `Consult` is dialled, with
/// `parentCallUri`.
#[test]
fn consulting_holds_the_call_and_dials_another() {
    let mut world = talking();
    let (agent, third) = (who(&world, "6001"), who(&world, "6002"));
    world.consult("6001", "6002").expect("a free agent");
    let changes = world.drain_changes();
    let received = |owner| received(&changes, owner);
    assert_eq!(received(agent), ["Held 555-1234", "Dialing 6002"]);
    assert_eq!(received(third), ["Ringing 6001"]);
    let calls = world.own_calls(agent);
    assert_eq!(calls[1].kind, CallType::Consult);
    assert_eq!(calls[1].parent.as_ref(), Some(&calls[0].id));
    assert_eq!(world.own_calls(third)[0].parent, None, "a call of others");
}

/// Source: *InitiateTransfer* lists `SwapCalls` and `CompleteTransfer` on the held call.
#[test]
fn capabilities_change_while_a_third_party_is_consulted() {
    let mut world = talking();
    let agent = who(&world, "6001");
    let has = |world: &World, call: usize, name: &'static str| {
        world.offers_to(agent)[call].contains(&name)
    };
    assert!(has(&world, 0, "InitiateTransfer"));
    world.consult("6001", "6002").expect("a free agent");
    assert!(!has(&world, 0, "CompleteTransfer"), "nobody has answered");
    assert!(!has(&world, 0, "Retrieve"), "another call is dialled");
    world.answer("6002").expect("it rings");
    for name in ["SwapCalls", "CompleteTransfer", "CompleteConference"] {
        assert!(has(&world, 0, name), "{name}");
    }
    assert!(!has(&world, 1, "InitiateTransfer"));
    world.leave_call("6001").expect("the consult call");
    assert_eq!(world.calls_of(agent), ["Held 555-1234"]);
    assert!(has(&world, 0, "Retrieve") && !has(&world, 0, "SwapCalls"));
}

/// Without its original call, a consult call is an ordinary call.
#[test]
fn a_consult_call_goes_on_when_the_customer_hangs_up() {
    let mut world = consulting();
    let agent = who(&world, "6001");
    world.customer_hangs_up("555-1234").expect("a customer");
    assert_eq!(
        world.notified(agent),
        ["call: Released 555-1234", "call: Established 6002"]
    );
    assert_eq!(world.own_calls(agent)[0].parent, None);
    let offers = world.offers_to(agent).concat();
    assert!(offers.contains(&"SingleStepTransfer"));
    assert!(!offers.contains(&"CompleteTransfer"));
    let refusal = world.customer_hangs_up("555-1234");
    assert_eq!(
        refusal,
        Err(Refusal::NotAParticipant("555-1234".to_owned()))
    );
}

/// Source: *InitiateTransfer* lists `SwapCalls` on the held call.
#[test]
fn swapping_calls_holds_one_and_retrieves_the_other() {
    let mut world = consulting();
    let agent = who(&world, "6001");
    let held = world.own_calls(agent)[0].id.to_string();
    world
        .call_operation(agent, &held, CallOperation::SwapCalls)
        .expect("offered");
    assert_eq!(world.calls_of(agent), ["Established 555-1234", "Held 6002"]);
    world.is_consistent();
}

/// Source: *CompleteTransfer*: the original call is released, and the consult call as well.
#[test]
fn completing_a_transfer_releases_both_calls_of_the_agent() {
    let mut world = consulting();
    let (agent, third) = (who(&world, "6001"), who(&world, "6002"));
    world.complete_transfer("6001").expect("offered");
    let changes = world.drain_changes();
    let received = |owner| received(&changes, owner);
    assert_eq!(received(agent), ["Released 555-1234", "Released 6002"]);
    assert_eq!(received(third), ["Released 6001", "Established 555-1234"]);
    world.is_consistent();
    assert_eq!(world.calls.iter().count(), 1);
}

/// An assumption.
#[test]
fn the_third_party_has_the_consult_call_as_previous_call() {
    for complete in [World::complete_transfer, World::complete_conference] {
        let mut world = consulting();
        let (agent, third) = (who(&world, "6001"), who(&world, "6002"));
        let primary = world.own_calls(agent)[0].id.clone();
        let consult = world.own_calls(third)[0].id.clone();
        assert_ne!(primary, consult);
        complete(&mut world, "6001").expect("offered");
        let call = world.own_calls(third).remove(0);
        assert_eq!(call.id, primary);
        assert_eq!(call.previous, Some(consult.clone()));
        for call in world.own_calls(agent) {
            assert_eq!((&call.id, call.previous), (&primary, None));
        }
    }
}

/// Source: *CompleteConference*: the consult call is released, all are in the first.
#[test]
fn completing_a_conference_brings_everybody_into_one_call() {
    let mut world = consulting();
    let (agent, third) = (who(&world, "6001"), who(&world, "6002"));
    world.complete_conference("6001").expect("offered");
    let changes = world.notified(agent);
    assert_eq!(
        changes,
        ["call: Released 6002", "call: Established 555-1234 6002"]
    );
    assert_eq!(world.calls_of(third), ["Established 555-1234 6001"]);
    // When one party leaves, the others keep talking.
    world.leave_call("6001").expect("a call");
    assert_eq!(world.calls_of(third), ["Established 555-1234"]);
    world.is_consistent();
}

/// Source: *CallControl*, SingleStepConference; *RemoveParticipantFromConference*.
#[test]
fn the_owner_of_a_conference_adds_and_removes_parties() {
    let mut world = talking();
    let (agent, third) = (who(&world, "6001"), who(&world, "6002"));
    world.conference("6001", "6002").expect("a free agent");
    assert_eq!(world.calls_of(third), ["Ringing 555-1234 6001"]);
    world.answer("6002").expect("it rings");
    let remove = || CallOperation::RemoveParticipantFromConference {
        participant: "6002".to_owned(),
    };
    assert!(world.operate_on_mine(third, remove()).is_err());
    world.drain_changes();
    world.operate_on_mine(agent, remove()).expect("the owner");
    assert_eq!(
        world.notified(agent),
        ["call: Established 555-1234 (participants)"]
    );
    assert_eq!(world.calls_of(third), [""; 0]);
}

/// Source: *CallControl*, SingleStepTransfer.
#[test]
fn a_single_step_transfer_rings_at_the_other_agent() {
    let mut world = talking();
    let (agent, third) = (who(&world, "6001"), who(&world, "6002"));
    let to = |number: &str| CallOperation::SingleStepTransfer {
        destination: number.to_owned(),
    };
    for (number, refusal) in [
        ("6001", Refusal::OwnNumber("6001".to_owned())),
        ("9999", Refusal::NoSuchNumber("9999".to_owned())),
        ("5005", Refusal::DoNotDisturb("5005".to_owned())),
    ] {
        assert_eq!(world.operate_on_mine(agent, to(number)), Err(refusal));
    }
    assert!(world.drain_changes().is_empty());
    world.operate_on_mine(agent, to("6002")).expect("offered");
    assert_eq!(world.calls_of(agent), [""; 0]);
    assert_eq!(world.calls_of(third), ["Ringing 555-1234"]);
}

/// Assumption: T-Server no longer sees a call that has only parties outside.
#[test]
fn a_call_transferred_outside_is_released_for_its_supervisor() {
    let mut world = talking();
    world.listen_to_all("6001");
    world.answer_mine();
    let agent = who(&world, "6001");
    let out = CallOperation::SingleStepTransfer {
        destination: "555-867-5309".to_owned(),
    };
    world.operate_on_mine(agent, out).expect("offered");
    assert!(world.call(ME).is_none());
    assert_eq!(world.calls.iter().count(), 0);
}

/// Source: *Dial*: the call is `Dialing` first.
#[test]
fn a_party_outside_answers_after_a_while() {
    let mut world = quiet();
    let agent = who(&world, "6001");
    world
        .dial_from("6001", "555-867-5309")
        .expect("a number outside");
    assert_eq!(world.notified(agent), ["call: Dialing 555-867-5309"]);
    assert_eq!(world.next_due(), Some(3_000));
    world.advance(2_999);
    assert_eq!(world.notified(agent), [""; 0]);
    world.advance(3_000);
    assert_eq!(world.notified(agent), ["call: Established 555-867-5309"]);
    assert_eq!(world.own_calls(agent)[0].kind, CallType::Outbound);
}

/// Assumption: answering puts the active call on hold.
#[test]
fn answering_a_second_call_holds_the_first() {
    let mut world = quiet();
    let device = world.device_id(ME).to_string();
    world.dial(ME, &device, "555-867-5309").expect("a number");
    world.advance(5_000);
    world.listen_to_all("6001");
    world.arrives("6001");
    world.answer_mine();
    assert_eq!(
        world.calls_of(ME),
        ["Held 555-867-5309", "Established 555-1234 6001"]
    );
    world.does(ME, CallOperation::Hangup);
    world.does(ME, CallOperation::Retrieve);
    world.is_consistent();
}

/// Source: *MuteCall*: `mute` and the capability flip.
#[test]
fn an_agent_mutes_and_unmutes_a_call() {
    let mut world = talking();
    let agent = who(&world, "6001");
    for (operation, mute) in [
        (CallOperation::MuteCall, true),
        (CallOperation::UnmuteCall, false),
    ] {
        let again = operation.clone();
        world.operate_on_mine(agent, operation).expect("offered");
        assert_eq!(world.own_calls(agent)[0].muted, mute);
        world.operate_on_mine(agent, again).unwrap_err();
    }
}

/// Source: the guide for supervisors: monitored again "unless the customer opted out".
#[test]
fn calls_of_a_customer_who_opted_out_are_not_monitored() {
    let mut world = talking();
    world.listen_to_all("6001");
    world.answer_mine();
    world.drain_changes();
    world.opt_out("555-1234").expect("few have");
    assert_eq!(world.notified(ME), ["call: Released 555-1234 6001"]);
    assert!(world.monitoring("5005").is_some());
    world.ends("6001");
    world.arrives("6001");
    assert!(world.call(ME).is_none());
    world.ends("6001");
    world.arrives_from("6001", "555-5678");
    assert!(world.call(ME).is_some(), "another customer");
    world.ends("6001");
    world.opt_in("555-1234");
    world.arrives("6001");
    assert!(world.call(ME).is_some());
}

/// An assumption: an unanswered call can't be put on hold.
#[test]
fn answering_is_not_possible_while_dialling() {
    let mut world = quiet();
    let device = world.device_id(ME).to_string();
    world.dial(ME, &device, "555-867-5309").expect("a number");
    world.listen_to_all("6001");
    world.arrives("6001");
    assert_eq!(
        world.calls_of(ME),
        ["Dialing 555-867-5309", "Ringing 555-1234 6001"]
    );
    let answers = |world: &World| world.offers_to(ME)[1].contains(&"Answer");
    assert!(!answers(&world));
    assert!(world.answer("5005").is_err());
    // The party outside has answered.
    world.advance(5_000);
    assert!(answers(&world));
}
