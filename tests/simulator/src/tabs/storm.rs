//! Tabs that open and close, freeze and crash, over a lossy network, to a server that restarts; and
//! the calm after it, in which everything must be in order again within [`BOUND`].

use bayeux::{Duration, Page, Phase, server};

use super::browser::{Browser, Weather};
use crate::trace::{Detail, Trace};
use crate::violation::Violation;
use crate::{Report, calm};

/// The maximum number of tabs at the same time.
const TABS: usize = 5;
const MINUTE: Duration = Duration::from_secs(60);
/// The maximum number of messages between tabs in a minute of calm: heartbeats, and a few for polls
/// that end.
const MOST_POSTS: u64 = 20;
/// How soon every tab must be connected: like a client alone, after the longest time without a leader.
const BOUND: Duration = Duration::from_secs(calm::BOUND.as_secs() + 120);

/// Runs one storm and the calm after it.
pub(crate) fn run(seed: u64, detail: Detail) -> Result<(Report, Trace), (Violation, Trace)> {
    let mut browser = Browser::new(server::Options::default(), seed, detail);
    let options = server::Options {
        acknowledged_messages: browser.dice.chance(600),
        max_sessions_per_browser: if browser.dice.chance(500) { 1 } else { -1 },
        ..server::Options::default()
    };
    let has_ack = options.acknowledged_messages;
    let lossy = browser.dice.chance(600);
    browser = Browser::new(options, seed, detail);
    browser.weather = match lossy {
        true => Weather {
            lost: 60,
            slow: 40,
            late: 5,
        },
        false => Weather::default(),
    };
    let outcome = storm(&mut browser).and_then(|()| calm_after(&mut browser));
    match outcome {
        Ok(()) => {
            let counters = browser.tabs().iter().map(|tab| *tab.client.counters());
            let mut report = Report {
                virtual_millis: browser.now.as_millis(),
                ..Report::default()
            };
            for counter in counters {
                report.requests += counter.handshakes + counter.connects + counter.requests;
                report.sessions += counter.sessions;
                report.messages += counter.messages;
            }
            if has_ack {
                report.acknowledged = report.sessions;
                report.acknowledged_messages = report.messages;
            }
            Ok((report, browser.trace))
        }
        Err(violation) => {
            browser
                .trace
                .note(browser.now, "watch", || violation.0.clone());
            Err((violation, browser.trace))
        }
    }
}

fn storm(browser: &mut Browser) -> Result<(), Violation> {
    browser.open_tab()?;
    let steps = 30 + browser.dice.below(60);
    for _ in 0..steps {
        let pause = browser.dice.millis(0, 6_000);
        browser.advance(pause)?;
        step(browser)?;
    }
    Ok(())
}

fn step(browser: &mut Browser) -> Result<(), Violation> {
    let present = browser.present();
    let Some(&tab) = present.get(browser.dice.index(present.len())) else {
        return browser.open_tab().map(drop);
    };
    let is_awake = browser.is_awake(tab);
    let long = match browser.dice.chance(500) {
        true => browser.dice.millis(2_000, 10_000),
        false => browser.dice.millis(10_000, 120_000),
    };
    match browser.dice.below(22) {
        0..=2 if present.len() < TABS => browser.open_tab().map(drop),
        3 if is_awake => browser.close_tab(tab),
        4 => {
            browser.crash_tab(tab);
            Ok(())
        }
        12 if is_awake => {
            let outputs = browser.dice.below(12);
            browser.crash_tab_after(tab, outputs);
            Ok(())
        }
        5 if is_awake => {
            browser.freeze_tab(tab, long);
            Ok(())
        }
        6 if is_awake => browser.suspend_tab(tab, Page::Leaving { kept: true }, long),
        7 if is_awake => browser.page(tab, Page::Online),
        8 if is_awake => try_now(browser, tab),
        9 if browser.dice.chance(300) => {
            let down = browser.dice.millis(10, 15_000);
            browser.restart_server(down);
            Ok(())
        }
        14 if is_awake => browser.suspend_tab(tab, Page::Frozen, long),
        15 if is_awake => {
            browser.page(tab, Page::Hidden)?;
            browser.freeze_tab(tab, long);
            Ok(())
        }
        16 if is_awake => browser.page(tab, Page::Visible),
        17 if browser.dice.chance(300) => {
            browser.refusal = match browser.dice.below(4) {
                0 => Some((401, None)),
                1 => Some((404, None)),
                2 => Some((502, None)),
                _ => Some((503, Some(Duration::from_secs(20)))),
            };
            Ok(())
        }
        18 => {
            browser.refusal = None;
            Ok(())
        }
        10 if browser.dice.chance(300) => {
            browser.forget_sessions();
            Ok(())
        }
        11 if is_awake && browser.dice.chance(200) => {
            browser.command(tab, |client, now| client.restart(now))
        }
        _ => {
            for _ in 0..=browser.dice.below(3) {
                browser.publish()?;
            }
            Ok(())
        }
    }
}

/// A person retries, and has signed in again.
fn try_now(browser: &mut Browser, tab: usize) -> Result<(), Violation> {
    browser.command(tab, |client, now| client.credentials_renewed(now))?;
    browser.command(tab, |client, now| client.retry_now(now))
}

fn calm_after(browser: &mut Browser) -> Result<(), Violation> {
    browser
        .trace
        .note(browser.now, "", || "the storm is over".to_owned());
    browser.weather = Weather::default();
    browser.refusal = None;
    for tab in browser.present() {
        browser.cancel_crash(tab);
        browser.thaw_tab(tab)?;
        try_now(browser, tab)?;
    }
    if browser.present().is_empty() {
        browser.open_tab()?;
    }
    // A refusal may still be on its way.
    browser.advance(Duration::from_secs(20))?;
    for tab in browser.present() {
        try_now(browser, tab)?;
    }
    browser.advance(BOUND)?;
    for tab in browser.present() {
        let status = browser.tabs()[tab].client.status();
        if status.phase != Phase::Connected {
            return Err(Violation(format!(
                "tab {tab} is not connected {BOUND:?} after the storm: {status:?}"
            )));
        }
    }
    browser.publish()?;
    let (handshakes, posts) = (browser.handshakes, browser.posts);
    browser.advance(MINUTE)?;
    browser.is_at_rest()?;
    if browser.handshakes > handshakes || browser.posts > posts + MOST_POSTS {
        return Err(Violation(format!(
            "in a minute of calm there were {} handshakes and {} messages between tabs",
            browser.handshakes - handshakes,
            browser.posts - posts,
        )));
    }
    let (leaders, sessions) = (browser.leaders(), browser.server().session_count());
    if leaders.len() != 1 || sessions != 1 {
        return Err(Violation(format!(
            "tabs {leaders:?} lead, and the server has {sessions} sessions"
        )));
    }
    for tab in browser.present() {
        browser.close_tab(tab)?;
    }
    browser.advance(Duration::from_secs(70))?;
    match browser.server().session_count() {
        0 => Ok(()),
        sessions => Err(Violation(format!(
            "{sessions} sessions are left when every tab is closed"
        ))),
    }
}
