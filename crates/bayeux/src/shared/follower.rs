//! A tab without the connection: it hears how that stands from the leader, and replaces one that it
//! does not hear.

use core::time::Duration;

use super::message::{Request, State};
use super::{ANSWER, Role, SILENCE, SharedClient, TabAction};
use crate::body::Body;
use crate::client::{Event, Gap, Phase, Reason, Status, event};
use crate::exchange::Response;
use crate::message;
use crate::time::Instant;

/// By how much the clocks may differ by which a message is dated and a request is.
const TOLERANCE: Duration = Duration::from_millis(200);
/// A timer that is this late belongs to a page that did not run, or whose timers are throttled.
/// Messages may wait to be heard.
const LATE: Duration = Duration::from_millis(1_500);

/// What a follower knows of the leader.
#[derive(Debug)]
pub(super) struct Follower {
    /// The number of the leader, and of its last message.
    leader: Option<u64>,
    seq: u64,
    /// The leader's number of connections, and whether the application was told of the last.
    connections: u64,
    is_connected: bool,
    /// What was posted before this tab last asked does not hold any more.
    doubts: bool,
    /// When this tab last asked, if no message was posted since; and how often it repeated that.
    asked_at: Option<Instant>,
    repeats: u32,
    /// When to ask, to repeat it, or to steal the lock.
    due: Instant,
}

impl Follower {
    fn new(now: Instant) -> Self {
        Self {
            leader: None,
            seq: 0,
            connections: 0,
            is_connected: false,
            doubts: false,
            asked_at: None,
            repeats: 0,
            due: now + SILENCE,
        }
    }

    /// When something is to be done if nothing is heard.
    pub(super) fn due(&self) -> Instant {
        self.due
    }

    /// A message of a leader has come that was posted then.
    fn heard(&mut self, posted: Instant, now: Instant) {
        if posted + SILENCE <= now {
            // It has waited for this page to run.
            self.doubts = true;
        } else if self.asked_at.is_none_or(|at| at <= posted + TOLERANCE) {
            self.asked_at = None;
            self.repeats = 0;
            self.doubts = false;
        }
        if self.asked_at.is_none() {
            self.due = posted + SILENCE;
        }
    }
}

impl SharedClient {
    /// Follows whoever leads; in this phase until it is heard.
    pub(super) fn follow(&mut self, phase: Phase, now: Instant) {
        self.role = Role::Follower(Follower::new(now));
        self.status = Status {
            phase,
            since: now,
            last_heard: self.status.last_heard.filter(|_| self.was_connected),
            ..Status::default()
        };
        self.events.push_back(Event::StatusChanged);
        self.ask(Request::Hello, now);
    }

    /// Asks the leader.
    pub(super) fn ask(&mut self, request: Request, now: Instant) {
        let answer_by = now + ANSWER + self.rng.up_to(ANSWER);
        if let Role::Follower(follower) = &mut self.role {
            if follower.asked_at.replace(now).is_none() {
                follower.due = answer_by;
            }
            self.to_tabs.push_back(TabAction::Post(request.encode()));
        }
    }

    /// The connection may have died while this page was away: asks, and claims nothing until there is
    /// an answer.
    pub(super) fn doubt(&mut self, now: Instant) {
        if let Role::Follower(follower) = &mut self.role {
            follower.doubts = true;
            follower.is_connected = false;
            if self.status.phase == Phase::Connected {
                self.status.phase = Phase::Connecting;
                self.status.since = now;
                self.status.reason = Some(Reason::Doubt);
                self.events.push_back(Event::StatusChanged);
            }
        }
    }

    /// Asks a leader that was not heard for too long, and replaces one that does not answer twice.
    pub(super) fn check_leader(&mut self, now: Instant) {
        let Role::Follower(follower) = &mut self.role else {
            return;
        };
        if now < follower.due {
            return;
        }
        let is_late = now.since(follower.due) >= LATE;
        let most = if is_late { 3 } else { 1 };
        match follower.asked_at.take() {
            Some(_) if follower.repeats >= most => self.steal(now),
            asked_at => {
                follower.repeats += u32::from(asked_at.is_some());
                self.ask(Request::Hello, now);
            }
        }
    }

    fn steal(&mut self, now: Instant) {
        self.doubt(now);
        let granted_by = now + ANSWER + self.rng.up_to(ANSWER);
        if let Role::Follower(follower) = &mut self.role {
            follower.repeats = 0;
            follower.asked_at = Some(now);
            follower.due = granted_by;
            self.to_tabs.push_back(TabAction::Steal);
        }
    }

    /// Takes what a leader posted then.
    pub(super) fn take_state(
        &mut self,
        mut state: State,
        body: Vec<u8>,
        posted: Instant,
        now: Instant,
    ) {
        let Role::Follower(follower) = &mut self.role else {
            // A leader that is replaced may not know it yet.
            return;
        };
        follower.heard(posted, now);
        let is_in_step = follower.leader == Some(state.leader) && state.seq == follower.seq + 1;
        let is_connection_new = !is_in_step || state.connections != follower.connections;
        if follower.doubts && state.status.phase == Phase::Connected {
            state.status.phase = Phase::Connecting;
            state.status.reason = Some(Reason::Doubt);
            state.is_connected = false;
        }
        let is_told = follower.is_connected && !is_connection_new;
        follower.leader = Some(state.leader);
        follower.seq = state.seq;
        follower.connections = state.connections;
        follower.is_connected = state.is_connected;
        if !is_in_step {
            self.may_have_missed(now);
        } else if is_connection_new && self.was_connected {
            let earlier = self.missing_since.into_iter().chain(state.missed_since);
            self.missing_since = earlier.min();
        }
        self.show(state.status);
        if state.is_connected && !is_told {
            let refused = state.refused.into_iter();
            self.events.extend(
                refused.map(|(pattern, error)| Event::SubscriptionRefused { pattern, error }),
            );
            let missed = self.connected(None, now);
            self.events.push_back(Event::Connected { missed });
        }
        self.take_body(body);
        if state.seq == 1 {
            // It does not know yet that it is followed.
            self.ask(Request::Hello, now);
        }
    }

    fn show(&mut self, mut status: Status) {
        if status.phase == self.status.phase {
            // It would move by how long the message was under way.
            status.since = self.status.since;
        }
        let was = core::mem::replace(&mut self.status, status);
        let is_changed = Status {
            last_heard: was.last_heard,
            ..self.status.clone()
        } != was;
        if is_changed {
            self.events.push_back(Event::StatusChanged);
        }
        if self.status.phase == Phase::CredentialsNeeded && was.phase != Phase::CredentialsNeeded {
            let status = match self.status.reason {
                Some(Reason::Credentials(status)) => status,
                _ => 401,
            };
            let response = Response {
                status,
                retry_after: None,
                body: Vec::new(),
            };
            self.events.push_back(Event::CredentialsNeeded { response });
        }
    }

    /// Gives the application the events of a response that the leader had.
    fn take_body(&mut self, body: Vec<u8>) {
        let body = Body::new(body);
        let messages = message::read(body.text()).unwrap_or_default();
        let channels = &mut self.channels;
        let events = messages
            .into_iter()
            .filter_map(|message| event(message, channels, &body));
        self.events.extend(events);
    }

    /// From when the server was last heard on, events may be missing.
    pub(super) fn may_have_missed(&mut self, now: Instant) {
        if self.was_connected {
            let heard = self.status.last_heard.unwrap_or(now);
            self.missing_since.get_or_insert(heard);
        }
    }

    /// The application is told of a connection; says in which time it may have missed something.
    pub(super) fn connected(&mut self, missed: Option<Gap>, now: Instant) -> Option<Gap> {
        self.was_connected = true;
        let since = self.missing_since.take().into_iter();
        let from = since.chain(missed.map(|gap| gap.from)).min()?;
        Some(Gap { from, to: now })
    }
}
