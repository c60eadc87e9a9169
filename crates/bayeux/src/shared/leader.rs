//! Leading: the client is at work, and the others are told.

use super::news::News;
use super::{Role, SharedClient, TabAction, word};
use crate::channel::Pattern;
use crate::client::{Event, Gap, Handover, Phase, Status};
use crate::error::ProtocolError;
use crate::exchange::Response;
use crate::time::Instant;

/// What a leader remembers of what it told.
#[derive(Debug, Default)]
pub(super) struct Leader {
    /// Higher than that of any leader that was heard.
    term: u64,
    /// How many words it said.
    number: u64,
    /// Whether it said none yet.
    is_new: bool,
    /// Whether a follower waits for an answer.
    pub(super) is_asked: bool,
    /// How things stood when it said the last.
    told: Status,
    connections: u64,
    told_connections: u64,
    is_announced: bool,
    missed: Option<Gap>,
    refused: Vec<(Pattern, ProtocolError)>,
    refusal: Option<Response>,
    /// What is to be handed on.
    messages: Vec<u8>,
    unreadable: Vec<String>,
    /// The session that it went on with, of the leader before it. It says so in its first word.
    inherited: Option<Handover>,
}

impl Leader {
    /// One that speaks up at once, so that the others know whom to listen to.
    pub(super) fn new(term: u64, inherited: Option<Handover>) -> Self {
        Self {
            term,
            is_new: true,
            is_asked: true,
            inherited,
            ..Self::default()
        }
    }

    /// Takes note of what the client says to its application.
    pub(super) fn note(&mut self, event: &Event, status: &Status, is_heard: bool) {
        match event {
            Event::StatusChanged if status.phase != Phase::Connected => {
                self.is_announced = false;
                if status.phase == Phase::Handshaking {
                    self.refused.clear();
                }
            }
            Event::Connected { missed } => {
                self.connections += 1;
                self.is_announced = true;
                self.missed = *missed;
            }
            Event::SubscriptionRefused { pattern, error } => {
                self.refused.retain(|(known, _)| known != pattern);
                self.refused.push((pattern.clone(), error.clone()));
            }
            Event::CredentialsNeeded { response } => self.refusal = Some(response.clone()),
            Event::Message(incoming) if is_heard => word::message(&mut self.messages, incoming),
            Event::Unreadable { excerpt } if is_heard => self.unreadable.push(excerpt.clone()),
            _ => {}
        }
    }

    /// Puts in what is remembered of the events, and takes it for told.
    fn complete(&mut self, news: &mut News) {
        self.number += 1;
        self.is_new = false;
        self.is_asked = false;
        self.told = news.status.clone();
        self.told_connections = self.connections;
        news.term = self.term;
        news.number = self.number;
        news.session = self.inherited.take().or_else(|| news.session.take());
        news.connections = self.connections;
        news.is_announced = self.is_announced;
        news.missed = self.missed;
        news.refused.clone_from(&self.refused);
        if news.status.phase == Phase::CredentialsNeeded {
            news.refusal.clone_from(&self.refusal);
        }
        news.unreadable = core::mem::take(&mut self.unreadable);
    }
}

impl SharedClient {
    /// Tells the others what is new, if anything is, and they are there. The first word is always
    /// said: somebody may wait for it whom nobody knows.
    pub(super) fn tell_the_others(&mut self, now: Instant) {
        let Role::Leader(leader) = &self.role else {
            return;
        };
        let is_news = leader.is_asked
            || !leader.messages.is_empty()
            || !leader.unreadable.is_empty()
            || leader.connections != leader.told_connections
            || leader.told != *self.client.status();
        if is_news && (leader.is_new || !self.others.is_empty()) {
            let news = self.news();
            self.tell(news, false, now);
        }
    }

    /// The last word. With the session to go on with, if anybody listens, and if messages are
    /// acknowledged: without, a request of ours that is still under way could take away what is meant
    /// for the next leader.
    pub(super) fn say_farewell(&mut self, now: Instant) {
        // First, whatever came before.
        self.drain_client(now);
        if !self.others.is_empty() {
            let mut news = self.news();
            if self.client.has_ack() {
                news.session = self.client.hand_over(now);
            }
            self.tell(news, true, now);
        }
    }

    /// How things stand.
    fn news(&self) -> News {
        let missing = [self.missing.from(), self.client.missed_since()];
        News {
            status: self.client.status().clone(),
            wake_at: self.client_wake,
            missing_since: missing.into_iter().flatten().min(),
            others: self.others.clone(),
            ..News::default()
        }
    }

    fn tell(&mut self, mut news: News, is_farewell: bool, now: Instant) {
        let Role::Leader(leader) = &mut self.role else {
            return;
        };
        leader.complete(&mut news);
        let messages = core::mem::take(&mut leader.messages);
        let word = word::news(&self.id, &news, &messages, is_farewell, now);
        self.to_tabs.push_back(TabAction::Tell(word));
    }
}
