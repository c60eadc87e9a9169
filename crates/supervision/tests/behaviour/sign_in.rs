//! Every way to require a sign-in is recognised, without asking too often; the next person to sign in
//! sees nothing of the previous one.

use gws::{Mode, MonitoringKind, Scope};
use serde_json::json;
use supervision::{LinkPhase, Monitoring, Page, SignInNeed, Step};

use crate::harness::{Harness, OTHER, TARGET, call_on, choice, device, listening, ms};

fn need(harness: &Harness) -> Option<SignInNeed> {
    harness.state().identity().sign_in_needed()
}

#[test]
fn every_refusal_of_a_gateway_asks_for_a_sign_in_at_the_start_and_while_live() {
    for (status, body, expect) in [
        (401, "<html>Sign in</html>", SignInNeed::NotSignedIn),
        (403, "<html>Sign in</html>", SignInNeed::NotSignedIn),
        (401, "", SignInNeed::NotSignedIn),
        (403, r#"{"error":"denied"}"#, SignInNeed::NotSignedIn),
        (200, "<!doctype html><form>", SignInNeed::WebPage),
    ] {
        let mut harness = Harness::new();
        harness.gateway(status, body);
        harness.machine.start(harness.now);
        harness.until(ms(1_000), |h| h.phase() == LinkPhase::SignInNeeded);
        assert_eq!(need(&harness), Some(expect), "{status} {body}");
        assert!(harness.has(|step| *step == Step::SignInNeeded(expect)));

        let mut harness = Harness::live();
        harness.gateway(status, body);
        harness.until(ms(60_000), |h| h.phase() == LinkPhase::SignInNeeded);
        assert_eq!(need(&harness), Some(expect), "{status} {body}");
        harness.gateway_ends();
        harness.until(ms(60_000), |h| h.phase() == LinkPhase::Live);
    }
}

#[test]
fn a_redirect_asks_for_a_sign_in_and_is_retried_at_most_twice_a_minute() {
    let mut harness = Harness::live();
    harness.gateway(302, "");
    harness.until(ms(60_000), |h| h.phase() == LinkPhase::SignInNeeded);
    assert_eq!(need(&harness), Some(SignInNeed::Redirected));
    harness.gateway_requests = 0;
    harness.advance(ms(120_000));
    assert!(
        harness.gateway_requests <= 5,
        "{}",
        harness.gateway_requests
    );
}

#[test]
fn a_login_page_is_retried_at_most_twice_a_minute() {
    for body in ["<!doctype html><form>", "\u{feff}\n <!DOCTYPE html><form>"] {
        let mut harness = Harness::live();
        harness.gateway(200, body);
        // The server no longer knows the session.
        harness.restart();
        harness.until(ms(10_000), |h| h.phase() == LinkPhase::SignInNeeded);
        assert_eq!(need(&harness), Some(SignInNeed::WebPage));
        harness.advance(ms(5_000));
        harness.gateway_requests = 0;
        harness.advance(ms(120_000));
        let requests = harness.gateway_requests;
        assert!((3..=5).contains(&requests), "{requests}: {body}");
        harness.gateway_ends();
        harness.until(ms(60_000), |h| h.phase() == LinkPhase::Live);
    }
}

#[test]
fn nothing_is_retried_if_the_browser_would_ask_for_a_password() {
    for starts_live in [false, true] {
        let mut harness = match starts_live {
            true => Harness::live(),
            false => Harness::new(),
        };
        harness.gateway(401, "");
        harness.challenge = Some("Basic realm=\"gateway\"");
        harness.gateway_requests = 0;
        harness.machine.start(harness.now);
        harness.until(ms(60_000), |h| h.phase() == LinkPhase::SignInNeeded);
        harness.advance(ms(300_000));
        harness.machine.page(Page::Online, harness.now);
        harness.advance(ms(1_000));
        assert_eq!(harness.gateway_requests, 1);
        assert_eq!(need(&harness), Some(SignInNeed::PasswordDialog));
        // A person may retry.
        harness.gateway_ends();
        harness.machine.retry_now(harness.now);
        harness.until(ms(5_000), |h| h.phase() == LinkPhase::Live);
    }
}

#[test]
fn devices_that_are_refused_although_we_are_signed_in_are_not_read_in_a_loop() {
    let mut harness = Harness::live();
    harness.gws.refused_path = Some("/me/devices");
    harness.restart();
    harness.gws.paths.clear();
    harness.advance(ms(60_000));
    assert!(
        harness.reads("/me/devices") <= 12,
        "{}",
        harness.reads("/me/devices")
    );
}

#[test]
fn the_next_person_to_sign_in_sees_nothing_of_the_previous_one() {
    let mut harness = Harness::live();
    harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    harness.advance(ms(100));
    let other = choice(
        MonitoringKind::ListenIn,
        OTHER,
        Scope::Agent,
        Mode::NextCall,
    );
    harness.machine.monitor(other, None, harness.now).unwrap();
    harness.advance(ms(100));
    let last = harness.state().history().receipts().last().unwrap().number;
    harness.gws.user = "somebody-else";
    harness.gws.device = json!({ "id": "d2", "deviceState": "Active", "phoneNumber": "7",
        "capabilities": ["ListenIn"] });
    harness.restart();
    harness.until(ms(60_000), |h| {
        let me = h.state().identity().me();
        h.phase() == LinkPhase::Live && me.is_some_and(|me| me.id.as_str() == "somebody-else")
    });
    let state = harness.state();
    assert_eq!(state.device().unwrap().phone_number, "7");
    assert_eq!(*state.monitoring(), Monitoring::None);
    assert_eq!(state.requests().pending().count(), 0);
    assert!(state.requests().problem().is_none());
    assert!(
        state
            .history()
            .receipts()
            .all(|receipt| receipt.number > last)
    );
    assert!(!harness.has(|step| matches!(
        step,
        Step::Began { .. } | Step::Asked(_) | Step::Stopped { .. }
    )));
}

#[test]
fn devices_of_somebody_else_ask_who_is_signed_in() {
    let mut harness = Harness::live();
    harness.gws.user = "somebody-else";
    harness.gws.device = json!({ "id": "d2", "deviceState": "Active", "phoneNumber": "7",
        "capabilities": ["ListenIn"] });
    harness.gws.paths.clear();
    harness.until(ms(300_000), |h| h.reads("/me/devices") > 0);
    harness.until(ms(1_000), |h| {
        let me = h.state().identity().me();
        me.is_some_and(|me| me.id.as_str() == "somebody-else")
    });
    // The new person's devices are read as theirs.
    harness.until(ms(5_000), |h| h.phase() == LinkPhase::Live);
    assert!(!harness.has(|step| matches!(step, Step::DeviceUsed { .. })));
}

#[test]
fn another_persons_devices_and_calls_are_not_shown() {
    for is_another in [true, false] {
        let mut harness = Harness::live();
        harness.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
        harness.advance(ms(100));
        harness.events.clear();
        if is_another {
            harness.gws.user = "somebody-else";
        }
        harness.gws.device = json!({ "id": "d2", "deviceState": "Active", "phoneNumber": "7",
            "capabilities": ["ListenIn"], "supervisorMonitoringState":
                listening(OTHER, "Call", "AllCalls") });
        harness.gws.calls = json!([call_on("d2", "Established", Some("Off"))]);
        // The answer to who is signed in is slow.
        harness.gws.slow_path = Some("/me?");
        harness.until(ms(60_000), |h| h.slow.is_some());
        harness.advance(ms(1_000));
        let state = harness.state();
        assert_eq!(state.device().unwrap().phone_number, "5005");
        assert!(state.all_legs().is_empty());
        assert!(harness.events.is_empty(), "{:?}", harness.events);
        harness.gws.slow_path = None;
        harness.until(ms(60_000), |h| {
            let device = h.state().device();
            device.is_some_and(|device| device.phone_number == "7") && h.phase() == LinkPhase::Live
        });
        harness.until(ms(1_000), |h| !h.state().all_legs().is_empty());
        assert_eq!(
            harness.has(|step| matches!(step, Step::DeviceUsed { .. })),
            !is_another
        );
    }
}

#[test]
fn a_needed_sign_in_is_shown_until_somebody_is_signed_in() {
    let mut harness = Harness::live();
    harness.gateway(401, "");
    harness.until(ms(60_000), |h| h.phase() == LinkPhase::SignInNeeded);
    harness.phases.clear();
    for _ in 0..10 {
        // The connection for notifications is refused, too, and asks who is signed in.
        harness.cut_polls();
        harness.machine.page(Page::Online, harness.now);
        // A person retries, too.
        harness.machine.retry_now(harness.now);
        harness.advance(ms(10_000));
    }
    assert!(harness.phases.is_empty(), "{:?}", harness.phases);
}

#[test]
fn a_sign_in_before_the_first_connection_is_noticed() {
    let mut harness = Harness::new();
    harness.gws.subscriptions = Some((500, String::new()));
    harness.machine.start(harness.now);
    harness.advance(ms(20_000));
    harness.gws.user = "somebody else";
    harness.gws.subscriptions = None;
    harness.until(ms(60_000), |h| h.phase() == LinkPhase::Live);
    harness.advance(ms(1_000));
    let me = harness.state().identity().me();
    assert!(me.is_some_and(|me| me.id.as_str() == "somebody else"));
}

#[test]
fn after_a_password_challenge_everything_is_read_again() {
    for path in ["/me?", "/me/devices", "/me/calls", "/users", "/me/devices/"] {
        for starts_live in [false, true] {
            let mut harness = match starts_live {
                true => Harness::live(),
                false => Harness::new(),
            };
            harness.advance(ms(20_000));
            harness.gws.refusal = Some((path, 401, ""));
            harness.challenge = Some("Basic realm=\"gateway\"");
            harness.machine.start(harness.now);
            match (starts_live, path) {
                (true, "/me/devices/") => harness.listen_in(),
                (true, _) => {
                    harness.machine.look_at_directory(harness.now);
                    harness.restart();
                }
                (false, "/me/devices/") => continue,
                (false, _) => {}
            }
            harness.until(ms(10_000), |h| h.phase() == LinkPhase::SignInNeeded);
            harness.gws.refusal = None;
            harness.challenge = None;
            harness.machine.retry_now(harness.now);
            harness.until(ms(10_000), |h| h.phase() == LinkPhase::Live);
            harness.advance(ms(1_000));
            assert!(harness.state().directory().read_at.is_some(), "{path}");
        }
    }
}

#[test]
fn a_refusal_of_any_kind_to_say_who_is_signed_in_asks_for_a_sign_in() {
    let refusals = [
        (
            401,
            r#"{"statusCode":5,"statusMessage":"No permission"}"#,
            SignInNeed::NotSignedIn,
        ),
        (403, r#"{"statusCode":3}"#, SignInNeed::Forbidden),
        (
            403,
            r#"{"statusCode":8,"statusMessage":"Change your password"}"#,
            SignInNeed::Forbidden,
        ),
        (
            200,
            "\u{feff}<!DOCTYPE html><title>Sign in</title>",
            SignInNeed::WebPage,
        ),
    ];
    for (status, body, expect) in refusals {
        let mut harness = Harness::new();
        harness.gws.refusal = Some(("/me", status, body));
        harness.machine.start(harness.now);
        harness.advance(ms(60_000));
        assert_eq!(harness.phase(), LinkPhase::SignInNeeded, "{status} {body}");
        assert_eq!(need(&harness), Some(expect), "{status} {body}");
        assert!(harness.reads("/me?") <= 3, "{status} {body}");
    }
}
