//! Who leads: waiting for the lead, which comes when the leader goes, or is taken when it does not speak.
//!
//! | a follower | does |
//! |---|---|
//! | has a question, or heard nothing when a word was due | asks; the leader has to answer, whatever is asked |
//! | is not answered in [`PATIENCE`] | asks once more |
//! | is not answered in [`LAST_CALL`] | warns the others, and takes the lock by force |
//! | hears such a warning, or a farewell | asks in [`PATIENCE`], if nobody speaks up |
//! | is given the lock | hears out the [`LAST_WORDS`] of the leader before it, and leads |
//! | is robbed of the lock before that | waits in line again |
//!
//! | a leader | does |
//! |---|---|
//! | begins | says so |
//! | is robbed of the lock | follows, without its session; alone from the second time on, if it hears nobody |

use core::time::Duration;

use super::follower::Follower;
use super::leader::Leader;
use super::word::{self, Ask};
use super::{Role, SharedClient, TabAction};
use crate::client::{Phase, Reason};
use crate::time::Instant;

/// How long an answer may take, at least; at most twice as long. And then, when it is asked for again.
const PATIENCE: Duration = Duration::from_secs(3);
const LAST_CALL: Duration = Duration::from_secs(1);
/// How long the last words of a leader may be under way. And who was frozen when it was given the lock
/// has the time to hear that it was taken from it meanwhile.
pub(super) const LAST_WORDS: Duration = Duration::from_millis(200);

/// What a follower waits for.
#[derive(Debug, Default)]
pub(super) struct Wait {
    /// When a word is due that was not asked for.
    expected_by: Option<Instant>,
    /// When a word is due that was: the answer to a question, or the first of another leader, said since.
    answer_by: Option<Instant>,
    waits_for: WaitsFor,
    /// What a person or the application wants, until a leader has heard of it.
    wish: Option<Ask>,
    /// How often what is due was put off: a page that did not run has to hear first what was said
    /// meanwhile.
    put_off: u32,
    /// When to begin to lead: the lock is ours.
    lead_at: Option<Instant>,
    is_seizing: bool,
}

#[derive(Debug, Default)]
enum WaitsFor {
    #[default]
    Nothing,
    /// A word that answers the question of this number.
    Answer(u64),
    /// Any word that was said since then.
    Word(Instant),
}

impl Wait {
    /// When something is to be done.
    pub(super) fn due(&self) -> Option<Instant> {
        self.lead_at.or(self.answer_by).or(self.expected_by)
    }

    /// A leader said something then, which answers those questions. It may be an old word that has waited
    /// for this page to run. Says what is to be asked of this leader, since the last did not hear of it.
    pub(super) fn heard(
        &mut self,
        id: &str,
        answers: &[String],
        said: Instant,
        expected_by: Option<Instant>,
    ) -> Option<Ask> {
        self.put_off = 0;
        self.expected_by = expected_by;
        match self.waits_for {
            WaitsFor::Answer(question) if answers.contains(&word::answer(id, question)) => {
                self.wish = None;
            }
            WaitsFor::Word(since) if since <= said + LAST_WORDS => {}
            _ => return None,
        }
        self.waits_for = WaitsFor::Nothing;
        self.answer_by = None;
        self.wish
    }

    /// Puts off what was due then, up to `most` times if this page did not run when it was due, else
    /// `at_least` so often; says whether it did. Timers of hidden pages are always late.
    fn put_off(&mut self, due: Instant, at_least: u32, most: u32, now: Instant) -> bool {
        let is_late = now.since(due) > LAST_WORDS;
        let is_put_off = self.put_off < if is_late { most } else { at_least };
        self.put_off += u32::from(is_put_off);
        is_put_off
    }
}

impl SharedClient {
    /// Asks the leader.
    pub(super) fn ask(&mut self, ask: Ask, now: Instant) {
        let answer_by = now + self.about(PATIENCE);
        if let Role::Follower(Follower { wait, .. }) = &mut self.role {
            self.questions += 1;
            wait.waits_for = WaitsFor::Answer(self.questions);
            wait.answer_by.get_or_insert(answer_by);
            if matches!(ask, Ask::Retry | Ask::Restart | Ask::Renewed) {
                wait.wish = Some(ask);
            }
            let word = word::ask(&self.id, self.term, ask, self.questions);
            self.to_tabs.push_back(TabAction::Tell(word));
        }
    }

    /// Does what is due.
    pub(super) fn follow_up(&mut self, now: Instant) {
        let Role::Follower(Follower { wait, .. }) = &mut self.role else {
            return;
        };
        let is_due = |at: &mut Instant| *at <= now;
        if wait.lead_at.is_some() {
            if let Some(at) = wait.lead_at.take_if(is_due) {
                // Once will do for what has waited to arrive: it comes before a timer that is set now.
                if wait.put_off(at, 0, 1, now) {
                    wait.lead_at = Some(now + LAST_WORDS);
                } else {
                    self.lead(now);
                }
            }
        } else if let Some(at) = wait.answer_by.take_if(is_due) {
            // At least once it is asked again.
            if wait.put_off(at, 1, 3, now) {
                wait.answer_by = Some(now + LAST_CALL);
                let ask = wait.wish.unwrap_or(Ask::Wake);
                self.ask(ask, now);
            } else {
                self.seize(now);
            }
        } else if wait.answer_by.is_none() && wait.expected_by.take_if(is_due).is_some() {
            self.ask(Ask::Wake, now);
        }
    }

    /// Whoever leads next has to say so.
    pub(super) fn await_another(&mut self, said: Instant, now: Instant) {
        let answer_by = now + self.about(PATIENCE);
        if let Role::Follower(Follower { wait, .. }) = &mut self.role {
            wait.expected_by = None;
            wait.waits_for = WaitsFor::Word(said);
            wait.answer_by = Some(answer_by);
        }
    }

    /// The leader does not speak. It may have been frozen, and never run again.
    fn seize(&mut self, now: Instant) {
        let answer_by = now + self.about(PATIENCE);
        if let Role::Follower(follower) = &mut self.role {
            follower.wait.is_seizing = true;
            follower.wait.answer_by = Some(answer_by);
            // Whoever was given the lock may have gone on with it, and not be heard.
            follower.session = None;
            self.doubt(now);
            let warning = word::seizing(&self.id, self.term);
            self.to_tabs.push_back(TabAction::Tell(warning));
            self.to_tabs.push_back(TabAction::Seize);
        }
    }

    /// The lock is ours.
    pub(super) fn granted(&mut self, now: Instant) {
        if let Role::Follower(follower) = &mut self.role {
            // Nobody was there before, and this page was not frozen since it asked.
            let is_first = follower.leader().is_none()
                && !follower.wait.is_seizing
                && now.since(self.shown.since) < LAST_CALL;
            let wait = if is_first { Duration::ZERO } else { LAST_WORDS };
            follower.wait.put_off = 0;
            follower.wait.lead_at = Some(now + wait);
        }
    }

    /// Begins to lead: with the session of the leader that went, or with a new one.
    fn lead(&mut self, now: Instant) {
        let Role::Follower(follower) = core::mem::replace(&mut self.role, Role::Alone) else {
            return;
        };
        if let Some(leader) = follower.leader() {
            self.others.retain(|id| id != leader);
        }
        self.term += 1;
        let session = follower.session;
        self.role = Role::Leader(Leader::new(self.term, session.clone()));
        let heard = self.shown.last_heard;
        self.client.heard_before(heard, self.complete_until);
        self.missing.begins_at(follower.missing_since);
        if session.is_none() {
            self.may_miss_the_rest(now);
        }
        let stands = core::mem::take(&mut self.shown);
        if stands.phase == Phase::Stopped && follower.wait.wish.is_none() {
            // That is for a person to change.
            let reason = stands.reason.unwrap_or(Reason::ToldToStop);
            return self.client.stop(reason, now);
        }
        match session {
            Some(session) => self.client.take_over(session, now),
            None => self.client.open(now),
        }
        if stands.phase == Phase::Waiting && follower.wait.wish.is_none() {
            // A server that has asked for patience did not ask only the leader that went.
            self.client.wait_as(stands, now);
        }
    }

    /// The lock was taken from us: we were not heard for long. Whoever has it began a new session.
    pub(super) fn robbed(&mut self, now: Instant) {
        if let Role::Follower(Follower { wait, .. }) = &mut self.role {
            wait.lead_at = None;
            wait.is_seizing = false;
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
        self.missing.begins_at(self.client.missed_since());
        self.shown.last_heard = self.client.status().last_heard;
        self.complete_until = self.client.complete_until();
        self.to_tabs.push_back(TabAction::Queue);
        self.follow(Phase::Connecting, now);
        self.shown.reason = Some(Reason::Doubt);
        self.client.close(now);
        self.ask(Ask::Hello, now);
    }
}
