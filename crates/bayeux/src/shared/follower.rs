//! Following: what can be seen is what the leader says. And waiting for the lead: it comes when the
//! leader goes, or is taken when it does not speak.

use core::time::Duration;

use super::group::MOST_OTHERS;
use super::leader::Leader;
use super::news::News;
use super::word::{self, Ask};
use super::{Role, SharedClient, TabAction};
use crate::body::Body;
use crate::client::{Event, Handover, Incoming, Phase, Reason, Status};
use crate::exchange::Response;
use crate::message::Message;
use crate::time::Instant;

/// How long an answer may take, at least; at most twice as long. And then, when it is asked for again.
const PATIENCE: Duration = Duration::from_secs(3);
const LAST_CALL: Duration = Duration::from_secs(1);
/// How long after the time when it was due a word is asked for, at least.
const SLACK: Duration = Duration::from_secs(1);
/// How long the last words of a leader may be under way. And who was frozen when it was given the lock
/// has the time to hear that it was taken from it meanwhile.
const LAST_WORDS: Duration = Duration::from_millis(200);

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
    /// How often what is due was put off: a page that did not run has to hear first what was said
    /// meanwhile.
    put_off: u32,
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

    /// Whether what was due then is to be put off: at least so often, and some times more if this page
    /// did not run when it was due. Timers of hidden pages are always late.
    fn puts_off(&mut self, due: Instant, at_least: u32, now: Instant) -> bool {
        const MOST: u32 = 3;
        let is_late = now.since(due) > LAST_WORDS;
        let puts_off = self.put_off < if is_late { MOST } else { at_least };
        self.put_off += u32::from(puts_off);
        puts_off
    }

    /// Takes note of what a leader says of the connection, and says what that means.
    fn note(&mut self, from: String, news: &News, was_connected: bool) -> Meaning {
        let is_same_leader = self.leader.as_ref() == Some(&from);
        let is_gap = match self.leader {
            None => was_connected,
            Some(_) if is_same_leader => news.number != self.number + 1,
            Some(_) => news.number != 1 || self.session.is_none() || self.session != news.session,
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
        self.put_off = 0;
        self.answer_by = None;
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

    /// Asks the leader. It has to answer, whatever is asked.
    pub(super) fn ask(&mut self, ask: Ask, now: Instant) {
        let answer_by = now + self.about(PATIENCE);
        if let Role::Follower(follower) = &mut self.role {
            follower.answer_by.get_or_insert(answer_by);
            let word = word::ask(&self.id, ask);
            self.to_tabs.push_back(TabAction::Tell(word));
        }
    }

    /// Does what is due.
    pub(super) fn follow_up(&mut self, now: Instant) {
        let Role::Follower(follower) = &mut self.role else {
            return;
        };
        let is_due = |at: &mut Instant| *at <= now;
        if follower.lead_at.is_some() {
            if let Some(at) = follower.lead_at.take_if(is_due) {
                if follower.puts_off(at, 0, now) {
                    follower.lead_at = Some(now + LAST_WORDS);
                } else {
                    self.lead(now);
                }
            }
        } else if let Some(at) = follower.answer_by.take_if(is_due) {
            // At least once it is asked again.
            if follower.puts_off(at, 1, now) {
                follower.answer_by = Some(now + LAST_CALL);
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
            // Whoever was given the lock may have gone on with it, and not be heard.
            follower.session = None;
            follower.is_announced = false;
            follower.answer_by = Some(answer_by);
            if self.shown.phase == Phase::Connected {
                self.shown.phase = Phase::Connecting;
                self.shown.since = now;
                self.shown.reason = Some(Reason::Doubt);
                self.events.push_back(Event::StatusChanged);
            }
            let warning = word::seizing(&self.id);
            self.to_tabs.push_back(TabAction::Tell(warning));
            self.to_tabs.push_back(TabAction::Seize);
        }
    }

    /// Takes what a leader says.
    pub(super) fn take_news(
        &mut self,
        from: String,
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
        let Role::Follower(follower) = &mut self.role else {
            // Another took the lead, or lost it, and does not know yet.
            return;
        };
        if news.term < self.term {
            return;
        }
        self.term = news.term;
        let was_connected = self.missing.was_connected();
        let meaning = follower.note(from, &news, was_connected);
        follower.expected_by = expected_by;
        let is_greeting_due = is_unknown_there && !follower.is_greeted;
        follower.is_greeted |= is_unknown_there;

        if meaning.is_gap {
            self.may_miss_since_last_heard(now);
        }
        self.missing.since(meaning.missing_since);
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
        if is_greeting_due {
            self.ask(Ask::Hello, now);
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
    pub(super) fn take_farewell(&mut self, from: &str, session: Option<Handover>, now: Instant) {
        self.others.retain(|id| id != from);
        if let Role::Follower(follower) = &mut self.role
            && follower.leader.as_deref() == Some(from)
        {
            follower.session = session;
            self.await_another(now);
        }
    }

    /// Whoever leads next has to say so.
    pub(super) fn await_another(&mut self, now: Instant) {
        let answer_by = now + self.about(PATIENCE);
        if let Role::Follower(follower) = &mut self.role {
            follower.expected_by = None;
            follower.answer_by = Some(answer_by);
        }
    }

    /// The lock is ours.
    pub(super) fn granted(&mut self, now: Instant) {
        if let Role::Follower(follower) = &mut self.role {
            // Nobody was there before, and this page was not frozen since it asked.
            let is_first = follower.leader.is_none()
                && !follower.is_seizing
                && now.since(self.shown.since) < LAST_CALL;
            let wait = if is_first { Duration::ZERO } else { LAST_WORDS };
            follower.put_off = 0;
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
        let term = now.as_millis().max(self.term + 1);
        let session = follower.session;
        self.role = Role::Leader(Leader::new(term, session.clone()));
        self.client.heard_before(self.shown.last_heard);
        self.missing.since(follower.missing_since);
        if session.is_none() {
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
            self.to_tabs.push_back(TabAction::Queue);
        }
        if !self.leads() {
            return;
        }
        self.robbed_unheard += u32::from(!self.has_heard);
        if self.robbed_unheard >= 2 {
            // Nobody hears us, and we hear nobody.
            return self.work_alone(now);
        }
        self.missing.since(self.client.missed_since());
        self.shown.last_heard = self.client.status().last_heard;
        self.to_tabs.push_back(TabAction::Queue);
        self.follow(Phase::Connecting, now);
        self.shown.reason = Some(Reason::Doubt);
        self.client.close(now);
        self.ask(Ask::Hello, now);
    }
}
