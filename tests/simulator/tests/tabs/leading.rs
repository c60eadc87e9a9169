//! Who leads next, and with what.

use bayeux::{Phase, Reason};
use simulator::tabs::Browser;

use crate::{MINUTE, SECOND, browser, connections, messages};

/// Three tabs after the first message, of which the leader then goes like that.
fn after_the_leader(acknowledges: bool, goes: impl FnOnce(&mut Browser)) -> Browser {
    let mut browser = browser(3, acknowledges);
    browser.publish().unwrap();
    browser.advance(SECOND).unwrap();
    goes(&mut browser);
    browser.publish().unwrap();
    browser.advance(2 * SECOND).unwrap();
    assert_eq!(browser.leaders(), [1]);
    assert!(browser.is_connected());
    browser
}

/// The next leader has a session of its own, and everybody knows that something may be missing.
fn begins_anew(browser: &Browser) {
    assert_eq!(browser.handshakes, 2, "a new session");
    for tab in 1..3 {
        assert!(connections(browser, tab).pop().flatten().is_some(), "a gap");
    }
}

#[test]
fn when_the_leader_is_closed_the_next_goes_on_with_its_session() {
    let browser = after_the_leader(true, |browser| browser.close_tab(0).unwrap());
    assert_eq!(browser.handshakes, 1, "the session is the same");
    for tab in 1..3 {
        assert_eq!(messages(&browser, tab), ["1", "2"], "tab {tab}");
        assert!(connections(&browser, tab).iter().all(Option::is_none));
    }
}

#[test]
fn when_the_leader_crashes_the_next_begins_anew() {
    begins_anew(&after_the_leader(true, |browser| browser.crash_tab(0)));
}

#[test]
fn without_acknowledgement_the_next_begins_anew() {
    let browser = after_the_leader(false, |browser| browser.close_tab(0).unwrap());
    begins_anew(&browser);
    assert_eq!(browser.server().session_count(), 1, "the old one was ended");
}

#[test]
fn the_last_tab_says_good_bye() {
    let mut browser = browser(2, true);
    browser.close_tab(0).unwrap();
    browser.advance(SECOND).unwrap();
    assert_eq!(browser.server().session_count(), 1);
    browser.close_tab(1).unwrap();
    browser.advance(SECOND).unwrap();
    assert_eq!(browser.server().session_count(), 0);
}

#[test]
fn a_leader_that_does_not_run_is_noticed_and_replaced() {
    let mut browser = browser(3, true);
    browser.freeze_tab(0, 60 * MINUTE);
    browser.publish().unwrap();
    // Its poll's time, and then nobody answers.
    browser
        .until(MINUTE, |browser| browser.leaders().len() == 2)
        .unwrap();
    browser.advance(5 * SECOND).unwrap();
    browser.publish().unwrap();
    browser.advance(SECOND).unwrap();
    let heard = (1..3).filter(|tab| messages(&browser, *tab).contains(&"2".to_owned()));
    assert_eq!(heard.count(), 2);
    let told = (1..3).filter(|tab| matches!(connections(&browser, *tab).last(), Some(Some(_))));
    assert_eq!(told.count(), 2, "a gap");

    let told = |browser: &Browser| [1, 2].map(|tab| connections(browser, tab).len());
    let before = told(&browser);
    browser.thaw_tab(0).unwrap();
    browser.advance(5 * SECOND).unwrap();
    assert_eq!(told(&browser), before, "nobody listens to it any more");
    assert_eq!(browser.leaders().len(), 1, "it knows that it was replaced");
    assert_ne!(browser.leaders(), [0]);
    assert_eq!(browser.server().session_count(), 1);
    assert!(matches!(connections(&browser, 0).last(), Some(Some(_))));
}

#[test]
fn a_session_is_not_gone_on_with_by_who_takes_the_lock_by_force() {
    let mut browser = browser(3, true);
    browser.freeze_tab(1, 60 * MINUTE);
    browser.close_tab(0).unwrap();
    browser
        .until(MINUTE, |browser| browser.tabs()[2].client.leads())
        .unwrap();
    browser
        .until(SECOND, |browser| connections(browser, 2).len() > 1)
        .unwrap();
    assert_eq!(browser.handshakes, 2);
    assert!(connections(&browser, 2).pop().flatten().is_some(), "a gap");
}

#[test]
fn a_hidden_tab_takes_the_lead_without_delay() {
    let mut browser = browser(2, true);
    // Timers of hidden pages come on whole seconds.
    browser.make_timers_coarse(1);
    browser.close_tab(0).unwrap();
    browser
        .until(2 * SECOND + SECOND / 2, |browser| {
            browser.tabs()[1].client.leads()
        })
        .unwrap();
    browser.advance(SECOND).unwrap();
    assert_eq!(browser.handshakes, 1);
}

#[test]
fn patience_that_the_server_asks_for_is_asked_of_the_next_leader_too() {
    let mut browser = browser(2, true);
    browser.refusal = Some((503, Some(5 * MINUTE)));
    browser
        .until(MINUTE, |browser| {
            browser.tabs()[1].client.status().phase == Phase::Waiting
        })
        .unwrap();
    browser.refusal = None;
    browser.close_tab(0).unwrap();
    browser.advance(4 * MINUTE).unwrap();
    assert_eq!(browser.leaders(), [1]);
    let status = browser.tabs()[1].client.status();
    assert!(matches!(status.reason, Some(Reason::Busy { .. })));
    assert!(status.next_try.is_some());
    let counters = browser.tabs()[1].client.counters();
    assert_eq!(counters.handshakes + counters.connects, 0);
    browser.until(10 * MINUTE, Browser::is_connected).unwrap();
}

/// Two tabs that have stopped, since the server refused everything for a while.
fn stopped() -> Browser {
    let mut browser = browser(2, true);
    browser.refusal = Some((404, None));
    browser
        .until(10 * MINUTE, |browser| {
            browser.tabs()[1].client.status().phase == Phase::Stopped
        })
        .unwrap();
    browser.refusal = None;
    browser
}

#[test]
fn what_a_person_wants_is_done_by_the_next_leader_if_the_last_did_not_hear_it() {
    let mut browser = stopped();
    browser.freeze_tab(0, 60 * MINUTE);
    browser
        .command(1, |client, now| client.retry_now(now))
        .unwrap();
    browser
        .until(MINUTE, |browser| {
            browser.tabs()[1].client.status().phase == Phase::Connected
        })
        .unwrap();
}

#[test]
fn who_leads_after_a_stop_stays_stopped() {
    let mut browser = stopped();
    browser.close_tab(0).unwrap();
    browser.advance(10 * MINUTE).unwrap();
    let client = &browser.tabs()[1].client;
    assert!(client.leads());
    assert_eq!(client.status().phase, Phase::Stopped);
    assert_eq!(client.status().reason, Some(Reason::Http(404)));
}

#[test]
fn a_tab_that_crashed_is_forgotten() {
    let mut browser = browser(3, true);
    browser.crash_tab(1);
    browser.advance(30 * MINUTE).unwrap();
    browser.crash_tab(2);
    browser.advance(30 * MINUTE).unwrap();
    browser.close_tab(0).unwrap();
    browser.advance(SECOND).unwrap();
    assert_eq!(browser.server().session_count(), 0, "it said good-bye");
}

#[test]
fn a_leader_that_nobody_listens_to_because_of_its_term_finds_out() {
    let mut browser = browser(2, true);
    // Time and again the lead goes to and fro, and a tab that was away for all that takes it.
    let third = browser.open_tab().unwrap();
    browser.advance(SECOND).unwrap();
    browser.freeze_tab(third, 60 * MINUTE);
    for _ in 0..3 {
        for tab in [0, 1] {
            browser.put_to_sleep(tab, 2 * SECOND).unwrap();
            browser.advance(5 * SECOND).unwrap();
        }
    }
    browser.advance(MINUTE).unwrap();
    browser.thaw_tab(third).unwrap();
    browser.until(MINUTE, Browser::is_connected).unwrap();
    browser.advance(SECOND).unwrap();
    browser.publish().unwrap();
    browser.advance(5 * SECOND).unwrap();
    for tab in 0..3 {
        assert_eq!(messages(&browser, tab), ["1"], "tab {tab}");
    }
}
