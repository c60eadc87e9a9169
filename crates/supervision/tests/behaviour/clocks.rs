//! How long a call has been going on, as far as that is known.

use serde_json::{Value, json};
use supervision::{Bound, Page, Since, Step};

use crate::harness::{Harness, TARGET, device, leg, listening, ms};

fn clock(harness: &Harness) -> Since {
    harness.state().all_legs()[0].clock()
}

fn established(duration: &str) -> Value {
    let mut call = leg("Established", &["Hangup"]);
    call["duration"] = json!(duration);
    call
}

#[test]
fn a_clock_counts_from_the_answer_and_not_from_the_ringing() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(leg("Ringing", &["Answer"]));
    harness.advance(ms(25_000));
    let mut answered = leg("Established", &["Hangup"]);
    answered["duration"] = json!("25");
    harness.call_becomes(answered);
    harness.advance(ms(1_000));
    let shown = clock(&harness);
    assert!(shown.is_observed());
    assert!(harness.now.since(shown.moment.at) <= ms(1_000));
}

#[test]
fn the_clock_of_an_existing_call_uses_the_servers_duration_and_is_not_set_back() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    let mut call = leg("Established", &["Hangup"]);
    call["duration"] = json!("75");
    harness.call_becomes(call);
    harness.advance(ms(100));
    let shown = clock(&harness);
    assert_eq!(shown.bound(), Bound::AtMost, "it has rung before");
    assert!(harness.now.since(shown.moment.at) >= ms(75_000));
    harness.call_becomes(leg("Established", &["Hangup"]));
    harness.restart();
    harness.advance(ms(60_000));
    assert_eq!(clock(&harness), shown);
}

#[test]
fn the_clock_of_a_call_found_by_the_page_counts_at_most_the_servers_duration() {
    for (duration, bound, span) in [("75", Bound::AtMost, 75_000), ("0", Bound::AtLeast, 0)] {
        let mut harness = Harness::new();
        harness.gws.device = device(Some(listening(TARGET, "Call", "AllCalls")));
        harness.gws.calls = json!([established(duration)]);
        harness.machine.start(harness.now);
        harness.until(ms(2_000), |h| !h.state().all_legs().is_empty());
        let shown = clock(&harness);
        assert_eq!(shown.bound(), bound, "{duration}");
        assert_eq!(harness.now.since(shown.moment.at), ms(span), "{duration}");
    }
}

#[test]
fn a_call_that_begins_with_its_answer_has_an_exact_clock() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(established("0"));
    harness.advance(ms(100));
    assert_eq!(clock(&harness).bound(), Bound::Exact);
}

#[test]
fn a_message_about_a_call_before_calls_were_read_is_not_its_beginning() {
    let mut harness = Harness::new();
    harness.gws.slow_path = Some("/me/calls");
    harness.machine.start(harness.now);
    harness.advance(ms(1_000));
    harness.call_becomes(established("0"));
    harness.advance(ms(100));
    assert_eq!(clock(&harness).bound(), Bound::AtLeast);
}

#[test]
fn the_duration_of_a_call_is_at_most_if_its_ringing_was_not_seen() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(established("75"));
    harness.call_becomes(leg("Released", &[]));
    harness.advance(ms(100));
    assert!(harness.has(|step| matches!(
        step,
        Step::Left { lasted: Some(lasted), .. }
            if lasted.bound == Bound::AtMost && lasted.span >= ms(75_000)
    )));
}

#[test]
fn after_a_clock_jump_a_call_has_not_lasted_longer_than_the_server_says() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.call_becomes(established("0"));
    harness.advance(ms(60_000));
    assert_eq!(clock(&harness).bound(), Bound::Exact);
    // The wall clock is set forward by half an hour, which looks like a sleep.
    harness.gws.calls = json!([established("61")]);
    harness.now = harness.now + ms(1_800_000);
    harness.machine.page(Page::ClockJumped, harness.now);
    assert_eq!(clock(&harness).bound(), Bound::AtMost);
    harness.advance(ms(1_000));
    let shown = clock(&harness);
    assert_eq!(shown.bound(), Bound::AtMost);
    assert!(harness.now.since(shown.moment.at) <= ms(64_000));
}

#[test]
fn after_a_clock_jump_monitoring_has_lasted_at_most_the_counted_time() {
    let mut harness = Harness::monitoring_calls("AllCalls");
    harness.now = harness.now + ms(1_800_000);
    harness.machine.page(Page::ClockJumped, harness.now);
    harness.advance(ms(1_000));
    harness.device_becomes(device(None));
    harness.advance(ms(1_000));
    assert!(
        harness.has(
            |step| matches!(step, Step::Stopped { lasted, .. } if lasted.bound == Bound::AtMost)
        )
    );
}
