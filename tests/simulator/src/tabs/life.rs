//! The life of tabs: they are opened and closed, crash, are frozen, cached, and resumed.

use std::collections::BTreeMap;

use bayeux::shared::{self, SharedClient, TabEvent};
use bayeux::{Channel, Config, Duration, Input, Instant, Page, Pattern};

use super::browser::{Browser, CHANNEL, Scheduled, Tab};
use super::listener::Listener;
use crate::violation::Violation;

impl Browser {
    /// Opens a tab, and returns its index.
    pub fn open_tab(&mut self) -> Result<usize, Violation> {
        let channel = Channel::new(CHANNEL).map_err(|e| Violation(e.to_string()))?;
        let patterns = [Pattern::from(channel)];
        let client = SharedClient::new(Config::default(), patterns, self.dice.roll());
        let number = self.tabs.len();
        let ahead = match self.dice.chance(500) {
            true => Duration::ZERO,
            false => self.dice.millis(0, 10_000_000),
        };
        self.tabs.push(Tab {
            client,
            events: Vec::new(),
            is_gone: false,
            listener: Listener::new(self.options.acknowledged_messages),
            joined: 0,
            is_listening: false,
            timer: None,
            frozen_until: None,
            crashes_after: None,
            inbox: Vec::new(),
            is_notified: false,
            ahead,
            has_coarse_timers: false,
            out: Vec::new(),
            runs_since: self.now,
            last_post: BTreeMap::new(),
            last_notice: Instant::default(),
        });
        self.note(number, || "opens".to_owned());
        self.command(number, |client, now| client.join("a user", now))?;
        Ok(number)
    }

    /// Closes a tab, which has time to report it.
    pub fn close_tab(&mut self, tab: usize) -> Result<(), Violation> {
        self.note(tab, || "closes".to_owned());
        self.page(tab, Page::Leaving { kept: false })?;
        self.end(tab);
        Ok(())
    }

    /// A tab crashes.
    pub fn crash_tab(&mut self, tab: usize) {
        self.note(tab, || "crashes".to_owned());
        self.end(tab);
        let out = core::mem::take(&mut self.tabs[tab].out);
        for (id, _) in out {
            // What has left may still arrive.
            match self.dice.chance(500) {
                true => self.cut_off(tab, id),
                false => self.after(Duration::from_secs(1), Scheduled::CutOff(tab, id)),
            }
        }
        let party = (tab, self.tabs[tab].joined);
        let next = self.lock.leave(party);
        self.grant(next);
    }

    /// Makes a tab crash after this many outputs, possibly in the middle of related ones.
    pub fn crash_tab_after(&mut self, tab: usize, outputs: u64) {
        self.note(tab, || format!("will crash after {outputs} outputs"));
        self.tabs[tab].crashes_after = Some(outputs);
    }

    /// Cancels such a crash.
    pub(crate) fn cancel_crash(&mut self, tab: usize) {
        self.tabs[tab].crashes_after = None;
    }

    /// A tab is frozen, or put into the back/forward cache, for a while, and notified of it.
    pub fn suspend_tab(&mut self, tab: usize, page: Page, span: Duration) -> Result<(), Violation> {
        self.page(tab, page)?;
        if self.tabs[tab].client.leads() {
            return Err(Violation(format!(
                "tab {tab} is suspended and keeps the lock"
            )));
        }
        self.tabs[tab].is_notified = true;
        self.freeze_tab(tab, span);
        Ok(())
    }

    /// From now on a tab's timers fire on whole seconds, like those of hidden pages.
    pub fn make_timers_coarse(&mut self, tab: usize) {
        self.tabs[tab].has_coarse_timers = true;
    }

    /// A tab is stopped for a while, without a notification.
    pub fn freeze_tab(&mut self, tab: usize, span: Duration) {
        self.note(tab, || format!("is frozen for {span:?}"));
        self.tabs[tab].frozen_until = Some(self.now + span);
        self.after(span, Scheduled::Thaw(tab));
    }

    /// A tab resumes: first its timer, or its waiting inputs.
    pub fn thaw_tab(&mut self, tab: usize) -> Result<(), Violation> {
        if self.tabs[tab].frozen_until.take().is_none() || self.tabs[tab].is_gone {
            return Ok(());
        }
        self.note(tab, || "runs again".to_owned());
        self.tabs[tab].runs_since = self.now;
        let it = &mut self.tabs[tab];
        let inbox = core::mem::take(&mut it.inbox);
        let is_notified = core::mem::take(&mut it.is_notified);
        let is_notified_first = self.dice.chance(500);
        if is_notified && is_notified_first {
            self.page(tab, Page::Resumed)?;
        }
        let is_timer_first = self.dice.chance(500);
        if is_timer_first && self.tabs[tab].timer.is_some_and(|at| at <= self.now) {
            self.deliver(tab, shared::Input::Client(Input::Wake))?;
        }
        for (arrived, joined, mut input) in inbox {
            if let shared::Input::Tabs(TabEvent::Message { age, .. }) = &mut input {
                *age += self.now.since(arrived);
            }
            self.arrive_at_tab(tab, joined, input)?;
        }
        match is_notified && !is_notified_first {
            true => self.page(tab, Page::Resumed),
            false => Ok(()),
        }
    }

    /// An event of the page.
    pub fn page(&mut self, tab: usize, page: Page) -> Result<(), Violation> {
        self.note(tab, || format!("page: {page:?}"));
        self.deliver(tab, shared::Input::Client(Input::Page(page)))
    }

    /// A command of a person or the application.
    pub fn command(
        &mut self,
        tab: usize,
        command: impl FnOnce(&mut SharedClient, Instant),
    ) -> Result<(), Violation> {
        let now = self.clock(tab);
        command(&mut self.tabs[tab].client, now);
        self.drain_tab(tab)
    }

    /// The page is gone.
    fn end(&mut self, tab: usize) {
        let it = &mut self.tabs[tab];
        it.is_gone = true;
        it.is_listening = false;
        it.timer = None;
        it.inbox.clear();
    }
}
