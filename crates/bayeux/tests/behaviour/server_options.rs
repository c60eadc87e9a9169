//! Each of CometD's options, by its name.

use bayeux::server::{BrowserCookie, HttpVersion, InvalidOption, Options, SameSite};
use serde_json::json;

use crate::harness::{Asked, DEVICES, OWNER, channel, ms, raw};

/// The options with one of them set, by CometD's name.
fn with(name: &str, value: &str) -> Options {
    let mut options = Options::default();
    options.set(name, value).unwrap();
    options
}

#[test]
fn timeout_is_how_long_a_connect_is_held() {
    let mut a = Asked::new(with("timeout", "1500"));
    let (_, held) = a.listening();
    a.advance(1_499);
    assert!(a.is_held(held));
    a.advance(1);
    assert!(!a.is_held(held));
}

#[test]
fn interval_is_advised_and_added_to_the_time_a_session_is_kept() {
    let mut a = Asked::new(with("interval", "5000"));
    let client = a.handshake();
    let reply = a.reply(json!({ "channel": "/meta/connect", "id": "c", "clientId": client, "advice": { "timeout": 0 } }));
    assert_eq!(reply["advice"]["interval"], 5_000);
    a.advance(15_000);
    assert_eq!(a.server.session_count(), 1);
    a.advance(997);
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn max_interval_is_how_long_a_session_is_kept_without_a_connect() {
    let mut a = Asked::new(with("maxInterval", "2000"));
    a.handshake();
    a.advance(2_000);
    assert_eq!(a.server.session_count(), 1);
    a.advance(997);
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn max_processing_ends_a_session_that_is_stuck() {
    let mut a = Asked::new(with("maxProcessing", "3000"));
    let (_, held) = a.listening();
    a.advance(3_997);
    assert_eq!(a.status(held), Some(500));
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn meta_connect_deliver_only_keeps_messages_from_other_responses() {
    let mut a = Asked::new(with("metaConnectDeliverOnly", "true"));
    let client = a.handshake();
    a.subscribe(&client, &json!("/chat"));
    let id = a.ask(json!([{ "channel": "/chat", "id": "p", "clientId": client, "data": 1 }]));
    assert!(a.data(id).is_empty());
    let connect = a.connect(&client);
    assert_eq!(a.data(connect), [json!(1)]);
}

#[test]
fn max_queue_is_how_many_messages_may_wait() {
    let mut a = Asked::new(with("maxQueue", "2"));
    let client = a.handshake();
    a.subscribe(&client, &json!(DEVICES));
    a.deliver(DEVICES, "1");
    a.deliver(DEVICES, "2");
    assert_eq!(a.server.session_count(), 1);
    a.deliver(DEVICES, "3");
    assert_eq!(a.server.session_count(), 0);
    // 0 or less: any number.
    for any in ["0", "-1"] {
        assert_eq!(with("maxQueue", any).max_queue, None);
    }
}

#[test]
fn a_session_that_ends_because_too_many_messages_wait_may_begin_anew() {
    let mut a = Asked::new(with("maxQueue", "2"));
    let (_, held) = a.listening();
    for data in ["1", "2", "3"] {
        a.server.deliver(OWNER, &channel(DEVICES), &raw(data));
    }
    a.drain();
    assert_eq!(
        a.response(held),
        &json!([
            { "channel": DEVICES, "data": 1 },
            { "channel": DEVICES, "data": 2 },
            { "channel": "/meta/disconnect", "successful": true },
            { "channel": "/meta/connect", "id": "c", "successful": true },
        ])
    );
}

/// How many of three sessions of one browser are held.
fn held_of_three(options: Options, version: HttpVersion) -> usize {
    let mut a = Asked::new(options);
    a.version = version;
    for _ in 0..3 {
        let client = a.handshake();
        a.connect(&client);
        a.connect(&client);
    }
    a.server.held_count()
}

#[test]
fn max_sessions_per_browser_is_how_many_connects_of_a_browser_are_held() {
    let held = |most: &str| {
        let options = with("maxSessionsPerBrowser", most);
        held_of_three(options, HttpVersion::Http1)
    };
    assert_eq!(held("0"), 0);
    assert_eq!(held("1"), 1);
    assert_eq!(held("2"), 2);
    assert_eq!(held("-1"), 3);
}

#[test]
fn http2_max_sessions_per_browser_is_the_same_for_http_2() {
    let http2 = |options| held_of_three(options, HttpVersion::Http2);
    assert_eq!(http2(Options::default()), 3);
    assert_eq!(http2(with("http2MaxSessionsPerBrowser", "2")), 2);
    assert_eq!(http2(with("maxSessionsPerBrowser", "2")), 3);
}

#[test]
fn multi_session_interval_is_advised_to_one_session_too_many() {
    let mut a = Asked::new(with("multiSessionInterval", "4000"));
    let (one, held) = a.listening();
    let two = a.handshake();
    a.connect(&two);
    let id = a.connect(&two);
    assert_eq!(
        a.response(id)[0]["advice"],
        json!({ "multiple-clients": true, "reconnect": "retry", "interval": 4_000 })
    );
    // It is told when there is room again.
    a.ask(json!([{ "channel": "/meta/disconnect", "id": "d", "clientId": one }]));
    assert!(!a.is_held(held));
    let id = a.connect(&two);
    assert!(a.is_held(id));
    a.advance(30_000);
    assert_eq!(
        a.response(id)[0]["advice"],
        json!({ "reconnect": "retry", "interval": 0, "timeout": 30_000 })
    );
}

#[test]
fn without_a_multi_session_interval_one_session_too_many_is_sent_away() {
    for none in ["0", "-1"] {
        let mut a = Asked::new(with("multiSessionInterval", none));
        a.listening();
        let two = a.handshake();
        let id = a.connect(&two);
        assert_eq!(
            a.response(id)[0],
            json!({ "channel": "/meta/connect", "id": "c", "successful": false, "advice": { "multiple-clients": true, "reconnect": "none" } })
        );
    }
}

#[test]
fn trust_client_session_makes_the_cookie_superfluous() {
    let mut a = Asked::new(with("trustClientSession", "true"));
    let client = a.handshake();
    a.cookie = None;
    let id = a.connect(&client);
    assert_eq!(a.response(id)[0]["successful"], true);
    // But not the sign-in.
    let body = json!([{ "channel": "/meta/connect", "clientId": client }]);
    let id = a.ask_raw("somebody else", &body.to_string());
    assert_eq!(a.response(id)[0]["error"], "402::session_unknown");
}

#[test]
fn duplicate_meta_connect_http_response_code_ends_the_held_one() {
    let mut a = Asked::new(with("duplicateMetaConnectHttpResponseCode", "409"));
    let (client, held) = a.listening();
    a.connect(&client);
    assert_eq!(a.status(held), Some(409));
}

#[test]
fn validate_message_fields_holds_ids_to_the_grammar() {
    let body = json!([{ "channel": "/meta/handshake", "id": "no id", "supportedConnectionTypes": ["long-polling"] }]);
    let mut a = Asked::new(Options::default());
    let id = a.ask(body.clone());
    assert_eq!(a.response(id)[0]["error"], "405::message_id_invalid");
    assert_eq!(a.server.session_count(), 0);
    let mut a = Asked::new(with("validateMessageFields", "false"));
    let id = a.ask(body);
    assert_eq!(a.response(id)[0]["successful"], true);
}

#[test]
fn broadcast_to_publisher_lets_publishers_hear_themselves() {
    for (value, expect) in [("true", 1), ("false", 0)] {
        let mut a = Asked::new(with("broadcastToPublisher", value));
        let (client, other) = (a.handshake(), a.handshake());
        a.subscribe(&client, &json!("/chat"));
        a.subscribe(&other, &json!("/chat"));
        let id = a.ask(json!([{ "channel": "/chat", "id": "p", "clientId": client, "data": 1 }]));
        assert_eq!(a.data(id).len(), expect, "{value}");
        let id = a.connect(&other);
        assert_eq!(a.data(id).len(), 1);
    }
}

#[test]
fn handshake_reconnect_advises_max_interval() {
    let mut a = Asked::new(with("handshakeReconnect", "true"));
    let reply = a.handshake_with(json!({}));
    assert_eq!(reply["advice"]["maxInterval"], 10_000);
}

#[test]
fn sweep_period_is_how_much_later_a_session_may_end() {
    let mut a = Asked::new(with("sweepPeriod", "0"));
    a.handshake();
    a.advance(9_999);
    assert_eq!(a.server.session_count(), 1);
    a.advance(1);
    assert_eq!(a.server.session_count(), 0);
    let mut a = Asked::new(with("sweepPeriod", "60000"));
    let client = a.handshake();
    a.advance(58_999);
    let id = a.connect(&client);
    assert_eq!(a.response(id)[0]["successful"], true, "not swept yet");
}

#[test]
fn the_cookie_has_the_attributes_that_were_set() {
    let mut options = Options::default();
    for (name, value) in [
        ("browserCookieName", "BROWSER"),
        ("browserCookieDomain", "gws.example"),
        ("browserCookiePath", "/api"),
        ("browserCookieMaxAge", "3600"),
        ("browserCookieHttpOnly", "false"),
        ("browserCookieSecure", "true"),
        ("browserCookieSameSite", "none"),
        ("browserCookiePartitioned", "true"),
    ] {
        options.set(name, value).unwrap();
    }
    assert_eq!(
        options.browser_cookie.header("b7"),
        "BROWSER=b7; Domain=gws.example; Path=/api; Max-Age=3600; SameSite=None; Secure; Partitioned"
    );
    assert_eq!(
        BrowserCookie::default().header("b7"),
        "BAYEUX_BROWSER=b7; Path=/; HttpOnly"
    );
    for (word, expect) in [("Strict", SameSite::Strict), ("Lax", SameSite::Lax)] {
        let cookie = with("browserCookieSameSite", word).browser_cookie;
        assert_eq!(cookie.same_site, Some(expect));
    }
}

#[test]
fn a_cookie_is_set_once_for_a_browser() {
    let mut a = Asked::new(Options::default());
    a.handshake();
    let cookie = a.cookie.clone().unwrap();
    a.handshake();
    assert_eq!(a.cookie, Some(cookie));
}

#[test]
fn an_option_may_have_its_transport_in_front() {
    let options = with("long-polling.json.timeout", "7");
    assert_eq!(options.timeout, ms(7));
    assert_eq!(with("long-polling.timeout", "7").timeout, ms(7));
}

#[test]
fn what_is_no_option_changes_nothing() {
    let mut options = Options::default();
    let before = format!("{options:?}");
    for (name, value) in [
        ("timeout", "-1"),
        ("timeout", "30s"),
        ("maxQueue", "many"),
        ("trustClientSession", "yes"),
        ("duplicateMetaConnectHttpResponseCode", "200"),
        ("browserCookieName", "a;b"),
        ("browserCookieSameSite", "some"),
    ] {
        let error = options.set(name, value).unwrap_err();
        assert!(
            matches!(error, InvalidOption::Value { .. }),
            "{name}={value}"
        );
    }
    let error = options.set("maxintervall", "1").unwrap_err();
    assert_eq!(error.to_string(), "there is no option ‘maxintervall’");
    assert_eq!(format!("{options:?}"), before);
}
