//! Sessions over time: they expire, servers end them or restart, pages are put away, and somebody
//! says good-bye.

use bayeux::{Endpoint, Event, ExchangeId, Outcome, Page, Phase, Reason, Response, Token};
use serde_json::json;

use crate::harness::{DEVICES, Link, Pair, Scripted, channel, ms, raw};

/// CometDAdviceTest.testNoHandshakeAdviceAfterSessionExpired.
#[test]
fn an_expired_session_is_replaced_though_no_reply_has_advice() {
    let mut s = Scripted::opened();
    s.grant("c1");
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    s.advance(ms(30_000));
    s.reply_connect(json!({ "successful": false, "error": "402::session_unknown" }));
    s.grant("c2");
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
    assert_eq!(s.client.counters().sessions, 2);
}

/// CometDRedeployTest: the application on the server is stopped, and started a minute later.
#[test]
fn a_server_that_is_away_for_a_minute_is_found_again() {
    let mut pair = Pair::new(7, Link::GOOD);
    pair.open();
    pair.until(ms(1_000), Pair::is_connected);
    pair.advance(ms(5_000));
    pair.is_server_down = true;
    pair.restart_server(70);
    pair.advance(ms(60_000));
    assert_eq!(pair.client.status().phase, Phase::Waiting);
    assert!(pair.client.counters().failures > 2, "it kept trying");
    pair.is_server_down = false;
    pair.events.clear();
    pair.until(ms(31_000), |pair| {
        let is_told = |event: &Event| matches!(event, Event::Connected { missed: Some(_) });
        pair.events.iter().any(is_told)
    });
    pair.publish("1");
    pair.advance(ms(1_000));
    assert_eq!(pair.data(), ["1"]);
    assert_eq!(pair.client.counters().sessions, 2);
}

/// CometDDisconnectServerSideTest, as the Java server does it: the held connect is told not to come
/// back.
#[test]
fn a_server_that_ends_the_session_for_good_is_obeyed_and_its_last_message_given() {
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

/// CometDDisconnectServerSideTest, as the server for Node.js does it: without advice.
#[test]
fn a_server_that_ends_the_session_without_advice_is_asked_for_another() {
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

/// CometDDisconnectFailureTest.
#[test]
fn a_good_bye_that_fails_ends_it_all_the_same() {
    let mut s = Scripted::connected();
    let poll = s.sent[0].id;
    s.client.close(s.now);
    s.drain();
    assert_eq!(s.aborted, [poll]);
    s.fail(Endpoint::Disconnect);
    assert_eq!(s.phase(), Phase::Idle);
    s.is_silent_for_good();
}

/// CometDInitDisconnectTest.
#[test]
fn two_messages_and_a_good_bye_and_nothing_after_it() {
    let mut s = Scripted::connected();
    s.answer(
        Endpoint::Connect,
        json!([
            { "channel": DEVICES, "data": 1 },
            { "channel": DEVICES, "data": 2 },
            { "channel": "/meta/connect", "successful": true },
        ]),
    );
    s.client.close(s.now);
    s.drain();
    s.answer(
        Endpoint::Disconnect,
        json!([{ "channel": "/meta/disconnect", "successful": true }]),
    );
    assert_eq!(s.data(), ["1", "2"]);
    s.is_silent_for_good();
    assert_eq!(s.client.counters().handshakes, 1);
}

/// CometDDisconnectInListenersTest, in the connect's listener. There exactly one connect is sent;
/// here the second has left before the application hears of the first, and is aborted.
#[test]
fn closed_when_connected_is_said_no_further_connect_stays_out() {
    let mut s = Scripted::opened();
    s.grant("c1");
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    let is_announced = |event: &Event| matches!(event, Event::Connected { .. });
    assert!(s.events.iter().any(is_announced));
    let second = s.sent[0].id;
    s.client.close(s.now);
    s.drain();
    assert_eq!(s.aborted, [second]);
    s.fail(Endpoint::Disconnect);
    s.is_silent_for_good();
    assert_eq!(s.client.counters().connects, 2);
}

/// CometDReloadTest: the same client id, and what was published meanwhile. There the state is
/// carried over a reload of the page; here a page that the browser keeps has it still.
#[test]
fn a_page_that_comes_back_goes_on_with_its_session() {
    let mut s = Scripted::connected();
    s.page(Page::Leaving { kept: true });
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    assert!(s.sent.is_empty());
    s.advance(ms(5_000));
    s.page(Page::Resumed);
    let (_, request) = s.take(Endpoint::Base);
    assert_eq!(request[0]["channel"], "/a");
    assert_eq!(request[0]["clientId"], "c1");
    s.answer(
        Endpoint::Connect,
        json!([
            { "channel": DEVICES, "data": 1 },
            { "channel": "/meta/connect", "successful": true },
        ]),
    );
    assert_eq!(s.phase(), Phase::Connected);
    assert_eq!(s.data(), ["1"]);
    assert_eq!(s.client.counters().handshakes, 1);
}

/// CometDReloadTest: a server that restarted meanwhile is asked for one new session.
#[test]
fn a_page_that_comes_back_to_a_restarted_server_gets_one_new_session() {
    let mut pair = Pair::new(8, Link::GOOD);
    pair.open();
    pair.until(ms(1_000), Pair::is_connected);
    let page = |pair: &mut Pair, page| {
        pair.client.handle(bayeux::Input::Page(page), pair.now);
        pair.drain();
    };
    page(&mut pair, Page::Leaving { kept: true });
    pair.restart_server(80);
    pair.advance(ms(5_000));
    page(&mut pair, Page::Resumed);
    pair.until(ms(10_000), Pair::is_connected);
    pair.advance(ms(60_000));
    assert_eq!(pair.handshakes.len(), 2);
    pair.publish("1");
    pair.advance(ms(1_000));
    assert_eq!(pair.data(), ["1"]);
}

/// CometDReloadTest: a good-bye leaves nothing to come back to.
#[test]
fn a_closed_client_does_not_come_back_with_the_page() {
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

/// TwoInstances of the dojo and jQuery suites: two clients in one page.
#[test]
fn two_clients_of_one_page_do_not_mix() {
    let (mut one, mut other) = (Scripted::connected(), Scripted::connected());
    let token = one.client.publish(channel("/a"), raw("1"));
    one.drain();
    other.drain();
    assert!(!other.is_out(Endpoint::Base));
    one.answer_each(|_| json!({ "successful": true }));
    assert!(one.outcome(token).is_some());
    assert!(other.events.is_empty());
    one.client.close(one.now);
    one.drain();
    other.drain();
    assert_eq!(other.phase(), Phase::Connected);
    assert!(other.is_out(Endpoint::Connect) && other.aborted.is_empty());
}

/// The session has ended while a publish of it is out; what its late reply would be.
fn left_behind(s: &mut Scripted) -> (Token, ExchangeId, Response) {
    let token = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    let (id, request) = s.take(Endpoint::Base);
    s.reply_connect(json!({ "successful": false, "error": "402::session_unknown" }));
    let late = json!([{ "channel": "/a", "id": request[0]["id"], "successful": false,
        "error": "402::session_unknown", "advice": { "reconnect": "none" } }]);
    (token, id, Response::ok(late.to_string().into_bytes()))
}

#[test]
fn what_was_sent_in_a_session_that_has_ended_is_settled_by_its_reply_and_ends_nothing_else() {
    let mut s = Scripted::connected();
    let (token, id, late) = left_behind(&mut s);
    s.respond(id, late);
    assert!(matches!(s.outcome(token), Some(Outcome::Refused(_))));
    assert_ne!(s.phase(), Phase::Stopped);
    s.connect();
}

#[test]
fn a_new_session_does_not_wait_for_what_was_sent_in_the_last() {
    let mut s = Scripted::connected();
    let (token, id, late) = left_behind(&mut s);
    assert_eq!(s.outcome(token), None, "it may be answered yet");
    s.grant("c2");
    assert_eq!(s.outcome(token), Some(Outcome::Unknown));
    assert_eq!(s.aborted.last(), Some(&id));
    assert!(s.is_out(Endpoint::Base), "subscribes at once");
    s.respond(id, late);
    s.accept_subscriptions();
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.phase(), Phase::Connected);
}

#[test]
fn the_reply_to_a_goodbye_does_not_end_the_session_after_it() {
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
