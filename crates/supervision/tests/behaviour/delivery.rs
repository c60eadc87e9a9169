//! Whether notifications arrive, and what happens if they do not.

use bayeux::Reason;
use serde_json::json;
use supervision::{Bound, Certainty, Freshness, LinkPhase, LinkTrouble, Monitoring, Page, Step};

use crate::harness::{Harness, TARGET, device, leg, listening, ms};

fn listening_device() -> serde_json::Value {
    device(Some(listening(TARGET, "Call", "AllCalls")))
}

/// Monitoring is in force and known; from now on there are no notifications.
fn monitoring() -> Harness {
    let mut harness = Harness::live();
    harness.device_becomes(listening_device());
    harness.advance(ms(100));
    harness.phases.clear();
    harness
}

#[test]
fn a_change_without_notification_is_shown_within_a_minute_and_the_silence_reported() {
    let mut harness = monitoring();
    harness.gws.calls = json!([leg("Established", &["Hangup"])]);
    harness.until(ms(60_000), |h| h.state().claim().audience.is_some());
    harness.until(ms(10_000), |h| h.phase() == LinkPhase::Silent);
    assert!(harness.has(|step| *step == Step::Silent));
    // From now on it is read at intervals, and shown as of the last read.
    let Freshness::AsOf(read) = harness.state().freshness() else {
        panic!("{:?}", harness.state().freshness());
    };
    let is_newer =
        |h: &Harness| matches!(h.state().freshness(), Freshness::AsOf(at) if at.at > read.at);
    harness.until(ms(25_000), is_newer);
    harness.gws.device = device(None);
    harness.gws.calls = json!([]);
    harness.until(ms(25_000), |h| h.monitoring() == Monitoring::None);
    assert_eq!(harness.phase(), LinkPhase::Silent);
}

#[test]
fn a_new_session_is_begun_when_notifications_do_not_arrive() {
    let mut harness = monitoring();
    let sessions = harness.cometd_handshakes;
    harness.gws.device = device(None);
    harness.until(ms(80_000), |h| h.phase() == LinkPhase::Silent);
    harness.advance(ms(5_000));
    assert_eq!(harness.cometd_handshakes, sessions + 1);
    assert_eq!(harness.phase(), LinkPhase::Silent);
}

#[test]
fn a_notification_ends_the_silence() {
    let mut harness = monitoring();
    harness.gws.device = device(None);
    harness.until(ms(80_000), |h| h.phase() == LinkPhase::Silent);
    harness.advance(ms(5_000));
    harness.device_becomes(listening_device());
    harness.advance(ms(100));
    assert_eq!(harness.phase(), LinkPhase::Live);
    assert!(harness.has(|step| *step == Step::Audible));
}

#[test]
fn a_notification_that_comes_some_seconds_after_the_read_is_no_silence() {
    let mut harness = monitoring();
    harness.gws.device = device(None);
    harness.until(ms(60_000), |h| h.monitoring() == Monitoring::None);
    harness.advance(ms(3_000));
    harness.device_becomes(device(None));
    harness.advance(ms(20_000));
    assert_eq!(harness.phases, []);
    assert!(!harness.has(|step| *step == Step::Silent));
}

#[test]
fn a_request_that_only_a_read_confirms_is_evidence() {
    let mut harness = Harness::live();
    harness.listen_in();
    harness.gws.device = listening_device();
    harness.advance(ms(10_100));
    assert!(matches!(harness.monitoring(), Monitoring::Active(_)));
    harness.advance(ms(7_000));
    assert_eq!(harness.phase(), LinkPhase::Silent);
}

#[test]
fn while_nobody_is_monitored_reads_come_every_few_minutes() {
    let mut harness = Harness::live();
    harness.advance(ms(100));
    harness.gws.paths.clear();
    harness.advance(ms(200_000));
    assert_eq!(harness.reads("/me/devices"), 0);
    harness.gws.device = listening_device();
    harness.until(ms(60_000), |h| {
        matches!(h.monitoring(), Monitoring::Active(_))
    });
}

#[test]
fn only_the_connection_for_notifications_counts_as_heard() {
    let mut harness = monitoring();
    harness.advance(ms(1_000));
    let heard = harness.state().connection().heard;
    for _ in 0..5 {
        harness.machine.look_at_directory(harness.now);
        harness.advance(ms(4_000));
    }
    assert_eq!(harness.reads("/users"), 2, "there were other replies");
    assert_eq!(harness.state().connection().heard, heard);
}

#[test]
fn a_proxy_that_cuts_each_poll_is_reported_once_and_causes_no_alarm() {
    let mut harness = monitoring();
    for _ in 0..9 {
        harness.advance(ms(20_000));
        harness.cut_polls();
    }
    harness.advance(ms(5_000));
    assert_eq!(harness.phases, []);
    let is_told = |step: &&Step| matches!(step, Step::PollsCut(_));
    let steps = harness.steps();
    assert_eq!(steps.iter().filter(|step| is_told(step)).count(), 1);
    assert!(!steps.contains(&&Step::Lost) && !steps.contains(&&Step::Back));
    assert!(
        harness.reads("/me?") == 1,
        "who is signed in is not asked each time"
    );
}

/// The reports that polls are cut, with the time after which they are.
fn cuts(harness: &Harness) -> Vec<u64> {
    let cuts = harness.steps().into_iter().filter_map(|step| match step {
        Step::PollsCut(after) => Some(after.as_secs()),
        _ => None,
    });
    cuts.collect()
}

#[test]
fn a_poll_that_this_page_aborts_does_not_count_as_cut() {
    let ends: [fn(&mut Harness); 4] = [
        |harness| harness.machine.retry_now(harness.now),
        |harness| harness.machine.page(Page::Resumed, harness.now),
        |harness| {
            // The computer slept, and the network was gone meanwhile.
            harness.cut_polls();
            harness.machine.page(Page::ClockJumped, harness.now);
        },
        |harness| {
            harness.machine.page(Page::Hidden, harness.now);
            harness.advance(ms(40_000));
            harness.machine.page(Page::Visible, harness.now);
        },
    ];
    for end in ends {
        let mut harness = monitoring();
        for _ in 0..9 {
            harness.advance(ms(20_000));
            end(&mut harness);
            harness.advance(ms(1_000));
        }
        assert!(cuts(&harness).is_empty());
    }
}

#[test]
fn a_server_that_is_busy_or_fails_at_once_cuts_nothing() {
    let mut harness = monitoring();
    for _ in 0..9 {
        harness.advance(ms(20_000));
        harness.end_polls(503, "");
    }
    assert!(cuts(&harness).is_empty());
    let mut harness = monitoring();
    for _ in 0..9 {
        harness.advance(ms(2_000));
        harness.cut_polls();
    }
    assert!(cuts(&harness).is_empty());
}

#[test]
fn the_time_of_a_cut_is_measured_per_poll() {
    for (status, body) in [(0, ""), (502, "<html>"), (504, ""), (200, "")] {
        let mut harness = monitoring();
        for _ in 0..6 {
            // A notification ends the poll after 7 s.
            harness.advance(ms(7_000));
            harness.device_becomes(listening_device());
            harness.advance(ms(13_000));
            match status {
                0 => harness.cut_polls(),
                status => harness.end_polls(status, body),
            }
            harness.advance(ms(100));
        }
        let [after] = cuts(&harness)[..] else {
            panic!("{status}: {:?}", harness.steps());
        };
        assert!((12..=13).contains(&after), "{status}: {after}");
    }
}

#[test]
fn recurring_outages_are_reported_once() {
    let mut harness = monitoring();
    for _ in 0..10 {
        harness.advance(ms(16_000));
        harness.end_polls(503, "");
        harness.advance(ms(5_000));
    }
    harness.advance(ms(16_000));
    assert_eq!(harness.phase(), LinkPhase::Live);
    let steps = harness.steps();
    let count = |step: &Step| steps.iter().filter(|known| **known == step).count();
    assert!(count(&Step::Lost) <= 1, "{}", count(&Step::Lost));
    assert!(count(&Step::Back) <= 1);
}

#[test]
fn notifications_on_one_channel_are_no_evidence_for_the_other() {
    let mut harness = monitoring();
    harness.gws.calls = json!([leg("Established", &["Hangup"])]);
    harness.until(ms(80_000), |h| h.phase() == LinkPhase::Silent);
    harness.phases.clear();
    for _ in 0..5 {
        harness.advance(ms(20_000));
        harness.device_becomes(listening_device());
    }
    harness.advance(ms(1_000));
    assert!(!harness.phases.contains(&LinkPhase::Live));
    assert_eq!(harness.phase(), LinkPhase::Silent);
    assert!(!harness.has(|step| *step == Step::Audible));
    harness.call_becomes(leg("Established", &["Hangup"]));
    harness.until(ms(1_000), |h| h.phase() == LinkPhase::Live);
}

#[test]
fn a_switch_that_only_a_read_shows_is_evidence() {
    let mut switched = leg("Established", &["Hangup"]);
    switched["mute"] = json!("Off");
    let mut muted = leg("Established", &["Hangup"]);
    muted["monitoredUserMuted"] = json!(true);
    for changed in [switched, muted] {
        let mut harness = monitoring();
        harness.call_becomes(leg("Established", &["Hangup"]));
        harness.advance(ms(100));
        harness.gws.calls = json!([changed]);
        harness.until(ms(80_000), |h| h.phase() == LinkPhase::Silent);
    }
}

#[test]
fn unreadable_messages_are_recorded_once_until_one_is_readable() {
    let unreadable = json!({ "messageType": "DeviceStateChangeMessage", "devices": 17 });
    let count = |harness: &Harness| {
        let steps = harness.steps();
        let unreadable = steps
            .iter()
            .filter(|step| matches!(step, Step::Unreadable(_)));
        unreadable.count()
    };
    let mut harness = monitoring();
    for _ in 0..5 {
        harness.publish("/v2/me/devices", &unreadable);
        harness.advance(ms(1_000));
    }
    assert_eq!(count(&harness), 1);
    harness.device_becomes(listening_device());
    harness.publish("/v2/me/devices", &unreadable);
    harness.advance(ms(1_000));
    assert_eq!(count(&harness), 2);
    // If nothing is readable the connection is lost, and that is reported.
    let mut harness = monitoring();
    harness.gateway(200, r#"[{"what":1}]"#);
    harness.advance(ms(180_000));
    assert_eq!(count(&harness), 0, "{:?}", harness.steps());
    assert!(harness.has(|step| *step == Step::Lost));
}

#[test]
fn receipts_are_in_order_of_time() {
    let mut harness = monitoring();
    harness.gws.is_down = true;
    harness.cut_polls();
    harness.advance(ms(2_000));
    harness.machine.stop(harness.now).expect("no obstacle");
    harness.advance(ms(20_000));
    assert!(harness.has(|step| *step == Step::Lost));
    let receipts: Vec<_> = harness.state().history().receipts().collect();
    assert!(receipts.is_sorted_by_key(|receipt| receipt.at.at));
}

#[test]
fn if_only_notifications_are_refused_devices_and_calls_are_read_at_intervals() {
    for starts_live in [false, true] {
        let mut harness = match starts_live {
            true => monitoring(),
            false => Harness::new(),
        };
        harness.gws.refusal = Some(("/notifications", 401, ""));
        harness.cut_polls();
        harness.machine.start(harness.now);
        harness.until(ms(10_000), |h| h.phase() == LinkPhase::Silent);
        let connection = harness.state().connection();
        let refused = LinkTrouble::Notifications(Reason::Credentials(401));
        assert_eq!(connection.trouble.as_deref(), Some(&refused));
        harness.phases.clear();
        harness.gws.device = device(None);
        harness.gws.calls = json!([leg("Established", &["Hangup"])]);
        harness.until(ms(25_000), |h| h.monitoring() == Monitoring::None);
        harness.until(ms(25_000), |h| !h.state().all_legs().is_empty());
        let before = harness.reads("/me/devices");
        harness.advance(ms(120_000));
        let reads = harness.reads("/me/devices") - before;
        assert!((5..=9).contains(&reads), "{reads}");
        assert_eq!(harness.phases, []);
        assert!(!harness.has(|step| matches!(step, Step::Lost | Step::Back)));
        harness.gws.refusal = None;
        harness.until(ms(60_000), |h| h.phase() == LinkPhase::Live);
    }
}

#[test]
fn an_overtaken_message_is_detected_and_no_sign_of_missing_ones() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    // An older message comes after the one that confirmed.
    harness.publish_device(device(None));
    harness.advance(ms(100));
    assert_eq!(harness.monitoring(), Monitoring::None);
    harness.advance(ms(1_100));
    assert!(harness.monitoring().active().is_some());
    harness.advance(ms(10_000));
    assert_eq!(harness.phase(), LinkPhase::Live);
}

#[test]
fn messages_that_waited_during_an_outage_happened_at_some_time_in_it() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(leg("Established", &["Hangup"]));
    harness.advance(ms(1_000));
    // The poll is answered, and the next one does not reach the server.
    harness.gws.is_down = true;
    harness.device_becomes(listening_device());
    harness.advance(ms(100));
    let lost = harness.now;
    harness.advance(ms(5_000));
    harness.call_becomes(leg("Released", &[]));
    harness.gws.is_down = false;
    harness.until(ms(10_000), |h| h.state().all_legs().is_empty());
    let mut receipts = harness.state().history().receipts();
    let left = receipts.find(|receipt| matches!(receipt.step, Step::Left { .. }));
    let left = left.unwrap();
    let Certainty::Found { since: Some(since) } = left.certainty else {
        panic!("{left:?}");
    };
    assert!(since.at <= lost);
    assert!(
        matches!(left.step, Step::Left { lasted: Some(lasted), .. } if lasted.bound == Bound::AtLeast)
    );
}
