//! The client against a server that does what the test says.

use crate::harness::{DEVICES, Scripted, channel, ms, raw};
use bayeux::{Endpoint, Event, Input, Outcome, Page, Pattern, Phase, Reason};
use serde_json::{Value, json};

#[test]
fn a_handshake_travels_alone_and_says_what_the_client_speaks() {
    let mut s = Scripted::opened();
    assert_eq!(s.phase(), Phase::Handshaking);
    assert_eq!(s.sent.len(), 1);
    let (_, messages) = s.take(Endpoint::Handshake);
    assert_eq!(
        messages,
        [json!({
            "id": "1", "channel": "/meta/handshake", "version": "1.0", "minimumVersion": "1.0",
            "supportedConnectionTypes": ["long-polling"], "advice": { "interval": 0, "timeout": 60_000 }, "ext": { "ack": true },
        })]
    );
}

#[test]
fn subscriptions_and_the_first_connect_leave_in_two_requests_at_once() {
    let mut s = Scripted::opened();
    s.client.subscribe(Pattern::new("/v2/me/calls").unwrap());
    s.grant("c1");
    assert_eq!(s.sent.len(), 2);
    let (_, connect) = s.take(Endpoint::Connect);
    assert_eq!(connect[0]["advice"], json!({ "timeout": 0 }));
    assert_eq!(connect[0]["clientId"], "c1");
    assert_eq!(connect[0]["connectionType"], "long-polling");
    let (_, subscribe) = s.take(Endpoint::Base);
    assert_eq!(subscribe.len(), 2);
    assert_eq!(subscribe[0]["subscription"], DEVICES);
}

#[test]
fn connected_is_said_only_after_a_connect_reply() {
    let mut s = Scripted::opened();
    s.grant("c1");
    s.accept_subscriptions();
    assert_eq!(s.phase(), Phase::Connecting);
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
    assert!(
        s.events
            .iter()
            .any(|e| matches!(e, Event::Connected { missed: None }))
    );
}

#[test]
fn nothing_is_announced_before_the_subscriptions_are_in_force() {
    let mut s = Scripted::opened();
    s.grant("c1");
    s.reply_connect(json!({ "successful": true }));
    let announced = |s: &Scripted| {
        s.events
            .iter()
            .any(|e| matches!(e, Event::Connected { .. }))
    };
    assert!(!announced(&s));
    s.accept_subscriptions();
    assert!(announced(&s));
}

#[test]
fn the_next_connect_leaves_in_the_same_step_and_before_the_events() {
    let mut s = Scripted::connected();
    s.advance(ms(5_000));
    let (id, request) = s.take(Endpoint::Connect);
    let body = json!([
        { "channel": DEVICES, "data": { "n": 1 } },
        { "channel": "/meta/connect", "successful": true, "id": request[0]["id"] },
    ]);
    let response = bayeux::Response::ok(body.to_string().into_bytes());
    s.client.handle(Input::Response { id, response }, s.now);
    assert!(
        matches!(s.client.poll(s.now), bayeux::Output::Send(exchange) if exchange.endpoint == Endpoint::Connect)
    );
    s.drain();
    assert_eq!(s.data(), [r#"{"n":1}"#]);
}

#[test]
fn the_advised_interval_is_kept() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": { "reconnect": "retry", "interval": 2_000, "timeout": 30_000, "multiple-clients": true } }));
    assert!(s.client.status().multiple_clients);
    s.advance(ms(1_999));
    assert!(!s.is_out(Endpoint::Connect));
    s.advance(ms(1));
    assert!(s.is_out(Endpoint::Connect));
    assert_eq!(s.phase(), Phase::Connected);
}

#[test]
fn a_negative_interval_means_no_further_connect() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": { "interval": -1 } }));
    assert_eq!(s.phase(), Phase::Stopped);
    assert_eq!(s.client.status().reason, Some(Reason::ToldToStop));
    s.advance(ms(3_600_000));
    assert!(s.sent.is_empty());
}

#[test]
fn advice_none_stops_with_the_servers_words() {
    let mut s = Scripted::opened();
    s.answer(
        Endpoint::Handshake,
        json!([{ "channel": "/meta/handshake", "successful": false, "error": "403::Handshake denied", "advice": { "reconnect": "none" } }]),
    );
    assert_eq!(s.phase(), Phase::Stopped);
    let reason = s.client.status().reason.clone().unwrap();
    assert_eq!(
        reason.to_string(),
        "the server refused: Handshake denied (code 403)"
    );
    // A person may try again.
    s.client.open(s.now);
    s.drain();
    assert!(s.is_out(Endpoint::Handshake));
}

#[test]
fn advice_to_handshake_is_followed_on_a_successful_reply_too() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": { "reconnect": "handshake" } }));
    assert!(s.is_out(Endpoint::Handshake));
}

#[test]
fn an_unknown_session_leads_to_a_handshake_and_to_the_same_subscriptions() {
    for error in [
        "402::session_unknown",
        "401:c1:Unknown client",
        "403::Unknown client",
    ] {
        let mut s = Scripted::connected();
        s.advance(ms(10_000));
        s.reply_connect(json!({ "successful": false, "error": error }));
        assert!(s.is_out(Endpoint::Handshake), "{error}");
        s.grant("c2");
        let (_, connect) = s.take(Endpoint::Connect);
        assert_eq!(connect[0]["clientId"], "c2");
        assert!(s.is_out(Endpoint::Base), "subscribes again");
    }
}

#[test]
fn an_unknown_session_in_a_reply_to_subscribe_leads_to_a_handshake() {
    let mut s = Scripted::connected();
    s.client.subscribe(Pattern::new("/v2/me/calls").unwrap());
    s.drain();
    s.answer(Endpoint::Base, json!([{ "channel": "/meta/subscribe", "successful": false, "error": "402::session_unknown" }]));
    assert!(s.is_out(Endpoint::Handshake));
    assert!(!s.is_out(Endpoint::Connect), "the old poll is given up");
}

#[test]
fn one_unreadable_message_costs_no_other() {
    let mut s = Scripted::connected();
    s.answer(
        Endpoint::Connect,
        json!([
            { "channel": DEVICES, "data": 1 },
            { "channel": 17, "data": 2 },
            { "channel": "no channel", "data": 3 },
            { "channel": "/meta/connect", "successful": true },
            { "channel": DEVICES, "data": 4 },
        ]),
    );
    assert_eq!(s.data(), ["1", "4"]);
    let unreadable = s
        .events
        .iter()
        .filter(|e| matches!(e, Event::Unreadable { .. }));
    assert_eq!(unreadable.count(), 2);
    assert!(s.is_out(Endpoint::Connect));
}

#[test]
fn a_response_without_a_connect_reply_delivers_its_events_and_counts_as_a_failure() {
    let mut s = Scripted::connected();
    s.answer(
        Endpoint::Connect,
        json!([{ "channel": DEVICES, "data": 1 }]),
    );
    assert_eq!(s.data(), ["1"]);
    assert_eq!(s.phase(), Phase::Waiting);
    assert_eq!(s.client.status().reason, Some(Reason::NoReply));
    s.advance(ms(1_000));
    assert!(s.is_out(Endpoint::Connect));
}

#[test]
fn a_lone_object_is_taken_for_a_list_of_one() {
    let mut s = Scripted::connected();
    let (id, request) = s.take(Endpoint::Connect);
    let body = json!({ "channel": "/meta/connect", "successful": true, "id": request[0]["id"] });
    s.respond(id, bayeux::Response::ok(body.to_string().into_bytes()));
    assert_eq!(s.phase(), Phase::Connected);
}

#[test]
fn bodies_that_are_not_bayeux_are_named_for_what_they_are() {
    let check = |body: &str, reason: Reason| {
        let mut s = Scripted::connected();
        s.http(Endpoint::Connect, 200, body);
        assert_eq!(s.phase(), Phase::Waiting);
        assert_eq!(s.client.status().reason, Some(reason), "{body}");
        assert!(s.client.status().next_try.is_some());
    };
    check("<!doctype html><title>Login</title>", Reason::WebPage);
    check("", Reason::NotBayeux);
    check("[{\"channel\":\"/meta/con", Reason::NotBayeux);
    check("OK", Reason::NotBayeux);
    check("[]", Reason::NoReply);
}

#[test]
fn a_server_that_loses_every_session_is_not_asked_for_hundreds() {
    let mut s = Scripted::opened();
    let mut handshakes = 0;
    let end = s.now + ms(60_000);
    while s.now < end {
        if s.is_out(Endpoint::Handshake) {
            handshakes += 1;
            s.grant("c");
        }
        if s.is_out(Endpoint::Connect) {
            s.reply_connect(json!({ "successful": false, "error": "402::session_unknown", "advice": { "reconnect": "handshake", "interval": 0 } }));
            s.sent.clear();
        }
        s.advance(ms(10));
    }
    assert!((5..=11).contains(&handshakes), "{handshakes} in a minute");
}

#[test]
fn a_refused_sign_in_waits_for_the_application() {
    for status in [401, 403] {
        let mut s = Scripted::connected();
        s.http(Endpoint::Connect, status, "Missing or invalid Csrf token");
        assert_eq!(s.phase(), Phase::CredentialsNeeded);
        assert!(s.events.iter().any(
            |e| matches!(e, Event::CredentialsNeeded { response } if response.status == status)
        ));
        s.advance(ms(3_600_000));
        assert!(s.sent.is_empty());
        s.client.credentials_renewed(s.now);
        s.drain();
        s.reply_connect(json!({ "successful": true }));
        assert_eq!(s.phase(), Phase::Connected);
    }
}

#[test]
fn other_http_refusals_stop_after_a_few_tries() {
    let mut s = Scripted::opened();
    for _ in 0..5 {
        s.http(Endpoint::Handshake, 404, "not found");
        let next = s.client.status().next_try.unwrap_or(s.now);
        s.advance(next.since(s.now));
    }
    assert_eq!(s.phase(), Phase::Stopped);
    assert_eq!(s.client.status().reason, Some(Reason::Http(404)));
}

#[test]
fn a_poll_that_outlasts_its_time_is_given_up() {
    let mut s = Scripted::connected();
    let out = s.sent[0].id;
    s.advance(ms(39_999));
    assert!(s.aborted.is_empty());
    s.advance(ms(1));
    assert_eq!(s.aborted, [out]);
    assert_eq!(s.client.status().reason, Some(Reason::TimedOut));
    s.advance(ms(1_000));
    let (_, connect) = s.take(Endpoint::Connect);
    assert_eq!(
        connect[0]["advice"],
        json!({ "timeout": 0 }),
        "asks for an answer at once"
    );
}

#[test]
fn a_server_that_can_not_answer_at_once_is_given_its_time() {
    let mut s = Scripted::connected();
    s.advance(ms(40_000)); // the first time-out
    s.advance(ms(1_000 + 10_000 + 2_000)); // a probe that is held, too
    assert!(s.is_out(Endpoint::Connect));
    let gone = s.aborted.len();
    s.advance(ms(25_000));
    assert_eq!(s.aborted.len(), gone);
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
}

#[test]
fn retries_spread_out_and_stay_below_the_cap() {
    let mut s = Scripted::opened();
    let mut waits = Vec::new();
    for _ in 0..12 {
        let before = s.now;
        s.fail(Endpoint::Handshake);
        let at = s.client.status().next_try.expect("another try");
        waits.push(at.since(before));
        s.advance(at.since(before));
    }
    assert!(waits.iter().all(|wait| *wait <= ms(30_000)));
    let mut distinct = waits.clone();
    distinct.sort();
    distinct.dedup();
    assert!(distinct.len() > 8, "{waits:?}");
}

#[test]
fn after_a_sleep_an_old_poll_is_replaced_by_one_that_is_answered_at_once() {
    let mut s = Scripted::connected();
    let sent = s.now;
    let old = s.sent[0].id;
    s.advance(ms(1_999));
    s.client.handle(Input::Page(Page::Resumed), s.now);
    s.drain();
    assert!(s.aborted.is_empty(), "a young poll is left alone");
    s.advance(ms(10_000));
    s.client.handle(Input::Page(Page::Resumed), s.now);
    s.drain();
    assert_eq!(s.aborted, [old]);
    let (id, connect) = s.take(Endpoint::Connect);
    assert_eq!(connect[0]["advice"], json!({ "timeout": 0 }));
    let reply = json!([{ "channel": "/meta/connect", "successful": true, "id": connect[0]["id"] }]);
    s.respond(id, bayeux::Response::ok(reply.to_string().into_bytes()));
    assert_eq!(s.phase(), Phase::Connected);
    assert!(
        s.events
            .iter()
            .any(|e| matches!(e, Event::Connected { missed: Some(gap) } if gap.from == sent))
    );
}

#[test]
fn a_probe_ends_a_back_off() {
    let mut s = Scripted::opened();
    s.fail(Endpoint::Handshake);
    s.client.handle(Input::Page(Page::Resumed), s.now);
    s.drain();
    assert!(s.is_out(Endpoint::Handshake));
}

#[test]
fn a_publish_without_a_reply_is_of_unknown_outcome_and_not_sent_again() {
    let mut s = Scripted::connected();
    let done = s.client.publish(channel("/a"), raw("1"));
    let refused = s.client.publish(channel("/b"), raw("2"));
    let unknown = s.client.publish(channel("/c"), raw("3"));
    s.drain();
    let (id, request) = s.take(Endpoint::Base);
    let body = json!([
        { "channel": "/a", "successful": true, "id": request[0]["id"] },
        { "channel": "/b", "successful": false, "error": "403::denied", "id": request[1]["id"] },
    ]);
    s.respond(id, bayeux::Response::ok(body.to_string().into_bytes()));
    let outcomes: Vec<_> = s
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Settled { token, outcome, .. } => Some((*token, outcome.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(outcomes.len(), 3);
    assert_eq!(outcomes[0], (done, Outcome::Done));
    assert!(matches!(&outcomes[1], (token, Outcome::Refused(_)) if *token == refused));
    assert_eq!(outcomes[2], (unknown, Outcome::Unknown));
    s.advance(ms(20_000));
    assert!(!s.is_out(Endpoint::Base));
}

#[test]
fn a_refused_subscription_is_told_in_every_session() {
    let mut s = Scripted::opened();
    let refused = |s: &Scripted| {
        let is_refusal = |e: &&Event| matches!(e, Event::SubscriptionRefused { pattern, .. } if pattern.as_str() == DEVICES);
        s.events.iter().filter(is_refusal).count()
    };
    let refusal = json!([{ "channel": "/meta/subscribe", "successful": false, "error": "403:denied:subscribe_denied" }]);
    s.grant("c1");
    s.answer(Endpoint::Base, refusal.clone());
    assert_eq!(refused(&s), 1);
    s.reply_connect(json!({ "successful": false, "error": "402::session_unknown" }));
    s.grant("c2");
    s.answer(Endpoint::Base, refusal);
    assert_eq!(refused(&s), 2);
}

#[test]
fn a_subscription_that_was_lost_on_the_way_is_sent_again() {
    let mut s = Scripted::opened();
    s.grant("c1");
    s.fail(Endpoint::Base);
    s.advance(ms(1_000));
    s.accept_subscriptions();
}

#[test]
fn closing_says_good_bye_and_settles_what_waits() {
    let mut s = Scripted::connected();
    let waiting = s.client.publish(channel("/a"), raw("1"));
    s.client.close(s.now);
    s.drain();
    assert_eq!(s.phase(), Phase::Idle);
    assert_eq!(s.sent.len(), 1);
    assert!(s.sent[0].keepalive);
    assert_eq!(s.sent[0].endpoint, Endpoint::Disconnect);
    assert!(s.events.iter().any(
        |e| matches!(e, Event::Settled { token, outcome: Outcome::NotSent(_), .. } if *token == waiting)
    ));
    s.answer(
        Endpoint::Disconnect,
        json!([{ "channel": "/meta/disconnect", "successful": true }]),
    );
    s.advance(ms(3_600_000));
    assert!(s.sent.is_empty(), "nothing after it");
}

#[test]
fn a_server_of_another_version_is_left_for_good_with_a_reason() {
    let check = |versions: Value, is_taken: bool| {
        let mut s = Scripted::opened();
        let mut reply =
            json!({ "channel": "/meta/handshake", "successful": true, "clientId": "c1" });
        for (key, value) in versions.as_object().expect("fields") {
            reply[key] = value.clone();
        }
        s.answer(Endpoint::Handshake, json!([reply]));
        if is_taken {
            assert_eq!(s.phase(), Phase::Connecting, "{versions}");
            return;
        }
        assert_eq!(s.phase(), Phase::Stopped, "{versions}");
        let reason = s.client.status().reason.clone();
        assert_eq!(reason, Some(Reason::OtherVersion), "{versions}");
        s.is_silent_for_good();
    };
    for version in ["1", "1.0", "1.0beta", "1.1", "1.12"] {
        check(json!({ "version": version }), true);
    }
    for version in ["0.9", "2", "2.0", "10.0"] {
        check(json!({ "version": version }), false);
    }
    check(json!({ "version": "2.0", "minimumVersion": "1.0" }), true);
    check(json!({ "version": "1.5", "minimumVersion": "1.1" }), false);
    check(json!({ "minimumVersion": "2" }), false);
    check(json!({ "minimumVersion": "0.9" }), true);
    check(json!({ "version": 1.0 }), true);
    // What cannot be told is not held against a server.
    for version in [json!(null), json!(""), json!("one"), json!([1])] {
        check(json!({ "version": version }), true);
    }
}
