//! Reads: patience that a server asks for, answers that take their time.

use supervision::{ExchangeId, Input, LinkPhase, Page};

use crate::harness::{Harness, ms};

#[test]
fn retry_after_is_obeyed_on_every_read_whatever_happens_to_the_page() {
    for path in ["/users", "/me/devices"] {
        let mut harness = Harness::live();
        harness.advance(ms(20_000));
        harness.gws.busy = Some((path, "120"));
        harness.restart();
        harness.machine.look_at_directory(harness.now);
        harness.advance(ms(5_000));
        let before = harness.reads(path);
        assert!(before > 1, "{path}");
        for _ in 0..50 {
            harness.machine.look_at_directory(harness.now);
            harness.machine.page(Page::Online, harness.now);
            harness.advance(ms(2_000));
        }
        assert_eq!(harness.reads(path), before, "{path}");
    }
}

#[test]
fn the_wait_for_the_directory_is_told() {
    let mut harness = Harness::live();
    harness.gws.busy = Some(("/users", "120"));
    harness.advance(ms(20_000));
    harness.machine.look_at_directory(harness.now);
    harness.advance(ms(100));
    let directory = harness.state().directory();
    assert!(directory.trouble.is_some());
    assert!(directory.next_try.unwrap() >= harness.now + ms(110_000));
}

#[test]
fn an_answer_gets_the_time_it_needs_while_bytes_come() {
    let mut harness = Harness::live();
    harness.advance(ms(20_000));
    harness.gws.slow_path = Some("/users");
    harness.machine.look_at_directory(harness.now);
    harness.advance(ms(100));
    let id: ExchangeId = harness.slow.expect("it is under way");
    for _ in 0..10 {
        harness.advance(ms(10_000));
        let input = Input::Progress { id };
        harness.machine.handle(input, harness.now);
        harness.drain();
    }
    assert_eq!(harness.state().directory().trouble, None);
    assert_eq!(harness.reads("/users"), 2);
    // When no more come it is given up.
    harness.advance(ms(15_100));
    assert!(harness.state().directory().trouble.is_some());
    assert_eq!(harness.phase(), LinkPhase::Live);
}

#[test]
fn the_directory_is_read_only_while_somebody_looks_at_it() {
    let mut harness = Harness::live();
    harness.advance(ms(300_000));
    assert_eq!(harness.reads("/users"), 1);
}
