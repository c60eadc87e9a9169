//! CometD's options, by name.

use bayeux::server::{InvalidOption, Options, SameSite};
use serde_json::json;

use crate::harness::{DEVICES, OWNER, TestServer, channel, ms, raw};

/// The options with one of them set, by CometD's name.
fn with(name: &str, value: &str) -> Options {
    let mut options = Options::default();
    options.set(name, value).unwrap();
    options
}

#[test]
fn timeout_limits_how_long_a_connect_is_held() {
    let mut server = TestServer::new(with("timeout", "1500"));
    let (_, held) = server.session_with_held_connect();
    server.advance(1_499);
    assert!(server.is_held(held));
    server.advance(1);
    assert!(!server.is_held(held));
}

#[test]
fn interval_is_advised_and_extends_the_session() {
    let mut server = TestServer::new(with("interval", "5000"));
    let client = server.handshake();
    let reply = server.reply(json!({ "channel": "/meta/connect", "id": "c", "clientId": client, "advice": { "timeout": 0 } }));
    assert_eq!(reply["advice"]["interval"], 5_000);
    server.advance(15_000);
    assert_eq!(server.machine.session_count(), 1);
    server.advance(997);
    assert_eq!(server.machine.session_count(), 0);
}

#[test]
fn session_beyond_max_queue_ends_and_may_handshake_again() {
    let mut server = TestServer::new(with("maxQueue", "2"));
    let (_, held) = server.session_with_held_connect();
    for data in ["1", "2", "3"] {
        assert_eq!(server.machine.session_count(), 1);
        server.machine.deliver(OWNER, &channel(DEVICES), &raw(data));
    }
    assert_eq!(server.machine.session_count(), 0);
    server.drain();
    assert_eq!(
        server.response(held),
        &json!([
            { "channel": DEVICES, "data": 1 },
            { "channel": DEVICES, "data": 2 },
            { "channel": "/meta/disconnect", "successful": true },
            { "channel": "/meta/connect", "id": "c", "successful": true },
        ])
    );
    // 0 or less: any number.
    for any in ["0", "-1"] {
        assert_eq!(with("maxQueue", any).max_queue, None);
    }
}

/// How many connects of three sessions of one browser are held.
fn held_of_three(options: Options) -> usize {
    let mut server = TestServer::new(options);
    for _ in 0..3 {
        let client = server.handshake();
        server.connect(&client);
        server.connect(&client);
    }
    server.machine.held_count()
}

#[test]
fn max_sessions_per_browser_limits_held_connects() {
    for (most, expect) in [("0", 0), ("1", 1), ("2", 2), ("-1", 3)] {
        assert_eq!(held_of_three(with("maxSessionsPerBrowser", most)), expect);
    }
}

#[test]
fn multi_session_interval_is_advised_to_a_crowded_session() {
    let mut server = TestServer::new(with("multiSessionInterval", "4000"));
    let (one, held) = server.session_with_held_connect();
    let two = server.handshake();
    server.connect(&two);
    let id = server.connect(&two);
    assert_eq!(
        server.response(id)[0]["advice"],
        json!({ "multiple-clients": true, "reconnect": "retry", "interval": 4_000 })
    );
    // It is told when there is room again.
    server.request(json!([{ "channel": "/meta/disconnect", "id": "d", "clientId": one }]));
    assert!(!server.is_held(held));
    let id = server.connect(&two);
    assert!(server.is_held(id));
    server.advance(30_000);
    assert_eq!(
        server.response(id)[0]["advice"],
        json!({ "reconnect": "retry", "interval": 0, "timeout": 30_000 })
    );
}

#[test]
fn without_multi_session_interval_a_crowded_session_is_refused() {
    for none in ["0", "-1"] {
        let mut server = TestServer::new(with("multiSessionInterval", none));
        server.session_with_held_connect();
        let two = server.handshake();
        let id = server.connect(&two);
        assert_eq!(
            server.response(id)[0],
            json!({ "channel": "/meta/connect", "id": "c", "successful": false, "advice": { "multiple-clients": true, "reconnect": "none" } })
        );
    }
}

#[test]
fn handshake_reconnect_advises_max_interval() {
    let mut server = TestServer::new(with("handshakeReconnect", "true"));
    let reply = server.handshake_with(json!({}));
    assert_eq!(reply["advice"]["maxInterval"], 10_000);
}

#[test]
fn cookie_options_show_in_its_header() {
    let mut options = Options::default();
    assert_eq!(
        options.browser_cookie.header("b7"),
        "BAYEUX_BROWSER=b7; Path=/; HttpOnly"
    );
    for (name, value) in [
        ("browserCookieName", "BROWSER"),
        ("browserCookieSecure", "true"),
        ("browserCookieSameSite", "none"),
    ] {
        options.set(name, value).unwrap();
    }
    assert_eq!(
        options.browser_cookie.header("b7"),
        "BROWSER=b7; Path=/; HttpOnly; SameSite=None; Secure"
    );
    for (word, expect) in [("Strict", SameSite::Strict), ("Lax", SameSite::Lax)] {
        let cookie = with("browserCookieSameSite", word).browser_cookie;
        assert_eq!(cookie.same_site, Some(expect));
    }
}

#[test]
fn cookie_is_set_once_for_a_browser() {
    let mut server = TestServer::new(Options::default());
    server.handshake();
    let cookie = server.cookie.clone().unwrap();
    server.handshake();
    assert_eq!(server.cookie, Some(cookie));
}

#[test]
fn option_may_be_prefixed_with_its_transport() {
    let options = with("long-polling.json.timeout", "7");
    assert_eq!(options.timeout, ms(7));
    assert_eq!(with("long-polling.timeout", "7").timeout, ms(7));
}

#[test]
fn invalid_option_changes_nothing() {
    let mut options = Options::default();
    let before = format!("{options:?}");
    for (name, value) in [
        ("timeout", "-1"),
        ("timeout", "30s"),
        ("maxQueue", "many"),
        ("handshakeReconnect", "yes"),
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
