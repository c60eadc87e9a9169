//! Everything but polls: subscribes, and the disconnect. All subscriptions since the last request are
//! sent in one; while that is out, further ones wait. A new session does not wait for a request of the
//! previous one, but aborts it.
//!
//! | channel | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|---|
//! | `/meta/disconnect` | channel, clientId | ext, id | channel, successful | error, ext, id, clientId |
//!
//! A disconnect outlives the page; nothing depends on its arrival.
//!
//! | failure of a subscribe | client |
//! |---|---|
//! | no response or no reply | sends it again, after a back-off |
//! | HTTP 429 or 503 | waits for `Retry-After` before the next request |
//! | HTTP 401 or 403 | asks for credentials, unless they were renewed meanwhile |
//! | HTTP 404, or another that rejects the request as such | sends it again, and stops after a few |
//! | refused by the server | reports it; asks again in the next session |

use core::mem;

use super::config::Config;
use super::connection::Session;
use super::event::Event;
use super::outputs::Outputs;
use super::request::Request;
use super::response::RequestError;
use super::status::Reason;
use super::subscriptions::Subscriptions;
use crate::backoff::Backoff;
use crate::channel::Pattern;
use crate::duration::Duration;
use crate::exchange::{Endpoint, ExchangeId, Response};
use crate::message::{DISCONNECT, Message, SUBSCRIBE};
use crate::time::Instant;

/// At most one request is out.
#[derive(Debug)]
pub(super) struct CommandLane {
    subscriptions: Subscriptions,
    request: Option<Box<CommandRequest>>,
    /// The number of the session to which the subscriptions belong.
    session: Option<u64>,
    /// Until when the lane pauses after one of its own failures.
    held_until: Instant,
    backoff: Backoff,
    /// HTTP rejections in a row.
    refusals: u32,
    /// Why subscriptions are not active although they were sent in this session.
    reason: Option<Reason>,
    max_refusals: u32,
    max_retry_after: Duration,
}

/// A request that is out.
#[derive(Debug)]
pub(super) struct CommandRequest {
    pub(super) id: ExchangeId,
    session: u64,
    /// Whether events come only with connects.
    has_ack: bool,
    deadline: Instant,
    pub(super) sent_at: Instant,
    /// If its response is lost, nothing published before this time is lost.
    pub(super) complete_until: Instant,
    /// Its unanswered subscribes: `id` and pattern. None in a disconnect.
    subscribes: Vec<(u64, Pattern)>,
    is_disconnect: bool,
}

/// What the connection must do after a request failed.
#[derive(Debug)]
pub(super) enum Consequence {
    AskForCredentials(Response),
    Stop(Reason),
}

impl CommandLane {
    pub(super) fn new(config: &Config, seed: u64) -> Self {
        Self {
            subscriptions: Subscriptions::default(),
            request: None,
            session: None,
            held_until: Instant::default(),
            backoff: Backoff::new(config.backoff, config.max_backoff, seed),
            refusals: 0,
            reason: None,
            max_refusals: config.max_refusals,
            max_retry_after: config.max_retry_after,
        }
    }

    pub(super) fn subscribe(&mut self, pattern: Pattern) {
        self.subscriptions.add(pattern);
    }

    /// Whether every subscription is active or refused.
    pub(super) fn is_settled(&self) -> bool {
        self.subscriptions.are_settled()
    }

    /// Why subscriptions are not active although they were sent in this session.
    pub(super) fn reason(&mut self) -> Option<&Reason> {
        if self.is_settled() {
            self.reason = None;
        }
        self.reason.as_ref()
    }

    /// Forgets earlier HTTP refusals.
    pub(super) fn reset(&mut self) {
        self.refusals = 0;
    }

    /// Ends a pause after a failure.
    pub(super) fn end_pause(&mut self, now: Instant) {
        self.held_until = now;
    }

    /// Notes the current session. If it is another one, every subscription has to be made again. Returns
    /// since when events of the previous session may be missing.
    pub(super) fn enter(
        &mut self,
        session: Option<&Session>,
        outputs: &mut Outputs,
        now: Instant,
    ) -> Option<Instant> {
        let number = session.map(|session| session.number);
        if number == self.session {
            return None;
        }
        let last = mem::replace(&mut self.session, number);
        self.reason = None;
        self.subscriptions.restart();
        if number.is_some() {
            self.held_until = now;
            self.refusals = 0;
            if let Some(request) = self.request.take_if(|request| !request.is_disconnect) {
                outputs.abort(request.id);
            }
        }
        // Events in its response are no longer accepted.
        let request = self.request.as_ref()?;
        let is_of_last = last == Some(request.session) && !request.is_disconnect;
        (is_of_last && !request.has_ack).then_some(request.complete_until)
    }

    // Sending

    /// When waiting subscribes are to be sent, if no request is out.
    pub(super) fn due(&self) -> Option<Instant> {
        let may_send = self.request.is_none() && self.subscriptions.is_pending();
        may_send.then_some(self.held_until)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.request.as_ref().map(|request| request.deadline)
    }

    /// Sends all waiting subscribes.
    pub(super) fn send(
        &mut self,
        session: &Session,
        complete_until: Instant,
        outputs: &mut Outputs,
        now: Instant,
    ) {
        let client_id = &session.client_id.0;
        let mut body = Request::default();
        let mut subscribes = Vec::new();
        for pattern in self.subscriptions.send() {
            let id = outputs.next_message();
            body.message(id, SUBSCRIBE);
            body.text("clientId", client_id);
            body.text("subscription", pattern.as_str());
            subscribes.push((id, pattern));
        }
        self.request = Some(Box::new(CommandRequest {
            id: outputs.send(Endpoint::Base, body.into_body()),
            session: session.number,
            has_ack: session.has_ack(),
            deadline: outputs.deadline(Duration::ZERO, now),
            sent_at: now,
            complete_until,
            subscribes,
            is_disconnect: false,
        }));
    }

    /// Ends a session at the server.
    pub(super) fn disconnect(&mut self, session: &Session, outputs: &mut Outputs, now: Instant) {
        let mut body = Request::new(outputs.next_message(), DISCONNECT);
        body.text("clientId", &session.client_id.0);
        self.request = Some(Box::new(CommandRequest {
            id: outputs.send(Endpoint::Disconnect, body.into_body()),
            session: session.number,
            has_ack: session.has_ack(),
            deadline: outputs.deadline(Duration::ZERO, now),
            sent_at: now,
            complete_until: now,
            subscribes: Vec::new(),
            is_disconnect: true,
        }));
    }

    // The request that is out

    pub(super) fn take(&mut self, id: ExchangeId) -> Option<Box<CommandRequest>> {
        self.request.take_if(|request| request.id == id)
    }

    /// Takes a request whose deadline has passed.
    pub(super) fn take_overdue(&mut self, now: Instant) -> Option<Box<CommandRequest>> {
        self.request.take_if(|request| request.deadline <= now)
    }

    /// Moves the deadline of the request with this id.
    pub(super) fn extend(&mut self, id: ExchangeId, deadline: Instant) {
        if let Some(request) = self.request.as_mut().filter(|request| request.id == id) {
            request.deadline = request.deadline.max(deadline);
        }
    }

    /// Aborts the request; returns since when events may be missing.
    pub(super) fn abort(&mut self, outputs: &mut Outputs) -> Option<Instant> {
        let request = self.request.take()?;
        outputs.abort(request.id);
        self.lost(&request);
        Some(request.complete_until)
    }

    // Results

    /// Takes the answer to a subscribe.
    pub(super) fn answered(&mut self, pattern: Pattern, reply: &Message<'_>) -> Answer {
        if reply.successful == Some(true) {
            self.subscriptions.answered(pattern, Ok(()));
            return Answer::Handled(None);
        }
        let error = reply.protocol_error();
        if error.is_session_unknown() {
            // It is sent again in the next session.
            self.subscriptions.lost(&pattern);
            return Answer::SessionUnknown;
        }
        Answer::Handled(self.subscriptions.answered(pattern, Err(error)))
    }

    /// The response to a request was taken. Unanswered subscribes are sent again.
    pub(super) fn completed(&mut self, request: &CommandRequest, now: Instant) {
        self.refusals = 0;
        if request.subscribes.is_empty() {
            self.backoff.reset();
        } else {
            // Back off before re-sending unanswered subscribes.
            self.reason = Some(Reason::NoReply);
            self.held_until = now + self.backoff.fail();
        }
        self.lost(request);
    }

    /// A request of this session got no usable response.
    pub(super) fn failed(
        &mut self,
        request: &CommandRequest,
        error: RequestError,
        has_newer_credentials: bool,
        now: Instant,
    ) -> Option<Consequence> {
        self.reason = error.reason().cloned();
        self.lost(request);
        let mut asked = Duration::ZERO;
        match error {
            RequestError::Unauthorized(response) if !has_newer_credentials => {
                return Some(Consequence::AskForCredentials(response));
            }
            RequestError::Rejected(reason) => {
                self.refusals += 1;
                if self.refusals >= self.max_refusals {
                    return Some(Consequence::Stop(reason));
                }
            }
            RequestError::Busy(_, Some(retry_after)) => {
                asked = retry_after.min(self.max_retry_after);
            }
            _ => {}
        }
        self.held_until = now + self.backoff.fail_after(asked);
        None
    }

    fn lost(&mut self, request: &CommandRequest) {
        for (_, pattern) in &request.subscribes {
            self.subscriptions.lost(pattern);
        }
    }
}

/// The result of a subscribe's reply.
#[derive(Debug)]
pub(super) enum Answer {
    /// It was granted, or refused, which is reported.
    Handled(Option<Event>),
    /// The server does not know the session.
    SessionUnknown,
}

impl CommandRequest {
    /// Whether it was sent in this session.
    pub(super) fn is_of(&self, session: Option<&Session>) -> bool {
        session.is_some_and(|session| session.number == self.session)
    }

    /// Takes the subscribe that a message answers: by id, or else by its pattern.
    pub(super) fn take_answered(&mut self, reply: &Message<'_>) -> Option<Pattern> {
        let is_answered = |(id, pattern): &(u64, Pattern)| {
            reply
                .answers(*id)
                .unwrap_or_else(|| reply.channel == SUBSCRIBE && reply.is_about(pattern.as_str()))
        };
        let position = self.subscribes.iter().position(is_answered);
        let position = position.filter(|_| reply.is_reply())?;
        Some(self.subscribes.remove(position).1)
    }
}
