//! Which tab leads next.

use bayeux::Phase;

use crate::{MINUTE, SECOND, assert_gap, browser, messages};

#[test]
fn closed_or_crashed_leader_is_followed_by_a_new_session() {
    for (acknowledges, crashes) in [(true, true), (true, false), (false, true), (false, false)] {
        let mut browser = browser(3, acknowledges);
        browser.publish().unwrap();
        browser.advance(SECOND).unwrap();
        match crashes {
            true => browser.crash_tab(0),
            false => browser.close_tab(0).unwrap(),
        }
        browser.advance(2 * SECOND).unwrap();
        assert_eq!(browser.leaders(), [1]);
        assert!(browser.is_connected());
        assert_eq!(browser.handshakes, 2);
        browser.publish().unwrap();
        browser.advance(SECOND).unwrap();
        for tab in 1..3 {
            assert_gap(&browser, tab);
            assert_eq!(messages(&browser, tab), ["1", "2"], "tab {tab}");
        }
    }
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
    // Three heartbeats, and two requests.
    browser
        .until(43 * SECOND, |browser| browser.leaders().len() == 2)
        .unwrap();
    browser.advance(5 * SECOND).unwrap();
    browser.publish().unwrap();
    browser.advance(SECOND).unwrap();
    for tab in 1..3 {
        assert!(messages(&browser, tab).contains(&"2".to_owned()));
        assert_gap(&browser, tab);
    }

    browser.thaw_tab(0).unwrap();
    browser.advance(5 * SECOND).unwrap();
    assert_eq!(browser.leaders().len(), 1, "the old leader follows");
    assert_ne!(browser.leaders(), [0]);
    assert_eq!(browser.server().session_count(), 1);
    assert_gap(&browser, 0);
}

#[test]
fn tab_with_throttled_timers_leads_at_once() {
    let mut browser = browser(2, true);
    // Timers of hidden pages fire on whole seconds.
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
        assert_gap(&browser, tab);
    }
}
