//! Who leads next, and how the others know.

use bayeux::{Page, Phase};
use simulator::tabs::Browser;

use crate::{MINUTE, SECOND, browser, connections, messages};

/// When the leader of three tabs goes like that, the next has a new session, and all are told of a gap.
fn begins_a_new_session_when(goes: impl Fn(&mut Browser)) {
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
fn when_the_leader_is_closed_the_next_begins_a_new_session() {
    begins_a_new_session_when(|browser| browser.close_tab(0).unwrap());
}

#[test]
fn when_the_leader_crashes_the_next_begins_a_new_session() {
    begins_a_new_session_when(|browser| browser.crash_tab(0));
}

#[test]
fn every_tab_that_closes_while_it_leads_ends_its_session() {
    let mut browser = browser(2, true);
    for tab in [0, 1] {
        browser.close_tab(tab).unwrap();
        browser.advance(SECOND).unwrap();
        assert_eq!(browser.server().session_count(), 1 - tab);
    }
}

#[test]
fn a_leader_that_does_not_run_is_replaced() {
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
    assert_eq!(browser.leaders().len(), 1, "it knows that it was replaced");
    assert_ne!(browser.leaders(), [0]);
    assert_eq!(browser.server().session_count(), 1);
    assert!(matches!(connections(&browser, 0).last(), Some(Some(_))));
}

#[test]
fn a_hidden_tab_takes_the_lead_without_delay() {
    let mut browser = browser(2, true);
    // Timers of hidden pages come on whole seconds.
    browser.make_timers_coarse(1);
    browser.close_tab(0).unwrap();
    browser
        .until(SECOND, |browser| browser.tabs()[1].client.leads())
        .unwrap();
}

#[test]
fn a_command_that_the_leader_did_not_hear_is_carried_out_by_the_next() {
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
fn several_tabs_that_want_a_new_session_get_one() {
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
fn a_leader_put_into_the_cache_leaves_no_request() {
    let mut browser = browser(2, true);
    let page = Page::Leaving { kept: true };
    browser.put_away(0, page, 10 * MINUTE).unwrap();
    assert_eq!(browser.requests_under_way(0), 0);
    browser.advance(2 * SECOND).unwrap();
    assert_eq!(browser.leaders(), [1]);
    assert!(browser.tabs()[1].client.status().phase == Phase::Connected);
}
