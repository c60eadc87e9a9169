//! What other clients get wrong: at least one test for each fault that was seen in the official
//! JavaScript client 9.0.0, run against scripted servers. The number in a test's name is the
//! fault's.
//!
//! | | what was seen there |
//! |---|---|
//! | 1 | advice to handshake, or of an unknown kind, on a successful reply: it stops for ever and seems connected |
//! | 2 | what goes wrong with one message drops the rest of its response |
//! | 3 | a negative interval: connects without a pause |
//! | 4 | connects that are answered at once: 388 a second |
//! | 5 | a response without the connect reply: it never connects again and seems connected |
//! | 6 | a reply that is an object rather than a list counts as a failure |
//! | 7 | HTTP 401, 503 with `Retry-After`, and a login page are retried for ever, all alike |
//! | 8 | advice for a transport is ignored |
//! | 9 | one failed handshake ends it for ever |
//! | 10 | closing settles only the command that is under way |
//! | 11 | a publish without a reply is never settled |
//! | 12 | subscriptions are gone after a new handshake |
//! | 13 | it is connected before the server has answered |
//! | 14 | credentials can't be changed, and nobody is told of a 401 |

use bayeux::{Endpoint, Event, NotSent, Outcome, Pattern, Phase, Reason, Response};
use serde_json::json;

use crate::harness::{DEVICES, Scripted, channel, ms, raw};

#[test]
fn f01_advice_to_handshake_on_a_successful_reply_is_followed() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": { "reconnect": "handshake" } }));
    assert!(s.is_out(Endpoint::Handshake));
    s.grant("c2");
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);

    // On a handshake's reply, too: another handshake at a bounded rate, and nothing in between.
    let mut s = Scripted::opened();
    let token = s.client.publish(channel("/a"), raw("1"));
    let end = s.now + ms(60_000);
    while s.now < end {
        s.until_out(Endpoint::Handshake);
        s.answer(
            Endpoint::Handshake,
            json!([{ "channel": "/meta/handshake", "successful": true, "clientId": "c1",
                "advice": { "reconnect": "handshake" } }]),
        );
        let others = s.client.counters().connects + s.client.counters().requests;
        assert_eq!(others, 0, "in a session that is to be given up");
    }
    let handshakes = s.client.counters().handshakes;
    assert!((5..=11).contains(&handshakes), "{handshakes} in a minute");
    s.until_out(Endpoint::Handshake);
    s.grant("c2");
    assert_eq!(s.outcome(token), None);
    s.answer_each(|_| json!({ "successful": true }));
    assert_eq!(s.outcome(token), Some(Outcome::Done));
}

#[test]
fn f01_advice_nobody_has_heard_of_is_no_advice() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": { "reconnect": "dance" } }));
    assert_eq!(s.phase(), Phase::Connected);
    assert!(s.is_out(Endpoint::Connect));

    let mut s = Scripted::opened();
    s.answer(
        Endpoint::Handshake,
        json!([{ "channel": "/meta/handshake", "successful": true, "clientId": "c1",
            "advice": { "reconnect": "dance" } }]),
    );
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
}

#[test]
fn f02_a_bad_message_does_not_cost_the_rest_of_its_response() {
    let mut s = Scripted::connected();
    s.answer(
        Endpoint::Connect,
        json!([
            { "channel": DEVICES, "data": 1 },
            { "channel": null },
            7,
            { "channel": DEVICES, "data": 2 },
            { "channel": "/meta/connect", "successful": true },
            { "channel": DEVICES, "data": 3 },
        ]),
    );
    assert_eq!(s.data(), ["1", "2", "3"]);
    assert_eq!(s.client.counters().unreadable, 2);
}

#[test]
fn f03_a_negative_interval_ends_it() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": { "interval": -1 } }));
    s.is_silent_for_good();
    assert_eq!(s.phase(), Phase::Stopped);

    let mut s = Scripted::opened();
    s.answer(
        Endpoint::Handshake,
        json!([{ "channel": "/meta/handshake", "successful": true, "clientId": "c1",
            "advice": { "interval": -1 } }]),
    );
    s.is_silent_for_good();
    assert_eq!(s.phase(), Phase::Stopped);
}

#[test]
fn f04_connects_that_are_answered_at_once_are_slowed_down() {
    let mut s = Scripted::connected();
    let before = s.client.counters().connects;
    for _ in 0..60_000 {
        if s.is_out(Endpoint::Connect) {
            s.reply_connect(json!({ "successful": true }));
        }
        s.advance(ms(1));
    }
    let connects = s.client.counters().connects - before;
    assert!(connects < 60, "{connects} in a minute");
}

#[test]
fn f05_events_without_a_connect_reply_are_given_and_the_poll_goes_on() {
    let mut s = Scripted::connected();
    s.answer(
        Endpoint::Connect,
        json!([{ "channel": DEVICES, "data": 1 }]),
    );
    assert_eq!(s.data(), ["1"]);
    assert_eq!(s.phase(), Phase::Waiting);
    s.until_out(Endpoint::Connect);
}

#[test]
fn f06_a_lone_object_is_a_reply() {
    let mut s = Scripted::connected();
    let (id, request) = s.take(Endpoint::Connect);
    let body = json!({ "channel": "/meta/connect", "successful": true, "id": request[0]["id"] });
    s.respond(id, Response::ok(body.to_string().into_bytes()));
    assert_eq!(s.phase(), Phase::Connected);
    assert_eq!(s.client.counters().failures, 0);
}

#[test]
fn f07_each_kind_of_refusal_is_told_apart() {
    let check = |status, retry_after, body: &str, phase, reason| {
        let mut s = Scripted::connected();
        let (id, _) = s.take(Endpoint::Connect);
        let body = body.as_bytes().to_vec();
        s.respond(
            id,
            Response {
                status,
                retry_after,
                body,
            },
        );
        assert_eq!(s.phase(), phase, "{status}");
        assert_eq!(s.client.status().reason, Some(reason), "{status}");
    };
    check(
        401,
        None,
        "",
        Phase::CredentialsNeeded,
        Reason::Credentials(401),
    );
    let patience = Some(ms(30_000));
    let busy = Reason::Busy {
        status: 503,
        retry_after: patience,
    };
    check(503, patience, "", Phase::Waiting, busy);
    check(200, None, "<html>", Phase::Waiting, Reason::WebPage);
}

#[test]
fn f07_each_kind_of_refusal_is_met_in_its_own_way() {
    let refused = |status, retry_after, body: &str| {
        let mut s = Scripted::connected();
        let (id, _) = s.take(Endpoint::Connect);
        let body = body.as_bytes().to_vec();
        s.respond(
            id,
            Response {
                status,
                retry_after,
                body,
            },
        );
        s
    };
    // Whoever is not signed in will not be by asking again.
    refused(401, None, "").is_silent_for_good();
    let mut s = refused(503, Some(ms(30_000)), "");
    s.advance(ms(29_999));
    assert!(s.sent.is_empty());
    assert!(s.wait() <= ms(7_501), "{:?}", s.wait());
    s.until_out(Endpoint::Connect);
    // A proxy may be gone in a moment: further and further apart.
    let mut s = refused(200, None, "<html>");
    let begin = s.now;
    for _ in 0..20 {
        s.until_out(Endpoint::Connect);
        s.http(Endpoint::Connect, 200, "<html>");
    }
    assert!(s.now.since(begin) > ms(60_000), "{:?}", s.now.since(begin));
}

#[test]
fn f08_the_section_of_the_transport_is_advice() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": {
        "reconnect": "handshake", "interval": 0,
        "long-polling": { "reconnect": "retry", "interval": 3_000 },
    } }));
    assert!(s.sent.is_empty());
    s.advance(ms(3_000));
    assert!(s.is_out(Endpoint::Connect));
}

#[test]
fn f09_a_refused_handshake_ends_nothing_for_ever() {
    let mut s = Scripted::opened();
    s.http(Endpoint::Handshake, 401, "");
    assert_eq!(s.phase(), Phase::CredentialsNeeded);
    s.client.credentials_renewed(s.now);
    s.drain();
    assert!(s.is_out(Endpoint::Handshake));
    s.fail(Endpoint::Handshake);
    s.until_out(Endpoint::Handshake);
    s.http(Endpoint::Handshake, 500, "");
    s.until_out(Endpoint::Handshake);
    s.grant("c1");
    assert!(s.is_out(Endpoint::Connect));
}

#[test]
fn f10_closing_settles_every_command() {
    let mut s = Scripted::connected();
    let out = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    let waiting = s.client.publish(channel("/a"), raw("2"));
    s.client.close(s.now);
    s.drain();
    assert_eq!(s.outcome(out), Some(Outcome::Unknown));
    assert_eq!(s.outcome(waiting), Some(Outcome::NotSent(NotSent::Ended)));
}

#[test]
fn f11_a_publish_that_gets_no_reply_is_settled_as_unknown() {
    let mut s = Scripted::connected();
    let token = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.answer(Endpoint::Base, json!([]));
    assert_eq!(s.outcome(token), Some(Outcome::Unknown));

    // Nor is one whose response never comes.
    let token = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.advance(ms(10_000));
    assert_eq!(s.outcome(token), Some(Outcome::Unknown));
}

#[test]
fn f12_subscriptions_outlive_the_session() {
    let mut s = Scripted::connected();
    s.client.subscribe(Pattern::new("/v2/me/calls").unwrap());
    s.drain();
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": false, "error": "402::session_unknown" }));
    s.grant("c2");
    let (_, request) = s.take(Endpoint::Base);
    let again: Vec<_> = request.iter().map(|m| m["subscription"].clone()).collect();
    assert_eq!(
        again,
        [json!(DEVICES), json!("/v2/me/calls")],
        "in one batch"
    );
}

#[test]
fn f13_connected_is_said_when_the_server_has_answered() {
    let mut s = Scripted::opened();
    s.grant("c1");
    s.accept_subscriptions();
    assert_ne!(s.phase(), Phase::Connected);
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
}

#[test]
fn f14_a_refused_sign_in_is_told_with_all_the_server_said() {
    let mut s = Scripted::connected();
    s.http(Endpoint::Connect, 401, "who are you?");
    let told = s.events.iter().find_map(|event| match event {
        Event::CredentialsNeeded { response } => Some(response.body.as_slice()),
        _ => None,
    });
    assert_eq!(told, Some(b"who are you?".as_slice()));
    s.client.credentials_renewed(s.now);
    s.drain();
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
}
