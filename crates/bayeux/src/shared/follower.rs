//! Following: what can be seen is what the leader says.

use core::time::Duration;

use super::election::{LAST_WORDS, Wait};
use super::group::MOST_OTHERS;
use super::news::News;
use super::word::Ask;
use super::{Role, SharedClient};
use crate::body::Body;
use crate::client::{Event, Handover, Incoming, Phase, Reason, Status};
use crate::exchange::Response;
use crate::message::Message;
use crate::time::Instant;

/// How long after the time when it was due a word is asked for, at least.
const SLACK: Duration = Duration::from_secs(1);

/// What a follower knows of the leader.
#[derive(Debug, Default)]
pub(super) struct Follower {
    /// Who leads.
    leader: Option<String>,
    /// Its last word.
    number: u64,
    /// Whether it was told that this tab listens.
    is_greeted: bool,
    /// What it takes to go on with the session, if the leader has said farewell.
    pub(super) session: Option<Handover>,
    connections: u64,
    /// Whether the application was told that it is connected, and is still.
    is_announced: bool,
    /// Since when this tab doubts what it was told: what was said before does not count.
    doubts_since: Option<Instant>,
    /// From when on events may be missing of which the leader has not told yet.
    pub(super) missing_since: Option<Instant>,
    pub(super) wait: Wait,
}

impl Follower {
    /// Who leads, as far as is known.
    pub(super) fn leader(&self) -> Option<&str> {
        self.leader.as_deref()
    }

    /// Takes note of what a leader says of the connection, and says what that means.
    fn note(&mut self, from: String, news: &News, was_connected: bool) -> Meaning {
        let is_same_leader = !news.is_first && self.leader.as_ref() == Some(&from);
        let is_gap = match self.leader {
            None => was_connected,
            Some(_) if is_same_leader => news.number != self.number + 1,
            Some(_) => !news.is_first || self.session.is_none() || self.session != news.session,
        };
        let is_announced = self.is_announced && news.connections == self.connections && !is_gap;
        let unsaid = core::mem::replace(&mut self.missing_since, news.missing_since);
        let meaning = Meaning {
            is_gap,
            missing_since: unsaid.filter(|_| !is_same_leader),
            is_connection: news.is_announced && !is_announced,
        };
        self.is_greeted &= is_same_leader;
        self.leader = Some(from);
        self.number = news.number;
        self.session = None;
        self.connections = news.connections;
        self.is_announced = news.is_announced;
        meaning
    }
}

/// What a word of a leader means beside what it says.
struct Meaning {
    /// There were words that this tab never heard, or the leader does not go on where the one before
    /// it ended.
    is_gap: bool,
    /// What may be missing since, and was not told by the leader before this one.
    missing_since: Option<Instant>,
    /// The application is to be told that it is connected, or is so again.
    is_connection: bool,
}

impl SharedClient {
    /// Begins to follow whoever speaks first.
    pub(super) fn follow(&mut self, phase: Phase, now: Instant) {
        self.role = Role::Follower(Follower::default());
        self.shown = Status {
            phase,
            since: now,
            last_heard: self
                .shown
                .last_heard
                .filter(|_| self.missing.was_connected()),
            ..Status::default()
        };
        self.events.push_back(Event::StatusChanged);
    }

    /// What was told of the connection does not hold any more, until it is told again.
    pub(super) fn doubt(&mut self, now: Instant) {
        if let Role::Follower(follower) = &mut self.role {
            follower.doubts_since = Some(now);
            follower.is_announced = false;
            if self.shown.phase == Phase::Connected {
                self.shown.phase = Phase::Connecting;
                self.shown.since = now;
                self.shown.reason = Some(Reason::Doubt);
                self.events.push_back(Event::StatusChanged);
            }
        }
    }

    /// Takes what a leader said then.
    pub(super) fn take_news(
        &mut self,
        from: String,
        said: Instant,
        mut news: News,
        messages: Vec<Message<'_>>,
        body: &Body,
        now: Instant,
    ) {
        // The leader tells only those that it knows of.
        let is_unknown_there = !news.others.contains(&self.id) && news.others.len() < MOST_OTHERS;
        for id in core::mem::take(&mut news.others) {
            self.know(id);
        }
        let expected_by = news.wake_at.map(|at| at + self.about(SLACK));
        let was_connected = self.missing.was_connected();
        let Role::Follower(follower) = &mut self.role else {
            // Another took the lead, or lost it, and does not know yet.
            return;
        };
        if news.term < self.term {
            return;
        }
        self.term = news.term;
        let is_doubtful = |at: &Instant| said + LAST_WORDS < *at;
        follower.doubts_since = follower.doubts_since.filter(is_doubtful);
        if follower.doubts_since.is_some() && news.status.phase == Phase::Connected {
            news.is_announced = false;
            news.status.phase = Phase::Connecting;
            news.status.reason = Some(Reason::Doubt);
        }
        let meaning = follower.note(from, &news, was_connected);
        let unheard = follower
            .wait
            .heard(&self.id, &news.answers, said, expected_by);
        let is_greeting_due = is_unknown_there && !follower.is_greeted;
        follower.is_greeted = is_unknown_there;

        if meaning.is_gap {
            self.may_miss_the_rest(now);
        }
        self.missing.begins_at(meaning.missing_since);
        self.complete_until = news.complete_until;
        self.show(news.status, news.refusal);
        if meaning.is_connection {
            let refused = news.refused.into_iter();
            self.events.extend(
                refused.map(|(pattern, error)| Event::SubscriptionRefused { pattern, error }),
            );
            // What was missed before this tab was connected is not missing here.
            let theirs = news.missed.filter(|_| was_connected);
            let missed = self.missing.connected(theirs, now);
            self.events.push_back(Event::Connected { missed });
        }
        let unreadable = news.unreadable.into_iter();
        self.events
            .extend(unreadable.map(|excerpt| Event::Unreadable { excerpt }));
        self.hand_on(messages, body);
        let greeting = Some(Ask::Hello).filter(|_| is_greeting_due);
        if let Some(ask) = unheard.or(greeting) {
            self.ask(ask, now);
        }
    }

    /// Shows how the connection stands, as the leader says.
    fn show(&mut self, mut status: Status, refusal: Option<Response>) {
        if status.phase == self.shown.phase {
            // By how long the word was under way it would seem to move.
            status.since = self.shown.since;
        }
        let was = core::mem::replace(&mut self.shown, status);
        let is_changed = Status {
            last_heard: was.last_heard,
            ..self.shown.clone()
        } != was;
        if is_changed {
            self.events.push_back(Event::StatusChanged);
        }
        if let Some(response) = refusal
            && was.phase != Phase::CredentialsNeeded
        {
            self.events.push_back(Event::CredentialsNeeded { response });
        }
    }

    /// Gives the server's messages to the application.
    fn hand_on(&mut self, messages: Vec<Message<'_>>, body: &Body) {
        for message in messages {
            if let (Ok(channel), Some(data)) =
                (self.channels.channel(&message.channel), message.data)
            {
                self.events.push_back(Event::Message(Incoming {
                    channel,
                    data: body.part(data),
                    ext: message.ext.map(|ext| body.part(ext)),
                }));
            }
        }
    }

    /// The leader goes, and leaves its session to the next.
    pub(super) fn take_farewell(
        &mut self,
        from: &str,
        said: Instant,
        session: Option<Handover>,
        now: Instant,
    ) {
        self.others.retain(|id| id != from);
        if let Role::Follower(follower) = &mut self.role
            && follower.leader() == Some(from)
        {
            follower.session = session;
            self.await_another(said, now);
        }
    }
}
