//! Servers and pages that misbehave repeatedly or at the worst moment: no hot loop, and recovery.

use bayeux::{Config, Endpoint, Event, Page, Pattern, Phase, Reason, Response};
use serde_json::{Value, json};

use crate::harness::{DEVICES, Scripted, ms};

/// How many requests per minute leave to `endpoint`, if each is answered at once like this.
fn in_a_minute(s: &mut Scripted, endpoint: Endpoint, mut answer: impl FnMut(&mut Scripted)) -> u32 {
    let end = s.now + ms(60_000);
    let mut count = 0;
    loop {
        while s.is_out(endpoint) {
            count += 1;
            assert!(count < 1_000, "in a loop");
            answer(s);
        }
        match s.wake_at.filter(|at| *at <= end) {
            Some(at) => s.advance(at.since(s.now)),
            None => return count,
        }
    }
}

#[test]
fn unanswered_subscribes_back_off() {
    let stranger = json!([{ "channel": "/meta/subscribe", "id": "99999", "successful": true }]);
    let undecided = json!([{ "channel": "/meta/subscribe", "subscription": DEVICES }]);
    for body in [json!([]), json!([{}]), stranger, undecided] {
        let mut s = Scripted::opened();
        s.grant("c1");
        let asked = in_a_minute(&mut s, Endpoint::Base, |s| {
            let (id, _) = s.take(Endpoint::Base);
            s.respond(id, Response::ok(body.to_string().into_bytes()));
        });
        assert!((3..30).contains(&asked), "{asked} times: {body}");
    }
}

#[test]
fn the_status_says_why_subscriptions_are_not_active_and_when_they_are_sent_again() {
    let check = |fail: fn(&mut Scripted), reason: Reason| {
        let mut s = Scripted::opened();
        s.grant("c1");
        s.reply_connect(json!({ "successful": true }));
        assert_eq!(s.client.status().reason, None, "nothing has failed yet");
        s.events.clear();
        fail(&mut s);
        assert_eq!(s.phase(), Phase::Connected);
        assert_eq!(s.client.status().reason, Some(reason));
        let is_told = |event: &Event| matches!(event, Event::StatusChanged);
        assert!(s.events.iter().any(is_told));
        s.advance(s.wait());
        assert!(s.client.status().reason.is_some(), "until it is better");
        assert_eq!(s.client.status().next_try, None, "it is under way");
        s.accept_subscriptions();
        assert_eq!(s.client.status().reason, None);
        assert_eq!(s.announcements(), 1);
    };
    check(|s| s.http(Endpoint::Base, 500, ""), Reason::Http(500));
    check(|s| s.answer(Endpoint::Base, json!([])), Reason::NoReply);
    let busy = Reason::Busy {
        status: 503,
        retry_after: None,
    };
    check(|s| s.http(Endpoint::Base, 503, ""), busy);
    let hang = |s: &mut Scripted| {
        s.take(Endpoint::Base);
        s.advance(ms(10_000));
    };
    check(hang, Reason::TimedOut);
}

#[test]
fn a_subscribe_reply_without_an_id_is_matched_by_its_subscription() {
    let mut s = Scripted::connected();
    for pattern in ["/a", "/b"] {
        s.client.subscribe(Pattern::new(pattern).unwrap());
    }
    s.drain();
    let (id, _) = s.take(Endpoint::Base);
    let replies = json!([
        { "channel": "/meta/subscribe", "subscription": "/b", "successful": false, "error": "403::no" },
        { "channel": "/meta/subscribe", "subscription": "/a", "successful": true },
    ]);
    s.respond(id, Response::ok(replies.to_string().into_bytes()));
    assert_eq!(s.refused(), ["/b"]);
    s.advance(ms(60_000));
    assert!(!s.is_out(Endpoint::Base), "both were answered");
}

#[test]
fn advice_is_followed_even_in_a_reply_to_nothing() {
    let advised = |reconnect: &str| {
        let mut s = Scripted::connected();
        let reply = json!([{ "channel": "/meta/connect", "id": "77777", "successful": false,
            "advice": { "reconnect": reconnect } }]);
        s.answer(Endpoint::Connect, reply);
        s
    };
    let mut s = advised("none");
    assert_eq!(s.phase(), Phase::Stopped);
    s.is_silent_for_good();

    let mut s = advised("handshake");
    s.advance(ms(2_000));
    assert!(s.is_out(Endpoint::Handshake));
    assert!(!s.is_out(Endpoint::Connect));
}

#[test]
fn a_handshake_waits_for_the_interval_advised_at_the_end_of_a_session() {
    let mut s = Scripted::connected();
    s.advance(ms(10_000));
    let (id, request) = s.take(Endpoint::Connect);
    let end = json!([
        { "channel": "/meta/disconnect", "successful": true },
        { "channel": "/meta/connect", "id": request[0]["id"], "successful": true,
            "advice": { "reconnect": "handshake", "interval": 5_000 } },
    ]);
    s.respond(id, Response::ok(end.to_string().into_bytes()));
    assert_eq!(s.wait(), ms(5_000));
    s.advance(ms(4_999));
    assert!(s.sent.is_empty(), "{:?}", s.sent);
    s.advance(ms(1));
    assert!(s.is_out(Endpoint::Handshake));
}

#[test]
fn going_online_replaces_a_hanging_handshake_or_probe() {
    for endpoint in [Endpoint::Handshake, Endpoint::Connect] {
        let mut s = Scripted::opened();
        if endpoint == Endpoint::Connect {
            s.grant("c1");
            s.accept_subscriptions();
        }
        let hanging = s.out(endpoint).id;
        s.advance(ms(5_000));
        s.page(Page::Online);
        assert!(s.aborted.contains(&hanging), "{endpoint:?}");
        assert_ne!(s.out(endpoint).id, hanging);
        assert_eq!(s.client.status().reason, Some(Reason::Doubt));
    }
}

#[test]
fn a_clock_jump_replaces_even_a_young_poll() {
    let mut s = Scripted::connected();
    s.advance(ms(1_000));
    s.page(Page::Online);
    assert!(s.aborted.is_empty());
    s.page(Page::ClockJumped);
    assert_eq!(s.aborted.len(), 1);
}

#[test]
fn a_flapping_network_causes_a_limited_number_of_connects() {
    let mut s = Scripted::connected();
    let mut tries = 0;
    for _ in 0..600 {
        if s.is_out(Endpoint::Connect) {
            tries += 1;
            s.fail(Endpoint::Connect);
        }
        s.page(Page::Offline);
        s.page(Page::Online);
        s.advance(ms(100));
    }
    assert!((10..=40).contains(&tries), "{tries} in a minute");
}

#[test]
fn nothing_is_sent_without_credentials_whatever_still_arrives() {
    let mut s = Scripted::connected();
    s.subscribe("/a");
    s.http(Endpoint::Connect, 401, "");
    s.answer_each(|_| json!({ "successful": false, "error": "402::session_unknown" }));
    assert_eq!(s.phase(), Phase::CredentialsNeeded);
    s.is_silent_for_good();
    s.client.credentials_renewed(s.now);
    s.drain();
    assert!(s.is_out(Endpoint::Handshake), "that session is gone");
}

#[test]
fn credentials_are_requested_once_and_an_earlier_refusal_is_ignored() {
    let asked = |s: &Scripted| {
        let is_asked = |event: &&Event| matches!(event, Event::CredentialsNeeded { .. });
        s.events.iter().filter(is_asked).count()
    };
    let mut s = Scripted::connected();
    s.subscribe("/a");
    s.http(Endpoint::Connect, 401, "");
    s.advance(ms(100));
    let (command, _) = s.take(Endpoint::Base);
    s.client.credentials_renewed(s.now);
    s.drain();
    let refused = Response {
        status: 401,
        retry_after: None,
        body: Vec::new(),
    };
    s.respond(command, refused);
    assert_eq!(asked(&s), 1);
    assert!(s.is_out(Endpoint::Connect));
}

#[test]
fn credentials_that_never_help_cause_no_loop() {
    let mut s = Scripted::connected();
    let tries = in_a_minute(&mut s, Endpoint::Connect, |s| {
        s.http(Endpoint::Connect, 401, "");
        s.client.credentials_renewed(s.now);
        s.drain();
    });
    assert!((3..30).contains(&tries), "{tries}");
}

#[test]
fn invalid_utf8_affects_no_other_message() {
    let mut s = Scripted::connected();
    let (id, request) = s.take(Endpoint::Connect);
    let mut body =
        format!(r#"[{{"channel":"{DEVICES}","data":"a?"}},{{"channel":"{DEVICES}","data":"b"}},"#);
    body += &json!({ "channel": "/meta/connect", "id": request[0]["id"], "successful": true })
        .to_string();
    body += "]";
    let mut body = body.into_bytes();
    *body.iter_mut().find(|byte| **byte == b'?').unwrap() = 0xff;
    s.respond(id, Response::ok(body));
    assert_eq!(s.data(), ["\"a\u{fffd}\"", "\"b\""]);
}

#[test]
fn a_message_that_says_how_to_go_on_overrides_the_http_status() {
    let refuse = |status, reply: Value| {
        let mut s = Scripted::connected();
        let mut reply = reply;
        reply["channel"] = json!("/meta/connect");
        reply["successful"] = json!(false);
        s.http(Endpoint::Connect, status, &json!([reply]).to_string());
        s
    };
    let mut s = refuse(403, json!({ "error": "403::Unknown client" }));
    s.until_out(Endpoint::Handshake);
    let s = refuse(400, json!({ "advice": { "reconnect": "none" } }));
    assert_eq!(s.phase(), Phase::Stopped);
    let mut s = refuse(401, json!({ "error": "401:c1:Unknown client" }));
    s.until_out(Endpoint::Handshake);
    let section = json!({ "advice": { "long-polling": { "reconnect": "none" } } });
    assert_eq!(refuse(401, section).phase(), Phase::Stopped);
}

#[test]
fn a_message_without_instructions_does_not_override_the_http_status() {
    let refuse = |s: &mut Scripted, endpoint, status, error: &str| {
        let request = s.messages(endpoint);
        let reply = json!([{ "channel": request[0]["channel"], "id": request[0]["id"],
            "successful": false, "error": error, "advice": { "interval": 0 } }]);
        s.http(endpoint, status, &reply.to_string());
    };
    for status in [401, 403] {
        let mut s = Scripted::connected();
        refuse(&mut s, Endpoint::Connect, status, "401::Token expired");
        assert_eq!(s.phase(), Phase::CredentialsNeeded);
        let mut s = Scripted::opened();
        refuse(&mut s, Endpoint::Handshake, status, "401::Token expired");
        assert_eq!(s.phase(), Phase::CredentialsNeeded);
    }
    let mut s = Scripted::connected();
    s.http(Endpoint::Connect, 403, r#"{"statusCode":20}"#);
    assert_eq!(s.phase(), Phase::CredentialsNeeded);

    let mut s = Scripted::connected();
    for _ in 0..5 {
        s.until_out(Endpoint::Connect);
        refuse(&mut s, Endpoint::Connect, 400, "400::Bad request");
    }
    assert_eq!(s.phase(), Phase::Stopped);
    assert_eq!(s.client.status().reason, Some(Reason::Http(400)));
}

#[test]
fn a_page_suspended_after_a_late_timer_stays_suspended() {
    let mut s = Scripted::connected();
    s.now = s.wake_at.expect("a time-out") + ms(12_000);
    s.page(Page::Leaving { kept: true });
    assert_eq!(s.phase(), Phase::Suspended);
    assert!(s.sent.iter().all(|sent| s.aborted.contains(&sent.id)));
}

#[test]
fn a_connect_with_an_endless_timeout_is_aborted() {
    let mut s = Scripted::with(Config::default());
    s.grant("c1");
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true, "advice": { "timeout": 9_000_000_000_000_i64 } }));
    let held = s.out(Endpoint::Connect).id;
    s.advance(ms(11 * 60_000));
    assert!(s.aborted.contains(&held));
}
