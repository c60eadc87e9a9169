//! Publishing: what is sent, how it ends, and what the data may be.

use bayeux::{
    Client, Config, Endpoint, Event, NotSent, Outcome, Output, Pattern, Phase, Reason, Response,
    Token,
};
use serde_json::json;

use crate::harness::{DEVICES, Scripted, channel, ms, raw};

fn pattern(text: &str) -> Pattern {
    Pattern::new(text).expect("a pattern")
}

/// Brings these messages with the connect that is held.
fn bring(s: &mut Scripted, messages: &[serde_json::Value]) {
    let mut all = messages.to_vec();
    all.push(json!({ "channel": "/meta/connect", "successful": true }));
    s.answer(Endpoint::Connect, json!(all));
}

/// CometDAutoBatchTest.
#[test]
fn five_publishes_in_a_row_travel_as_one_and_four() {
    let mut s = Scripted::connected();
    for n in 0..5 {
        s.client.publish(channel("/a"), raw(&n.to_string()));
        s.drain();
    }
    let (id, first) = s.take(Endpoint::Base);
    assert_eq!(first.len(), 1);
    s.respond(id, Response::ok(b"[]".to_vec()));
    let (_, second) = s.take(Endpoint::Base);
    let data: Vec<_> = second.iter().map(|m| m["data"].clone()).collect();
    assert_eq!(data, [1, 2, 3, 4]);
}

/// CometDCharsetTest.
#[test]
fn text_in_any_script_arrives_as_it_was_written() {
    let text = "Здравствуй, κόσμε, 世界, עולם, 𝄞, \u{2028}";
    let mut s = Scripted::connected();
    s.client
        .publish(channel("/a"), raw(&json!(text).to_string()));
    s.drain();
    let (_, request) = s.take(Endpoint::Base);
    assert_eq!(request[0]["data"], text);
    bring(&mut s, &[json!({ "channel": DEVICES, "data": text })]);
    let arrived: String = serde_json::from_str(&s.data()[0]).unwrap();
    assert_eq!(arrived, text);
}

/// CometDFalsyMessageTest.
#[test]
fn data_that_is_next_to_nothing_is_data() {
    let data = ["\"\"", "0", "false", "null", "[]", "{}"];
    let mut s = Scripted::connected();
    let tokens = data.map(|data| s.client.publish(channel("/a"), raw(data)));
    s.drain();
    s.answer_each(|_| json!({ "successful": true }));
    for token in tokens {
        assert_eq!(s.outcome(token), Some(Outcome::Done));
    }
    let messages = data.map(|data| {
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        json!({ "channel": DEVICES, "data": data })
    });
    bring(&mut s, &messages);
    assert_eq!(s.data(), data);
    assert_eq!(s.client.counters().unreadable, 0);
}

/// Beside CometDFalsyMessageTest: to some servers a field that is absent is null.
#[test]
fn the_reply_to_a_publish_may_have_data_that_is_null() {
    let mut s = Scripted::connected();
    let token = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.answer_each(|_| json!({ "successful": true, "data": null }));
    assert_eq!(s.outcome(token), Some(Outcome::Done));
    assert_eq!(s.data(), Vec::<String>::new());
}

/// CometDDeliverTest. That it reaches this client only is the server's part.
#[test]
fn what_a_service_delivers_comes_on_the_channel_it_named() {
    let mut s = Scripted::connected();
    s.client.publish(channel("/service/deliver"), raw("1"));
    s.drain();
    s.answer_each(|_| json!({ "successful": true }));
    bring(
        &mut s,
        &[json!({ "channel": "/service/elsewhere", "data": 2 })],
    );
    let channels: Vec<_> = s
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Message(message) => Some(message.channel.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(channels, ["/service/elsewhere"]);
}

/// CometDPublishTest: the message is echoed, and the callback called once.
#[test]
fn a_publish_is_done_once_and_its_echo_is_a_message() {
    let mut s = Scripted::connected();
    let token = s.client.publish(channel(DEVICES), raw("1"));
    s.drain();
    s.answer_each(|_| json!({ "successful": true }));
    bring(&mut s, &[json!({ "channel": DEVICES, "data": 1 })]);
    assert_eq!(s.outcome(token), Some(Outcome::Done));
    assert_eq!(s.data(), ["1"]);
}

/// CometDPublishTest: denied.
#[test]
fn a_denied_publish_is_refused_once_with_the_servers_words() {
    let mut s = Scripted::connected();
    let token = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.answer_each(|_| json!({ "successful": false, "error": "403:denied:publish_denied" }));
    let outcome = s.outcome(token).expect("an outcome");
    assert_eq!(outcome.to_string(), "refused: publish_denied (code 403)");
}

/// CometDPublishTest: the server is down. There the callback says that it failed; here that nobody
/// knows.
#[test]
fn a_publish_to_a_server_that_is_down_is_of_unknown_outcome_once() {
    let mut s = Scripted::connected();
    let token = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.fail(Endpoint::Base);
    s.fail(Endpoint::Connect);
    assert_eq!(s.outcome(token), Some(Outcome::Unknown));
    s.until_out(Endpoint::Connect);
    s.reply_connect(json!({ "successful": true }));
    s.advance(ms(60_000));
    assert!(!s.is_out(Endpoint::Base), "never sent twice");
    assert_eq!(s.outcome(token), Some(Outcome::Unknown));
}

/// CometDLongPollingPublishFailureTest.
#[test]
fn a_failed_publish_leaves_the_poll_alone() {
    let mut s = Scripted::connected();
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.http(Endpoint::Base, 500, "");
    assert_eq!(s.phase(), Phase::Connected);
    assert!(s.is_out(Endpoint::Connect) && s.aborted.is_empty());
    // The poll's own back-off has not begun.
    s.fail(Endpoint::Connect);
    assert!(s.wait() <= ms(1_000));
    assert_eq!(
        s.client.status().reason,
        Some(Reason::Network(String::new()))
    );
}

/// CometDMaxNetworkDelayTest.
#[test]
fn a_slow_publish_is_given_up_once_when_its_time_is_over() {
    let mut s = Scripted::connected();
    let token = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    let (id, request) = s.take(Endpoint::Base);
    s.advance(ms(9_999));
    assert_eq!(s.outcome(token), None);
    s.advance(ms(1));
    assert_eq!(s.outcome(token), Some(Outcome::Unknown));
    assert_eq!(s.aborted, [id]);
    let late = json!([{ "channel": "/a", "id": request[0]["id"], "successful": true }]);
    s.respond(id, Response::ok(late.to_string().into_bytes()));
    assert_eq!(s.outcome(token), Some(Outcome::Unknown));
}

/// CometDMultiPublishTest. There the messages behind the one that failed fail with it; here a
/// request that fails is the end of what it carried, and what had not left does, in order.
#[test]
fn a_request_that_fails_costs_what_it_carried_and_no_more() {
    let mut s = Scripted::connected();
    let publish = |s: &mut Scripted, n: u8| {
        let token = s.client.publish(channel("/a"), raw(&n.to_string()));
        s.drain();
        token
    };
    let first = publish(&mut s, 1);
    s.answer_each(|_| json!({ "successful": true }));
    let second = publish(&mut s, 2);
    let rest = [publish(&mut s, 3), publish(&mut s, 4)];
    s.fail(Endpoint::Base);
    assert_eq!(s.outcome(first), Some(Outcome::Done));
    assert_eq!(s.outcome(second), Some(Outcome::Unknown));
    s.until_out(Endpoint::Base);
    s.answer_each(|_| json!({ "successful": true }));
    let order: Vec<_> = s
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Settled { token, .. } => Some(*token),
            _ => None,
        })
        .collect();
    assert_eq!(order, [first, second, rest[0], rest[1]]);
    s.client.close(s.now);
    s.drain();
    assert!(s.is_out(Endpoint::Disconnect));
}

#[test]
fn what_is_commanded_between_two_polls_travels_in_one_request() {
    let mut s = Scripted::connected();
    for n in 0..3 {
        s.client.publish(channel("/a"), raw(&n.to_string()));
    }
    s.client.subscribe(pattern("/b/*"));
    s.drain();
    let (_, request) = s.take(Endpoint::Base);
    let channels: Vec<_> = request.iter().map(|m| m["channel"].clone()).collect();
    assert_eq!(channels, ["/meta/subscribe", "/a", "/a", "/a"]);
}

#[test]
fn a_full_queue_takes_no_more() {
    let mut s = Scripted::with(Config {
        max_queue: 2,
        ..Config::default()
    });
    let tokens: Vec<Token> = (0..3)
        .map(|_| s.client.publish(channel("/a"), raw("1")))
        .collect();
    s.drain();
    let full = Outcome::NotSent(NotSent::QueueFull { limit: 2 });
    assert_eq!(s.outcome(tokens[2]), Some(full));
    assert_eq!(s.outcome(tokens[0]), None, "waits for a session");
}

#[test]
fn what_is_on_its_way_is_part_of_the_queue() {
    let mut s = Scripted::with(Config {
        max_queue: 2,
        ..Config::default()
    });
    s.grant("c1");
    s.accept_subscriptions();
    let tokens: Vec<Token> = (0..3)
        .map(|_| {
            let token = s.client.publish(channel("/a"), raw("1"));
            s.drain();
            token
        })
        .collect();
    assert!(s.is_out(Endpoint::Base), "the first");
    let full = Outcome::NotSent(NotSent::QueueFull { limit: 2 });
    assert_eq!(s.outcome(tokens[2]), Some(full));
}

#[test]
fn after_a_stop_nothing_waits() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": { "reconnect": "none" } }));
    assert_eq!(s.phase(), Phase::Stopped);
    let token = s.client.publish(channel("/a"), raw("1"));
    s.drain();
    assert_eq!(s.outcome(token), Some(Outcome::NotSent(NotSent::Ended)));
}

#[test]
fn after_a_close_nothing_waits_and_before_an_open_everything_does() {
    let command = |s: &mut Scripted| {
        let tokens = [
            s.client.subscribe(pattern("/a")),
            s.client.publish(channel("/a"), raw("1")),
        ];
        s.drain();
        tokens
    };
    let mut s = Scripted::connected();
    s.client.close(s.now);
    for token in command(&mut s) {
        assert_eq!(s.outcome(token), Some(Outcome::NotSent(NotSent::Ended)));
    }
    s.answer(
        Endpoint::Disconnect,
        json!([{ "channel": "/meta/disconnect", "successful": true }]),
    );
    s.client.open(s.now);
    let waiting = command(&mut s);
    assert!(waiting.iter().all(|token| s.outcome(*token).is_none()));
    s.grant("c2");
    let (_, request) = s.take(Endpoint::Base);
    let channels: Vec<_> = request.iter().map(|m| m["channel"].clone()).collect();
    let subscribe = "/meta/subscribe";
    assert_eq!(channels, [subscribe, subscribe, "/a"]);

    let mut client = Client::new(Config::default(), 17);
    client.publish(channel("/a"), raw("1"));
    let said = client.poll(s.now);
    assert!(matches!(said, Output::Idle { wake_at: None }), "{said:?}");
}

#[test]
fn advice_in_the_reply_to_a_command_counts() {
    let mut s = Scripted::connected();
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.answer_each(|_| json!({ "successful": true, "advice": { "reconnect": "handshake" } }));
    assert!(s.is_out(Endpoint::Handshake));

    let mut s = Scripted::connected();
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.answer_each(|_| json!({ "successful": false, "advice": { "reconnect": "none" } }));
    assert_eq!(s.phase(), Phase::Stopped);
}

#[test]
fn an_interval_in_the_reply_to_a_command_moves_the_connect_that_waits() {
    let mut s = Scripted::connected();
    s.reply_connect(json!({ "successful": true, "advice": { "interval": 1_000 } }));
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.answer_each(|_| json!({ "successful": true, "advice": { "interval": 4_000 } }));
    s.advance(ms(3_999));
    assert!(!s.is_out(Endpoint::Connect));
    s.advance(ms(1));
    assert!(s.is_out(Endpoint::Connect));
}

#[test]
fn when_advice_moves_the_next_try_that_is_told() {
    let mut s = Scripted::connected();
    s.client.publish(channel("/a"), raw("1"));
    s.drain();
    s.fail(Endpoint::Connect);
    s.events.clear();
    s.answer_each(|_| json!({ "successful": true, "advice": { "interval": 20_000 } }));
    assert_eq!(s.wait(), ms(20_000));
    let is_told = |event: &Event| matches!(event, Event::StatusChanged);
    assert!(s.events.iter().any(is_told));
}
