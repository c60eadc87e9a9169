//! Signing in, becoming live, and finding back.

use bayeux::server::{Caller, Denied, Options, Policy, Server};
use bayeux::{Pattern, Reason};
use gws::{DeviceId, Mode, ReplyError, Scope};
use serde_json::json;
use supervision::{Happening, LinkPhase, LinkTrouble, Monitoring, Obstacle, Page, Presence};

use crate::desk::{Desk, OTHER, SUPERVISOR, TARGET, device, listening, ms};

#[test]
fn it_is_live_when_notifications_arrive_and_everything_was_read() {
    let mut desk = Desk::new();
    assert_eq!(desk.phase(), LinkPhase::Idle);
    desk.machine.start(desk.now);
    desk.drain();
    assert_eq!(desk.phase(), LinkPhase::Starting);
    desk.until(ms(2_000), |desk| desk.phase() == LinkPhase::Live);
    let state = desk.state();
    assert_eq!(state.me.as_ref().unwrap().name(), "Sue Visor");
    assert_eq!(state.device().unwrap().phone_number, "5005");
    assert_eq!(state.monitoring, Monitoring::None);
    assert_eq!(desk.gws.paths[0], "/me?subresources=features");
}

#[test]
fn the_next_connect_leaves_before_what_has_come_is_applied() {
    let mut desk = Desk::live();
    desk.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    desk.until(ms(100), |desk| {
        matches!(desk.state().monitoring, Monitoring::Active(_))
    });
    assert_eq!(desk.seen_at_connect, Monitoring::None);
}

#[test]
fn the_directory_lists_each_device_of_everyone_else() {
    let desk = Desk::live();
    let entries = &desk.state().directory.entries;
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
    assert_eq!(desk.state().directory.matching("abb 6002"), [1]);
    assert_eq!(desk.state().directory.matching("  BO "), [0, 1]);
    assert!(desk.state().directory.matching("zoe").is_empty());
    assert!(
        desk.state()
            .directory
            .entry(&DeviceId::new(OTHER))
            .is_some()
    );
}

#[test]
fn an_agent_is_shown_in_a_call_where_the_server_lists_calls() {
    let mut desk = Desk::new();
    desk.gws.agent_calls = json!([{ "id": "17", "state": "Established" }]);
    desk.machine.start(desk.now);
    desk.until(ms(2_000), |desk| desk.phase() == LinkPhase::Live);
    desk.until(ms(2_000), |desk| desk.state().directory.read_at.is_some());
    assert_eq!(desk.state().directory.entries[0].presence, Presence::OnCall);
}

#[test]
fn the_directory_is_read_again_when_it_is_looked_at_and_old() {
    let mut desk = Desk::live();
    desk.advance(ms(1_000));
    let reads = |desk: &Desk| {
        desk.gws
            .paths
            .iter()
            .filter(|path| path.starts_with("/users"))
            .count()
    };
    for _ in 0..30 {
        desk.machine.look_at_directory(desk.now);
        desk.advance(ms(1_000));
    }
    assert_eq!(
        reads(&desk),
        2,
        "once at the beginning, once when it had become old"
    );
}

#[test]
fn after_an_absence_without_a_gap_only_what_is_monitored_is_read_again() {
    let mut desk = Desk::new();
    let options = Options {
        acknowledged_messages: true,
        ..Options::default()
    };
    desk.cometd = Server::new(options, 5);
    desk.machine.start(desk.now);
    desk.until(ms(2_000), |desk| desk.phase() == LinkPhase::Live);
    desk.advance(ms(5_000));
    desk.gws.paths.clear();
    desk.machine.page(Page::ClockJumped, desk.now);
    desk.advance(ms(1_000));
    assert_eq!(desk.phase(), LinkPhase::Live);
    let has_read = |path: &str| desk.gws.paths.iter().any(|read| read.starts_with(path));
    assert!(has_read("/me/devices") && has_read("/me/calls"));
    assert!(!has_read("/users"), "it may be ten megabytes");
}

#[test]
fn without_a_sign_in_it_says_so_and_tries_again_from_time_to_time() {
    let mut desk = Desk::new();
    desk.gws.is_signed_in = false;
    desk.machine.start(desk.now);
    desk.until(ms(1_000), |desk| desk.phase() == LinkPhase::SignInNeeded);
    assert!(desk.state().connection.next_try.is_some());
    desk.gws.is_signed_in = true;
    desk.until(ms(31_000), |desk| desk.phase() == LinkPhase::Live);
}

#[test]
fn someone_who_has_signed_in_need_not_wait() {
    let mut desk = Desk::new();
    desk.gws.is_signed_in = false;
    desk.machine.start(desk.now);
    desk.until(ms(1_000), |desk| desk.phase() == LinkPhase::SignInNeeded);
    desk.gws.is_signed_in = true;
    desk.machine.retry_now(desk.now);
    desk.until(ms(1_000), |desk| desk.phase() == LinkPhase::Live);
}

#[test]
fn a_login_page_in_place_of_data_is_named_and_tried_again() {
    let mut desk = Desk::new();
    desk.gws.reads = Some((200, "<!doctype html><title>Sign in</title>".to_owned()));
    desk.machine.start(desk.now);
    desk.until(ms(1_000), |desk| desk.phase() == LinkPhase::Reconnecting);
    let page = ReplyError::WebPage { http: 200 };
    assert_eq!(
        desk.state().connection.trouble,
        Some(LinkTrouble::Reading(page))
    );
    assert!(desk.state().connection.next_try.is_some());
    desk.gws.reads = None;
    desk.until(ms(60_000), |desk| desk.phase() == LinkPhase::Live);
}

#[test]
fn after_a_restart_it_finds_back_and_shows_what_is_true_now() {
    let mut desk = Desk::live();
    desk.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    desk.until(ms(1_000), |desk| {
        matches!(desk.state().monitoring, Monitoring::Active(_))
    });
    // The new process knows nothing of the monitoring.
    desk.gws.device = device(None);
    desk.restart();
    desk.until(ms(1_000), |desk| desk.phase() == LinkPhase::Reconnecting);
    assert!(desk.state().connection.live_until.is_some());
    desk.until(ms(60_000), |desk| desk.phase() == LinkPhase::Live);
    assert_eq!(desk.state().monitoring, Monitoring::None);
    let happened = desk.happenings();
    assert!(happened.contains(&&Happening::Lost) && happened.contains(&&Happening::Back));
}

#[test]
fn it_is_never_called_live_between_a_loss_and_the_reading_after_it() {
    let mut desk = Desk::live();
    desk.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    desk.advance(ms(100));
    desk.gws.device = device(None);
    desk.restart();
    desk.until(ms(60_000), |desk| {
        desk.state().monitoring == Monitoring::None
    });
    desk.advance(ms(100));
    assert_eq!(desk.phases, [LinkPhase::Reconnecting, LinkPhase::Live]);
}

#[test]
fn the_same_monitoring_after_a_reconnect_keeps_its_beginning() {
    let mut desk = Desk::live();
    desk.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    desk.advance(ms(100));
    let since = |desk: &Desk| match &desk.state().monitoring {
        Monitoring::Active(active) => active.since,
        other => panic!("{other:?}"),
    };
    let before = since(&desk);
    assert!(before.is_observed);
    desk.advance(ms(60_000));
    desk.restart();
    desk.advance(ms(60_000));
    assert_eq!(desk.phase(), LinkPhase::Live);
    assert_eq!(since(&desk), before);
}

#[test]
fn monitoring_that_was_there_before_has_no_observed_beginning() {
    let mut desk = Desk::new();
    desk.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    desk.machine.start(desk.now);
    desk.until(ms(2_000), |desk| desk.phase() == LinkPhase::Live);
    match &desk.state().monitoring {
        Monitoring::Active(active) => assert!(!active.since.is_observed),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_server_that_is_down_is_tried_until_it_is_up() {
    let mut desk = Desk::new();
    desk.gws.is_down = true;
    desk.machine.start(desk.now);
    desk.advance(ms(300_000));
    assert_eq!(desk.phase(), LinkPhase::Reconnecting);
    assert!(matches!(
        desk.state().connection.trouble,
        Some(LinkTrouble::Network(_))
    ));
    desk.gws.is_down = false;
    desk.until(ms(40_000), |desk| desk.phase() == LinkPhase::Live);
}

#[test]
fn a_session_that_ends_asks_for_a_sign_in() {
    let mut desk = Desk::live();
    desk.gws.is_signed_in = false;
    desk.until(ms(60_000), |desk| desk.phase() == LinkPhase::SignInNeeded);
    desk.gws.is_signed_in = true;
    desk.until(ms(60_000), |desk| desk.phase() == LinkPhase::Live);
}

#[derive(Debug)]
struct NoSubscriptions;

impl Policy for NoSubscriptions {
    fn can_subscribe(&self, _: Caller<'_>, _: &Pattern) -> Result<(), Denied> {
        Err(Denied::default())
    }
}

#[test]
fn a_server_that_refuses_notifications_is_not_called_live() {
    let mut desk = Desk::new();
    desk.cometd = Server::with_policy(Options::default(), NoSubscriptions, 3);
    desk.machine.start(desk.now);
    desk.until(ms(2_000), |desk| desk.phase() == LinkPhase::Stopped);
    desk.advance(ms(60_000));
    assert_eq!(desk.phases, [LinkPhase::Starting, LinkPhase::Stopped]);
    assert!(matches!(
        desk.state().connection.trouble,
        Some(LinkTrouble::Notifications(Reason::Refused(_)))
    ));
    // It may have changed its mind when a person asks again.
    desk.restart();
    desk.machine.retry_now(desk.now);
    desk.until(ms(60_000), |desk| desk.phase() == LinkPhase::Live);
}

#[test]
fn subscriptions_that_fail_are_told_with_why_and_when_they_are_tried_again() {
    let mut desk = Desk::new();
    let check = |desk: &mut Desk, reply: (u16, &str), reason: Reason| {
        desk.gws.subscriptions = Some((reply.0, reply.1.to_owned()));
        let trouble = Some(LinkTrouble::Notifications(reason));
        desk.until(ms(60_000), |desk| {
            let connection = &desk.state().connection;
            connection.trouble == trouble && connection.next_try.is_some()
        });
        assert_eq!(desk.phase(), LinkPhase::Reconnecting);
    };
    desk.machine.start(desk.now);
    check(&mut desk, (500, ""), Reason::Http(500));
    check(&mut desk, (200, "[]"), Reason::NoReply);
    desk.gws.subscriptions = None;
    desk.until(ms(60_000), |desk| desk.phase() == LinkPhase::Live);
    assert_eq!(desk.state().connection.trouble, None);
}

#[test]
fn an_unreadable_notification_is_told_and_what_it_said_is_read() {
    let mut desk = Desk::live();
    desk.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    desk.publish(
        "/v2/me/devices",
        &json!({ "messageType": "DeviceStateChangeMessage", "devices": 17 }),
    );
    desk.advance(ms(100));
    assert!(
        desk.happenings()
            .iter()
            .any(|what| matches!(what, Happening::Unreadable(_)))
    );
    assert!(matches!(desk.state().monitoring, Monitoring::Active(_)));
    assert_eq!(desk.phase(), LinkPhase::Live);
}

#[test]
fn a_missing_feature_explains_a_missing_capability() {
    let mut desk = Desk::new();
    desk.gws.device["capabilities"] = json!(["ForwardCallsOn"]);
    desk.gws.features = json!([{ "id": "api-voice" }]);
    desk.machine.start(desk.now);
    desk.until(ms(2_000), |desk| desk.phase() == LinkPhase::Live);
    let target = DeviceId::new(TARGET);
    assert_eq!(
        desk.state()
            .listen_in_obstacle(Some(&target), &Scope::Call, &Mode::AllCalls),
        Some(Obstacle::NoCapability {
            missing_feature: Some("api-supervisor-monitoring")
        })
    );
}

#[test]
fn each_reason_not_to_listen_in_is_named() {
    let mut desk = Desk::live();
    let obstacle = |desk: &Desk, target: Option<&str>| {
        let target = target.map(DeviceId::new);
        desk.state()
            .listen_in_obstacle(target.as_ref(), &Scope::Call, &Mode::AllCalls)
    };
    assert_eq!(obstacle(&desk, None), Some(Obstacle::NothingPicked));
    assert_eq!(obstacle(&desk, Some(SUPERVISOR)), Some(Obstacle::OwnDevice));
    assert_eq!(obstacle(&desk, Some(TARGET)), None);
    let mut inactive = device(None);
    inactive["deviceState"] = json!("Inactive");
    desk.device_becomes(inactive);
    desk.advance(ms(100));
    assert_eq!(
        obstacle(&desk, Some(TARGET)),
        Some(Obstacle::DeviceInactive)
    );
    desk.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    desk.advance(ms(100));
    assert_eq!(
        obstacle(&desk, Some(TARGET)),
        Some(Obstacle::AlreadyInForce)
    );
    desk.gws.is_down = true;
    desk.restart();
    desk.advance(ms(100));
    assert_eq!(obstacle(&desk, Some(TARGET)), Some(Obstacle::NotLive));
}

#[test]
fn a_poll_that_died_while_the_page_was_away_is_found_out_at_once() {
    let mut desk = Desk::live();
    desk.advance(ms(1_000));
    desk.machine.page(Page::Hidden, desk.now);
    desk.lose_responses();
    desk.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    desk.advance(ms(35_000));
    assert_eq!(
        desk.state().monitoring,
        Monitoring::None,
        "nobody has noticed"
    );
    desk.machine.page(Page::Visible, desk.now);
    desk.until(ms(200), |desk| {
        matches!(desk.state().monitoring, Monitoring::Active(_))
    });
    desk.until(ms(200), |desk| desk.phase() == LinkPhase::Live);
    assert!(
        !desk.happenings().contains(&&Happening::Lost),
        "nothing was lost"
    );
}

#[test]
fn a_page_that_was_away_for_a_moment_is_left_alone() {
    let mut desk = Desk::live();
    desk.advance(ms(5_000));
    desk.machine.page(Page::Hidden, desk.now);
    desk.advance(ms(5_000));
    desk.machine.page(Page::Visible, desk.now);
    desk.advance(ms(5_000));
    assert_eq!(desk.phases, []);
}

#[test]
fn closing_ends_everything_but_the_monitoring() {
    let mut desk = Desk::live();
    desk.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    desk.advance(ms(100));
    desk.machine.close(desk.now);
    desk.advance(ms(60_000));
    assert_eq!(desk.phase(), LinkPhase::Idle);
    assert_eq!(desk.cometd.session_count(), 0);
    assert!(desk.gws.operations.is_empty());
}
