//! Being one of the tabs: joining them and leaving them, hearing them, doing what one of them wants.

use core::time::Duration;

use super::word::{self, Ask, Says, Word};
use super::{Role, SharedClient, TabAction};
use crate::body::Body;
use crate::client::{self, Event, Page, Phase, Status};
use crate::time::Instant;

/// Of how many other tabs is remembered that they are there.
pub(super) const MOST_OTHERS: usize = 64;

impl SharedClient {
    /// Becomes one of the group. Until something is heard of the connection it is in this phase.
    pub(super) fn enter(&mut self, phase: Phase, now: Instant) {
        let name = self.group.clone();
        self.to_tabs.push_back(TabAction::Join { name });
        self.has_heard = false;
        self.robbed_unheard = 0;
        self.others.clear();
        self.follow(phase, now);
        self.ask(Ask::Hello, now);
    }

    /// Leaves the group, as a leader with a last word to whoever listens.
    pub(super) fn pass_on(&mut self, now: Instant) {
        match self.role {
            Role::Alone | Role::Away => return,
            Role::Follower(_) => {
                let word = word::bye(&self.id, self.term);
                self.to_tabs.push_back(TabAction::Tell(word));
            }
            Role::Leader(_) => self.say_farewell(now),
        }
        self.leave();
    }

    /// The page is put away, or nothing will run in it for a while: it could hold the lock and the
    /// channel, but do nothing with them.
    fn put_away(&mut self, now: Instant) {
        self.shown = Status {
            phase: Phase::Suspended,
            since: now,
            last_heard: self.status().last_heard,
            ..Status::default()
        };
        self.complete_until = self.complete_until();
        self.missing.begins_at(match &self.role {
            Role::Follower(follower) => follower.missing_since,
            _ => self.client.missed_since(),
        });
        self.pass_on(now);
        // No good-bye: that would keep the page from being kept. Who was away begins anew, because
        // others may have gone on meanwhile.
        self.client.hand_over(now);
        self.client.close(now);
        self.role = Role::Away;
    }

    /// There is nobody to share with, or no way to.
    pub(super) fn work_alone(&mut self, now: Instant) {
        match &self.role {
            Role::Alone | Role::Away => return,
            Role::Leader(_) => {}
            Role::Follower(follower) => {
                self.missing.begins_at(follower.missing_since);
                self.may_miss_the_rest(now);
                let heard = self.shown.last_heard;
                self.client.heard_before(heard, self.complete_until);
                self.client.open(now);
            }
        }
        self.leave();
        self.role = Role::Alone;
    }

    fn leave(&mut self) {
        self.to_tabs.push_back(TabAction::Leave);
        self.events.push_back(Event::StatusChanged);
    }

    pub(super) fn take_page(&mut self, page: Page, now: Instant) {
        let is_over = self.absence.is_over_with(page, now);
        let is_back = matches!(page, Page::Resumed | Page::Visible);
        match (&self.role, page) {
            (_, Page::Leaving { kept: false }) => return self.close(now),
            // Who is frozen alone keeps nobody waiting, and may find its session as it left it.
            (Role::Leader(_), Page::Frozen) if self.others.is_empty() => {}
            (Role::Follower(_) | Role::Leader(_), Page::Frozen | Page::Leaving { kept: true }) => {
                self.put_away(now)
            }
            (Role::Away, _) if is_back => self.enter(Phase::Connecting, now),
            (Role::Follower(_), _) if is_over => {
                self.doubt(now);
                self.ask(Ask::Doubt, now);
            }
            _ => {}
        }
        self.client.handle(client::Input::Page(page), now);
    }

    /// Takes what another tab said that long ago. What is no word of a tab's changes nothing.
    pub(super) fn hear(&mut self, word: Vec<u8>, age: Duration, now: Instant) {
        let body = Body::new(word);
        let said = now.before(age);
        let Some(word) = Word::read(&body, said) else {
            return;
        };
        if matches!(self.role, Role::Alone | Role::Away) || word.from == self.id {
            return;
        }
        self.has_heard = true;
        match word.says {
            Says::Bye => self.others.retain(|id| *id != word.from),
            Says::Seizing => {
                self.know(word.from);
                self.await_another(said, now);
            }
            Says::Ask(ask) => {
                let question = word::answer(&word.from, word.question);
                self.know(word.from);
                if let Role::Leader(leader) = &mut self.role {
                    leader.asked(question, word.term);
                    self.obey(ask, now);
                }
            }
            Says::News(news) => {
                self.know(word.from.clone());
                self.take_news(word.from, said, *news, word.messages, &body, now);
            }
            Says::Farewell(mut news) => {
                let session = news.session.take();
                self.take_news(word.from.clone(), said, *news, word.messages, &body, now);
                self.take_farewell(&word.from, said, session, now);
            }
        }
    }

    /// Notes that a tab is there. Of those that went without a word only so many are remembered.
    pub(super) fn know(&mut self, id: String) {
        if let Role::Leader(leader) = &mut self.role {
            leader.has_spoken(&id);
        }
        if id == self.id || self.others.contains(&id) {
            return;
        }
        if self.others.len() == MOST_OTHERS {
            self.others.remove(0);
        }
        self.others.push(id);
    }

    /// Wants something of whoever has the client.
    pub(super) fn wish(&mut self, ask: Ask, now: Instant) {
        match self.role {
            Role::Alone | Role::Leader(_) => self.obey(ask, now),
            Role::Follower(_) => self.ask(ask, now),
            Role::Away => {}
        }
    }

    /// Does what is wanted of whoever has the client.
    fn obey(&mut self, ask: Ask, now: Instant) {
        match ask {
            Ask::Hello => {}
            Ask::Wake => self.client.handle(client::Input::Wake, now),
            // Who is in sight knows itself when there is reason to doubt.
            Ask::Doubt if self.absence.lasts_long(now) => {
                let input = client::Input::Page(Page::Resumed);
                self.client.handle(input, now);
            }
            Ask::Doubt => {}
            Ask::Retry if self.client.status().phase == Phase::Stopped => self.client.open(now),
            Ask::Retry => self.client.retry_now(now),
            Ask::Restart => {
                self.missing.begins_at(self.client.missed_since());
                self.may_miss_the_rest(now);
                self.client.close(now);
                self.client.open(now);
            }
            Ask::Renewed => self.client.credentials_renewed(now),
        }
    }

    /// Nothing is known of what was published since everything was heard.
    pub(super) fn may_miss_the_rest(&mut self, now: Instant) {
        let complete_until = self.complete_until();
        self.missing.begins_at(complete_until.or(Some(now)));
    }

    fn complete_until(&self) -> Option<Instant> {
        match self.role {
            Role::Follower(_) | Role::Away => self.complete_until,
            Role::Alone | Role::Leader(_) => self.client.complete_until(),
        }
    }

    /// Up to `most` and as much again, so that not all do at once what all do.
    pub(super) fn about(&mut self, most: Duration) -> Duration {
        most + self.rng.up_to(most)
    }
}
