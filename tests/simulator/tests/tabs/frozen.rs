//! Tabs that are hidden, frozen, or in the back/forward cache.

use bayeux::{Page, Phase, Reason};

use crate::{MINUTE, SECOND, assert_gap, browser, connections, messages};

#[test]
fn shown_follower_soon_replaces_a_leader_that_is_not_running() {
    let mut browser = browser(2, true);
    browser.page(1, Page::Hidden).unwrap();
    browser.advance(MINUTE).unwrap();
    browser.freeze_tab(0, 60 * MINUTE);
    browser.page(1, Page::Visible).unwrap();
    browser
        .until(13 * SECOND, |browser| browser.tabs()[1].client.leads())
        .unwrap();
}

#[test]
fn resumed_follower_gets_queued_messages() {
    let mut browser = browser(2, true);
    browser.freeze_tab(1, MINUTE);
    for _ in 0..5 {
        browser.publish().unwrap();
        browser.advance(SECOND).unwrap();
    }
    assert!(messages(&browser, 1).is_empty());
    browser.advance(MINUTE).unwrap();
    assert_eq!(messages(&browser, 1), ["1", "2", "3", "4", "5"]);
    assert_eq!(browser.leaders(), [0]);
}

#[test]
fn resumed_follower_doubts_queued_messages() {
    let mut browser = browser(2, true);
    browser.freeze_tab(1, 60 * MINUTE);
    browser.publish().unwrap();
    browser.advance(SECOND).unwrap();
    // The leader posts nothing more.
    browser.freeze_tab(0, 60 * MINUTE);
    browser.advance(10 * MINUTE).unwrap();
    browser.thaw_tab(1).unwrap();
    assert_eq!(messages(&browser, 1), ["1"]);
    let status = browser.tabs()[1].client.status();
    assert_eq!(status.phase, Phase::Connecting);
    assert_eq!(status.reason, Some(Reason::Doubt));
    let heard = browser.clock(1).since(status.last_heard.unwrap());
    assert!(heard >= 10 * MINUTE, "{heard:?}");

    browser
        .until(20 * SECOND, |browser| browser.tabs()[1].client.leads())
        .unwrap();
    let before = connections(&browser, 1).len();
    browser
        .until(SECOND, |browser| connections(browser, 1).len() > before)
        .unwrap();
    let gap = connections(&browser, 1).pop().flatten().expect("a gap");
    assert!(gap.to.since(gap.from) >= 10 * MINUTE, "{gap:?}");
}

#[test]
fn frozen_or_cached_leader_releases_the_lock_and_rejoins() {
    for page in [Page::Frozen, Page::Leaving { kept: true }] {
        let mut browser = browser(2, true);
        browser.suspend_tab(0, page, 10 * MINUTE).unwrap();
        assert_eq!(browser.tabs()[0].client.status().phase, Phase::Suspended);
        if page != Page::Frozen {
            assert_eq!(browser.requests_under_way(0), 0, "it could not be cached");
        }
        browser.advance(2 * SECOND).unwrap();
        assert_eq!(browser.leaders(), [1]);
        assert_eq!(browser.handshakes, 2);
        browser.publish().unwrap();
        browser.advance(3 * SECOND).unwrap();
        assert_eq!(messages(&browser, 1), ["1"]);

        browser.advance(10 * MINUTE).unwrap();
        assert!(browser.is_connected());
        assert!(messages(&browser, 0).is_empty());
        assert_gap(&browser, 0);
        assert_eq!(browser.leaders(), [1]);
        assert_eq!(browser.handshakes, 2);
    }
}

#[test]
fn frozen_tab_is_not_granted_the_lock() {
    let mut browser = browser(3, true);
    browser.suspend_tab(1, Page::Frozen, 60 * MINUTE).unwrap();
    browser.close_tab(0).unwrap();
    browser.advance(SECOND).unwrap();
    assert_eq!(browser.leaders(), [2]);
}

#[test]
fn switching_tabs_costs_no_request() {
    let mut browser = browser(3, true);
    browser.page(1, Page::Hidden).unwrap();
    browser.advance(5 * MINUTE).unwrap();
    let requests = browser.tabs()[0].client.counters().connects;
    let others = browser.tabs()[2].events.len();
    browser.page(0, Page::Hidden).unwrap();
    browser.page(1, Page::Visible).unwrap();
    assert_eq!(
        browser.tabs()[1].client.status().phase,
        Phase::Connecting,
        "until the leader answers"
    );
    browser.until(SECOND, |b| b.is_connected()).unwrap();
    assert_eq!(connections(&browser, 1).len(), 2);
    assert_eq!(browser.tabs()[2].events.len(), others);
    assert_eq!(browser.tabs()[0].client.counters().connects, requests);
}
