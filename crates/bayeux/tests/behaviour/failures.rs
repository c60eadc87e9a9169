//! Connects that fail or time out, and recovery.

use bayeux::{Config, Endpoint, Phase, Reason, Response};
use serde_json::{Value, json};

use crate::harness::{DEVICES, Scripted, ms};

/// CometDConnectFailureTest. There the wait grows by one increment each time; here its maximum
/// doubles, and the wait is random below that.
#[test]
fn failed_connects_back_off_exponentially_until_closed() {
    let connected = |seed| Scripted::seeded(Config::default(), seed).connect();
    Scripted::fails_with_doubling_waits(Endpoint::Connect, connected);

    let mut s = Scripted::connected();
    for _ in 0..8 {
        s.fail(Endpoint::Connect);
        s.until_out(Endpoint::Connect);
    }
    assert_eq!(s.client.counters().handshakes, 1, "the session is kept");
    s.fail(Endpoint::Connect);
    s.client.close(s.now);
    s.drain();
    s.fail(Endpoint::Disconnect);
    s.is_silent_for_good();
}

/// CometDConnectTemporaryFailureTest. Repeated, because without a reset of the back-off a short
/// wait would still be possible by chance.
#[test]
fn the_back_off_is_reset_by_a_successful_connect() {
    let mut s = Scripted::connected();
    for n in 1..=20 {
        s.fail(Endpoint::Connect);
        assert_eq!(s.client.counters().failures, n);
        assert!(s.wait() <= ms(1_000), "{:?}", s.wait());
        s.until_out(Endpoint::Connect);
        s.reply_connect(json!({ "successful": true }));
        assert_eq!(s.phase(), Phase::Connected);
        s.advance(ms(1_000));
        s.reply_connect(json!({ "successful": true }));
    }
    assert_eq!(s.client.counters().handshakes, 1);
}

/// CometDLongPollingMaxNetworkDelayMetaConnectTest: a held connect that overruns, the server's 500
/// for the assumed duplicate, and recovery.
#[test]
fn a_timed_out_connect_and_a_refused_duplicate_are_recovered_from() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true }));
    let (late, request) = s.take(Endpoint::Connect);
    s.advance(ms(40_000));
    assert_eq!(s.aborted, [late]);
    assert_eq!(s.client.status().reason, Some(Reason::TimedOut));
    s.until_out(Endpoint::Connect);
    let probe = s.messages(Endpoint::Connect)[0]["advice"].clone();
    assert_eq!(probe, json!({ "timeout": 0 }));
    s.http(Endpoint::Connect, 500, "");
    assert_eq!(s.client.status().reason, Some(Reason::Http(500)));
    s.until_out(Endpoint::Connect);
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
    s.advance(ms(30_000));
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
    // The late response belongs to no request.
    let body = json!([{ "channel": "/meta/connect", "successful": false, "id": request[0]["id"],
        "advice": { "reconnect": "none" } }]);
    s.respond(late, Response::ok(body.to_string().into_bytes()));
    assert_eq!(s.phase(), Phase::Connected);
    assert_eq!(s.client.counters().handshakes, 1);
}

/// CometDDuplicateMetaConnectTest.
#[test]
fn a_failed_connect_reply_with_another_id_is_ignored() {
    for id in [json!("4711"), json!("abc"), json!([])] {
        let foreign = json!({ "channel": "/meta/connect", "id": id, "successful": false,
            "error": "402::session_unknown" });
        changes_nothing(&foreign);
        let end = json!({ "channel": "/meta/disconnect", "id": id, "successful": true });
        changes_nothing(&end);
    }
}

fn changes_nothing(foreign: &Value) {
    let mut s = Scripted::connected();
    s.subscribe("/a");
    let id = s.messages(Endpoint::Base)[0]["id"].clone();
    s.answer(
        Endpoint::Base,
        json!([foreign, { "channel": "/meta/subscribe", "id": id, "successful": true }]),
    );
    assert!(!s.is_out(Endpoint::Base), "it is active");
    assert_eq!(s.phase(), Phase::Connected);
    assert!(s.is_out(Endpoint::Connect) && s.aborted.is_empty());

    // Beside the true reply, too.
    s.answer(
        Endpoint::Connect,
        json!([foreign, { "channel": "/meta/connect", "successful": true }]),
    );
    assert_eq!(s.phase(), Phase::Connected);
    assert!(s.is_out(Endpoint::Connect));
    assert_eq!(s.client.counters().failures, 0);
}

/// CometDHandshakeReconnectTest.
#[test]
fn an_outage_longer_than_max_interval_is_followed_by_a_handshake() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": {
        "reconnect": "retry", "interval": 0, "timeout": 30_000, "maxInterval": 10_000 } }));
    let heard = s.now;
    while s.is_out(Endpoint::Connect) {
        s.fail(Endpoint::Connect);
        s.advance(s.wait());
    }
    assert!(s.is_out(Endpoint::Handshake));
    assert!(s.now.since(heard) > ms(40_000));
    s.grant("c2");
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
}

/// CometDCrossOriginReHandshakeTest. Whether a request is cross-origin is up to the browser; only
/// the address can get lost on a retry.
#[test]
fn retries_and_new_sessions_use_the_same_address() {
    let mut s = Scripted::with(Config {
        url: "https://gws.example/notifications".to_owned(),
        ..Config::default()
    });
    s.grant("c1");
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    s.fail(Endpoint::Connect);
    s.until_out(Endpoint::Connect);
    s.reply_connect(json!({ "successful": false, "error": "402::session_unknown" }));
    let address = "https://gws.example/notifications";
    let handshake = &s.out(Endpoint::Handshake).url;
    assert_eq!(*handshake, format!("{address}/handshake"));
    s.grant("c2");
    let connect = &s.out(Endpoint::Connect).url;
    assert_eq!(*connect, format!("{address}/connect"));
    s.accept_subscriptions();
    s.answer(
        Endpoint::Connect,
        json!([
            { "channel": "/meta/connect", "successful": true },
            { "channel": DEVICES, "data": 1 },
        ]),
    );
    assert_eq!(s.phase(), Phase::Connected);
    assert_eq!(s.data(), ["1"]);
}
