//! Sizes, limits and addresses: how much may travel at once, and where to.

use bayeux::{Config, Endpoint, NotSent, Outcome};
use serde_json::json;

use crate::harness::{Scripted, channel, raw};

/// CometDMaxMessageSizeTest; and of CometDCallbackPollingTest what is not about URLs: there one
/// message too many fails the batch, here itself.
#[test]
fn a_message_that_is_too_large_is_never_sent_and_costs_no_other() {
    let mut s = Scripted::connected();
    let large = raw(&format!("\"{}\"", "x".repeat(8_190)));
    let before = s.client.publish(channel("/a"), raw("1"));
    let token = s.client.publish(channel("/a"), large);
    let after = s.client.publish(channel("/a"), raw("2"));
    s.drain();
    let (size, limit) = (8_194, 8_192);
    let too_large = NotSent::TooLarge { size, limit };
    assert_eq!(s.outcome(token), Some(Outcome::NotSent(too_large)));
    s.answer_each(|message| {
        assert!(message["data"].is_number());
        json!({ "successful": true })
    });
    for token in [before, after] {
        assert_eq!(s.outcome(token), Some(Outcome::Done));
    }
}

/// CometDCallbackPollingTest: a batch that is too long for one request is split, and in order.
#[test]
fn a_batch_that_is_too_large_is_split_and_keeps_its_order() {
    let mut s = Scripted::with(Config {
        max_request_size: 100,
        ..Config::default()
    });
    s.grant("c1");
    s.accept_subscriptions();
    for n in 0..3 {
        let text = format!("\"{n}{}\"", "x".repeat(60));
        s.client.publish(channel("/a"), raw(&text));
    }
    s.drain();
    for n in 0..3 {
        s.answer_each(|message| {
            let begins = message["data"].as_str().map(|data| data[..1].to_owned());
            assert_eq!(begins, Some(n.to_string()));
            json!({ "successful": true })
        });
    }
    assert!(!s.is_out(Endpoint::Base));
}

/// CometDURLPathTest: the type of message is appended to the path, unless the address ends in a
/// file, has a query, or that is not wanted.
#[test]
fn the_type_of_message_is_appended_to_a_plain_path() {
    let check = |url: &str, append, expect: [&str; 4]| {
        let mut s = Scripted::with(Config {
            url: url.to_owned(),
            append_message_type: append,
            ..Config::default()
        });
        let mut sent = vec![s.out(Endpoint::Handshake).url.clone()];
        s.grant("c1");
        sent.push(s.out(Endpoint::Connect).url.clone());
        sent.push(s.out(Endpoint::Base).url.clone());
        s.client.close(s.now);
        s.drain();
        sent.push(s.out(Endpoint::Disconnect).url.clone());
        assert_eq!(sent, expect);
    };
    let plain = ["/c/handshake", "/c/connect", "/c", "/c/disconnect"];
    check("/c", true, plain);
    check("/c", false, ["/c"; 4]);
    check("/c/cometd.cgi", true, ["/c/cometd.cgi"; 4]);
    check("/c?param=1", true, ["/c?param=1"; 4]);
}
