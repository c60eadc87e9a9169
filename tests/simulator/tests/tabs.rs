//! What tabs that share a connection do, one thing at a time.

use std::time::Duration;

use bayeux::server::Options;
use bayeux::shared::{Input, TabEvent};
use bayeux::{Event, Gap, Page, Phase, Reason};
use simulator::Detail;
use simulator::tabs::Browser;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// A browser with that many tabs, all connected, whose server acknowledges messages or does not.
fn browser(tabs: usize, acknowledges: bool) -> Browser {
    let options = Options {
        acknowledged_messages: acknowledges,
        ..Options::default()
    };
    let mut browser = Browser::new(options, 17, Detail::End);
    for _ in 0..tabs {
        browser.open_tab().unwrap();
        browser.advance(SECOND).unwrap();
    }
    browser.until(SECOND, Browser::is_connected).unwrap();
    browser
}

/// What came to a tab so far.
fn messages(browser: &Browser, tab: usize) -> Vec<String> {
    let events = browser.tabs()[tab].events.iter();
    let data = events.filter_map(|event| match event {
        Event::Message(message) => Some(message.data.get().to_owned()),
        _ => None,
    });
    data.collect()
}

/// The gaps that a tab was told of, in the order of its connections.
fn connections(browser: &Browser, tab: usize) -> Vec<Option<Gap>> {
    let events = browser.tabs()[tab].events.iter();
    let gaps = events.filter_map(|event| match event {
        Event::Connected { missed } => Some(*missed),
        _ => None,
    });
    gaps.collect()
}

#[test]
fn one_tab_polls_and_all_are_told() {
    let mut browser = browser(3, true);
    assert_eq!(browser.leaders(), [0]);
    assert_eq!(browser.server().session_count(), 1);
    assert_eq!(browser.server().held_count(), 1);
    let status_changes = |browser: &Browser| {
        let events = browser.tabs().iter().flat_map(|tab| &tab.events);
        let changes = events.filter(|event| matches!(event, Event::StatusChanged));
        changes.count()
    };
    let before = status_changes(&browser);
    for _ in 0..3 {
        browser.publish().unwrap();
        browser.advance(SECOND).unwrap();
    }
    for tab in 0..3 {
        assert_eq!(messages(&browser, tab), ["1", "2", "3"], "tab {tab}");
        assert_eq!(connections(&browser, tab), [None], "tab {tab}");
    }
    assert_eq!(status_changes(&browser), before, "nothing has changed");
}

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
fn a_tab_that_the_leader_never_heard_of_makes_itself_known() {
    let mut browser = browser(1, true);
    browser.freeze_tab(0, 60 * MINUTE);
    browser.open_tab().unwrap();
    browser.freeze_tab(1, 60 * MINUTE);
    browser.advance(SECOND).unwrap();
    // It takes the lead, and knows nobody.
    browser.open_tab().unwrap();
    browser
        .until(MINUTE, |browser| !connections(browser, 2).is_empty())
        .unwrap();
    browser.thaw_tab(1).unwrap();
    browser.advance(SECOND).unwrap();
    browser.publish().unwrap();
    browser.advance(5 * SECOND).unwrap();
    assert_eq!(messages(&browser, 1), ["1"]);
    assert_eq!(connections(&browser, 1), [None]);
}

#[test]
fn a_word_that_is_lost_is_told_as_a_gap() {
    let mut browser = browser(2, true);
    browser.has_channel = false;
    browser.publish().unwrap();
    browser.advance(SECOND).unwrap();
    browser.has_channel = true;
    browser.publish().unwrap();
    browser.advance(SECOND).unwrap();
    assert_eq!(messages(&browser, 1), ["2"]);
    assert!(connections(&browser, 1).pop().flatten().is_some(), "a gap");
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
fn a_person_who_is_back_does_not_wait_for_a_leader_that_does_not_run() {
    let mut browser = browser(2, true);
    browser.page(1, Page::Hidden).unwrap();
    browser.freeze_tab(0, 60 * MINUTE);
    // Less than the time in which the leader has to say something.
    browser.advance(31 * SECOND).unwrap();
    browser.page(1, Page::Visible).unwrap();
    browser
        .until(10 * SECOND, |browser| browser.tabs()[1].client.leads())
        .unwrap();
}

#[test]
fn what_was_said_before_a_person_was_back_does_not_answer_that_person() {
    let mut browser = browser(2, true);
    browser.freeze_tab(1, 60 * MINUTE);
    browser.advance(10 * SECOND).unwrap();
    browser.publish().unwrap();
    browser.advance(SECOND).unwrap();
    browser.freeze_tab(0, 60 * MINUTE);
    browser.advance(SECOND).unwrap();
    browser.page(1, Page::Resumed).unwrap();
    // It hears only now what the leader said, who would have to speak again within a minute.
    browser.thaw_tab(1).unwrap();
    browser
        .until(10 * SECOND, |browser| browser.tabs()[1].client.leads())
        .unwrap();
}

#[test]
fn a_frozen_follower_is_told_everything_when_it_runs_again() {
    let mut browser = browser(2, true);
    browser.freeze_tab(1, MINUTE);
    for _ in 0..5 {
        browser.publish().unwrap();
        browser.advance(SECOND).unwrap();
    }
    assert!(messages(&browser, 1).is_empty());
    browser.advance(MINUTE).unwrap();
    assert_eq!(messages(&browser, 1), ["1", "2", "3", "4", "5"]);
    assert_eq!(connections(&browser, 1), [None]);
    assert_eq!(browser.leaders(), [0]);
}

#[test]
fn a_tab_that_runs_again_does_not_believe_what_was_said_while_it_did_not() {
    let mut browser = browser(2, true);
    browser.freeze_tab(1, 60 * MINUTE);
    browser.publish().unwrap();
    browser.advance(SECOND).unwrap();
    // Of the leader nothing more will be heard.
    browser.freeze_tab(0, 60 * MINUTE);
    browser.advance(10 * MINUTE).unwrap();
    browser.page(1, Page::Resumed).unwrap();
    browser.thaw_tab(1).unwrap();
    assert_eq!(messages(&browser, 1), ["1"]);
    let status = browser.tabs()[1].client.status();
    assert_eq!(status.phase, Phase::Connecting);
    assert_eq!(status.reason, Some(Reason::Doubt));
    let heard = browser.clock(1).since(status.last_heard.unwrap());
    assert!(heard >= 10 * MINUTE, "{heard:?}");

    browser
        .until(10 * SECOND, |browser| browser.tabs()[1].client.leads())
        .unwrap();
    browser
        .until(SECOND, |browser| connections(browser, 1).len() > 1)
        .unwrap();
    let gap = connections(&browser, 1).pop().flatten().expect("a gap");
    assert!(gap.to.since(gap.from) >= 10 * MINUTE, "{gap:?}");
}

#[test]
fn a_leader_that_is_put_to_sleep_leaves_its_session_to_the_next() {
    let mut browser = browser(2, true);
    browser.put_to_sleep(0, 10 * MINUTE).unwrap();
    browser.publish().unwrap();
    browser.advance(SECOND).unwrap();
    assert_eq!(browser.leaders(), [1]);
    assert_eq!(browser.handshakes, 1);
    assert_eq!(messages(&browser, 1), ["1"]);
    assert!(connections(&browser, 1).iter().all(Option::is_none));

    browser.advance(10 * MINUTE).unwrap();
    assert!(browser.is_connected());
    assert!(connections(&browser, 0).pop().flatten().is_some(), "a gap");
    assert_eq!(browser.leaders(), [1]);
}

#[test]
fn a_tab_that_sleeps_is_not_given_the_lead() {
    let mut browser = browser(3, true);
    browser.put_to_sleep(1, 60 * MINUTE).unwrap();
    browser.close_tab(0).unwrap();
    browser.advance(SECOND).unwrap();
    assert_eq!(browser.leaders(), [2]);
    assert_eq!(browser.handshakes, 1);
}

#[test]
fn a_tab_alone_finds_its_session_again_after_it_slept() {
    let mut browser = browser(1, true);
    browser.put_to_sleep(0, 5 * SECOND).unwrap();
    browser.publish().unwrap();
    browser.advance(6 * SECOND).unwrap();
    assert_eq!(messages(&browser, 0), ["1"]);
    assert_eq!(browser.handshakes, 1);
}

#[test]
fn who_turns_from_one_tab_to_another_disturbs_nobody() {
    let mut browser = browser(3, true);
    browser.page(1, Page::Hidden).unwrap();
    browser.advance(5 * MINUTE).unwrap();
    let requests = |browser: &Browser| browser.tabs()[0].client.counters().connects;
    let (before, others) = (requests(&browser), browser.tabs()[2].events.len());
    browser.page(0, Page::Hidden).unwrap();
    browser.page(1, Page::Visible).unwrap();
    assert_eq!(
        browser.tabs()[1].client.status().phase,
        Phase::Connecting,
        "it waits to be told that all is well"
    );
    browser.until(SECOND, Browser::is_connected).unwrap();
    assert_eq!(connections(&browser, 1), [None, None]);
    assert_eq!(browser.tabs()[2].events.len(), others);
    assert_eq!(requests(&browser), before);
}

#[test]
fn a_leader_that_was_long_out_of_sight_makes_sure_when_a_person_is_back() {
    let mut browser = browser(2, true);
    for tab in 0..2 {
        browser.page(tab, Page::Hidden).unwrap();
    }
    browser.advance(5 * MINUTE + 5 * SECOND).unwrap();
    let before = browser.tabs()[0].client.counters().connects;
    browser.page(1, Page::Visible).unwrap();
    browser.advance(SECOND).unwrap();
    assert!(browser.tabs()[0].client.counters().connects > before);
    assert!(browser.is_connected());
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

#[test]
fn what_a_person_wants_is_done_by_the_next_leader_if_the_last_did_not_hear_it() {
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
        .until(MINUTE, |browser| {
            browser.tabs()[1].client.status().phase == Phase::Connected
        })
        .unwrap();
}

#[test]
fn who_leads_after_a_stop_stays_stopped() {
    let mut browser = browser(2, true);
    browser.refusal = Some((404, None));
    browser
        .until(10 * MINUTE, |browser| {
            browser.tabs()[1].client.status().phase == Phase::Stopped
        })
        .unwrap();
    browser.refusal = None;
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

#[test]
fn every_tab_sees_the_same_of_the_connection() {
    let mut browser = browser(3, true);
    browser.restart_server(5 * SECOND);
    browser.advance(2 * SECOND).unwrap();
    let statuses: Vec<_> = browser
        .tabs()
        .iter()
        .map(|tab| tab.client.status())
        .collect();
    for status in &statuses[1..] {
        assert_ne!(status.phase, Phase::Connected);
        assert_eq!(status.phase, statuses[0].phase);
        assert_eq!(status.reason, statuses[0].reason);
    }
    browser.until(MINUTE, Browser::is_connected).unwrap();
    browser.advance(SECOND).unwrap();
    for tab in 0..3 {
        let gap = connections(&browser, tab).pop().flatten();
        assert!(gap.is_some(), "tab {tab} was told of no gap");
    }
}

#[test]
fn a_follower_can_have_the_leader_try_at_once() {
    let mut browser = browser(2, true);
    browser.restart_server(20 * SECOND);
    browser.advance(19 * SECOND).unwrap();
    browser
        .until(MINUTE, |browser| {
            browser.tabs()[1].client.status().phase == Phase::Waiting
        })
        .unwrap();
    browser.advance(SECOND).unwrap();
    let connects = browser.tabs()[0].client.counters();
    let before = connects.connects + connects.handshakes;
    browser
        .command(1, |client, now| client.retry_now(now))
        .unwrap();
    browser
        .until(SECOND, |browser| {
            let counters = browser.tabs()[0].client.counters();
            counters.connects + counters.handshakes > before
        })
        .unwrap();
}

#[test]
fn a_tab_that_comes_late_is_connected_without_a_request() {
    let mut browser = browser(1, true);
    let tab = browser.open_tab().unwrap();
    browser
        .until(SECOND, |browser| !connections(browser, tab).is_empty())
        .unwrap();
    let counters = browser.tabs()[tab].client.counters();
    assert_eq!(
        counters.handshakes + counters.connects + counters.requests,
        0
    );
    assert_eq!(connections(&browser, tab), [None]);
}

#[test]
fn a_page_that_was_put_away_joins_again() {
    let mut browser = browser(2, true);
    browser.page(0, Page::Leaving { kept: true }).unwrap();
    browser.advance(SECOND).unwrap();
    assert_eq!(browser.tabs()[0].client.status().phase, Phase::Suspended);
    assert_eq!(browser.leaders(), [1]);
    browser.publish().unwrap();
    browser.advance(SECOND).unwrap();
    assert!(messages(&browser, 0).is_empty());
    browser.page(0, Page::Resumed).unwrap();
    browser.until(SECOND, Browser::is_connected).unwrap();
    assert!(connections(&browser, 0).pop().flatten().is_some(), "a gap");
    assert_eq!(browser.leaders(), [1]);
    assert_eq!(browser.handshakes, 1);
}

#[test]
fn tabs_that_cannot_hear_each_other_work_alone() {
    let options = Options::default();
    let mut browser = Browser::new(options, 5, Detail::End);
    browser.has_channel = false;
    for _ in 0..2 {
        browser.open_tab().unwrap();
        browser.advance(SECOND).unwrap();
    }
    browser.advance(2 * MINUTE).unwrap();
    assert!(browser.is_connected());
    let handshakes = browser.handshakes;
    browser.advance(10 * MINUTE).unwrap();
    assert_eq!(
        browser.handshakes, handshakes,
        "they leave each other in peace"
    );
    browser.publish().unwrap();
    // The server has those wait for two seconds that share its cookie.
    browser.advance(3 * SECOND).unwrap();
    for tab in 0..2 {
        assert_eq!(messages(&browser, tab), ["1"], "tab {tab}");
    }
}

#[test]
fn where_there_is_no_lock_a_tab_works_alone() {
    let mut browser = Browser::new(Options::default(), 5, Detail::End);
    browser.has_channel = false;
    let tab = browser.open_tab().unwrap();
    browser
        .command(tab, |client, now| {
            client.handle(Input::Tabs(TabEvent::Unavailable), now)
        })
        .unwrap();
    browser.until(SECOND, Browser::is_connected).unwrap();
}

#[test]
fn a_follower_that_can_share_no_more_is_told_what_it_may_have_missed() {
    let mut browser = browser(2, true);
    browser.has_channel = false;
    browser.publish().unwrap();
    browser.advance(SECOND).unwrap();
    let unavailable = Input::Tabs(TabEvent::Unavailable);
    browser
        .command(1, |client, now| client.handle(unavailable, now))
        .unwrap();
    browser.until(SECOND, Browser::is_connected).unwrap();
    browser.advance(SECOND).unwrap();
    assert!(connections(&browser, 1).pop().flatten().is_some(), "a gap");
}

#[test]
fn what_is_no_word_of_a_tab_changes_nothing() {
    let mut browser = browser(2, true);
    for text in [
        "",
        "[]",
        "rubbish",
        r#"[{"channel":"/meta/tabs","data":{"from":"x","says":"news","news":{"term":1,"number":7}}}]"#,
    ] {
        for tab in 0..2 {
            let heard = TabEvent::Heard {
                word: text.as_bytes().to_vec(),
                age: Duration::ZERO,
            };
            let before = browser.tabs()[tab].events.len();
            browser
                .command(tab, |client, now| client.handle(Input::Tabs(heard), now))
                .unwrap();
            assert_eq!(browser.tabs()[tab].events.len(), before, "{text}");
        }
    }
}
