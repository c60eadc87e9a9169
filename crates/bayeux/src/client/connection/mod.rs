//! The connection: session, polls, missed events, and the status. Commands are separate.
//!
//! | file | holds |
//! |---|---|
//! | `session` | the session, and the advice in force |
//! | `poll_lane`, `pace` | the poll that is out, when the next one is sent, and reactions to failures |
//! | `handshake`, `connect` | the two polls, each with its MUST and MAY |
//! | `credentials` | when they were renewed, and how soon they are used |
//! | `gaps` | which events may have been missed |

mod connect;
mod credentials;
mod gaps;
mod handshake;
mod pace;
mod poll_lane;
mod session;

use self::credentials::Credentials;
use self::poll_lane::{Next, PollLane, Step};
use self::session::{Ruling, SessionState};
use super::outputs::Outputs;
use super::response::{self, Batch, RequestError};
use super::{Config, Counters, Event, Phase, Reason, Status, page};
use crate::body::Body;
use crate::duration::Duration;
use crate::exchange::{ExchangeId, Response};
use crate::message::{DISCONNECT, Message};
use crate::time::Instant;

pub(super) use self::gaps::Gaps;
pub(super) use self::poll_lane::PollRequest;
pub(super) use self::session::Session;

/// A connection to one server.
#[derive(Debug)]
pub(super) struct Connection {
    config: Config,
    session: SessionState,
    poll: PollLane,
    gaps: Gaps,
    credentials: Credentials,
    outputs: Outputs,
}

impl Connection {
    pub(super) fn new(config: Config, seed: u64) -> Self {
        Self {
            session: SessionState::default(),
            poll: PollLane::new(&config, seed),
            gaps: Gaps::default(),
            credentials: Credentials::new(&config, seed ^ 1),
            outputs: Outputs::new(&config),
            config,
        }
    }

    // Getters

    pub(super) fn status(&self) -> &Status {
        self.outputs.status()
    }

    pub(super) fn counters(&self) -> &Counters {
        self.outputs.counters()
    }

    pub(super) fn session(&self) -> Option<&Session> {
        self.session.current()
    }

    pub(super) fn session_and_outputs(&mut self) -> (Option<&Session>, &mut Outputs) {
        (self.session.current(), &mut self.outputs)
    }

    /// Whether commands may be sent now.
    pub(super) fn takes_commands(&self) -> bool {
        let may_send = matches!(
            self.outputs.phase(),
            Phase::Connecting | Phase::Connected | Phase::Waiting
        );
        may_send && self.session.current().is_some()
    }

    /// Until when no request may be sent, because the server asked to wait.
    pub(super) fn busy_until(&self) -> Instant {
        self.poll.busy_until()
    }

    /// Whether credentials were renewed since a request was sent.
    pub(super) fn has_newer_credentials(&self, sent_at: Instant) -> bool {
        self.credentials.are_newer_than(sent_at)
    }

    pub(super) fn wake_at(&self) -> Option<Instant> {
        self.poll.wake_at(self.session.pause())
    }

    /// When the pending retry is scheduled.
    pub(super) fn planned_retry(&self) -> Option<Instant> {
        let planned = self.poll.planned();
        planned.filter(|_| self.outputs.phase() == Phase::Waiting)
    }

    pub(super) fn gaps(&mut self) -> &mut Gaps {
        &mut self.gaps
    }

    pub(super) fn outputs(&mut self) -> &mut Outputs {
        &mut self.outputs
    }

    // Commands of the application

    pub(super) fn open(&mut self, now: Instant) {
        self.poll.reset(now);
        self.session.reset_advice();
        self.schedule(Duration::ZERO, now);
        self.outputs.set_phase(Phase::Handshaking, None, now);
    }

    /// Ends the connection; returns the session for which a disconnect must be sent.
    pub(super) fn close(&mut self, now: Instant) -> Option<Session> {
        self.stop_polling();
        self.gaps.closed();
        if self.outputs.phase() != Phase::Idle {
            self.outputs.set_phase(Phase::Idle, None, now);
        }
        self.session.end()
    }

    pub(super) fn credentials_renewed(&mut self, now: Instant) {
        if self.outputs.phase() == Phase::CredentialsNeeded {
            let delay = self.credentials.renewed(now);
            self.resume(delay, None, now);
        }
    }

    pub(super) fn retry_now(&mut self, now: Instant) {
        self.poll.end_wait(now);
        self.retry_at(now, now);
    }

    /// Moves the pending retry to this time.
    pub(super) fn retry_at(&mut self, at: Instant, now: Instant) {
        if self.outputs.phase() == Phase::Waiting {
            let reason = self.status().reason.clone();
            self.resume(at.since(now), reason, now);
        }
    }

    // The page

    /// The connection may have died unnoticed: replaces the poll by a probe, unless it is young and
    /// `spare_young`. Resumes a suspended connection.
    pub(super) fn check(&mut self, spare_young: bool, now: Instant) {
        if self.outputs.phase() == Phase::Suspended {
            return self.resume(Duration::ZERO, None, now);
        }
        let is_spared = |sent_at: &Instant| spare_young && page::is_young(*sent_at, now);
        if let Some(sent_at) = self.poll.sent_at().filter(|at| !is_spared(at)) {
            self.stop_polling();
            self.poll.ended(now);
            self.gaps.request_lost(sent_at);
            self.resume(Duration::ZERO, Some(Reason::Doubt), now);
        }
    }

    /// Aborts the poll and keeps the session, if the connection is in use.
    pub(super) fn suspend(&mut self, now: Instant) {
        if self.outputs.phase().is_active() {
            self.gaps.request_lost(now);
            self.stop_polling();
            self.poll.ended(now);
            self.outputs.set_phase(Phase::Suspended, None, now);
        }
    }

    // Polls

    /// Sends the poll that is due: a connect if there is a session, else a handshake.
    pub(super) fn send_poll(&mut self, now: Instant) {
        if !self.poll.begin(self.session.pause(), now) {
            return;
        }
        let phase = self.outputs.phase();
        let Some(session) = self.session.current() else {
            self.session.reset_advice();
            handshake::send(&self.config, &mut self.poll, &mut self.outputs, now);
            if phase != Phase::Handshaking {
                self.outputs.advance_phase(Phase::Handshaking, now);
            }
            return;
        };
        let held = self.session.timeout(self.config.timeout);
        let is_probe = phase != Phase::Connected;
        let (poll, outputs) = (&mut self.poll, &mut self.outputs);
        connect::send(session, is_probe, held, poll, outputs, now);
        if phase == Phase::Waiting {
            self.outputs.advance_phase(Phase::Connecting, now);
        }
    }

    pub(super) fn take_poll(&mut self, id: ExchangeId) -> Option<Box<PollRequest>> {
        self.poll.take(id)
    }

    pub(super) fn extend_poll(&mut self, id: ExchangeId, deadline: Instant) {
        self.poll.extend(id, deadline);
    }

    /// Gives up a poll whose deadline has passed.
    pub(super) fn check_deadline(&mut self, now: Instant) {
        if let Some(request) = self.poll.take_overdue(now) {
            self.outputs.abort(request.id);
            self.poll_failed(&request, RequestError::Transient(Reason::TimedOut), now);
        }
    }

    pub(super) fn poll_answered(
        &mut self,
        request: &PollRequest,
        body: &Body,
        mut batch: Batch<'_>,
        now: Instant,
    ) {
        let channel = request.step.channel();
        let reply = response::take_reply(&mut batch, channel, request.message);
        let is_new = self.session.is_new(reply.as_ref());
        let mut has_events = false;
        self.outputs.reserve_events(batch.len());
        for message in batch {
            if is_new || !response::is_event(&message) {
                has_events |= self.accept(message, body, now);
            } else {
                self.outputs.count_repetition();
            }
        }
        let Some(reply) = reply else {
            let error = RequestError::Transient(Reason::NoReply);
            return self.poll_failed(request, error, now);
        };
        if reply.successful == Some(true) {
            self.gaps.poll_answered(request.sent_at);
        }
        match request.step {
            Step::Handshake => self.take_handshake_reply(&reply, now),
            Step::Probe | Step::Connect { .. } => {
                self.take_connect_reply(request, &reply, has_events, now);
            }
        }
    }

    fn take_handshake_reply(&mut self, reply: &Message<'_>, now: Instant) {
        self.advise(reply);
        let Some(client_id) = handshake::granted(reply) else {
            return self.poll_refused(reply, now);
        };
        self.server_answered(now);
        if !self.obey_advice(now) {
            // The session is ended again before anything is sent in it.
            return;
        }
        match handshake::mismatch(reply) {
            Some(Reason::OtherVersion) => return self.stop(Reason::OtherVersion, now),
            Some(reason) => {
                let delay = self.poll.back_off();
                return self.resume(delay, Some(reason), now);
            }
            None => {}
        }
        self.outputs.count_session();
        let batch = handshake::first_batch(reply, &self.config);
        self.session.begin(client_id, batch);
        self.gaps.session_began(batch.is_some());
        self.poll.ended(now);
        self.outputs.set_phase(Phase::Connecting, None, now);
        self.schedule(Duration::ZERO, now);
    }

    fn take_connect_reply(
        &mut self,
        request: &PollRequest,
        reply: &Message<'_>,
        has_events: bool,
        now: Instant,
    ) {
        self.advise(reply);
        self.poll.ended(now);
        self.session.received(reply.ext().batch());
        let is_successful = reply.successful == Some(true);
        if is_successful {
            self.server_answered(now);
        }
        if self.session.current().is_none() {
            // Another message of this response ended the session, and a handshake is scheduled.
            if self.session.is_to_stop() {
                self.stop(Reason::ToldToStop, now);
            }
            return;
        }
        if !is_successful {
            return self.poll_refused(reply, now);
        }
        if !self.obey_advice(now) {
            return;
        }
        self.credentials.accepted();
        let interval = self.session.pause();
        let pause = self.poll.succeeded(request, interval, has_events, now);
        if self.outputs.phase() != Phase::Connected {
            self.outputs.set_phase(Phase::Connected, None, now);
        }
        self.schedule(pause, now);
    }

    /// Accepts a message that is not a reply to the current request; returns whether it is an event.
    pub(super) fn accept(
        &mut self,
        message: Result<Message<'_>, String>,
        body: &Body,
        now: Instant,
    ) -> bool {
        if matches!(self.outputs.phase(), Phase::Idle | Phase::Stopped) {
            return false;
        }
        if let Ok(message) = &message {
            self.advise(message);
            // The server ends the session. Its next connect reply may advise what to do.
            let is_end = message.channel == DISCONNECT && !message.has_id();
            if is_end && self.session.current().is_some() {
                self.lose_session(now);
            }
        }
        self.outputs.deliver(message, body)
    }

    // Advice

    pub(super) fn advise(&mut self, message: &Message<'_>) {
        if let Some(advice) = message.advice() {
            self.session.advise(advice);
            let multiple = self.session.has_multiple_clients();
            self.outputs.set_multiple_clients(multiple);
        }
    }

    /// Follows the advice about the session; returns whether the session continues.
    pub(super) fn obey_advice(&mut self, now: Instant) -> bool {
        match self.session.ruling() {
            Ruling::GoOn => return true,
            Ruling::Handshake => self.lose_session(now),
            Ruling::Stop => self.stop(Reason::ToldToStop, now),
        }
        false
    }

    /// A poll was answered successfully: an earlier request to wait is over.
    fn server_answered(&mut self, now: Instant) {
        self.outputs.server_answered(now);
        self.poll.end_wait(now);
    }

    // Failures

    /// A handshake or connect was answered with `successful: false`. Advice decides before the error.
    fn poll_refused(&mut self, reply: &Message<'_>, now: Instant) {
        let error = reply.protocol_error();
        let is_unknown = self.session.is_to_handshake() || error.is_session_unknown();
        if self.session.forbids_reconnect() {
            self.stop(Reason::Refused(error), now);
        } else if is_unknown && self.session.current().is_some() {
            self.lose_session(now);
        } else {
            let delay = self.poll.back_off();
            self.resume(delay, Some(Reason::Refused(error)), now);
        }
    }

    /// A handshake or connect got no usable reply.
    pub(super) fn poll_failed(&mut self, request: &PollRequest, error: RequestError, now: Instant) {
        self.outputs.count_failure();
        self.poll.ended(now);
        if request.step != Step::Handshake {
            self.gaps.request_lost(request.sent_at);
        }
        match self.poll.failed(error, now) {
            Next::Retry(delay, reason) => self.resume(delay, Some(reason), now),
            Next::Stop(reason) => self.stop(reason, now),
            Next::AskForCredentials(response) => self.ask_for_credentials(response, now),
        }
    }

    /// Stops until the application has renewed its credentials.
    pub(super) fn ask_for_credentials(&mut self, response: Response, now: Instant) {
        if self.outputs.phase() == Phase::CredentialsNeeded {
            // The other request has already found out.
            return;
        }
        if let Some(sent_at) = self.poll.sent_at() {
            self.gaps.request_lost(sent_at);
            self.poll.ended(now);
        }
        self.stop_polling();
        let reason = Reason::Credentials(response.status);
        self.outputs
            .set_phase(Phase::CredentialsNeeded, Some(reason), now);
        self.outputs.event(Event::CredentialsNeeded { response });
    }

    /// Lets polls continue after `delay`, unless advice forbids it.
    fn resume(&mut self, delay: Duration, reason: Option<Reason>, now: Instant) {
        if self.session.forbids_reconnect() {
            return self.stop(reason.unwrap_or(Reason::ToldToStop), now);
        }
        let (heard, timeout) = (self.status().last_heard, self.config.timeout);
        if self.session.is_to_handshake() || self.session.has_expired(heard, now + delay, timeout) {
            self.drop_session(now);
        }
        if self.schedule(delay, now) {
            self.outputs.set_phase(Phase::Waiting, reason, now);
        }
    }

    /// Schedules the next poll. If the advised interval forbids it, stops and returns false.
    fn schedule(&mut self, delay: Duration, now: Instant) -> bool {
        let Some(interval) = self.session.interval() else {
            self.stop(Reason::ToldToStop, now);
            return false;
        };
        match self.session.current() {
            Some(_) => self.poll.schedule_connect(delay, now),
            None => self.poll.schedule_handshake(delay.max(interval), now),
        }
        true
    }

    /// The server does not know the session: begins a new one, as soon as interval and budget allow.
    pub(super) fn lose_session(&mut self, now: Instant) {
        self.drop_session(now);
        self.stop_polling();
        if self.outputs.phase() != Phase::CredentialsNeeded {
            self.resume(Duration::ZERO, Some(Reason::SessionUnknown), now);
        }
    }

    /// Ends the session on this side, and with it whatever the server may have kept for it.
    fn drop_session(&mut self, now: Instant) {
        self.gaps.session_ended(now);
        self.session.end();
    }

    fn stop_polling(&mut self) {
        if let Some(request) = self.poll.stop() {
            self.outputs.abort(request.id);
        }
    }

    /// Ends all attempts.
    pub(super) fn stop(&mut self, reason: Reason, now: Instant) {
        self.stop_polling();
        self.drop_session(now);
        self.outputs.set_phase(Phase::Stopped, Some(reason), now);
    }

    /// Announces the connection once, when its subscriptions are settled.
    pub(super) fn announce(&mut self, are_subscriptions_settled: bool, now: Instant) {
        let is_connected = self.outputs.phase() == Phase::Connected;
        let event = self
            .gaps
            .announce(is_connected, are_subscriptions_settled, now);
        if let Some(event) = event {
            self.outputs.event(event);
        }
    }

    /// Updates the time of the next attempt. While connected, only commands may have to be retried.
    pub(super) fn update_status(&mut self, reason: Option<&Reason>, commands: Option<Instant>) {
        let next_try = match self.outputs.phase() {
            Phase::Waiting => self.poll.due(self.session.pause()),
            Phase::Connected => commands,
            _ => None,
        };
        self.outputs.set_next_try(next_try, reason);
    }
}
