//! Pauses that the server causes: `Retry-After`, and connects that are not held.

use bayeux::{Config, Duration, Endpoint, Page, Response};
use serde_json::json;

use crate::harness::{Scripted, ms};

/// How many connects leave in a minute, if the server answers each after this time without events.
fn connects_in_a_minute(s: &mut Scripted, after: Duration) -> u64 {
    let (before, end) = (s.client.counters().connects, s.now + ms(60_000));
    while s.now < end {
        s.until_out(Endpoint::Connect);
        s.advance(after);
        s.reply_connect(json!({ "successful": true }));
    }
    s.client.counters().connects - before
}

#[test]
fn connects_answered_at_once_are_slowed_down_at_any_round_trip_time() {
    for round_trip in [1, 250, 800] {
        let mut s = Scripted::connected();
        let connects = connects_in_a_minute(&mut s, ms(round_trip));
        assert!((20..50).contains(&connects), "{connects} over {round_trip}");
    }
}

#[test]
fn held_connects_are_repeated_at_once() {
    // Something in between does not let a connect be held as long as the server would.
    let mut s = Scripted::connected();
    assert_eq!(connects_in_a_minute(&mut s, ms(3_000)), 20);
    // Responses are sometimes empty.
    let mut s = Scripted::connected();
    for _ in 0..10 {
        for held in [1, 1, 250, 15_000] {
            s.advance(ms(held));
            s.reply_connect(json!({ "successful": true }));
            assert!(s.is_out(Endpoint::Connect), "after {held}");
        }
    }
    // The server answers at once, and advises an interval.
    let mut s = Scripted::connected();
    let paced = json!({ "successful": true, "advice": { "timeout": 0, "interval": 500 } });
    for _ in 0..20 {
        s.reply_connect(paced.clone());
        s.advance(ms(500));
        assert!(s.is_out(Endpoint::Connect));
    }
    // A poll that asks for an immediate answer gets one.
    let mut s = Scripted::connected();
    for _ in 0..10 {
        s.advance(ms(10_000));
        s.page(Page::Online);
        s.reply_connect(json!({ "successful": true }));
        assert!(s.is_out(Endpoint::Connect));
    }
}

/// The server answers a request with a `Retry-After` of two minutes.
fn answer_busy(s: &mut Scripted, endpoint: Endpoint) {
    let (id, _) = s.take(endpoint);
    let busy = Response {
        status: 503,
        retry_after: Some(Duration::from_secs(120)),
        body: Vec::new(),
    };
    s.respond(id, busy);
}

/// A client that was connected and has to wait for two minutes.
fn told_to_wait() -> Scripted {
    let mut s = Scripted::connected();
    answer_busy(&mut s, Endpoint::Connect);
    s
}

#[test]
fn retry_after_is_kept_whatever_the_page_does() {
    let mut s = told_to_wait();
    s.subscribe("/a");
    s.page(Page::Online);
    s.advance(ms(119_000));
    s.page(Page::Resumed);
    assert!(s.sent.is_empty(), "{:?}", s.sent);
    s.until_out(Endpoint::Connect);
    assert!(s.is_out(Endpoint::Base));
}

#[test]
fn clients_with_the_same_retry_after_return_spread_out() {
    let mut waits: Vec<Duration> = (0..100)
        .map(|seed| {
            let mut s = Scripted::seeded(Config::default(), seed);
            answer_busy(&mut s, Endpoint::Handshake);
            s.wait()
        })
        .collect();
    waits.sort();
    assert!(waits[0] >= ms(120_000), "{:?}", waits[0]);
    assert!(waits[99] <= ms(150_000), "{:?}", waits[99]);
    let most_together = waits.chunk_by(|a, b| a.as_secs() == b.as_secs());
    let most_together = most_together.map(<[Duration]>::len).max();
    assert!(most_together <= Some(12), "{waits:?}");
}

#[test]
fn retry_after_is_kept_when_the_session_ends_or_credentials_are_renewed() {
    let end = |fail: fn(&mut Scripted)| {
        let mut s = Scripted::connected();
        s.subscribe("/a");
        answer_busy(&mut s, Endpoint::Connect);
        fail(&mut s);
        s.client.credentials_renewed(s.now);
        s.drain();
        s.advance(ms(119_000));
        assert!(s.sent.is_empty(), "{:?}", s.sent);
        s
    };
    end(|s| s.http(Endpoint::Base, 401, "")).until_out(Endpoint::Connect);
    let unknown = |s: &mut Scripted| {
        s.answer_each(|_| json!({ "successful": false, "error": "402::session_unknown" }));
    };
    end(unknown).until_out(Endpoint::Handshake);
}

#[test]
fn retry_now_overrides_retry_after() {
    let mut s = told_to_wait();
    s.client.retry_now(s.now);
    s.drain();
    assert!(s.is_out(Endpoint::Connect));
}

#[test]
fn subscribes_do_not_wait_for_a_retry_after_that_is_over() {
    // A person retries earlier, and the server answers.
    let mut s = told_to_wait();
    s.subscribe("/a");
    assert!(!s.is_out(Endpoint::Base));
    s.client.retry_now(s.now);
    s.drain();
    s.reply_connect(json!({ "successful": true }));
    assert!(s.is_out(Endpoint::Base));

    // The server has asked only a command to wait.
    let mut s = Scripted::connected();
    s.subscribe("/a");
    answer_busy(&mut s, Endpoint::Base);
    s.advance(ms(1_000));
    s.reply_connect(json!({ "successful": true }));
    assert!(!s.is_out(Endpoint::Base), "the poll says nothing of that");
    s.client.retry_now(s.now);
    s.drain();
    assert!(s.is_out(Endpoint::Base));
}
