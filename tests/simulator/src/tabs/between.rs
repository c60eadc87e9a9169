//! What passes between tabs: words, and the lock. Both take their time; what one tab says arrives at
//! another in the order in which it said it, and so does what it is told of the lock.

use core::time::Duration;

use bayeux::shared::{self, TabAction, TabEvent};

use super::browser::{Browser, Happening, MOST_BETWEEN_TABS, MOST_LATE_BETWEEN_TABS};
use super::lock::Party;
use crate::watch::Violation;

impl Browser {
    pub(super) fn carry_out(&mut self, tab: usize, action: TabAction) -> Result<(), Violation> {
        if let TabAction::Tell(word) = action {
            self.tell(tab, &word);
            return Ok(());
        }
        self.note(tab, || format!("{action:?}"));
        let it = &mut self.tabs[tab];
        match action {
            TabAction::Tell(_) => {}
            TabAction::Join { .. } => {
                it.joined += 1;
                it.is_listening = true;
                let next = self.lock.queue((tab, it.joined));
                self.grant(next);
            }
            TabAction::Queue => {
                let next = self.lock.queue((tab, it.joined));
                self.grant(next);
            }
            TabAction::Seize => {
                let party = (tab, it.joined);
                if let Some(robbed) = self.lock.seize(party) {
                    self.deserves_it(robbed.0)?;
                    self.tell_of_lock(robbed, TabEvent::Robbed);
                }
                self.grant(Some(party));
            }
            TabAction::Leave => {
                it.is_listening = false;
                let next = self.lock.leave((tab, it.joined));
                self.grant(next);
            }
        }
        Ok(())
    }

    /// A lock is taken only from who does not run, or did not a moment ago, or has just got it: others
    /// could not know.
    fn deserves_it(&self, tab: usize) -> Result<(), Violation> {
        const MOMENT: Duration = Duration::from_secs(10);
        let it = &self.tabs[tab];
        let since = it.runs_since.max(self.lock_given);
        let runs = it.frozen_until.is_none() && since + MOMENT < self.now;
        match runs && self.has_channel {
            true => Err(Violation(format!("tab {tab} is robbed, and runs"))),
            false => Ok(()),
        }
    }

    fn tell(&mut self, from: usize, word: &[u8]) {
        self.note(from, || format!("says {}", abridged(word)));
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
            let last = self.tabs[from].last_word.entry(to).or_default();
            let at = (self.now + delay).max(*last);
            *last = at;
            let input = shared::Input::Tabs(TabEvent::Heard {
                word: word.to_vec(),
                age: at.since(self.now),
            });
            let happening = Happening::ToTab(to, Some(joined), input);
            self.schedule.at(at, happening);
        }
    }

    pub(super) fn grant(&mut self, to: Option<Party>) {
        if let Some(party) = to {
            self.lock_given = self.now;
            self.tell_of_lock(party, TabEvent::Granted);
        }
    }

    fn tell_of_lock(&mut self, (tab, joined): Party, event: TabEvent) {
        let delay = self.dice.millis(1, MOST_BETWEEN_TABS);
        let at = (self.now + delay).max(self.tabs[tab].last_notice);
        self.tabs[tab].last_notice = at;
        let input = shared::Input::Tabs(event);
        let happening = Happening::ToTab(tab, Some(joined), input);
        self.schedule.at(at, happening);
    }
}

/// What a word says, for a person.
pub(super) fn abridged(word: &[u8]) -> String {
    let word: Vec<serde_json::Value> = serde_json::from_slice(word).unwrap_or_default();
    let Some((head, messages)) = word.split_first() else {
        return "nothing".to_owned();
    };
    let (says, news) = (&head["data"]["says"], &head["data"]["news"]);
    let messages: Vec<_> = messages
        .iter()
        .map(|message| message["data"].to_string())
        .collect();
    match news.is_null() {
        true => format!("{says} of {}", head["data"]["from"]),
        false => format!(
            "{says} {} of {}: {} {} of {}, messages {}",
            news["number"],
            head["data"]["from"],
            news["phase"],
            news["connections"],
            news["session"],
            messages.join(" "),
        ),
    }
}
