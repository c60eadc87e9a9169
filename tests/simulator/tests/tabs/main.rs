//! Tabs that share a connection, one scenario at a time.

mod frozen;
mod leading;

use bayeux::server::Options;
use bayeux::shared::{Input, TabEvent};
use bayeux::{Duration, Event, Gap, Phase};
use simulator::Detail;
use simulator::tabs::Browser;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// A browser with this many tabs, all connected, whose server may acknowledge messages.
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

/// The messages of a tab so far.
fn messages(browser: &Browser, tab: usize) -> Vec<String> {
    let events = browser.tabs()[tab].events.iter();
    let data = events.filter_map(|event| match event {
        Event::Message(message) => Some(message.data.get().to_owned()),
        _ => None,
    });
    data.collect()
}

/// The gaps of a tab's connections, in order.
fn connections(browser: &Browser, tab: usize) -> Vec<Option<Gap>> {
    let events = browser.tabs()[tab].events.iter();
    let gaps = events.filter_map(|event| match event {
        Event::Connected { missed } => Some(*missed),
        _ => None,
    });
    gaps.collect()
}

/// The last connection of a tab has a gap.
#[track_caller]
fn assert_gap(browser: &Browser, tab: usize) {
    let gap = connections(browser, tab).pop().flatten();
    assert!(gap.is_some(), "tab {tab} has no gap");
}

#[test]
fn one_tab_polls_and_all_get_messages() {
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

#[test]
fn all_tabs_show_the_same_status_in_an_outage() {
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
        assert_gap(&browser, tab);
    }
}

#[test]
fn retry_in_a_follower_makes_the_leader_try_at_once() {
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
fn late_tab_is_connected_without_a_request() {
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
fn tabs_without_a_channel_work_alone() {
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
        "they do not steal from each other"
    );
    browser.publish().unwrap();
    // The server makes clients that share its cookie wait for two seconds.
    browser.advance(3 * SECOND).unwrap();
    for tab in 0..2 {
        assert_eq!(messages(&browser, tab), ["1"], "tab {tab}");
    }
}

#[test]
fn tab_without_a_lock_works_alone_and_reports_a_gap_if_it_followed() {
    for is_new in [true, false] {
        let mut browser = browser(2, true);
        let tab = match is_new {
            true => browser.open_tab().unwrap(),
            false => 1,
        };
        browser.has_channel = false;
        browser.publish().unwrap();
        browser.advance(SECOND).unwrap();
        let unavailable = Input::Tabs(TabEvent::Unavailable);
        browser
            .command(tab, |client, now| client.handle(unavailable, now))
            .unwrap();
        browser.until(SECOND, Browser::is_connected).unwrap();
        browser.advance(SECOND).unwrap();
        if !is_new {
            assert_gap(&browser, tab);
        }
    }
}

#[test]
fn foreign_data_on_the_channel_is_ignored() {
    let mut browser = browser(2, true);
    for text in [
        "",
        "[]",
        "rubbish",
        r#"{"type":"state","leader":1,"seq":7}"#,
    ] {
        for tab in 0..2 {
            let message = TabEvent::Message {
                data: text.as_bytes().to_vec(),
                age: Duration::ZERO,
            };
            let before = browser.tabs()[tab].events.len();
            browser
                .command(tab, |client, now| client.handle(Input::Tabs(message), now))
                .unwrap();
            assert_eq!(browser.tabs()[tab].events.len(), before, "{text}");
        }
    }
}
