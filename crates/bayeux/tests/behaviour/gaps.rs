//! The events that the client reports as possibly missed.

use bayeux::{Duration, Endpoint, Phase};
use serde_json::json;

use crate::harness::{DEVICES, Scripted, ms};

fn gap(s: &Scripted) -> Option<Duration> {
    s.gap().map(|gap| gap.to.since(gap.from))
}

/// Lets the server confirm the subscribes that are sent again.
fn confirm(s: &mut Scripted) {
    s.until_out(Endpoint::Base);
    s.accept_subscriptions();
}

#[test]
fn a_failed_command_reports_a_gap_unless_messages_are_acknowledged() {
    let mut s = Scripted::connected();
    let answered = s.now;
    s.advance(ms(1_000));
    s.subscribe("/a");
    s.advance(ms(300));
    s.fail(Endpoint::Base);
    confirm(&mut s);
    let gap = s.gap().map(|gap| (gap.from, gap.to));
    assert_eq!(gap, Some((answered, s.now)), "since the last answered poll");

    let mut s = Scripted::acknowledging();
    s.subscribe("/a");
    s.fail(Endpoint::Base);
    confirm(&mut s);
    assert_eq!(s.gap(), None, "they come again");
}

/// Replaces a session while its poll is held, and returns the reported gap.
fn gap_after_a_new_session(s: &mut Scripted) -> Option<Duration> {
    s.events.clear();
    s.grant("c2");
    s.until_out(Endpoint::Base);
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    gap(s)
}

#[test]
fn events_with_the_response_to_an_earlier_sessions_command_are_reported_as_missed() {
    // When the poll says that the session is gone, a subscribe has been out for three seconds.
    let lost = |s: &mut Scripted| {
        s.advance(ms(10_000));
        s.subscribe("/a");
        s.advance(ms(2_000));
        s.answer(
            Endpoint::Connect,
            json!([{ "channel": "/meta/connect", "successful": true,
            "ext": { "ack": 2 } }]),
        );
        s.advance(ms(1_000));
        s.reply_connect(json!({ "successful": false, "error": "402::session_unknown" }));
    };
    let mut s = Scripted::connected();
    lost(&mut s);
    s.advance(ms(1_000));
    let late = json!([{ "channel": "/meta/subscribe", "successful": true }, { "channel": DEVICES, "data": 1 }]);
    s.answer(Endpoint::Base, late);
    assert_eq!(
        s.data(),
        Vec::<String>::new(),
        "it is of a session that is gone"
    );
    assert_eq!(gap_after_a_new_session(&mut s), Some(ms(14_000)));

    let mut s = Scripted::connected();
    lost(&mut s);
    s.fail(Endpoint::Base);
    assert_eq!(gap_after_a_new_session(&mut s), Some(ms(13_000)));

    let mut s = Scripted::acknowledging();
    lost(&mut s);
    s.fail(Endpoint::Base);
    let gap = gap_after_a_new_session(&mut s);
    // Events come only with connects. It is unknown how long the response to the last one was on its
    // way.
    assert_eq!(gap, Some(ms(13_000)));
}

#[test]
fn a_gap_includes_the_time_without_a_poll_before_the_failed_request() {
    let pausing = || {
        let mut s = Scripted::connected();
        s.reply_connect(json!({ "successful": true, "advice": { "interval": 5_000 } }));
        s.advance(ms(4_000));
        s
    };
    let mut s = pausing();
    let answered = s.now.before(ms(4_000));
    s.subscribe("/a");
    s.fail(Endpoint::Base);
    confirm(&mut s);
    assert_eq!(s.gap().map(|gap| gap.from), Some(answered));

    let mut s = pausing();
    s.until_out(Endpoint::Connect);
    s.fail(Endpoint::Connect);
    s.until_out(Endpoint::Connect);
    s.reply_connect(json!({ "successful": true }));
    assert!(gap(&s) >= Some(ms(5_000)), "{:?}", gap(&s));
}

#[test]
fn a_poll_aborted_for_want_of_credentials_reports_a_gap() {
    let mut s = Scripted::connected();
    let answered = s.now;
    s.advance(ms(10_000));
    s.subscribe("/a");
    s.http(Endpoint::Base, 401, "");
    s.client.credentials_renewed(s.now);
    s.drain();
    s.reply_connect(json!({ "successful": true }));
    confirm(&mut s);
    assert_eq!(s.gap().map(|gap| gap.from), Some(answered));
}

#[test]
fn a_gap_begins_when_the_last_answered_poll_was_sent() {
    let mut s = Scripted::connected();
    let heard = s.now;
    s.advance(ms(10_000));
    s.fail(Endpoint::Connect);
    assert_eq!(s.phase(), Phase::Waiting);
    s.advance(ms(1_000));
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.gap().map(|gap| gap.from), Some(heard));
}
