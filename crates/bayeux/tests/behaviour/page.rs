//! The life of the page.

use bayeux::{Endpoint, Page, Phase, Reason};
use serde_json::json;

use crate::harness::{Scripted, ms};

#[test]
fn hiding_and_freezing_change_nothing() {
    let mut s = Scripted::connected();
    s.page(Page::Hidden);
    s.page(Page::Frozen);
    assert!(s.is_out(Endpoint::Connect) && s.aborted.is_empty());
}

#[test]
fn a_page_hidden_for_long_checks_the_connection_when_visible() {
    let mut s = Scripted::connected();
    s.page(Page::Hidden);
    s.advance(ms(29_999));
    s.page(Page::Visible);
    assert!(s.aborted.is_empty(), "not so long");
    s.reply_connect(json!({ "successful": true }));
    s.page(Page::Hidden);
    s.advance(ms(31_000));
    s.page(Page::Visible);
    assert_eq!(s.aborted.len(), 1);
    let (_, request) = s.take(Endpoint::Connect);
    assert_eq!(request[0]["advice"], json!({ "timeout": 0 }));
}

#[test]
fn online_resumed_and_clock_jumped_check_the_connection() {
    for page in [Page::Online, Page::Resumed, Page::ClockJumped] {
        let mut s = Scripted::connected();
        s.advance(ms(5_000));
        s.page(page);
        assert_eq!(s.aborted.len(), 1, "{page:?}");
        assert!(s.is_out(Endpoint::Connect));
        assert_eq!(s.sent.len(), 1);

        let mut s = Scripted::connected();
        s.fail(Endpoint::Connect);
        s.page(page);
        assert!(s.is_out(Endpoint::Connect), "{page:?} ends a back-off");
    }
}

#[test]
fn a_very_late_timer_checks_the_connection() {
    let mut s = Scripted::connected();
    s.subscribe("/a");
    let old = s.sent[0].id;
    s.now = s.wake_at.expect("a time-out") + ms(12_000);
    s.client.handle(bayeux::Input::Wake, s.now);
    s.drain();
    assert!(s.aborted.contains(&old));
    assert!(s.is_out(Endpoint::Connect));
}

#[test]
fn failures_without_a_network_have_the_reason_offline() {
    let mut s = Scripted::connected();
    s.page(Page::Offline);
    assert_eq!(s.phase(), Phase::Connected, "it may still do");
    s.fail(Endpoint::Connect);
    assert_eq!(s.client.status().reason, Some(Reason::Offline));
    assert!(s.wake_at.is_some(), "and goes on trying");
    s.page(Page::Online);
    s.fail(Endpoint::Connect);
    assert_eq!(
        s.client.status().reason,
        Some(Reason::Network(String::new()))
    );
}

#[test]
fn a_suspended_page_aborts_everything_and_keeps_its_session() {
    let mut s = Scripted::connected();
    s.subscribe("/a");
    s.page(Page::Leaving { kept: true });
    assert_eq!(s.phase(), Phase::Suspended);
    assert!(s.sent.is_empty(), "no good-bye");
    s.advance(ms(3_600_000));
    assert!(s.sent.is_empty());

    s.page(Page::Resumed);
    let (_, request) = s.take(Endpoint::Connect);
    assert_eq!(request[0]["clientId"], "c1");
    assert_eq!(s.subscribes(), ["/a"], "again");
    assert_eq!(s.client.counters().handshakes, 1);
}

#[test]
fn a_page_without_credentials_stays_so_through_the_page_cache() {
    let mut s = Scripted::connected();
    s.http(Endpoint::Connect, 401, "");
    s.page(Page::Leaving { kept: true });
    s.page(Page::Resumed);
    assert_eq!(s.phase(), Phase::CredentialsNeeded);
    assert!(s.sent.is_empty());
}

#[test]
fn a_page_left_for_good_sends_a_disconnect() {
    let mut s = Scripted::connected();
    s.page(Page::Leaving { kept: false });
    assert_eq!(s.phase(), Phase::Idle);
    assert_eq!(s.sent.len(), 1);
    assert!(s.sent[0].keepalive);
    assert_eq!(s.sent[0].endpoint, Endpoint::Disconnect);
}

#[test]
fn a_resumed_page_reports_the_gap() {
    let mut s = Scripted::connected();
    let since = s.now;
    s.page(Page::Leaving { kept: true });
    s.advance(ms(60_000));
    s.page(Page::Resumed);
    s.reply_connect(json!({ "successful": true }));
    assert_eq!(s.gap().map(|gap| (gap.from, gap.to)), Some((since, s.now)));
}
