//! The *ack* extension: messages are delivered in order and exactly once.

use bayeux::{Endpoint, Page, Response};
use serde_json::{Value, json};

use crate::harness::{DEVICES, Scripted, ms};

/// Answers the connect that is out with these events, as batch `batch`; returns the batch that the
/// client had acknowledged.
fn bring(s: &mut Scripted, batch: i64, events: &[i64]) -> Value {
    let request = s.messages(Endpoint::Connect);
    let mut messages: Vec<Value> = events
        .iter()
        .map(|n| json!({ "channel": DEVICES, "data": n }))
        .collect();
    messages
        .push(json!({ "channel": "/meta/connect", "successful": true, "ext": { "ack": batch } }));
    s.answer(Endpoint::Connect, json!(messages));
    request[0]["ext"]["ack"].clone()
}

/// The batch that the connect acknowledges.
fn seen(s: &mut Scripted) -> (bayeux::ExchangeId, Value) {
    let (id, request) = s.take(Endpoint::Connect);
    (id, request[0]["ext"]["ack"].clone())
}

#[test]
fn each_connect_acknowledges_the_last_batch() {
    let mut s = Scripted::opened();
    s.answer(
        Endpoint::Handshake,
        json!([{ "channel": "/meta/handshake", "successful": true, "clientId": "c1", "ext": { "ack": { "enabled": true, "batch": 0 } } }]),
    );
    assert_eq!(seen(&mut s).1, json!(0));
    let mut s = Scripted::acknowledging();
    bring(&mut s, 2, &[1, 2]);
    bring(&mut s, 3, &[]);
    assert_eq!(seen(&mut s).1, json!(3));
}

#[test]
fn nothing_is_acknowledged_to_a_server_without_the_extension() {
    let mut s = Scripted::connected();
    let (_, request) = s.take(Endpoint::Connect);
    assert_eq!(request[0].get("ext"), None);
}

#[test]
fn a_repeated_batch_is_not_delivered_again() {
    let mut s = Scripted::acknowledging();
    bring(&mut s, 2, &[1, 2]);
    bring(&mut s, 2, &[1, 2]);
    assert_eq!(s.data(), ["1", "2"]);
    assert_eq!(s.client.counters().repetitions, 2);
}

#[test]
fn events_without_a_batch_number_are_dropped_and_come_again() {
    let mut s = Scripted::acknowledging();
    s.answer(
        Endpoint::Connect,
        json!([{ "channel": DEVICES, "data": 1 }]),
    );
    assert_eq!(s.data(), Vec::<String>::new(), "they come again");
    s.advance(ms(1_000));
    bring(&mut s, 2, &[1]);
    assert_eq!(s.data(), ["1"]);
}

#[test]
fn a_late_response_to_an_aborted_poll_is_dropped() {
    let mut s = Scripted::acknowledging();
    s.advance(ms(5_000));
    let old = s.sent[0].id;
    s.page(Page::Resumed);
    assert_eq!(s.aborted, [old]);
    let late = json!([{ "channel": DEVICES, "data": 1 }, { "channel": "/meta/connect", "successful": true, "ext": { "ack": 2 } }]);
    s.respond(old, Response::ok(late.to_string().into_bytes()));
    assert_eq!(s.data(), Vec::<String>::new());
    assert_eq!(seen(&mut s).1, json!(1));
}

#[test]
fn a_failed_connect_reports_no_gap_while_the_session_lasts() {
    let mut s = Scripted::acknowledging();
    s.advance(ms(5_000));
    s.fail(Endpoint::Connect);
    s.advance(ms(1_000));
    bring(&mut s, 2, &[]);
    assert_eq!((s.announcements(), s.gap()), (1, None));
}

#[test]
fn a_new_session_restarts_batch_numbers_and_reports_a_gap() {
    let mut s = Scripted::acknowledging();
    bring(&mut s, 7, &[1]);
    let heard = s.now;
    s.advance(ms(5_000));
    s.reply_connect(json!({ "successful": false, "error": "402::session_unknown" }));
    s.answer(
        Endpoint::Handshake,
        json!([{ "channel": "/meta/handshake", "successful": true, "clientId": "c2", "ext": { "ack": true } }]),
    );
    s.accept_subscriptions();
    s.advance(ms(10));
    bring(&mut s, 1, &[2]);
    assert_eq!(s.data(), ["1", "2"]);
    let gap = s.gap().map(|gap| (gap.from, gap.to));
    assert_eq!(gap, Some((heard, s.now)));
}

/// ext/CometDAckExtensionTest: messages that were sent during an outage come after it, in order.
#[test]
fn messages_of_an_outage_are_delivered_once_and_in_order() {
    let mut s = Scripted::acknowledging();
    bring(&mut s, 2, &[1]);
    // The server wrote batch 3 to a connection that broke.
    s.fail(Endpoint::Connect);
    s.until_out(Endpoint::Connect);
    s.fail(Endpoint::Connect);
    s.until_out(Endpoint::Connect);
    assert_eq!(bring(&mut s, 4, &[2, 3, 4]), json!(2));
    assert_eq!(bring(&mut s, 4, &[2, 3, 4]), json!(4));
    bring(&mut s, 5, &[5]);
    assert_eq!(s.data(), ["1", "2", "3", "4", "5"]);
}

/// ext/CometDAckAndReloadExtensionTest. There over a reload; here over a suspended page.
#[test]
fn a_message_sent_while_the_page_was_suspended_is_delivered_once() {
    let mut s = Scripted::acknowledging();
    s.page(Page::Leaving { kept: true });
    s.advance(ms(5_000));
    s.page(Page::Resumed);
    assert_eq!(bring(&mut s, 2, &[1]), json!(1));
    assert_eq!(bring(&mut s, 3, &[2]), json!(2));
    assert_eq!(s.data(), ["1", "2"]);
}
