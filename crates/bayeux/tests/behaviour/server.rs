//! The server, asked by hand: the steps of the protocol.

use bayeux::server::{Event, Options, Removal};
use serde_json::{Value, json};

use crate::harness::{Asked, DEVICES, OWNER, channel, raw};

#[test]
fn a_handshake_grants_a_session_and_sets_a_cookie() {
    let mut a = Asked::new(Options::default());
    let id = a.ask(json!([{ "channel": "/meta/handshake", "id": 1, "version": "1.0", "supportedConnectionTypes": ["websocket", "long-polling"] }]));
    let reply = a.response(id)[0].clone();
    assert_eq!(reply["successful"], true);
    assert_eq!(reply["id"], 1);
    assert_eq!(reply["version"], "1.0");
    assert_eq!(reply["supportedConnectionTypes"], json!(["long-polling"]));
    assert_eq!(
        reply["advice"],
        json!({ "reconnect": "retry", "interval": 0, "timeout": 30_000 })
    );
    assert_eq!(reply["clientId"].as_str().unwrap().len(), 32);
    assert!(a.cookie.is_some());
}

#[test]
fn a_handshake_without_a_common_transport_is_refused_for_good() {
    let mut a = Asked::new(Options::default());
    let id = a.ask(json!([{ "channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["websocket"] }]));
    let reply = a.response(id)[0].clone();
    assert_eq!(reply["successful"], false);
    assert_eq!(reply["advice"]["reconnect"], "none");
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn the_first_connect_is_answered_at_once_and_the_next_is_held() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    let first = a.connect(&client);
    assert_eq!(a.response(first)[0]["successful"], true);
    let second = a.connect(&client);
    assert!(a.is_held(second));
    a.advance(29_999);
    assert!(a.is_held(second));
    a.advance(1);
    assert_eq!(
        a.response(second),
        &json!([{ "channel": "/meta/connect", "id": "c", "successful": true }])
    );
}

#[test]
fn a_message_wakes_the_held_connect_and_comes_before_its_reply() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.subscribe(&client, &json!([DEVICES, "/v2/other"]));
    a.connect(&client);
    let held = a.connect(&client);
    a.server
        .deliver("somebody else", &channel(DEVICES), &raw("0"));
    a.server.deliver(OWNER, &channel("/v2/me/calls"), &raw("1"));
    a.drain();
    assert!(a.is_held(held));
    a.server.deliver(OWNER, &channel(DEVICES), &raw("2"));
    a.drain();
    let body = a.response(held);
    assert_eq!(body[0], json!({ "channel": DEVICES, "data": 2 }));
    assert_eq!(body[1]["channel"], "/meta/connect");
}

#[test]
fn what_waits_between_two_connects_is_not_lost() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.subscribe(&client, &json!(DEVICES));
    a.connect(&client);
    for n in 0..3 {
        a.server
            .deliver(OWNER, &channel(DEVICES), &raw(&n.to_string()));
    }
    let connect = a.connect(&client);
    assert_eq!(a.response(connect).as_array().unwrap().len(), 4);
}

#[test]
fn messages_ride_on_other_responses_too() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.subscribe(&client, &json!(DEVICES));
    a.server.deliver(OWNER, &channel(DEVICES), &raw("1"));
    let id = a.ask(json!([{ "channel": "/meta/subscribe", "id": "s", "clientId": client, "subscription": "/x" }]));
    assert_eq!(a.response(id)[0]["data"], 1);
    assert_eq!(a.response(id)[1]["channel"], "/meta/subscribe");
}

#[test]
fn a_session_nobody_connects_for_ends_after_max_interval() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    a.advance(10_000);
    assert_eq!(a.server.session_count(), 1);
    // The next sweep.
    a.advance(997);
    assert_eq!(a.server.session_count(), 0);
    assert!(matches!(
        a.events.last(),
        Some(Event::SessionRemoved { cause: Removal::TimedOut, owner, .. }) if owner == OWNER
    ));
    let id = a.connect(&client);
    let reply = &a.response(id)[0];
    assert_eq!(reply["error"], "402::session_unknown");
    assert_eq!(
        reply["advice"],
        json!({ "reconnect": "handshake", "interval": 0 })
    );
}

#[test]
fn only_a_connect_of_an_unknown_session_is_given_advice() {
    let mut a = Asked::new(Options::default());
    let id = a.ask(json!([{ "channel": "/meta/subscribe", "id": "s", "clientId": "nobody", "subscription": "/x" }]));
    assert_eq!(
        a.response(id),
        &json!([{ "channel": "/meta/subscribe", "id": "s", "subscription": "/x", "error": "402::session_unknown", "successful": false }])
    );
}

#[test]
fn a_session_belongs_to_its_owner_and_its_browser() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    let body = json!([{ "channel": "/meta/connect", "clientId": client, "connectionType": "long-polling" }]).to_string();
    let id = a.ask_raw("somebody else", &body);
    assert_eq!(a.response(id)[0]["error"], "402::session_unknown");
    a.cookie = None;
    let id = a.ask_raw(OWNER, &body);
    assert_eq!(a.response(id)[0]["error"], "402::session_unknown");
}

#[test]
fn a_second_connect_ends_the_held_one() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    let first = a.connect(&client);
    let second = a.connect(&client);
    assert!(
        a.responses
            .iter()
            .any(|(to, status, _)| (*to, *status) == (first, 500))
    );
    assert!(a.is_held(second));
}

#[test]
fn a_second_session_of_a_browser_is_not_held() {
    let mut a = Asked::new(Options::default());
    let one = a.handshake();
    a.connect(&one);
    a.connect(&one);
    let two = a.handshake();
    let id = a.connect(&two);
    assert_eq!(
        a.response(id)[0]["advice"],
        json!({ "multiple-clients": true, "reconnect": "retry", "interval": 2_000 })
    );
    let again = a.connect(&two);
    assert_eq!(a.response(again)[0]["successful"], true);
    assert_eq!(a.response(again)[0]["advice"]["interval"], 2_000);
}

#[test]
fn subscriptions_follow_the_grammar() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    let mut check = |subscription: Value, error: Option<&str>| {
        let reply = a.subscribe(&client, &subscription);
        assert_eq!(reply["error"].as_str(), error, "{subscription}");
        assert_eq!(reply["successful"], error.is_none());
    };
    check(json!("/v2/me/*"), None);
    check(json!(["/a", "/b/**"]), None);
    check(json!("/service/x"), None);
    check(json!("/meta/*"), Some("403::subscribe_failed"));
    check(json!("nonsense"), Some("403::subscription_invalid"));
    check(json!(null), Some("403::subscription_missing"));
    check(json!([]), Some("403::subscription_missing"));
}

#[test]
fn a_disconnect_ends_the_session_and_its_held_connect() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    let held = a.connect(&client);
    let id = a.ask(json!([{ "channel": "/meta/disconnect", "id": "d", "clientId": client }]));
    assert_eq!(a.response(held)[0]["advice"]["reconnect"], "none");
    assert_eq!(a.response(id)[0]["successful"], true);
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn a_connect_that_was_cut_off_leaves_the_session_to_expire() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    let held = a.connect(&client);
    a.cut_off(held);
    assert_eq!(a.server.held_count(), 0);
    a.advance(9_999);
    assert_eq!(a.server.session_count(), 1);
    a.advance(998);
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn a_server_that_forgets_says_so_to_whom_it_holds() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    let held = a.connect(&client);
    a.server.forget_sessions();
    a.drain();
    assert_eq!(a.response(held)[0]["error"], "402::session_unknown");
    assert_eq!(a.response(held)[0]["advice"]["reconnect"], "handshake");
}

#[test]
fn rubbish_is_refused_and_changes_nothing() {
    let mut a = Asked::new(Options::default());
    for body in [
        "",
        "x",
        "{}",
        "[]",
        "[1]",
        "[{\"channel\":1}]",
        "[[]]",
        "{\"channel\":\"/meta/handshake\"}",
        "message=%5B%7B%22channel%22%3A%22%2Fmeta%2Fhandshake%22%7D%5D",
    ] {
        let id = a.ask_raw(OWNER, body);
        assert!(a.responses.contains(&(id, 400, Value::Null)), "{body}");
    }
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn what_travels_with_a_handshake_is_ignored() {
    let mut a = Asked::new(Options::default());
    let id = a.ask(json!([
        { "channel": "/chat", "data": 1 },
        { "channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["long-polling"] },
    ]));
    assert_eq!(a.response(id).as_array().unwrap().len(), 1);
    assert_eq!(a.response(id)[0]["successful"], true);
}

#[test]
fn a_publish_is_echoed_to_subscribers_without_its_id() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.subscribe(&client, &json!("/chat"));
    let id =
        a.ask(json!([{ "channel": "/chat", "id": "p", "clientId": client, "data": { "x": 1 }, "ext": { "binary": {} } }]));
    assert_eq!(
        a.response(id),
        &json!([{ "data": { "x": 1 }, "channel": "/chat", "ext": { "binary": {} } }, { "channel": "/chat", "id": "p", "successful": true }])
    );
}

#[test]
fn a_session_that_subscribed_twice_gets_a_message_once() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.subscribe(&client, &json!(["/chat", "/chat", "/*", "/**"]));
    a.connect(&client);
    let held = a.connect(&client);
    a.server.publish(&channel("/chat"), &raw("1"));
    a.drain();
    assert_eq!(a.data(held), [json!(1)]);
}

#[test]
fn what_was_unsubscribed_is_not_told_any_more() {
    let mut a = Asked::new(Options::default());
    let (client, held) = a.listening();
    let reply = a.reply(json!({ "channel": "/meta/unsubscribe", "id": "u", "clientId": client, "subscription": DEVICES }));
    assert_eq!(
        reply,
        json!({ "channel": "/meta/unsubscribe", "id": "u", "subscription": DEVICES, "successful": true })
    );
    a.deliver(DEVICES, "1");
    a.server.publish(&channel(DEVICES), &raw("2"));
    a.drain();
    assert!(a.is_held(held));
}

#[test]
fn what_is_refused_changes_nothing() {
    let mut a = Asked::new(Options::default());
    let (client, held) = a.listening();
    let before = format!("{:?}", a.server);
    for (channel, subscription) in [
        ("/meta/subscribe", json!(["/x", "/meta/y"])),
        ("/meta/unsubscribe", json!([DEVICES, "/never/heard/of"])),
        ("/meta/nothing", json!("/x")),
        ("/chat", json!("/x")),
    ] {
        let message =
            json!({ "channel": channel, "clientId": client, "subscription": subscription });
        assert_eq!(a.reply(message)["successful"], false, "{channel}");
    }
    assert_eq!(format!("{:?}", a.server), before);
    assert!(a.is_held(held));
}

#[test]
fn a_connect_that_does_not_travel_alone_is_answered_with_the_rest() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    let id = a.ask(json!([
        { "channel": "/meta/connect", "id": "c", "clientId": client, "connectionType": "long-polling" },
        { "channel": "/meta/subscribe", "id": "s", "clientId": client, "subscription": "/x" },
    ]));
    let messages = a.response(id).as_array().unwrap().iter();
    let channels: Vec<_> = messages.map(|m| m["channel"].clone()).collect();
    assert_eq!(channels, ["/meta/connect", "/meta/subscribe"]);
}

#[test]
fn a_request_belongs_to_the_session_of_its_first_message() {
    let mut a = Asked::new(Options::default());
    let (one, two) = (a.handshake(), a.handshake());
    let id = a.ask(json!([
        { "channel": "/meta/subscribe", "id": "1", "clientId": one, "subscription": "/x" },
        { "channel": "/meta/subscribe", "id": "2", "clientId": two, "subscription": "/x" },
    ]));
    assert_eq!(a.response(id)[0]["successful"], true);
    assert_eq!(a.response(id)[1]["error"], "402::session_unknown");
}

#[test]
fn advice_is_in_replies_to_requests_that_had_some() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    let plain = a.connect(&client);
    assert_eq!(a.response(plain)[0].get("advice"), None);
    let reply = a.reply(json!({ "channel": "/meta/connect", "id": "c", "clientId": client, "advice": { "timeout": 0 } }));
    assert_eq!(
        reply["advice"],
        json!({ "reconnect": "retry", "interval": 0, "timeout": 30_000 })
    );
}

#[test]
fn a_client_may_say_how_long_its_connect_is_held_and_how_long_it_will_be_away() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    let id = a.ask(json!([{ "channel": "/meta/connect", "id": "c", "clientId": client, "advice": { "timeout": 500, "interval": 60_000 } }]));
    a.advance(499);
    assert!(a.is_held(id));
    a.advance(1);
    assert_eq!(a.response(id)[0]["advice"]["interval"], 60_000);
    a.advance(69_000);
    assert_eq!(a.server.session_count(), 1);
    a.advance(2_000);
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn no_client_has_anything_held_or_kept_for_ever() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    let id = a.ask(json!([{ "channel": "/meta/connect", "id": "c", "clientId": client, "advice": { "timeout": i64::MAX, "interval": i64::MAX } }]));
    a.advance(30_000);
    assert_eq!(a.response(id)[0]["advice"]["interval"], 300_000);
    a.advance(311_000);
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn any_message_puts_the_end_of_a_session_off() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    a.connect(&client);
    a.advance(9_000);
    a.publish(&client, "/chat", json!(1));
    a.advance(9_000);
    assert_eq!(a.server.session_count(), 1);
    a.advance(2_000);
    assert_eq!(a.server.session_count(), 0);
}

#[test]
fn a_session_that_the_application_ends_is_told_not_to_come_back_and_then_unknown() {
    let mut a = Asked::new(Options::default());
    let (client, held) = a.listening();
    let session = a.session();
    a.server.deliver(OWNER, &channel(DEVICES), &raw("1"));
    assert!(a.server.disconnect(&session));
    a.drain();
    assert_eq!(
        a.response(held),
        &json!([
            { "channel": DEVICES, "data": 1 },
            { "channel": "/meta/disconnect", "successful": true },
            { "channel": "/meta/connect", "id": "c", "successful": true, "advice": { "reconnect": "none" } },
        ])
    );
    assert!(matches!(
        a.events.last(),
        Some(Event::SessionRemoved {
            cause: Removal::Ended,
            ..
        })
    ));
    assert!(!a.server.disconnect(&session));
    let next = a.connect(&client);
    assert_eq!(a.response(next)[0]["error"], "402::session_unknown");
}

#[test]
fn a_response_may_carry_messages_of_a_session_that_says_good_bye() {
    let mut a = Asked::new(Options::default());
    let (client, held) = a.listening();
    a.server.deliver(OWNER, &channel(DEVICES), &raw("1"));
    let body = json!([{ "channel": "/meta/disconnect", "id": "d", "clientId": client }]);
    a.ask(body);
    assert_eq!(a.data(held), [json!(1)]);
}

#[test]
fn nothing_is_done_for_sessions_that_have_nothing_to_do() {
    let mut a = Asked::new(Options::default());
    let mut held = Vec::new();
    for n in 0..50 {
        a.cookie = None;
        let client = a.handshake();
        a.subscribe(&client, &json!(format!("/of/{n}")));
        a.connect(&client);
        held.push(a.connect(&client));
    }
    assert_eq!(a.server.held_count(), 50);
    a.deliver("/of/17", "1");
    let answered: Vec<_> = held.iter().filter(|id| !a.is_held(**id)).collect();
    assert_eq!(answered, [&held[17]]);
    assert_eq!(a.server.held_count(), 49);
}
