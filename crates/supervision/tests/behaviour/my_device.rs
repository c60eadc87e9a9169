//! The supervisor's devices: which one is in use, and what the others are doing.

use gws::DeviceId;
use serde_json::json;
use supervision::{
    Audience, Headline, Monitoring, Obstacle, Presence, RequestStage as Stage, Step,
};

use crate::harness::{
    Harness, OTHER, SECOND, SUPERVISOR, TARGET, call_on, device, leg, listening, ms, second_device,
};

/// A supervisor with two devices, who uses the first one.
fn with_two_devices() -> Harness {
    let mut harness = Harness::new();
    harness.gws.other_devices = vec![second_device(None)];
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |h| h.phase().is_usable());
    harness.events.clear();
    harness
}

fn used(harness: &Harness) -> &str {
    harness.state().my_device().id().expect("a device").as_str()
}

#[test]
fn the_device_in_use_stays_when_it_loses_its_capabilities() {
    let mut harness = with_two_devices();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    for change in ["capabilities", "deviceState"] {
        let mut weak = device(Some(listening(TARGET, "Call", "AllCalls")));
        weak[change] = match change {
            "capabilities" => json!([]),
            _ => json!("Inactive"),
        };
        harness.device_becomes(weak);
        harness.advance(ms(100));
        assert_eq!(used(&harness), SUPERVISOR);
        assert!(matches!(harness.monitoring(), Monitoring::Active(_)));
    }
}

#[test]
fn the_device_in_use_is_replaced_only_when_it_is_gone_and_that_is_reported() {
    let mut harness = with_two_devices();
    harness.gws.device = second_device(None);
    harness.gws.other_devices.clear();
    harness.restart();
    harness.advance(ms(60_000));
    assert_eq!(used(&harness), SECOND);
    assert!(harness.has(|step| matches!(step, Step::DeviceUsed { is_gone: true, .. })));
}

#[test]
fn the_device_that_monitors_somebody_is_used_first() {
    let mut harness = Harness::new();
    let monitors = second_device(Some(listening(TARGET, "Call", "AllCalls")));
    harness.gws.other_devices = vec![monitors];
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |h| h.phase().is_usable());
    assert_eq!(used(&harness), SECOND);
}

#[test]
fn an_unknown_device_is_reported_with_the_existing_ones() {
    let mut harness = Harness::with_device("no-such-device");
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |h| h.phase().is_usable());
    assert_eq!(
        harness.state().stop_obstacle(),
        Some(Obstacle::UnknownDevice {
            asked: DeviceId::new("no-such-device"),
            there_are: vec!["5005".to_owned()],
        })
    );
}

#[test]
fn monitoring_on_another_device_is_shown() {
    let mut harness = with_two_devices();
    assert_eq!(harness.state().elsewhere(), []);
    harness.publish_device(second_device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    let audience = |harness: &Harness| harness.state().elsewhere()[0].audience;
    assert_eq!(audience(&harness), None);
    harness.call_becomes(call_on(SECOND, "Established", Some("Off")));
    harness.advance(ms(100));
    assert_eq!(harness.monitoring(), Monitoring::None);
    let elsewhere = harness.state().elsewhere();
    assert_eq!(elsewhere.len(), 1);
    assert_eq!(elsewhere[0].number, "5007");
    assert!(elsewhere[0].monitored.is_some());
    assert_eq!(elsewhere[0].audience, Some(Audience::Everyone));
    // A call may outlive the monitoring there, too.
    harness.publish_device(second_device(None));
    harness.advance(ms(100));
    assert_eq!(audience(&harness), Some(Audience::Everyone));
}

#[test]
fn a_request_belongs_to_the_device_it_was_sent_for() {
    let mut harness = with_two_devices();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    harness.machine.stop(harness.now).unwrap();
    harness
        .machine
        .choose_device(DeviceId::new(SECOND), harness.now);
    harness.advance(ms(5_000));
    assert_eq!(
        harness.monitoring(),
        Monitoring::None,
        "the second monitors nobody"
    );
    assert_eq!(
        harness.stages(),
        [Stage::Sent, Stage::Accepted],
        "the first still does"
    );
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(
        harness.stages(),
        [Stage::Sent, Stage::Accepted, Stage::Confirmed]
    );
}

#[test]
fn choosing_another_device_and_back_keeps_the_beginning() {
    let mut harness = with_two_devices();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    let before = harness.monitoring();
    harness.advance(ms(5_000));
    harness
        .machine
        .choose_device(DeviceId::new(SECOND), harness.now);
    harness.advance(ms(5_000));
    harness
        .machine
        .choose_device(DeviceId::new(SUPERVISOR), harness.now);
    harness.advance(ms(5_000));
    assert_eq!(harness.monitoring(), before);
}

#[test]
fn being_heard_on_another_device_is_the_headline() {
    let mut harness = with_two_devices();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.publish_device(second_device(Some(listening(OTHER, "Call", "AllCalls"))));
    harness.call_becomes(call_on(SECOND, "Established", Some("Off")));
    harness.advance(ms(100));
    let Headline::Elsewhere(other) = harness.state().claim().headline else {
        panic!("{:?}", harness.state().claim());
    };
    assert_eq!(other.audience, Some(Audience::Everyone));
}

#[test]
fn a_call_without_a_device_belongs_to_the_device_that_monitors() {
    let mut harness = with_two_devices();
    harness.publish_device(second_device(Some(listening(TARGET, "Call", "AllCalls"))));
    let mut call = leg("Established", &["Hangup"]);
    call["deviceUri"] = json!(null);
    call["mute"] = json!("On");
    harness.call_becomes(call);
    harness.advance(ms(100));
    let Headline::Elsewhere(other) = harness.state().claim().headline else {
        panic!("{:?}", harness.state().claim());
    };
    assert_eq!(other.audience, Some(Audience::Nobody));
}

#[test]
fn it_is_unknown_whether_a_device_that_is_gone_monitors() {
    let mut harness = with_two_devices();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    harness.gws.device = second_device(None);
    harness.gws.other_devices.clear();
    harness.restart();
    harness.advance(ms(60_000));
    assert!(harness.has(|step| matches!(step, Step::OutOfSight(_))));
    assert!(
        harness.has(|step| matches!(step, Step::DeviceUsed { number, .. } if number == "5005"))
    );
}

#[test]
fn a_device_of_unknown_state_with_the_capability_can_be_used() {
    let mut harness = Harness::live();
    let mut unsaid = device(None);
    unsaid.as_object_mut().unwrap().remove("deviceState");
    unsaid.as_object_mut().unwrap().remove("userState");
    harness.device_becomes(unsaid);
    harness.advance(ms(100));
    let presence = Presence::of(harness.state().device().unwrap());
    assert_eq!(presence, Presence::Unknown);
    harness.listen_in();
}

#[test]
fn another_persons_device_in_a_message_is_ignored() {
    let mut harness = Harness::live();
    let mut strange = device(None);
    strange["id"] = json!(TARGET);
    let devices = harness.reads("/me/devices");
    harness.publish_device(strange);
    harness.advance(ms(100));
    assert_eq!(harness.state().my_device().all().len(), 1);
    assert_eq!(harness.reads("/me/devices"), devices + 1);
    harness.listen_in();
}

fn want(harness: &mut Harness, device: Option<&str>) {
    let device = device.map(DeviceId::new);
    harness.machine.want_device(device);
    harness.advance(ms(100));
}

#[test]
fn a_device_that_the_page_asks_for_is_used_at_once_while_nothing_is_monitored() {
    let mut harness = with_two_devices();
    want(&mut harness, Some(SECOND));
    assert_eq!(used(&harness), SECOND);
    assert!(harness.has(|step| matches!(step, Step::DeviceUsed { is_gone: false, .. })));
    want(&mut harness, None);
    assert_eq!(used(&harness), SECOND, "no other is asked for");
}

#[test]
fn a_device_that_the_page_asks_for_waits_until_monitoring_request_and_call_are_over() {
    let mut harness = with_two_devices();
    harness.listen_in();
    want(&mut harness, Some(SECOND));
    assert_eq!(used(&harness), SUPERVISOR, "a request is under way");
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.call_becomes(leg("Established", &["Hangup"]));
    harness.advance(ms(60_000));
    assert_eq!(used(&harness), SUPERVISOR, "it monitors");
    harness.device_becomes(device(None));
    harness.advance(ms(60_000));
    assert_eq!(used(&harness), SUPERVISOR, "the call outlives it");
    harness.call_becomes(leg("Released", &[]));
    harness.advance(ms(100));
    assert_eq!(used(&harness), SECOND);
}

#[test]
fn a_device_chosen_by_a_person_meanwhile_stays() {
    let mut harness = with_two_devices();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    want(&mut harness, Some(SECOND));
    harness
        .machine
        .choose_device(DeviceId::new(SUPERVISOR), harness.now);
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(used(&harness), SUPERVISOR);
    want(&mut harness, Some(SECOND));
    assert_eq!(
        used(&harness),
        SECOND,
        "the page asks later than the person"
    );
}

#[test]
fn an_unknown_device_set_by_the_page_is_reported_until_it_is_unset() {
    let mut harness = with_two_devices();
    want(&mut harness, Some("no-such-device"));
    assert!(matches!(
        harness.state().stop_obstacle(),
        Some(Obstacle::UnknownDevice { .. })
    ));
    want(&mut harness, None);
    assert_eq!(used(&harness), SUPERVISOR);
}

#[test]
fn a_device_that_the_page_asks_for_before_devices_are_known_is_used_first() {
    let mut harness = Harness::new();
    harness.gws.other_devices = vec![second_device(None)];
    harness.machine.want_device(Some(DeviceId::new(SECOND)));
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |h| h.phase().is_usable());
    assert_eq!(used(&harness), SECOND);
    assert!(!harness.has(|step| matches!(step, Step::DeviceUsed { .. })));
}
