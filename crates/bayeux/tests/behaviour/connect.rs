//! Connects: their replies, the advice in them, and responses that are not replies.

use bayeux::{Duration, Endpoint, Event, Input, Phase, Reason, Response};
use serde_json::json;

use crate::harness::{DEVICES, Scripted, ms};

#[test]
fn the_phase_is_connected_after_the_first_connect_reply() {
    let mut s = Scripted::opened();
    s.grant("c1");
    s.accept_subscriptions();
    assert_eq!(s.phase(), Phase::Connecting);
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
    assert_eq!((s.announcements(), s.gap()), (1, None));
}

#[test]
fn connected_is_announced_when_subscriptions_are_active() {
    let mut s = Scripted::opened();
    s.grant("c1");
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.announcements(), 0);
    s.accept_subscriptions();
    assert_eq!(s.announcements(), 1);
}

#[test]
fn the_next_connect_is_sent_in_the_same_step_and_before_the_events() {
    let mut s = Scripted::connected();
    s.advance(ms(5_000));
    let (id, request) = s.take(Endpoint::Connect);
    let body = json!([
        { "channel": DEVICES, "data": { "n": 1 } },
        { "channel": "/meta/connect", "successful": true, "id": request[0]["id"] },
    ]);
    let response = Response::ok(body.to_string().into_bytes());
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
fn advice_none_stops_the_client_with_the_servers_error() {
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
    // A person may retry.
    s.client.open(s.now);
    s.drain();
    assert!(s.is_out(Endpoint::Handshake));
}

#[test]
fn an_unknown_session_leads_to_a_handshake_and_the_same_subscriptions() {
    for error in [
        "402::session_unknown",
        "401:c1:Unknown client",
        "403::Unknown client",
    ] {
        let mut s = Scripted::connected();
        s.subscribe("/v2/me/calls");
        s.accept_subscriptions();
        s.advance(ms(10_000));
        s.reply_connect(json!({ "successful": false, "error": error }));
        assert!(s.is_out(Endpoint::Handshake), "{error}");
        s.grant("c2");
        let (_, connect) = s.take(Endpoint::Connect);
        assert_eq!(connect[0]["clientId"], "c2");
        assert_eq!(s.subscribes(), [DEVICES, "/v2/me/calls"], "in one request");
    }
}

#[test]
fn an_unknown_session_in_a_reply_to_subscribe_leads_to_a_handshake() {
    let mut s = Scripted::connected();
    s.subscribe("/v2/me/calls");
    s.answer(Endpoint::Base, json!([{ "channel": "/meta/subscribe", "successful": false, "error": "402::session_unknown" }]));
    assert!(s.is_out(Endpoint::Handshake));
    assert!(!s.is_out(Endpoint::Connect), "the old poll is given up");
}

#[test]
fn a_response_without_a_connect_reply_delivers_its_events_and_fails() {
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
fn a_single_object_is_accepted_as_a_body() {
    let mut s = Scripted::connected();
    let (id, request) = s.take(Endpoint::Connect);
    let body = json!({ "channel": "/meta/connect", "successful": true, "id": request[0]["id"] });
    s.respond(id, Response::ok(body.to_string().into_bytes()));
    assert_eq!(s.phase(), Phase::Connected);
}

#[test]
fn each_kind_of_unusable_body_has_its_reason() {
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
fn http_401_and_403_wait_for_credentials() {
    for status in [401, 403] {
        let mut s = Scripted::connected();
        s.http(Endpoint::Connect, status, "Missing or invalid Csrf token");
        assert_eq!(s.phase(), Phase::CredentialsNeeded);
        let reason = s.client.status().reason.clone();
        assert_eq!(reason, Some(Reason::Credentials(status)));
        let is_whole = |event: &Event| {
            matches!(event, Event::CredentialsNeeded { response }
                if response.status == status && response.body.starts_with(b"Missing"))
        };
        assert!(s.events.iter().any(is_whole));
        s.advance(ms(3_600_000));
        assert!(s.sent.is_empty());
        s.client.credentials_renewed(s.now);
        s.drain();
        s.reply_connect(json!({ "successful": true }));
        assert_eq!(s.phase(), Phase::Connected);
    }
}

#[test]
fn other_http_refusals_stop_the_client_after_a_few() {
    let mut s = Scripted::opened();
    for _ in 0..5 {
        s.http(Endpoint::Handshake, 404, "not found");
        let next = s.client.status().next_try.unwrap_or(s.now);
        s.advance(next.since(s.now));
    }
    assert_eq!(s.phase(), Phase::Stopped);
    assert_eq!(s.client.status().reason, Some(Reason::Http(404)));
}

/// By the table in `client/response.rs`.
#[test]
fn http_refusals_stop_the_client_only_if_they_reject_the_request_itself() {
    let rejected = [400, 404, 405, 406, 410, 411, 413, 414, 415, 426, 431, 451];
    let transient = [402, 407, 408, 409, 421, 423, 425, 500, 501, 502, 504, 520];
    for status in rejected.into_iter().chain(transient) {
        for endpoint in [Endpoint::Handshake, Endpoint::Connect] {
            let mut s = match endpoint {
                Endpoint::Handshake => Scripted::opened(),
                _ => Scripted::connected(),
            };
            for _ in 0..5 {
                s.until_out(endpoint);
                s.http(endpoint, status, "");
            }
            let stops = rejected.contains(&status);
            let expect = match stops {
                true => Phase::Stopped,
                false => Phase::Waiting,
            };
            assert_eq!(s.phase(), expect, "{status} to {endpoint:?}");
            assert_eq!(s.client.status().reason, Some(Reason::Http(status)));
        }
    }
}

#[test]
fn a_probe_may_be_held_after_two_failures() {
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
fn a_byte_order_mark_is_skipped() {
    let mut s = Scripted::connected();
    let body = format!("\u{feff}[{{\"channel\":\"{DEVICES}\",\"data\":1}}]");
    s.http(Endpoint::Connect, 200, &body);
    assert_eq!(s.data(), ["1"]);
    let mut s = Scripted::connected();
    s.http(Endpoint::Connect, 200, "\u{feff}\n <!DOCTYPE html><form>");
    assert_eq!(s.client.status().reason, Some(Reason::WebPage));
}

#[test]
fn an_unreadable_message_does_not_affect_the_others() {
    let mut s = Scripted::connected();
    s.answer(
        Endpoint::Connect,
        json!([
            { "channel": DEVICES, "data": 1 },
            { "channel": null },
            { "channel": "no channel", "data": 3 },
            7,
            { "channel": DEVICES, "data": 2 },
            { "channel": "/meta/connect", "successful": true },
            { "channel": DEVICES, "data": 3 },
        ]),
    );
    assert_eq!(s.data(), ["1", "2", "3"]);
    assert_eq!(s.client.counters().unreadable, 3);
}

#[test]
fn unknown_advice_is_ignored() {
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
fn a_negative_interval_stops_the_client() {
    let advice = json!({ "interval": -1 });
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": advice }));
    assert_eq!(s.phase(), Phase::Stopped);
    assert_eq!(s.client.status().reason, Some(Reason::ToldToStop));
    s.is_silent_for_good();

    let mut s = Scripted::opened();
    s.answer(
        Endpoint::Handshake,
        json!([{ "channel": "/meta/handshake", "successful": true, "clientId": "c1",
            "advice": advice }]),
    );
    assert_eq!(s.phase(), Phase::Stopped);
    s.is_silent_for_good();
}

#[test]
fn advice_to_handshake_on_a_successful_connect_reply_begins_a_session() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": { "reconnect": "handshake" } }));
    assert!(s.is_out(Endpoint::Handshake));
    s.connect();
}

#[test]
fn advice_for_the_transport_overrides_the_rest() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": {
        "reconnect": "handshake", "interval": 0,
        "long-polling": { "reconnect": "retry", "interval": 3_000 },
    } }));
    assert!(s.sent.is_empty());
    s.advance(ms(3_000));
    assert!(s.is_out(Endpoint::Connect));
}

/// A connected client whose connect gets this answer.
fn refused(status: u16, retry_after: Option<Duration>, body: &str) -> Scripted {
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
}

#[test]
fn each_kind_of_refusal_has_its_own_retry() {
    // A retry without a sign-in is pointless.
    refused(401, None, "").is_silent_for_good();
    let retry_after = Some(ms(30_000));
    let mut s = refused(503, retry_after, "");
    let busy = Reason::Busy {
        status: 503,
        retry_after,
    };
    assert_eq!(s.client.status().reason, Some(busy));
    s.advance(ms(29_999));
    assert!(s.sent.is_empty());
    assert!(s.wait() <= ms(7_501), "{:?}", s.wait());
    s.until_out(Endpoint::Connect);
    // A proxy may recover in a moment: retries with growing pauses.
    let mut s = refused(200, None, "<html>");
    let begin = s.now;
    for _ in 0..20 {
        s.until_out(Endpoint::Connect);
        s.http(Endpoint::Connect, 200, "<html>");
    }
    assert!(s.now.since(begin) > ms(60_000), "{:?}", s.now.since(begin));
}

#[test]
fn a_refused_handshake_is_retried() {
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

/// CometDFalsyMessageTest and CometDCharsetTest.
#[test]
fn data_of_any_kind_is_delivered_as_it_was_sent() {
    let data = [
        json!(""),
        json!(0),
        json!(false),
        json!(null),
        json!([]),
        json!({}),
        json!("Здравствуй, κόσμε, 世界, עולם, 𝄞, \u{2028}"),
    ];
    let mut s = Scripted::connected();
    let mut messages = Vec::from(
        data.clone()
            .map(|data| json!({ "channel": DEVICES, "data": data })),
    );
    messages.push(json!({ "channel": "/meta/connect", "successful": true }));
    s.answer(Endpoint::Connect, json!(messages));
    let delivered = s.data();
    let delivered: Vec<serde_json::Value> = delivered
        .iter()
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    assert_eq!(delivered, data);
    assert_eq!(s.client.counters().unreadable, 0);
}
