//! The messages between tabs, and the lock. Both are delayed; one tab's messages arrive at another in
//! the order in which they were posted, and so do events of the lock.

use bayeux::Duration;
use bayeux::shared::{self, TabAction, TabEvent};

use super::browser::{Browser, MOST_BETWEEN_TABS, MOST_LATE_BETWEEN_TABS, Scheduled};
use super::lock::Party;
use crate::violation::Violation;

impl Browser {
    pub(super) fn carry_out(&mut self, tab: usize, action: TabAction) -> Result<(), Violation> {
        self.note(tab, || match &action {
            TabAction::Post(data) => format!("posts {}", String::from_utf8_lossy(data)),
            action => format!("{action:?}"),
        });
        let party = (tab, self.tabs[tab].joined);
        match action {
            TabAction::Post(data) => self.post(tab, &data),
            TabAction::Join { .. } => {
                let it = &mut self.tabs[tab];
                it.joined += 1;
                it.is_listening = true;
                let next = self.lock.queue((tab, it.joined));
                self.grant(next);
            }
            TabAction::Queue => {
                let next = self.lock.queue(party);
                self.grant(next);
            }
            TabAction::Steal => {
                if let Some(holder) = self.lock.steal(party) {
                    self.check_steal(holder.0)?;
                    self.report_lock(holder, TabEvent::Stolen);
                }
                self.grant(Some(party));
            }
            TabAction::Leave => {
                self.tabs[tab].is_listening = false;
                let next = self.lock.leave(party);
                self.grant(next);
            }
        }
        Ok(())
    }

    /// A lock is stolen only from a tab that is not running, or was not a moment ago, or has just got
    /// it: other tabs could not know.
    fn check_steal(&self, tab: usize) -> Result<(), Violation> {
        const MOMENT: Duration = Duration::from_secs(10);
        let it = &self.tabs[tab];
        let since = it.runs_since.max(self.lock_given);
        let runs = it.frozen_until.is_none() && since + MOMENT < self.now;
        match runs && self.has_channel {
            true => Err(Violation(format!(
                "the lock is stolen from tab {tab}, which runs"
            ))),
            false => Ok(()),
        }
    }

    fn post(&mut self, from: usize, data: &[u8]) {
        self.posts += 1;
        if !self.has_channel {
            return;
        }
        let others: Vec<Party> = self
            .tabs
            .iter()
            .enumerate()
            .filter(|(number, tab)| *number != from && tab.is_listening)
            .map(|(number, tab)| (number, tab.joined))
            .collect();
        for (to, joined) in others {
            let delay = match self.dice.chance(self.weather.late) {
                true => self.dice.millis(MOST_BETWEEN_TABS, MOST_LATE_BETWEEN_TABS),
                false => self.dice.millis(1, MOST_BETWEEN_TABS),
            };
            let last = self.tabs[from].last_post.entry(to).or_default();
            let at = (self.now + delay).max(*last);
            *last = at;
            let input = shared::Input::Tabs(TabEvent::Message {
                data: data.to_vec(),
                age: at.since(self.now),
            });
            self.schedule
                .at(at, Scheduled::ToTab(to, Some(joined), input));
        }
    }

    pub(super) fn grant(&mut self, to: Option<Party>) {
        if let Some(party) = to {
            self.lock_given = self.now;
            self.report_lock(party, TabEvent::Granted);
        }
    }

    fn report_lock(&mut self, (tab, joined): Party, event: TabEvent) {
        let delay = self.dice.millis(1, MOST_BETWEEN_TABS);
        let at = (self.now + delay).max(self.tabs[tab].last_notice);
        self.tabs[tab].last_notice = at;
        let input = shared::Input::Tabs(event);
        self.schedule
            .at(at, Scheduled::ToTab(tab, Some(joined), input));
    }
}
