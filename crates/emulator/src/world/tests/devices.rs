//! What devices and channels can be asked for.

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
