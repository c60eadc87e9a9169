//! Reads: `Retry-After`, slow responses, and how old data may become.

use gws::DeviceId;
use serde_json::json;
use supervision::{Changes, ExchangeId, Input, LinkPhase, LinkTrouble, Page, Resource, Response};

use crate::harness::{Harness, TARGET, device, listening, ms};

fn refused(what: Resource, http: u16) -> LinkTrouble {
    let words = String::new();
    LinkTrouble::Refused { what, http, words }
}

#[test]
fn retry_after_applies_to_every_read_whatever_happens_to_the_page() {
    for path in ["/users", "/me/devices"] {
        let mut harness = Harness::live();
        harness.advance(ms(20_000));
        harness.gws.busy = Some((path, "120"));
        harness.restart();
        harness.machine.look_at_directory(harness.now);
        harness.advance(ms(5_000));
        let before = harness.reads(path);
        assert!(before > 1, "{path}");
        for _ in 0..50 {
            harness.machine.look_at_directory(harness.now);
            harness.machine.page(Page::Online, harness.now);
            harness.advance(ms(2_000));
        }
        assert_eq!(harness.reads(path), before, "{path}");
    }
}

#[test]
fn the_wait_for_the_directory_is_shown() {
    let mut harness = Harness::live();
    harness.gws.busy = Some(("/users", "120"));
    harness.advance(ms(20_000));
    harness.machine.look_at_directory(harness.now);
    harness.advance(ms(100));
    let directory = harness.state().directory();
    assert!(directory.trouble.is_some());
    assert!(directory.next_try.unwrap() >= harness.now + ms(110_000));
}

#[test]
fn a_response_gets_more_time_while_bytes_arrive() {
    let mut harness = Harness::live();
    harness.advance(ms(20_000));
    harness.gws.slow_path = Some("/users");
    harness.machine.look_at_directory(harness.now);
    harness.advance(ms(100));
    let id: ExchangeId = harness.slow.expect("it is under way");
    for _ in 0..10 {
        harness.advance(ms(10_000));
        let input = Input::Progress { id };
        harness.machine.handle(input, harness.now);
        harness.drain();
    }
    assert_eq!(harness.state().directory().trouble, None);
    assert_eq!(harness.reads("/users"), 2);
    // When no more arrive, it is given up.
    harness.advance(ms(15_100));
    assert!(harness.state().directory().trouble.is_some());
    assert_eq!(harness.phase(), LinkPhase::Live);
}

#[test]
fn the_directory_is_read_only_while_it_is_in_view_or_somebody_is_monitored() {
    let mut harness = Harness::live();
    harness.advance(ms(900_000));
    assert_eq!(harness.reads("/users"), 1);
    // Somebody else may be at the monitored telephone by now.
    harness.gws.agent_name = "Al";
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    assert_eq!(harness.reads("/users"), 2);
    let target = DeviceId::new(TARGET);
    let directory = harness.state().directory();
    assert_eq!(directory.names_of(&target, true), ["Al Abbott"]);
    harness.advance(ms(290_000));
    assert_eq!(harness.reads("/users"), 2);
    harness.advance(ms(20_000));
    assert_eq!(harness.reads("/users"), 3);
}

#[test]
fn a_read_that_fails_while_live_is_not_retried_at_once() {
    let mut harness = Harness::live();
    harness.gws.reads = Some((500, String::new()));
    harness.gws.paths.clear();
    harness.until(ms(250_000), |h| h.reads("/me/devices") == 1);
    harness.advance(ms(100));
    assert_eq!(harness.reads("/me/devices"), 1);
    harness.advance(ms(60_000));
    // With growing pauses.
    assert!((2..20).contains(&harness.reads("/me/devices")));
}

#[test]
fn the_connection_is_not_live_if_reads_fail_for_a_minute() {
    for error in [Some((500, String::new())), None] {
        let mut harness = Harness::live();
        harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
        harness.advance(ms(100));
        match error {
            Some(error) => harness.gws.reads = Some(error),
            None => harness.gws.slow_path = Some("/me/devices"),
        }
        harness.until(ms(70_000), |h| h.phase() == LinkPhase::Reconnecting);
        harness.gws.reads = None;
        harness.gws.slow_path = None;
        harness.until(ms(60_000), |h| h.phase() == LinkPhase::Live);
    }
}

#[test]
fn one_read_that_fails_is_no_outage() {
    let mut harness = Harness::live();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.gws.reads = Some((500, String::new()));
    let devices = harness.reads("/me/devices");
    harness.until(ms(60_000), |h| h.reads("/me/devices") > devices);
    harness.advance(ms(10));
    harness.gws.reads = None;
    harness.advance(ms(60_000));
    assert!(harness.phases.is_empty(), "{:?}", harness.phases);
}

#[test]
fn retry_after_applies_to_whoever_signs_in_next() {
    let mut harness = Harness::live();
    harness.gws.busy = Some(("/me/devices", "120"));
    harness.restart();
    harness.advance(ms(5_000));
    let before = harness.reads("/me/devices");
    harness.gws.user = "somebody else";
    harness.restart();
    harness.advance(ms(60_000));
    let me = harness.state().identity().me();
    assert!(me.is_some_and(|me| me.id.as_str() == "somebody else"));
    assert_eq!(harness.reads("/me/devices"), before);
}

#[test]
fn a_notification_during_a_read_is_newer() {
    let mut harness = Harness::live();
    harness.gws.slow_path = Some("/me/devices");
    harness.until(ms(250_000), |harness| harness.slow.is_some());
    let id = harness.slow.expect("it is under way");
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    let old = json!({ "statusCode": 0, "devices": [device(None)] });
    let response = Response {
        status: 200,
        body: old.to_string().into_bytes(),
        ..Response::default()
    };
    let input = Input::Response { id, response };
    harness.machine.handle(input, harness.now);
    harness.drain();
    assert!(harness.monitoring().active().is_some());
}

#[test]
fn a_refused_directory_is_reported_although_the_rest_is_readable() {
    for (status, body) in [
        (401, ""),
        (403, "<html>"),
        (403, r#"{"statusCode":20}"#),
        (403, "{}"),
        (302, ""),
        (200, "<html>"),
    ] {
        let mut harness = Harness::new();
        harness.gws.refusal = Some(("/users", status, body));
        harness.machine.start(harness.now);
        harness.advance(ms(3_000));
        let directory = harness.state().directory();
        let trouble = directory.trouble.as_deref().expect("it is told");
        if matches!(status, 401 | 403) {
            assert_eq!(*trouble, refused(Resource::Directory, status));
        }
        assert_eq!(harness.phase(), LinkPhase::Live);
        harness.advance(ms(60_000));
        assert!((3..15).contains(&harness.reads("/users")), "{status}");
        assert!(harness.reads("/me?") < 4, "{status}");
        harness.gws.refusal = None;
        harness.until(ms(60_000), |h| h.state().directory().trouble.is_none());
    }
}

#[test]
fn refused_devices_or_calls_are_reported_and_can_be_retried_now() {
    for (what, path) in [
        (Resource::Devices, "/me/devices?"),
        (Resource::Calls, "/me/calls?"),
    ] {
        for status in [401, 403, 302] {
            let mut harness = Harness::new();
            harness.gws.refusal = Some((path, status, ""));
            harness.machine.start(harness.now);
            harness.advance(ms(20_000));
            harness.phases.clear();
            harness.advance(ms(60_000));
            assert_eq!(harness.phases, [], "{path} {status}");
            assert_eq!(harness.phase(), LinkPhase::Reconnecting);
            let connection = harness.state().connection();
            let trouble = connection.trouble.as_deref().expect("it is told");
            if status != 302 {
                assert_eq!(*trouble, refused(what, status));
            }
            assert!(harness.reads(path) < 15);
            harness.gws.refusal = None;
            harness.machine.retry_now(harness.now);
            harness.until(ms(1_000), |h| h.phase() == LinkPhase::Live);
        }
    }
}

#[test]
fn a_server_that_is_slow_to_the_first_byte_gets_more_time() {
    let mut harness = Harness::live();
    harness.advance(ms(20_000));
    harness.gws.slow_path = Some("/users");
    harness.machine.look_at_directory(harness.now);
    harness.until(ms(300_000), |h| h.reads("/users") == 4);
    // 15 s were too short, and so were 30 s.
    harness.advance(ms(55_000));
    assert_eq!(harness.reads("/users"), 4);
    let id = harness.slow.expect("it is under way");
    let response = Response {
        status: 200,
        body: br#"{"statusCode":0,"users":[]}"#.to_vec(),
        ..Response::default()
    };
    harness
        .machine
        .handle(Input::Response { id, response }, harness.now);
    harness.drain();
    assert_eq!(harness.state().directory().trouble, None);
}

#[test]
fn the_check_of_a_request_waits_as_the_server_asked() {
    let mut harness = Harness::live();
    harness.gws.refusal = Some(("/me/devices/", 503, ""));
    harness.listen_in();
    let before = harness.reads("/me/devices");
    harness.advance(ms(5_000));
    assert_eq!(harness.reads("/me/devices"), before, "Retry-After is 5 s");
    harness.advance(ms(200));
    assert_eq!(harness.reads("/me/devices"), before + 1);
}

#[test]
fn a_request_says_until_when_its_check_is_deferred() {
    let mut harness = Harness::live();
    harness.gws.busy = Some(("/me/devices", "60"));
    harness.listen_in();
    harness.advance(ms(9_000));
    let put_off = |h: &Harness| h.pending().expect("it is pending").put_off_until();
    assert_eq!(put_off(&harness), None, "nothing was to be read yet");
    harness.advance(ms(1_500));
    harness.changes = Changes::default();
    let until = put_off(&harness).expect("the server wants to be left alone");
    assert!(until.at >= harness.now + ms(59_000));
    harness.gws.busy = None;
    harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
    // A person may insist.
    harness.machine.retry_now(harness.now);
    harness.advance(ms(100));
    assert!(harness.pending().is_none());
    assert!(harness.changes.touch(Changes::REQUEST));
}

#[test]
fn a_reply_with_retry_after_defers_the_check_of_its_request() {
    let mut harness = Harness::live();
    harness.gws.refusal = Some(("/me/devices/", 503, ""));
    harness.listen_in();
    harness.advance(ms(100));
    let put_off = |h: &Harness| h.pending().expect("it is pending").put_off_until();
    assert!(put_off(&harness).is_some(), "Retry-After is 5 s");
    harness.gws.refusal = None;
    harness.advance(ms(5_500));
    assert_eq!(put_off(&harness), None);
}

#[test]
fn a_poll_whose_response_keeps_arriving_is_not_given_up() {
    let mut harness = Harness::live();
    harness.advance(ms(1_000));
    let handshakes = harness.cometd_handshakes;
    // The server answers after 30 s, and may take 10 s more.
    harness.gws.is_stalled = true;
    for _ in 0..18 {
        harness.advance(ms(5_000));
        harness.bytes_come();
    }
    assert!(harness.phases.is_empty(), "{:?}", harness.phases);
    assert_eq!(harness.cometd_handshakes, handshakes);
    harness.until(ms(30_000), |h| h.phase() != LinkPhase::Live);
}

#[test]
fn the_connection_is_not_live_for_long_while_the_server_asks_to_wait() {
    let mut harness = Harness::live();
    harness.gws.operation_headers = vec![("Retry-After".to_owned(), "600".to_owned())];
    harness.gws.operation = Some((503, String::new()));
    harness.listen_in();
    harness.advance(ms(1_000));
    let until = harness.pending().unwrap().put_off_until();
    assert!(until.is_some());
    harness.until(ms(62_000), |h| h.phase() == LinkPhase::Reconnecting);
    let connection = harness.state().connection();
    assert!(connection.trouble.is_some());
    assert!(connection.next_try.is_some());
    // The pause is no longer than that.
    harness.until(ms(260_000), |h| h.pending().is_none());
    harness.until(ms(1_000), |h| h.phase() == LinkPhase::Live);
}

#[test]
fn a_pause_of_any_length_is_survived() {
    for after in ["18446744073709551615", "99999999999"] {
        let mut harness = Harness::live();
        harness.gws.busy = Some(("/me/devices", after));
        harness.restart();
        harness.advance(ms(10_000));
        assert_eq!(harness.phase(), LinkPhase::Reconnecting);
        harness.gws.busy = None;
        harness.advance(ms(400_000));
        assert_eq!(harness.phase(), LinkPhase::Live);
    }
}
