//! Which tab leads next.

use bayeux::{Page, Phase};
use simulator::tabs::Browser;

use crate::{MINUTE, SECOND, browser, connections, messages};

/// Three tabs, of which the leader goes. Then the next has a new session, and all have a gap.
fn check_next_leader(goes: impl Fn(&mut Browser)) {
    for acknowledges in [true, false] {
        let mut browser = browser(3, acknowledges);
        browser.publish().unwrap();
        browser.advance(SECOND).unwrap();
        goes(&mut browser);
        browser.advance(2 * SECOND).unwrap();
        assert_eq!(browser.leaders(), [1]);
        assert!(browser.is_connected());
        assert_eq!(browser.handshakes, 2);
        browser.publish().unwrap();
        browser.advance(SECOND).unwrap();
        for tab in 1..3 {
            assert!(connections(&browser, tab).pop().flatten().is_some(), "gap");
            assert_eq!(messages(&browser, tab), ["1", "2"], "tab {tab}");
        }
    }
}

#[test]
fn closed_leader_is_followed_by_a_new_session() {
    check_next_leader(|browser| browser.close_tab(0).unwrap());
}

#[test]
fn crashed_leader_is_followed_by_a_new_session() {
    check_next_leader(|browser| browser.crash_tab(0));
}

#[test]
fn closed_leader_ends_its_session() {
    let mut browser = browser(2, true);
    for tab in [0, 1] {
        browser.close_tab(tab).unwrap();
        browser.advance(SECOND).unwrap();
        assert_eq!(browser.server().session_count(), 1 - tab);
    }
}

#[test]
fn silent_leader_is_replaced() {
    let mut browser = browser(3, true);
    browser.freeze_tab(0, 60 * MINUTE);
    browser.publish().unwrap();
    // Three heartbeats, and two questions.
    browser
        .until(43 * SECOND, |browser| browser.leaders().len() == 2)
        .unwrap();
    browser.advance(5 * SECOND).unwrap();
    browser.publish().unwrap();
    browser.advance(SECOND).unwrap();
    for tab in 1..3 {
        assert!(messages(&browser, tab).contains(&"2".to_owned()));
        assert!(matches!(connections(&browser, tab).last(), Some(Some(_))));
    }

    browser.thaw_tab(0).unwrap();
    browser.advance(5 * SECOND).unwrap();
    assert_eq!(browser.leaders().len(), 1, "the old leader follows");
    assert_ne!(browser.leaders(), [0]);
    assert_eq!(browser.server().session_count(), 1);
    assert!(matches!(connections(&browser, 0).last(), Some(Some(_))));
}

#[test]
fn tab_with_throttled_timers_leads_at_once() {
    let mut browser = browser(2, true);
    // Timers of hidden pages come on whole seconds.
    browser.make_timers_coarse(1);
    browser.close_tab(0).unwrap();
    browser
        .until(SECOND, |browser| browser.tabs()[1].client.leads())
        .unwrap();
}

#[test]
fn command_to_a_silent_leader_is_carried_out_by_the_next() {
    let mut browser = browser(2, true);
    browser.refusal = Some((404, None));
    browser
        .until(10 * MINUTE, |browser| {
            browser.tabs()[1].client.status().phase == Phase::Stopped
        })
        .unwrap();
    browser.refusal = None;
    browser.freeze_tab(0, 60 * MINUTE);
    browser
        .command(1, |client, now| client.retry_now(now))
        .unwrap();
    browser
        .until(20 * SECOND, |browser| {
            browser.tabs()[1].client.status().phase == Phase::Connected
        })
        .unwrap();
}

#[test]
fn restarts_from_several_tabs_connect_them_again() {
    let mut browser = browser(3, true);
    for tab in 0..3 {
        browser
            .command(tab, |client, now| client.restart(now))
            .unwrap();
    }
    browser.advance(5 * SECOND).unwrap();
    assert!(browser.is_connected());
    for tab in 0..3 {
        assert!(connections(&browser, tab).pop().flatten().is_some(), "gap");
    }
}

#[test]
fn cached_leader_has_no_request_under_way() {
    let mut browser = browser(2, true);
    let page = Page::Leaving { kept: true };
    browser.suspend_tab(0, page, 10 * MINUTE).unwrap();
    assert_eq!(browser.requests_under_way(0), 0);
    browser.advance(2 * SECOND).unwrap();
    assert_eq!(browser.leaders(), [1]);
    assert!(browser.tabs()[1].client.status().phase == Phase::Connected);
}
