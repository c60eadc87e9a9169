//! The extension that is spoken: *ack*.

use bayeux::{Endpoint, Page};
use serde_json::{Value, json};

use crate::harness::{DEVICES, Scripted, ms};

/// Answers the connect that is out with these events, as batch `batch`; tells which batch the
/// client had seen last.
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

/// ext/CometDAckExtensionTest: it is negotiated, and each connect says what was seen.
#[test]
fn acknowledgement_is_negotiated_and_each_connect_says_what_was_seen() {
    let s = Scripted::opened();
    let request = s.messages(Endpoint::Handshake);
    assert_eq!(request[0]["ext"]["ack"], json!(true));
    let mut s = Scripted::acknowledging();
    assert_eq!(bring(&mut s, 2, &[1]), json!(1));
    assert_eq!(bring(&mut s, 3, &[2]), json!(2));
    assert_eq!(s.data(), ["1", "2"]);
}

/// ext/CometDAckExtensionTest: what was sent during an outage comes after it, in order.
#[test]
fn what_was_sent_during_an_outage_comes_after_it_in_order_and_once() {
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

/// ext/CometDAckAndReloadExtensionTest. There over a reload; here over a page that was put away.
#[test]
fn a_message_sent_while_the_page_was_put_away_arrives_once_and_then_the_next() {
    let mut s = Scripted::acknowledging();
    s.page(Page::Leaving { kept: true });
    s.advance(ms(5_000));
    s.page(Page::Resumed);
    assert_eq!(bring(&mut s, 2, &[1]), json!(1));
    assert_eq!(bring(&mut s, 3, &[2]), json!(2));
    assert_eq!(s.data(), ["1", "2"]);
}
