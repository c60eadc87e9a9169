//! What the client says may have been missed: since when, after what.

use core::time::Duration;

use bayeux::{Endpoint, Event, Phase};
use serde_json::json;

use crate::harness::{DEVICES, Scripted, channel, ms, raw};

fn gap(s: &Scripted) -> Option<Duration> {
    s.events.iter().find_map(|event| match event {
        Event::Connected { missed } => missed.map(|gap| gap.to.since(gap.from)),
        _ => None,
    })
}

#[test]
fn events_that_may_have_been_lost_with_the_reply_to_a_command_are_told() {
    let mut s = Scripted::connected();
    s.advance(ms(1_000));
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.advance(ms(300));
    s.fail(Endpoint::Base);
    assert_eq!(gap(&s), Some(ms(1_300)), "since the last poll was answered");

    let mut s = Scripted::acknowledging();
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.fail(Endpoint::Base);
    assert_eq!(gap(&s), None, "they come again");
}

/// Brings about a session with its poll held and connected anew, and says what was missed.
fn gap_after_a_new_session(s: &mut Scripted) -> Option<Duration> {
    s.events.clear();
    s.grant("c2");
    s.until_out(Endpoint::Base);
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    gap(s)
}

#[test]
fn events_that_come_with_the_response_to_a_former_sessions_command_are_told_as_missed() {
    // By when the poll says that the session is gone, a publish has been out for three seconds.
    let lost = |s: &mut Scripted| {
        s.advance(ms(10_000));
        s.client.publish(channel("/a"), raw("1"));
        s.drain();
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
    let late = json!([{ "channel": "/a", "successful": true }, { "channel": DEVICES, "data": 1 }]);
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
    // Events come with connects alone. How long the response to the last was under way nobody knows.
    assert_eq!(gap, Some(ms(13_000)));
}

#[test]
fn what_was_published_while_no_poll_was_out_may_be_lost_with_the_next_request() {
    let pausing = || {
        let mut s = Scripted::connected();
        s.reply_connect(json!({ "successful": true, "advice": { "interval": 5_000 } }));
        s.advance(ms(4_000));
        s
    };
    let mut s = pausing();
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.fail(Endpoint::Base);
    assert_eq!(gap(&s), Some(ms(4_000)));

    let mut s = pausing();
    s.until_out(Endpoint::Connect);
    s.fail(Endpoint::Connect);
    s.until_out(Endpoint::Connect);
    s.reply_connect(json!({ "successful": true }));
    assert!(gap(&s) >= Some(ms(5_000)), "{:?}", gap(&s));
}

#[test]
fn what_a_poll_brings_that_is_cut_off_for_want_of_credentials_is_told_as_missed() {
    let mut s = Scripted::connected();
    s.advance(ms(10_000));
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.http(Endpoint::Base, 401, "");
    s.client.credentials_renewed(s.now);
    s.drain();
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(gap(&s), Some(ms(10_000)));
}

#[test]
fn after_a_gap_the_application_is_told_since_when_events_may_be_missing() {
    let mut s = Scripted::connected();
    let heard = s.now;
    s.advance(ms(10_000));
    s.fail(Endpoint::Connect);
    assert_eq!(s.phase(), Phase::Waiting);
    s.advance(ms(1_000));
    s.reply_connect(json!({ "successful": true }));
    let gap = s.events.iter().find_map(|event| match event {
        Event::Connected { missed } => Some(missed.map(|gap| gap.from)),
        _ => None,
    });
    assert_eq!(gap, Some(Some(heard)));
}
