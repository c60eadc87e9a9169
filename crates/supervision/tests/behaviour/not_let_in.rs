//! Requests that are rejected before GWS: without a session or a token, or for a supervisor who is no longer
//! signed in.

use gws::ReplyError;
use supervision::{LinkPhase, Meaning, RequestStage as Stage, Why};

use crate::harness::{Harness, TARGET, device, listening, ms};

#[test]
fn a_stale_csrf_token_is_renewed_and_the_request_sent_once_more() {
    let mut harness = Harness::live();
    harness.gws.token = 99;
    harness.listen_in();
    harness.advance(ms(100));
    assert_eq!(harness.gws.operations.len(), 1);
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Accepted]);
    assert_eq!(harness.phase(), LinkPhase::Live);
}

#[test]
fn one_persons_request_is_not_sent_in_the_name_of_the_next() {
    let mut harness = Harness::live();
    harness.gws.token = 99;
    harness.gws.user = "somebody-else";
    harness.listen_in();
    harness.advance(ms(100));
    assert_eq!(harness.gws.operations.len(), 0);
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Refused]);
    assert!(harness.pending().is_none());
}

#[test]
fn the_outcome_of_a_request_is_unknown_when_another_person_signs_in() {
    let mut harness = Harness::live();
    harness.gws.operation = None;
    harness.listen_in();
    harness.gws.user = "somebody-else";
    harness.restart();
    harness.until(ms(60_000), |harness| {
        let me = harness.state().identity().me();
        me.is_some_and(|me| me.id.as_str() == "somebody-else")
    });
    assert!(harness.pending().is_none());
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Unknown]);
}

#[test]
fn a_request_without_a_session_is_refused_and_a_sign_in_needed() {
    let mut harness = Harness::live();
    harness.gws.is_signed_in = false;
    harness.listen_in();
    harness.advance(ms(100));
    assert_eq!(harness.phase(), LinkPhase::SignInNeeded);
    assert_eq!(
        *harness.state().requests().problem().unwrap().why(),
        Why::Reply(ReplyError::NotSignedIn)
    );
}

#[test]
fn a_request_without_a_new_token_is_given_up_in_time() {
    let mut harness = Harness::live();
    harness.gws.token = 99;
    harness.listen_in();
    harness.advance(ms(8));
    harness.gws.is_down = true;
    harness.advance(ms(30_000));
    harness.gws.is_down = false;
    harness.advance(ms(60_000));
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Refused]);
    assert!(harness.gws.operations.is_empty());
}

#[test]
fn a_stop_that_was_not_sent_is_no_problem_if_nobody_is_monitored() {
    let mut harness = Harness::live();
    harness.gws.token = 2;
    harness.gws.slow_path = Some("/me?");
    harness.listen_in();
    harness.advance(ms(100));
    harness.machine.stop(harness.now).expect("no obstacle");
    harness.advance(ms(16_000));
    assert!(harness.pending().is_none());
    assert_eq!(harness.state().requests().problem(), None);
    assert_eq!(harness.gws.operations.len(), 0);
}

#[test]
fn a_rejected_request_is_sent_once_more_and_then_refused_with_status_and_message() {
    for (status, body, http, words) in [
        (403, "<html>Request blocked</html>", Some(403), None),
        (401, "", Some(401), None),
        (403, r#"{"error":"policy"}"#, Some(403), Some("policy")),
        (403, "<p>Invalid <b>CSRF</b> token</p>", Some(403), None),
        (400, "Invalid X-CSRF-TOKEN header", Some(400), None),
        (401, r#"{"message":"XSRF token expired"}"#, Some(401), None),
        (419, "<h1>Page Expired</h1>", Some(419), None),
    ] {
        let mut harness = Harness::live();
        harness.gws.refusal = Some(("/me/devices/", status, body));
        harness.listen_in();
        harness.advance(ms(1_000));
        let problem = harness.state().requests().problem().unwrap();
        let words = words.map(str::to_owned);
        assert_eq!(*problem.why(), Why::NotAllowed { http, words }, "{body}");
        assert_eq!(harness.refused_posts, 2, "{status} {body}");
        assert_eq!(harness.reads("/me?"), 2, "{status} {body}");
        assert_eq!(harness.stages(), [Stage::Sent, Stage::Refused]);
        assert_eq!(harness.phase(), LinkPhase::Live);
        harness.phases.clear();
    }
}

#[test]
fn a_request_accepted_the_second_time_is_done() {
    for status in [401, 403, 419] {
        let mut harness = Harness::live();
        harness.gws.refusal = Some(("/me/devices/", status, ""));
        harness.listen_in();
        harness.until(ms(1_000), |h| h.refused_posts == 1);
        harness.gws.refusal = None;
        harness.advance(ms(1_000));
        assert_eq!(harness.gws.operations.len(), 1);
        assert_eq!(harness.stages(), [Stage::Sent, Stage::Accepted]);
    }
}

#[test]
fn a_redirected_request_is_not_sent_again_and_its_outcome_is_unknown_until_read() {
    for is_in_force in [false, true] {
        let mut harness = Harness::live();
        harness.gws.refusal = Some(("/me/devices/", 302, ""));
        harness.listen_in();
        harness.until(ms(1_000), |h| h.refused_posts == 1);
        if is_in_force {
            harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
        }
        harness.advance(ms(60_000));
        assert_eq!(harness.refused_posts, 1);
        assert_eq!(harness.reads("/me?"), 2);
        let last = match is_in_force {
            true => Stage::Confirmed,
            false => Stage::Unknown,
        };
        assert_eq!(harness.stages(), [Stage::Sent, last]);
        assert_eq!(harness.phase(), LinkPhase::Live);
    }
}

#[test]
fn a_request_that_failed_in_gws_is_never_sent_again() {
    for (status, body) in [
        (500, "CSRF"),
        (502, "<html>"),
        (503, ""),
        (200, "<html>"),
        (403, r#"{"statusCode":3}"#),
    ] {
        let mut harness = Harness::live();
        harness.gws.operation = Some((status, body.to_owned()));
        harness.listen_in();
        harness.advance(ms(60_000));
        assert_eq!(harness.gws.operations.len(), 1, "{status} {body}");
    }
}

#[test]
fn a_request_that_is_asked_for_a_password_is_not_sent_again() {
    let mut harness = Harness::live();
    harness.gws.refusal = Some(("/me/devices/", 401, ""));
    harness.challenge = Some("Basic realm=\"gateway\"");
    harness.listen_in();
    harness.advance(ms(60_000));
    assert_eq!(harness.refused_posts, 1);
    assert_eq!(harness.reads("/me?"), 1);
    assert_eq!(harness.stages(), [Stage::Sent, Stage::Refused]);
}

#[test]
fn monitoring_is_unknown_when_nobody_is_signed_in() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.gws.is_signed_in = false;
    harness.machine.stop(harness.now).unwrap();
    harness.advance(ms(100));
    assert_eq!(harness.phase(), LinkPhase::SignInNeeded);
    let state = harness.state();
    let problem = state.requests().problem().unwrap();
    assert_eq!(state.meaning(problem), Meaning::NotKnown);
}
