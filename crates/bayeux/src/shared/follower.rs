//! Following: what can be seen is what the leader says. And waiting for the lead: it comes when the
//! leader goes, or is taken when it does not speak.

use core::time::Duration;

use super::leader::Leader;
use super::word::{self, Ask, News};
use super::{Lock, MOST_OTHERS, Output, Role, SharedClient};
use crate::body::Body;
use crate::client::{Event, Handover, Incoming, Phase, Reason, Status};
use crate::message::Message;
use crate::time::Instant;

/// How long an answer may take, at least; at most twice as long.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long after the time when it was due a word is asked for, at least.
const SLACK: Duration = Duration::from_secs(1);
/// A timer that is this late was not let run, and then neither were words let in.
const LATE: Duration = Duration::from_secs(2);
/// How long the last words of a leader may be under way that went without a farewell.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// What a follower knows of the leader.
#[derive(Debug, Default)]
pub(super) struct Follower {
    /// Who leads.
    leader: Option<String>,
    /// Its last word.
    number: u64,
    has_said_farewell: bool,
    /// Whether it was told that this tab listens.
    is_greeted: bool,
    /// What it takes to go on with the session.
    session: Option<Handover>,
    connections: u64,
    /// Whether the application was told that it is connected, and is still.
    is_announced: bool,
    /// From when on events may be missing of which the leader has not told yet.
    missing_since: Option<Instant>,
    /// When a word is due that was not asked for.
    expected_by: Option<Instant>,
    /// When the answer is due to what was asked.
    answer_by: Option<Instant>,
    /// Whether the answer was waited for while nothing could be heard.
    was_late: bool,
    /// When to begin to lead: the lock is ours.
    lead_at: Option<Instant>,
    is_seizing: bool,
}

impl Follower {
    /// When something is to be done.
    pub(super) fn due(&self) -> Option<Instant> {
        self.lead_at.or(self.answer_by).or(self.expected_by)
    }

    /// From when on events may be missing of which the leader has not told yet.
    pub(super) fn missing_since(&self) -> Option<Instant> {
        self.missing_since
    }
}

impl SharedClient {
    /// Begins to follow whoever speaks first.
    pub(super) fn follow(&mut self, phase: Phase, now: Instant) {
        self.role = Role::Follower(Follower::default());
        self.shown = Status {
            phase,
            since: now,
            last_heard: self.shown.last_heard.filter(|_| self.was_connected),
            ..Status::default()
        };
        self.events.push_back(Event::StatusChanged);
    }

    /// Asks the leader. It has to answer, whatever is asked.
    pub(super) fn ask(&mut self, ask: Ask, now: Instant) {
        let answer_by = now + self.about(PATIENCE);
        if let Role::Follower(follower) = &mut self.role {
            follower.answer_by.get_or_insert(answer_by);
            let word = word::ask(&self.id, ask);
            self.outputs.push_back(Output::Tell(word));
        }
    }

    /// Does what is due.
    pub(super) fn follow_up(&mut self, now: Instant) {
        let Role::Follower(follower) = &mut self.role else {
            return;
        };
        let is_due = |at: &mut Instant| *at <= now;
        if follower.lead_at.is_some() {
            if follower.lead_at.take_if(is_due).is_some() {
                self.lead(now);
            }
        } else if let Some(at) = follower.answer_by.take_if(is_due) {
            let is_late = now.since(at) > LATE;
            if is_late && !core::mem::replace(&mut follower.was_late, true) {
                self.ask(Ask::Wake, now);
            } else {
                self.seize(now);
            }
        } else if follower.answer_by.is_none() && follower.expected_by.take_if(is_due).is_some() {
            self.ask(Ask::Wake, now);
        }
    }

    /// The leader does not speak. It may have been frozen, and never run again.
    fn seize(&mut self, now: Instant) {
        let answer_by = now + self.about(PATIENCE);
        if let Role::Follower(follower) = &mut self.role {
            follower.is_seizing = true;
            follower.is_announced = false;
            follower.answer_by = Some(answer_by);
            if self.shown.phase == Phase::Connected {
                self.shown.phase = Phase::Connecting;
                self.shown.since = now;
                self.shown.reason = Some(Reason::Doubt);
                self.events.push_back(Event::StatusChanged);
            }
            let warning = word::seizing(&self.id);
            self.outputs.push_back(Output::Tell(warning));
            self.outputs.push_back(Output::Lock(Lock::Seize));
            self.forget_session();
        }
    }

    /// The leader's session is not to be gone on with: it is robbed, may not know yet, and go on
    /// with it.
    pub(super) fn forget_session(&mut self) {
        if let Role::Follower(follower) = &mut self.role {
            follower.session = None;
        }
    }

    /// Takes what the leader says.
    pub(super) fn take_news(
        &mut self,
        from: String,
        news: News,
        messages: Vec<Message<'_>>,
        body: &Body,
        now: Instant,
    ) {
        // The leader tells only those that it knows of.
        let is_unknown_there = !news.others.contains(&self.id) && news.others.len() < MOST_OTHERS;
        for id in news.others {
            self.know(id);
        }
        let Role::Follower(follower) = &mut self.role else {
            // Another took the lead, or lost it, and does not know yet.
            return;
        };
        if news.term < self.term {
            return;
        }
        let is_same = follower.leader.as_ref() == Some(&from);
        let is_same_session = matches!(
            (&follower.session, &news.session),
            (Some(known), Some(told)) if known.is_same_session(told)
        );
        let known = follower.session.as_ref().and_then(Handover::batch);
        let told = news.session.as_ref().and_then(Handover::batch);
        // Words, or a session, or batches of it, that this tab never heard of.
        let is_something_missing = match follower.leader {
            None => self.was_connected,
            Some(_) if is_same => news.number != follower.number + 1,
            Some(_) => news.number != 1 || !is_same_session || told > known,
        };
        let is_repeated = is_same_session && news.batch.is_some() && news.batch <= known;

        self.term = news.term;
        let is_greeted = follower.leader.is_none() || (is_same && follower.is_greeted);
        follower.is_greeted = is_greeted || is_unknown_there;
        follower.leader = Some(from);
        follower.number = news.number;
        follower.has_said_farewell = false;
        follower.session = match (follower.session.take(), news.session) {
            // What came already is not to come again.
            (Some(known), Some(told)) if is_same_session => Some(told.no_earlier_than(&known)),
            (_, told) => told,
        };
        follower.was_late = false;
        follower.answer_by = None;
        follower.expected_by = None;
        let is_announced = follower.is_announced
            && news.is_announced
            && news.connections == follower.connections
            && !is_something_missing;
        follower.is_announced = news.is_announced;
        follower.connections = news.connections;
        let pending = core::mem::replace(&mut follower.missing_since, news.missing_since);

        if is_something_missing {
            self.may_miss_since_last_heard(now);
        }
        if !is_same {
            self.may_miss_since(pending);
        }
        let was = core::mem::replace(&mut self.shown, news.status);
        let is_changed = Status {
            last_heard: was.last_heard,
            ..self.shown.clone()
        } != was;
        if is_changed {
            self.events.push_back(Event::StatusChanged);
        }
        if let Some(response) = news.refusal
            && was.phase != Phase::CredentialsNeeded
        {
            self.events.push_back(Event::CredentialsNeeded { response });
        }
        if news.is_announced && !is_announced {
            for (pattern, error) in news.refused {
                let event = Event::SubscriptionRefused { pattern, error };
                self.events.push_back(event);
            }
            // What was missed before this tab was connected is not missing here.
            let theirs = news.missed.filter(|_| self.was_connected);
            let missed = self.gap(theirs, now);
            self.events.push_back(Event::Connected { missed });
        }
        for excerpt in news.unreadable {
            self.events.push_back(Event::Unreadable { excerpt });
        }
        for message in messages.into_iter().filter(|_| !is_repeated) {
            let (Ok(channel), Some(data)) = (self.channels.channel(&message.channel), message.data)
            else {
                continue;
            };
            self.events.push_back(Event::Message(Incoming {
                channel,
                data: body.part(data),
                ext: message.ext.map(|ext| body.part(ext)),
            }));
        }
        if let Some(at) = news.wake_at {
            let expected_by = at + self.about(SLACK);
            if let Role::Follower(follower) = &mut self.role {
                follower.expected_by = Some(expected_by);
            }
        }
        if is_unknown_there && !is_greeted {
            self.ask(Ask::Hello, now);
        }
    }

    /// The leader goes. Whoever is given the lock has to say so.
    pub(super) fn take_farewell(&mut self, from: &str, now: Instant) {
        self.others.retain(|id| id != from);
        let answer_by = now + self.about(PATIENCE);
        if let Role::Follower(follower) = &mut self.role
            && follower.leader.as_deref() == Some(from)
        {
            follower.has_said_farewell = true;
            follower.expected_by = None;
            follower.answer_by = Some(answer_by);
            // Nothing more is to be waited for.
            follower.lead_at = follower.lead_at.map(|_| now);
        }
    }

    /// The lock is ours.
    pub(super) fn granted(&mut self, now: Instant) {
        if let Role::Follower(follower) = &mut self.role {
            let has_last_words =
                follower.leader.is_none() || follower.has_said_farewell || follower.is_seizing;
            let wait = if has_last_words {
                Duration::ZERO
            } else {
                LAST_WORDS
            };
            follower.lead_at = Some(now + wait);
        }
    }

    /// Begins to lead: with the session of the leader that went, or with a new one.
    fn lead(&mut self, now: Instant) {
        let Role::Follower(follower) = core::mem::replace(&mut self.role, Role::Alone) else {
            return;
        };
        self.others
            .retain(|id| Some(id) != follower.leader.as_ref());
        // Clocks of tabs agree well enough for a leader that never heard of the others' terms.
        self.term = now.as_millis().max(self.term + 1);
        let session = follower.session.filter(|_| !follower.is_seizing);
        let has_ack = session.as_ref().is_some_and(|s| s.batch().is_some());
        let batch = session.as_ref().and_then(Handover::batch);
        self.role = Role::Leader(Leader::new(batch));
        self.client.heard_before(self.shown.last_heard);
        self.may_miss_since(follower.missing_since);
        if !has_ack {
            self.may_miss_since_last_heard(now);
        }
        match (self.shown.phase, session) {
            // That is for a person to change.
            (Phase::Stopped, _) => {
                let reason = self.shown.reason.take();
                self.client.stop(reason.unwrap_or(Reason::ToldToStop), now);
            }
            (_, Some(session)) => self.client.take_over(session, now),
            (_, None) => self.client.open(now),
        }
    }

    /// The lock was taken from us: we were not heard for long. Whoever has it began a new session.
    pub(super) fn robbed(&mut self, now: Instant) {
        if let Role::Follower(follower) = &mut self.role {
            follower.lead_at = None;
            follower.is_seizing = false;
            self.outputs.push_back(Output::Lock(Lock::Queue));
        }
        if !self.leads() {
            return;
        }
        self.robbed_unheard += u32::from(!self.has_heard);
        if self.robbed_unheard >= 2 {
            // Nobody hears us, and we hear nobody.
            self.leave();
            self.role = Role::Alone;
            return;
        }
        self.may_miss_since(self.client.missed_since());
        self.shown.last_heard = self.client.status().last_heard;
        self.outputs.push_back(Output::Lock(Lock::Queue));
        self.follow(Phase::Connecting, now);
        self.shown.reason = Some(Reason::Doubt);
        self.client.close(now);
        self.ask(Ask::Hello, now);
    }
}
