//! Signing in, becoming live, and recovering.

use bayeux::Reason;
use bayeux::server::{Options, Server};
use gws::{Capability, DeviceId, Mode, MonitoringKind, Scope};
use serde_json::json;
use supervision::{
    LinkPhase, LinkTrouble, Monitoring, Obstacle, Page, Presence, SignInNeed, Step, Target,
};

use crate::harness::{Harness, OTHER, SUPERVISOR, TARGET, device, listening, ms};

#[test]
fn the_connection_is_live_when_notifications_arrive_and_everything_was_read() {
    let mut harness = Harness::new();
    assert_eq!(harness.phase(), LinkPhase::Idle);
    harness.machine.start(harness.now);
    harness.drain();
    assert_eq!(harness.phase(), LinkPhase::Starting);
    harness.until(ms(2_000), |harness| harness.phase() == LinkPhase::Live);
    let state = harness.state();
    assert_eq!(state.identity().me().unwrap().name(), "Sue Visor");
    assert_eq!(state.device().unwrap().phone_number, "5005");
    assert_eq!(*state.monitoring(), Monitoring::None);
    assert_eq!(harness.gws.paths[0], "/me?subresources=features");
}

#[test]
fn the_next_connect_leaves_before_notifications_are_applied() {
    let mut harness = Harness::live();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.until(ms(100), |harness| {
        matches!(harness.monitoring(), Monitoring::Active(_))
    });
    assert_eq!(harness.seen_at_connect, Monitoring::None);
}

#[test]
fn the_directory_lists_each_device_of_everyone_else() {
    let harness = Harness::live();
    let entries = &harness.state().directory().entries;
    let shown: Vec<_> = entries
        .iter()
        .map(|entry| (entry.name.as_str(), entry.number.as_str(), &entry.presence))
        .collect();
    assert_eq!(
        shown,
        [
            ("Bo Abbott", "6001", &Presence::Ready),
            ("Bo Abbott", "6002", &Presence::LoggedOut)
        ]
    );
    let directory = harness.state().directory();
    assert_eq!(
        directory.names_of(&DeviceId::new(OTHER), true),
        ["Bo Abbott"]
    );
}

#[test]
fn an_agent_is_shown_in_a_call_where_the_server_lists_calls() {
    let mut harness = Harness::new();
    harness.gws.agent_calls = json!([{ "id": "17", "state": "Established" }]);
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |harness| harness.phase() == LinkPhase::Live);
    harness.until(ms(2_000), |harness| {
        harness.state().directory().read_at.is_some()
    });
    assert_eq!(
        harness.state().directory().entries[0].presence,
        Presence::OnCall
    );
}

#[test]
fn an_old_directory_is_read_again_while_it_is_in_view() {
    let mut harness = Harness::live();
    harness.advance(ms(1_000));
    let reads = |harness: &Harness| {
        harness
            .gws
            .paths
            .iter()
            .filter(|path| path.starts_with("/users"))
            .count()
    };
    for _ in 0..30 {
        harness.machine.look_at_directory(harness.now);
        harness.advance(ms(1_000));
    }
    assert_eq!(
        reads(&harness),
        2,
        "once at the beginning, once when it had become old"
    );
}

#[test]
fn after_an_absence_without_a_gap_only_devices_and_calls_are_read_again() {
    let mut harness = Harness::new();
    let options = Options {
        acknowledged_messages: true,
        ..Options::default()
    };
    harness.cometd = Server::new(options, 5);
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |harness| harness.phase() == LinkPhase::Live);
    harness.advance(ms(5_000));
    harness.gws.paths.clear();
    harness.machine.page(Page::ClockJumped, harness.now);
    harness.advance(ms(1_000));
    assert_eq!(harness.phase(), LinkPhase::Live);
    let has_read = |path: &str| harness.gws.paths.iter().any(|read| read.starts_with(path));
    assert!(has_read("/me/devices") && has_read("/me/calls"));
    assert!(!has_read("/users"), "it may be ten megabytes");
}

#[test]
fn without_a_sign_in_it_says_so_and_retries_at_intervals() {
    let mut harness = Harness::new();
    harness.gws.is_signed_in = false;
    harness.machine.start(harness.now);
    harness.until(ms(1_000), |harness| {
        harness.phase() == LinkPhase::SignInNeeded
    });
    assert!(harness.state().connection().next_try.is_some());
    harness.gws.is_signed_in = true;
    harness.until(ms(31_000), |harness| harness.phase() == LinkPhase::Live);
}

#[test]
fn someone_who_has_signed_in_need_not_wait() {
    let mut harness = Harness::new();
    harness.gws.is_signed_in = false;
    harness.machine.start(harness.now);
    harness.until(ms(1_000), |harness| {
        harness.phase() == LinkPhase::SignInNeeded
    });
    harness.gws.is_signed_in = true;
    harness.machine.retry_now(harness.now);
    harness.until(ms(1_000), |harness| harness.phase() == LinkPhase::Live);
}

#[test]
fn a_login_page_in_place_of_data_asks_for_a_sign_in() {
    let mut harness = Harness::new();
    harness.gws.reads = Some((200, "<!doctype html><title>Sign in</title>".to_owned()));
    harness.machine.start(harness.now);
    harness.until(ms(1_000), |h| h.phase() == LinkPhase::SignInNeeded);
    let identity = harness.state().identity();
    assert_eq!(identity.sign_in_needed(), Some(SignInNeed::WebPage));
    assert!(harness.state().connection().next_try.is_some());
    harness.gws.reads = None;
    harness.until(ms(60_000), |h| h.phase() == LinkPhase::Live);
}

/// An outage of that length, during which the monitoring ends.
fn after_an_outage(millis: u64) -> Harness {
    let mut harness = Harness::live();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    harness.phases.clear();
    // The new process does not know the monitoring.
    harness.gws.device = device(None);
    harness.gws.is_down = true;
    harness.restart();
    harness.advance(ms(millis));
    harness.gws.is_down = false;
    harness.until(ms(60_000), |h| h.monitoring() == Monitoring::None);
    harness.advance(ms(100));
    harness
}

#[test]
fn after_an_outage_it_recovers_and_shows_the_current_state() {
    let harness = after_an_outage(10_000);
    assert_eq!(harness.phases, [LinkPhase::Reconnecting, LinkPhase::Live]);
    assert!(harness.state().connection().live_until.is_some());
    let steps = harness.steps();
    assert!(steps.contains(&&Step::Lost) && steps.contains(&&Step::Back));
}

#[test]
fn a_short_outage_is_hidden_and_its_changes_are_shown() {
    let harness = after_an_outage(500);
    assert_eq!(harness.phases, []);
    let steps = harness.steps();
    assert!(!steps.contains(&&Step::Lost) && !steps.contains(&&Step::Back));
}

#[test]
fn requests_are_possible_in_a_short_outage() {
    let mut harness = Harness::live();
    harness.restart();
    harness.drain();
    harness.listen_in();
    harness.advance(ms(5_000));
    assert_eq!(harness.gws.operations.len(), 1);
}

#[test]
fn unchanged_monitoring_keeps_its_beginning_after_a_reconnect() {
    let mut harness = Harness::live();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    let since = |harness: &Harness| match &harness.monitoring() {
        Monitoring::Active(active) => active.since,
        other => panic!("{other:?}"),
    };
    let before = since(&harness);
    assert!(before.is_observed());
    harness.advance(ms(60_000));
    harness.restart();
    harness.advance(ms(60_000));
    assert_eq!(harness.phase(), LinkPhase::Live);
    assert_eq!(since(&harness), before);
}

#[test]
fn monitoring_that_was_there_before_has_no_observed_beginning() {
    let mut harness = Harness::new();
    harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |harness| harness.phase() == LinkPhase::Live);
    match &harness.monitoring() {
        Monitoring::Active(active) => assert!(!active.since.is_observed()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_server_that_is_down_is_retried_until_it_is_up() {
    let mut harness = Harness::new();
    harness.gws.is_down = true;
    harness.machine.start(harness.now);
    harness.advance(ms(300_000));
    assert_eq!(harness.phase(), LinkPhase::Reconnecting);
    assert!(matches!(
        harness.state().connection().trouble.as_deref(),
        Some(LinkTrouble::Network(_))
    ));
    harness.gws.is_down = false;
    harness.until(ms(40_000), |harness| harness.phase() == LinkPhase::Live);
}

#[test]
fn a_session_that_ends_asks_for_a_sign_in() {
    let mut harness = Harness::live();
    harness.gws.is_signed_in = false;
    harness.until(ms(60_000), |harness| {
        harness.phase() == LinkPhase::SignInNeeded
    });
    harness.gws.is_signed_in = true;
    harness.until(ms(60_000), |harness| harness.phase() == LinkPhase::Live);
}

#[test]
fn a_server_that_refuses_notifications_is_not_called_live() {
    let mut harness = Harness::new();
    let options = Options {
        max_subscriptions: Some(0),
        ..Options::default()
    };
    harness.cometd = Server::new(options, 3);
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |harness| harness.phase() == LinkPhase::Stopped);
    harness.advance(ms(60_000));
    assert_eq!(harness.phases, [LinkPhase::Starting, LinkPhase::Stopped]);
    assert!(matches!(
        harness.state().connection().trouble.as_deref(),
        Some(LinkTrouble::Notifications(Reason::Refused(_)))
    ));
    // The server may accept them when a person retries.
    harness.restart();
    harness.machine.retry_now(harness.now);
    harness.until(ms(60_000), |harness| harness.phase() == LinkPhase::Live);
}

#[test]
fn notifications_that_http_rejects_are_retried_after_minutes() {
    let mut harness = Harness::live();
    harness.gws.refusal = Some(("/notifications", 404, ""));
    harness.cut_polls();
    let is_stopped = |harness: &Harness| harness.phase() == LinkPhase::Stopped;
    harness.until(ms(120_000), is_stopped);
    let connection = harness.state().connection();
    let reason = Reason::Http(404);
    assert_eq!(
        connection.trouble.as_deref(),
        Some(&LinkTrouble::Notifications(reason))
    );
    let again = connection.next_try.expect("a next try").since(harness.now);
    assert!((ms(300_000)..=ms(375_000)).contains(&again), "{again:?}");

    // Further retries change nothing that is displayed, and are rare.
    let (phases, refused) = (harness.phases.len(), harness.refused_posts);
    harness.advance(ms(3_600_000));
    assert_eq!(harness.phases.len(), phases, "{:?}", harness.phases);
    let tries = harness.refused_posts - refused;
    assert!((30..=70).contains(&tries), "{tries} in an hour");
    let halts = |harness: &Harness| {
        let steps = harness.steps().into_iter();
        steps.filter(|step| **step == Step::Halted).count()
    };
    assert_eq!(halts(&harness), 1);

    harness.gws.refusal = None;
    harness.until(ms(400_000), |harness| harness.phase() == LinkPhase::Live);
    assert_eq!(halts(&harness), 1);
}

#[test]
fn a_stopped_connection_that_fails_otherwise_when_tried_again_is_shown_as_reconnecting() {
    let mut harness = Harness::live();
    harness.gws.refusal = Some(("/notifications", 404, ""));
    harness.cut_polls();
    harness.until(ms(120_000), |harness| harness.phase() == LinkPhase::Stopped);
    harness.gws.refusal = Some(("/notifications", 502, ""));
    harness.until(ms(400_000), |harness| {
        harness.phase() == LinkPhase::Reconnecting
    });
    let trouble = harness.state().connection().trouble.as_deref();
    let reason = Reason::Http(502);
    assert_eq!(trouble, Some(&LinkTrouble::Notifications(reason)));
}

#[test]
fn polls_that_a_gateway_refuses_with_402_are_retried_at_once() {
    let mut harness = Harness::live();
    harness.gws.refusal = Some(("/notifications", 402, ""));
    harness.cut_polls();
    harness.advance(ms(120_000));
    assert_eq!(harness.phase(), LinkPhase::Reconnecting);
    harness.gws.refusal = None;
    harness.until(ms(31_000), |harness| harness.phase() == LinkPhase::Live);
}

#[test]
fn failed_subscriptions_are_reported_with_reason_and_next_try() {
    let mut harness = Harness::new();
    let check = |harness: &mut Harness, reply: (u16, &str), reason: Reason| {
        harness.gws.subscriptions = Some((reply.0, reply.1.to_owned()));
        let trouble = LinkTrouble::Notifications(reason);
        harness.until(ms(60_000), |harness| {
            let connection = &harness.state().connection();
            connection.trouble.as_deref() == Some(&trouble) && connection.next_try.is_some()
        });
        assert_eq!(harness.phase(), LinkPhase::Reconnecting);
    };
    harness.machine.start(harness.now);
    check(&mut harness, (500, ""), Reason::Http(500));
    check(&mut harness, (200, "[]"), Reason::NoReply);
    harness.gws.subscriptions = None;
    harness.until(ms(60_000), |harness| harness.phase() == LinkPhase::Live);
    assert_eq!(harness.state().connection().trouble, None);
}

#[test]
fn an_unreadable_notification_is_reported_and_its_content_is_read() {
    let mut harness = Harness::live();
    harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    harness.publish(
        "/v2/me/devices",
        &json!({ "messageType": "DeviceStateChangeMessage", "devices": 17 }),
    );
    harness.advance(ms(100));
    assert!(
        harness
            .steps()
            .iter()
            .any(|what| matches!(what, Step::Unreadable(_)))
    );
    assert!(matches!(harness.monitoring(), Monitoring::Active(_)));
    assert_eq!(harness.phase(), LinkPhase::Live);
}

#[test]
fn a_missing_feature_explains_a_missing_capability() {
    let mut harness = Harness::new();
    harness.gws.device["capabilities"] = json!(["ForwardCallsOn"]);
    harness.gws.features = json!([{ "id": "api-voice" }]);
    harness.machine.start(harness.now);
    harness.until(ms(2_000), |harness| harness.phase() == LinkPhase::Live);
    let target = Target::Device(DeviceId::new(TARGET));
    assert_eq!(
        harness.state().monitor_obstacle(
            &MonitoringKind::ListenIn,
            Some(&target),
            &Scope::Call,
            &Mode::AllCalls,
            None
        ),
        Some(Obstacle::NoCapability {
            operation: Capability::ListenIn,
            missing_feature: Some("api-supervisor-monitoring")
        })
    );
}

#[test]
fn each_reason_not_to_listen_in_is_named() {
    let mut harness = Harness::live();
    let obstacle = |harness: &Harness, target: Option<&str>| {
        let target = target.map(DeviceId::new).map(Target::Device);
        harness.state().monitor_obstacle(
            &MonitoringKind::ListenIn,
            target.as_ref(),
            &Scope::Call,
            &Mode::AllCalls,
            None,
        )
    };
    assert_eq!(obstacle(&harness, None), Some(Obstacle::NothingPicked));
    assert_eq!(
        obstacle(&harness, Some(SUPERVISOR)),
        Some(Obstacle::OwnDevice)
    );
    assert_eq!(obstacle(&harness, Some(TARGET)), None);
    let mut inactive = device(None);
    inactive["deviceState"] = json!("Inactive");
    harness.device_becomes(inactive);
    harness.advance(ms(100));
    assert_eq!(
        obstacle(&harness, Some(TARGET)),
        Some(Obstacle::DeviceInactive)
    );
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    assert_eq!(
        obstacle(&harness, Some(TARGET)),
        Some(Obstacle::AlreadyInForce)
    );
    harness.gws.is_down = true;
    harness.restart();
    harness.advance(ms(10_000));
    assert_eq!(obstacle(&harness, Some(TARGET)), Some(Obstacle::NotLive));
}

#[test]
fn a_poll_that_died_while_the_page_was_away_is_detected_at_once() {
    let mut harness = Harness::live();
    harness.advance(ms(1_000));
    harness.machine.page(Page::Hidden, harness.now);
    harness.lose_responses();
    harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    harness.advance(ms(35_000));
    assert_eq!(harness.monitoring(), Monitoring::None, "nobody has noticed");
    harness.machine.page(Page::Visible, harness.now);
    harness.until(ms(200), |harness| {
        matches!(harness.monitoring(), Monitoring::Active(_))
    });
    harness.until(ms(200), |harness| harness.phase() == LinkPhase::Live);
    assert!(!harness.steps().contains(&&Step::Lost), "nothing was lost");
}

#[test]
fn a_page_that_was_away_for_a_moment_is_left_alone() {
    let mut harness = Harness::live();
    harness.advance(ms(5_000));
    harness.machine.page(Page::Hidden, harness.now);
    harness.advance(ms(5_000));
    harness.machine.page(Page::Visible, harness.now);
    harness.advance(ms(5_000));
    assert_eq!(harness.phases, []);
}

#[test]
fn closing_ends_everything_but_the_monitoring() {
    let mut harness = Harness::live();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    harness.machine.close(harness.now);
    harness.advance(ms(60_000));
    assert_eq!(harness.phase(), LinkPhase::Idle);
    assert_eq!(harness.cometd.session_count(), 0);
    assert!(harness.gws.operations.is_empty());
}
