//! Leading: the client is at work, and the others are told.

use core::time::Duration;

use super::news::News;
use super::{Role, SharedClient, TabAction, word};
use crate::channel::Pattern;
use crate::client::{Event, Gap, Handover, Phase, Status};
use crate::error::ProtocolError;
use crate::exchange::Response;
use crate::time::Instant;

/// How often it is found out who is still there. Who was not listed in a word says so, and who has not
/// said anything at the next time has gone without a good-bye.
const ROLL_CALL: Duration = Duration::from_secs(600);

/// What a leader remembers of what it told.
#[derive(Debug, Default)]
pub(super) struct Leader {
    /// Higher than that of any leader that was heard.
    term: u64,
    /// Whether it said none yet.
    is_new: bool,
    /// The questions of followers that wait for an answer.
    asked: Vec<String>,
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
    /// When it called the roll, and who has not said anything since.
    called_at: Option<Instant>,
    silent: Vec<String>,
}

impl Leader {
    /// One that speaks up at once, so that the others know whom to listen to.
    pub(super) fn new(term: u64, inherited: Option<Handover>) -> Self {
        Self {
            term,
            is_new: true,
            inherited,
            ..Self::default()
        }
    }

    /// A follower has a question, and knew of that term.
    pub(super) fn asked(&mut self, question: String, term: u64) {
        self.asked.push(question);
        if term > self.term {
            // This tab did not know of the leader before, and is not listened to.
            self.term = term + 1;
        }
    }

    /// That tab is there.
    pub(super) fn has_spoken(&mut self, id: &str) {
        self.silent.retain(|silent| silent != id);
    }

    /// Says whether the roll is to be called now.
    fn calls_roll(&mut self, now: Instant) -> bool {
        let called_at = *self.called_at.get_or_insert(now);
        now.since(called_at) >= ROLL_CALL
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
        news.is_first = core::mem::take(&mut self.is_new);
        news.answers = core::mem::take(&mut self.asked);
        self.told = news.status.clone();
        self.told_connections = self.connections;
        news.term = self.term;
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
        let Role::Leader(leader) = &mut self.role else {
            return;
        };
        if leader.calls_roll(now) {
            self.others.retain(|id| !leader.silent.contains(id));
            leader.silent.clone_from(&self.others);
            leader.called_at = Some(now);
        }
        let is_news = leader.is_new
            || !leader.asked.is_empty()
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
        let missing = [self.missing.beginning(), self.client.missed_since()];
        let mut others = self.others.clone();
        if let Role::Leader(leader) = &self.role {
            others.retain(|id| !leader.silent.contains(id));
        }
        News {
            status: self.client.status().clone(),
            complete_until: self.client.complete_until(),
            wake_at: self.client_wake,
            missing_since: missing.into_iter().flatten().min(),
            others,
            ..News::default()
        }
    }

    fn tell(&mut self, mut news: News, is_farewell: bool, now: Instant) {
        let Role::Leader(leader) = &mut self.role else {
            return;
        };
        leader.complete(&mut news);
        self.words += 1;
        news.number = self.words;
        let messages = core::mem::take(&mut leader.messages);
        let word = word::news(&self.id, &news, &messages, is_farewell, now);
        self.to_tabs.push_back(TabAction::Tell(word));
    }
}
