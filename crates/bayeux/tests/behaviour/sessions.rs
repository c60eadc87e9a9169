//! The end of sessions: by the server, its restart, the page, or a disconnect.

use bayeux::{Endpoint, ExchangeId, Page, Phase, Reason, Response};
use serde_json::json;

use crate::harness::{DEVICES, Scripted};

/// CometDDisconnectServerSideTest, as the Java server behaves: the held connect is advised not to
/// reconnect.
#[test]
fn a_server_that_ends_the_session_for_good_stops_the_client_after_its_last_message() {
    let mut s = Scripted::connected();
    s.answer(
        Endpoint::Connect,
        json!([
            { "channel": DEVICES, "data": 1 },
            { "channel": "/meta/disconnect", "successful": true, "id": null },
            { "channel": "/meta/connect", "successful": true, "advice": { "reconnect": "none" } },
        ]),
    );
    assert_eq!(s.data(), ["1"]);
    assert_eq!(s.phase(), Phase::Stopped);
    assert_eq!(s.client.status().reason, Some(Reason::ToldToStop));
    s.is_silent_for_good();
}

/// CometDDisconnectServerSideTest, as the server for Node.js behaves: without advice.
#[test]
fn a_server_that_ends_the_session_without_advice_gets_a_handshake() {
    let mut s = Scripted::connected();
    s.answer(
        Endpoint::Connect,
        json!([
            { "channel": DEVICES, "data": 1 },
            { "channel": "/meta/disconnect", "successful": true, "id": null },
            { "channel": "/meta/connect", "successful": true },
        ]),
    );
    assert_eq!(s.data(), ["1"]);
    assert!(s.is_out(Endpoint::Handshake));
    assert_eq!(s.client.status().reason, Some(Reason::SessionUnknown));
}

/// CometDInitDisconnectTest.
#[test]
fn closing_sends_a_disconnect_that_outlives_the_page_and_nothing_after_it() {
    let mut s = Scripted::connected();
    s.subscribe("/a");
    s.client.close(s.now);
    s.drain();
    assert_eq!(s.phase(), Phase::Idle);
    assert_eq!(s.sent.len(), 1);
    let disconnect = s.out(Endpoint::Disconnect);
    assert!(disconnect.keepalive);
    s.subscribe("/b");
    s.answer(
        Endpoint::Disconnect,
        json!([{ "channel": "/meta/disconnect", "successful": true }]),
    );
    s.is_silent_for_good();
    // Opened again, it subscribes to everything.
    s.client.open(s.now);
    s.drain();
    s.grant("c2");
    assert_eq!(s.subscribes(), [DEVICES, "/a", "/b"]);
}

/// CometDDisconnectFailureTest.
#[test]
fn a_failed_disconnect_also_ends_the_client() {
    let mut s = Scripted::connected();
    let poll = s.sent[0].id;
    s.client.close(s.now);
    s.drain();
    assert_eq!(s.aborted, [poll]);
    s.fail(Endpoint::Disconnect);
    assert_eq!(s.phase(), Phase::Idle);
    s.is_silent_for_good();
}

/// CometDReloadTest: after a disconnect there is nothing to resume.
#[test]
fn a_closed_client_stays_closed_when_the_page_is_resumed() {
    let mut s = Scripted::connected();
    s.client.close(s.now);
    s.drain();
    s.fail(Endpoint::Disconnect);
    s.page(Page::Leaving { kept: true });
    s.page(Page::Resumed);
    s.page(Page::Visible);
    assert_eq!(s.phase(), Phase::Idle);
    s.is_silent_for_good();
}

/// The session has ended while its subscribe is out; returns the late reply.
fn left_behind(s: &mut Scripted) -> (ExchangeId, Response) {
    s.subscribe("/a");
    let (id, request) = s.take(Endpoint::Base);
    s.reply_connect(json!({ "successful": false, "error": "402::session_unknown" }));
    let late = json!([{ "channel": "/meta/subscribe", "id": request[0]["id"], "successful": false,
        "error": "402::session_unknown", "advice": { "reconnect": "none" } }]);
    (id, Response::ok(late.to_string().into_bytes()))
}

#[test]
fn a_late_reply_to_a_command_of_an_earlier_session_ends_nothing() {
    let mut s = Scripted::connected();
    let (id, late) = left_behind(&mut s);
    s.respond(id, late);
    assert_ne!(s.phase(), Phase::Stopped);
    s.connect();
}

#[test]
fn a_new_session_aborts_a_command_of_the_last() {
    let mut s = Scripted::connected();
    let (id, late) = left_behind(&mut s);
    s.grant("c2");
    assert_eq!(s.aborted.last(), Some(&id));
    assert_eq!(s.subscribes(), [DEVICES, "/a"], "at once");
    s.respond(id, late);
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
}

#[test]
fn the_reply_to_a_disconnect_does_not_end_the_next_session() {
    let mut s = Scripted::connected();
    s.client.close(s.now);
    s.client.open(s.now);
    s.drain();
    s.grant("c2");
    let goodbye = s.out(Endpoint::Disconnect).id;
    assert!(!s.aborted.contains(&goodbye));
    s.answer(
        Endpoint::Disconnect,
        json!([{ "channel": "/meta/disconnect", "successful": false,
            "error": "402::session_unknown", "advice": { "reconnect": "handshake" } }]),
    );
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
}
