//! Client machine against server machine over a link that drops, delays and duplicates, by seed.

use crate::harness::{Link, Pair, ms};
use bayeux::{Input, Page, Phase};

/// How many seeds each of the lossy tests runs.
const SEEDS: u64 = 300;

#[test]
fn a_good_link_delivers_every_message_in_order() {
    let mut pair = Pair::new(1, Link::GOOD);
    pair.open();
    pair.until(ms(1_000), Pair::is_connected);
    for n in 0..1_000 {
        pair.publish(&n.to_string());
        let pause = pair.roll(200);
        pair.advance(ms(pause));
    }
    pair.advance(ms(1_000));
    let expected: Vec<_> = (0..1_000).map(|n| n.to_string()).collect();
    assert_eq!(pair.data(), expected);
    assert_eq!(pair.handshakes.len(), 1);
}

#[test]
fn a_quiet_day_takes_one_session_and_about_two_requests_a_minute() {
    let mut pair = Pair::new(2, Link::GOOD);
    pair.open();
    pair.advance(ms(8 * 3_600_000));
    assert!(pair.is_connected());
    assert_eq!(pair.handshakes.len(), 1);
    let counters = pair.client.counters();
    assert_eq!(counters.requests, 1, "the subscription");
    let a_minute = counters.connects as f64 / (8.0 * 60.0);
    assert!((1.9..=2.1).contains(&a_minute), "{a_minute}");
}

#[test]
fn a_client_recovers_from_any_link_and_receives() {
    for seed in 1..=SEEDS {
        let mut pair = Pair::new(
            seed,
            Link {
                drop: 20,
                duplicate: 10,
                delay: 3_000,
            },
        );
        pair.open();
        for _ in 0..20 {
            let pause = pair.roll(20_000);
            pair.advance(ms(pause));
            match pair.roll(7) {
                0 => pair.restart_server(seed),
                1 => pair.server.forget_sessions(),
                2 => pair.is_server_down = true,
                3 => pair.is_server_down = false,
                4 => pair.client.handle(Input::Page(Page::Resumed), pair.now),
                _ => pair.publish("\"in bad times\""),
            }
            pair.drain();
        }
        pair.is_server_down = false;
        pair.link = Link::GOOD;
        // The longest back-off, a held poll that nobody answers, a probe, and a handshake.
        pair.advance(ms(120_000));
        assert!(
            pair.is_connected(),
            "seed {seed}: {:?}",
            pair.client.status()
        );
        pair.publish("\"in good times\"");
        pair.advance(ms(1_000));
        let last = pair.data().pop();
        assert_eq!(last.as_deref(), Some("\"in good times\""), "seed {seed}");
    }
}

#[test]
fn handshakes_are_limited_over_any_link() {
    for seed in 1..=SEEDS {
        let mut pair = Pair::new(
            seed,
            Link {
                drop: 30,
                duplicate: 20,
                delay: 50,
            },
        );
        pair.open();
        for _ in 0..60 {
            pair.server.forget_sessions();
            pair.drain();
            pair.advance(ms(1_000));
        }
        let minute = pair.handshakes.len();
        assert!(minute <= 12, "seed {seed}: {minute} handshakes in a minute");
    }
}

#[test]
fn a_closed_client_sends_nothing_and_has_no_session() {
    let mut pair = Pair::new(4, Link::GOOD);
    pair.open();
    pair.until(ms(1_000), Pair::is_connected);
    pair.client.close(pair.now);
    pair.drain();
    pair.advance(ms(60_000));
    assert_eq!(pair.server.session_count(), 0);
    assert_eq!(pair.client.status().phase, Phase::Idle);
    assert_eq!(pair.server.held_count(), 0);
}
