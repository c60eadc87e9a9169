//! A time limit for monitoring, and the restrictions of a SIP Cluster.

use bayeux::Duration;
use gws::{DeviceId, Mode, MonitoringKind, Scope};
use serde_json::json;
use supervision::{
    Config, Event, Monitoring, MonitoringChoice, Obstacle, SipCluster, Step, Target, WallTime,
};

use crate::harness::{
    BASE, Harness, OTHER, SECOND, TARGET, choice, device, listening, ms, second_device,
};

const QUARTER: Duration = Duration::from_secs(900);

fn in_force() -> serde_json::Value {
    device(Some(listening(TARGET, "Call", "AllCalls")))
}

/// Listening in to all whole calls of a device.
fn whole_calls(target: &str) -> MonitoringChoice {
    choice(
        MonitoringKind::ListenIn,
        target,
        Scope::Call,
        Mode::AllCalls,
    )
}

fn limited(limit: Option<Duration>) -> Harness {
    let mut harness = Harness::live();
    let choice = whole_calls(TARGET);
    harness.machine.monitor(choice, limit, harness.now).unwrap();
    harness.drain();
    harness.device_becomes(in_force());
    harness.advance(ms(100));
    harness
}

fn cancels(harness: &Harness) -> usize {
    let operations = harness.gws.operations.iter();
    operations
        .filter(|(_, body)| body["operationName"] == "CancelSupervisorMonitoring")
        .count()
}

#[test]
fn a_limit_reminds_ends_monitoring_and_asks_again_while_it_goes_on() {
    let mut harness = limited(Some(QUARTER));
    assert!(harness.state().limit().is_some());
    harness.advance(Duration::from_secs(770));
    assert!(!harness.has(|step| matches!(step, Step::LimitNear(_))));
    harness.advance(Duration::from_secs(20));
    assert!(harness.has(|step| matches!(step, Step::LimitNear(_))));
    assert_eq!(cancels(&harness), 0);
    harness.advance(Duration::from_secs(120));
    assert_eq!(cancels(&harness), 1);
    assert!(harness.has(|step| *step == Step::LimitReached));
    harness.advance(Duration::from_secs(600));
    let again = cancels(&harness);
    assert!(
        (3..=6).contains(&again),
        "at longer and longer intervals: {again}"
    );
    harness.device_becomes(device(None));
    harness.advance(ms(100));
    assert_eq!(harness.state().limit(), None);
}

#[test]
fn a_limit_that_passes_in_an_outage_ends_monitoring_after_it() {
    let mut harness = limited(Some(QUARTER));
    harness.advance(Duration::from_secs(850));
    harness.gws.is_down = true;
    harness.restart();
    harness.advance(Duration::from_secs(120));
    assert_eq!(cancels(&harness), 0);
    harness.gws.is_down = false;
    harness.until(Duration::from_secs(60), |harness| cancels(harness) == 1);
}

#[test]
fn a_limit_that_passes_while_only_notifications_fail_ends_what_a_read_still_shows() {
    let mut harness = limited(Some(QUARTER));
    harness.advance(Duration::from_secs(850));
    harness.gws.subscriptions = Some((503, String::new()));
    harness.restart();
    harness.cut_polls();
    harness.until(Duration::from_secs(120), |harness| cancels(harness) == 1);

    let mut harness = limited(Some(QUARTER));
    harness.advance(Duration::from_secs(850));
    harness.gws.subscriptions = Some((503, String::new()));
    harness.restart();
    harness.cut_polls();
    // Meanwhile another desktop has replaced the monitoring.
    harness.gws.device = device(Some(listening(OTHER, "Call", "AllCalls")));
    harness.advance(Duration::from_secs(120));
    assert_eq!(cancels(&harness), 0);
}

#[test]
fn a_limit_applies_when_refused_monitoring_begins_after_all() {
    let mut harness = Harness::live();
    let whole = whole_calls(TARGET);
    let asked = harness.machine.monitor(whole, Some(QUARTER), harness.now);
    asked.unwrap();
    harness.advance(ms(100));
    let error = json!({ "messageType": "ErrorMessage", "errorMessage": "Do not disturb.",
        "deviceUri": format!("{BASE}/devices/{}", crate::harness::SUPERVISOR) });
    harness.publish("/v2/me/devices", &error);
    harness.advance(ms(100));
    assert!(harness.pending().is_none());
    harness.device_becomes(in_force());
    harness.advance(ms(100));
    assert!(harness.state().limit().is_some());
}

#[test]
fn each_device_has_its_own_limit() {
    let mut harness = Harness::live();
    harness.gws.other_devices = vec![second_device(None)];
    harness.restart();
    harness.until(Duration::from_secs(60), |harness| {
        harness.state().my_device().all().len() == 2
    });
    let now = harness.now;
    harness
        .machine
        .monitor(whole_calls(TARGET), Some(QUARTER), now)
        .unwrap();
    harness.device_becomes(in_force());
    harness.advance(ms(100));
    harness
        .machine
        .choose_device(DeviceId::new(SECOND), harness.now);
    let now = harness.now;
    harness
        .machine
        .monitor(whole_calls(OTHER), Some(QUARTER), now)
        .unwrap();
    harness.publish_device(second_device(Some(listening(OTHER, "Call", "AllCalls"))));
    harness.advance(ms(100));
    harness.advance(QUARTER);
    let ended: Vec<_> = harness
        .gws
        .operations
        .iter()
        .filter(|(_, body)| body["operationName"] == "CancelSupervisorMonitoring")
        .map(|(path, _)| path.rsplit('/').next().unwrap().to_owned())
        .collect();
    assert!(ended.iter().any(|device| device == SECOND), "{ended:?}");
    assert!(
        ended
            .iter()
            .any(|device| device == crate::harness::SUPERVISOR),
        "{ended:?}"
    );
}

#[test]
fn a_limit_passes_while_the_computer_sleeps() {
    let mut harness = limited(Some(QUARTER));
    // The wall clock advances, the monotonic clock stands still.
    let wall = |harness: &Harness, slept| WallTime(harness.now.as_millis() + slept);
    harness.set_wall_clock(wall(&harness, 600_000));
    harness.advance(Duration::from_secs(200));
    assert!(harness.has(|step| matches!(step, Step::LimitNear(_))));
    harness.set_wall_clock(wall(&harness, 1_200_000));
    harness.advance(ms(100));
    assert_eq!(cancels(&harness), 1);
}

#[test]
fn a_clock_that_is_set_back_does_not_prolong_a_limit() {
    let mut harness = limited(Some(QUARTER));
    let set_back = WallTime(harness.now.as_millis() - 3_600_000);
    harness.set_wall_clock(set_back);
    // That clock shows the end differently.
    let until = harness.state().limit().unwrap().until;
    let left = until.at.since(harness.now);
    assert!((ms(899_000)..QUARTER).contains(&left), "{left:?}");
    let shown = until.wall.0 - set_back.0;
    assert_eq!(Duration::from_millis(shown), left);
    assert!(harness.events.contains(&Event::Monitoring));
    harness.advance(QUARTER);
    assert_eq!(cancels(&harness), 1);
}

#[test]
fn without_a_limit_monitoring_goes_on_and_can_get_one() {
    let mut harness = limited(None);
    assert_eq!(harness.state().limit(), None);
    let now = harness.now;
    assert_eq!(
        harness.machine.monitor(whole_calls(TARGET), None, now),
        Err(Obstacle::AlreadyInForce)
    );
    assert_eq!(
        harness
            .machine
            .monitor(whole_calls(TARGET), Some(QUARTER), now),
        Ok(None)
    );
    harness.drain();
    assert!(harness.state().limit().is_some());
    assert_eq!(harness.gws.operations.len(), 1, "nothing was sent for it");
}

#[test]
fn a_limit_is_removed_with_its_agent() {
    let mut harness = limited(Some(QUARTER));
    harness.device_becomes(device(Some(listening(OTHER, "Call", "AllCalls"))));
    harness.advance(ms(100));
    assert_eq!(harness.state().limit(), None);
}

#[test]
fn a_limit_is_kept_over_a_reload_by_the_embedder() {
    let mut config = Config::new(BASE, 17);
    let mut harness = Harness::new();
    config.limit_until = Some(WallTime(harness.now.as_millis() + 60_000));
    harness = Harness::with(config);
    harness.gws.device = in_force();
    harness.machine.start(harness.now);
    harness.advance(ms(50_000));
    assert!(
        harness
            .state()
            .limit()
            .is_some_and(supervision::Limit::is_near)
    );
    harness.advance(ms(12_000));
    assert_eq!(cancels(&harness), 1);
    assert!(
        matches!(harness.monitoring(), Monitoring::Active(_)),
        "until the device says so"
    );
}

fn obstacle(harness: &Harness, kind: MonitoringKind, scope: Scope) -> Option<Obstacle> {
    let target = Target::Device(DeviceId::new(TARGET));
    let state = harness.state();
    state.monitor_obstacle(&kind, Some(&target), &scope, &Mode::AllCalls, None)
}

#[test]
fn in_a_sip_cluster_there_is_only_silent_monitoring_of_whole_calls() {
    let mut config = Config::new(BASE, 17);
    config.sip_cluster = SipCluster::Yes;
    let mut harness = Harness::with(config);
    // The device does not allow more there either.
    harness.gws.device["capabilities"] = json!(["ListenIn"]);
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |h| h.phase().is_usable());
    let silent_only = Some(Obstacle::SipClusterSilentOnly);
    assert_eq!(
        obstacle(&harness, MonitoringKind::Coach, Scope::Call),
        silent_only
    );
    assert_eq!(
        obstacle(&harness, MonitoringKind::BargeIn, Scope::Call),
        silent_only
    );
    assert_eq!(
        obstacle(&harness, MonitoringKind::ListenIn, Scope::Agent),
        Some(Obstacle::SipClusterWholeCallOnly)
    );
    assert_eq!(
        obstacle(&harness, MonitoringKind::ListenIn, Scope::Call),
        None
    );
}

#[test]
fn a_sip_cluster_is_detected_from_a_refusal() {
    let mut harness = Harness::live();
    assert_eq!(obstacle(&harness, MonitoringKind::Coach, Scope::Call), None);
    let words =
        "With routing-point monitoring in a SIP Cluster only silent monitoring is supported.";
    let refusal = json!({ "statusCode": 3, "statusMessage": words });
    harness.gws.operation = Some((403, refusal.to_string()));
    harness.monitor(MonitoringKind::Coach, Mode::AllCalls);
    harness.advance(ms(100));
    assert_eq!(harness.state().sip_cluster(), SipCluster::Detected);
    assert!(harness.has(|step| *step == Step::SipClusterDetected));
    assert_eq!(
        obstacle(&harness, MonitoringKind::Coach, Scope::Call),
        Some(Obstacle::SipClusterSilentOnly)
    );
}

#[test]
fn a_refusal_that_names_a_sip_cluster_without_a_restriction_detects_nothing() {
    for words in [
        "SIP Cluster node is down.",
        "Routing point 8000 is unknown.",
        "The SIP Cluster refused: routing point 8000 is not monitorable for you.",
    ] {
        let mut harness = Harness::live();
        let refusal = json!({ "statusCode": 3, "statusMessage": words });
        harness.gws.operation = Some((403, refusal.to_string()));
        harness.monitor(MonitoringKind::Coach, Mode::AllCalls);
        harness.advance(ms(100));
        assert_eq!(harness.state().sip_cluster(), SipCluster::Detect, "{words}");
    }
}

#[test]
fn a_page_may_set_the_end_of_monitoring_later() {
    let mut harness = limited(None);
    let until =
        |harness: &Harness, seconds: u64| WallTime(harness.now.as_millis() + seconds * 1_000);
    let soon = until(&harness, 60);
    harness.machine.set_limit_until(soon, harness.now);
    harness.drain();
    assert_eq!(harness.state().limit().unwrap().until.wall, soon);
    // An existing limit stays.
    let later = until(&harness, 600);
    harness.machine.set_limit_until(later, harness.now);
    harness.drain();
    assert_eq!(harness.state().limit().unwrap().until.wall, soon);
    harness.advance(Duration::from_secs(61));
    assert_eq!(cancels(&harness), 1);
}
