//! Everything but polls: subscriptions, publishes and the disconnect. What is commanded between two
//! polls is sent in one request, subscriptions first; while one is out, further commands wait. A new
//! session does not wait for a request of the last one: it is aborted.
//!
//! | channel | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|---|
//! | none of the protocol's own | channel, data | clientId, id, ext | channel, successful | id, error, ext |
//! | `/meta/disconnect` | channel, clientId | ext, id | channel, successful | error, ext, id, clientId |
//!
//! A server may omit the reply to a publish: the outcome is unknown. A disconnect outlives the page;
//! nothing depends on its arrival.
//!
//! | failure of a request | client |
//! |---|---|
//! | subscribes in it | sends them again, after a back-off |
//! | publishes in it | never sends them again: outcome unknown |
//! | HTTP 429 or 503 | waits for `Retry-After` before the next request |
//! | HTTP 401 or 403 | asks for credentials, unless they were renewed meanwhile |
//! | any other HTTP 4xx, with subscribes | stops after a few |

use core::mem;
use core::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;

use super::config::Config;
use super::connection::Session;
use super::event::Event;
use super::outcome::{NotSent, Outcome, Token};
use super::outputs::Outputs;
use super::publishes::{Publish, PublishQueue};
use super::response::RequestError;
use super::status::Reason;
use super::subscriptions::{SubscriptionState, Subscriptions, settled};
use crate::backoff::Backoff;
use crate::channel::{Channel, Pattern};
use crate::exchange::{Endpoint, ExchangeId, Response};
use crate::message::{self, ClientId, DISCONNECT, Message, SUBSCRIBE, UNSUBSCRIBE};
use crate::time::Instant;

/// At most one request with commands is out.
#[derive(Debug)]
pub(super) struct CommandLane {
    tokens: u64,
    subscriptions: Subscriptions,
    publishes: PublishQueue,
    request: Option<CommandRequest>,
    /// The number of the session that the states of subscriptions are about.
    session: Option<u64>,
    /// Until when the lane pauses after a failure of its own.
    held_until: Instant,
    backoff: Backoff,
    /// HTTP refusals (4xx) in a row.
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
    /// Whether events come with connects alone.
    has_ack: bool,
    deadline: Instant,
    pub(super) sent_at: Instant,
    /// If its response is lost, nothing published before that time is.
    pub(super) complete_until: Instant,
    sent: Vec<Sent>,
}

/// A message that is out.
#[derive(Debug)]
struct Sent {
    message: u64,
    command: Command,
}

#[derive(Debug)]
enum Command {
    Subscription(Pattern, SubscriptionState),
    Publish(Token),
    Disconnect,
}

/// What the connection is to do after a request failed.
#[derive(Debug)]
pub(super) enum Consequence {
    AskForCredentials(Response),
    Stop(Reason),
}

/// Any message of the lane.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    id: String,
    channel: &'a str,
    client_id: &'a ClientId,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
}

impl CommandLane {
    pub(super) fn new(config: &Config, seed: u64) -> Self {
        Self {
            tokens: 0,
            subscriptions: Subscriptions::default(),
            publishes: PublishQueue::new(config),
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

    // Commands

    pub(super) fn publish(
        &mut self,
        channel: Channel,
        data: Box<RawValue>,
    ) -> (Token, Option<Event>) {
        let token = self.token();
        let publish = Publish {
            token,
            channel,
            data,
        };
        let pushed = self.publishes.push(publish, self.sent_publishes());
        let refusal = pushed.err().map(Outcome::NotSent);
        (token, refusal.map(|outcome| settled(token, outcome)))
    }

    pub(super) fn subscribe(&mut self, pattern: Pattern) -> (Token, Vec<Event>) {
        let token = self.token();
        (token, self.subscriptions.subscribe(token, pattern))
    }

    pub(super) fn unsubscribe(&mut self, subscriber: Token) -> (Token, Vec<Event>) {
        let token = self.token();
        (token, self.subscriptions.unsubscribe(token, subscriber))
    }

    fn token(&mut self) -> Token {
        self.tokens += 1;
        Token(self.tokens)
    }

    fn sent_publishes(&self) -> usize {
        let sent = self.request.iter().flat_map(|request| &request.sent);
        sent.filter(|sent| matches!(sent.command, Command::Publish(_)))
            .count()
    }

    /// Settles what waits, because nothing will be sent any more.
    pub(super) fn settle_waiting(&mut self) -> Vec<Event> {
        let publishes = self.publishes.take_all();
        let ended = Outcome::NotSent(NotSent::Ended);
        let mut events: Vec<Event> = publishes
            .map(|publish| settled(publish.token, ended.clone()))
            .collect();
        events.extend(self.subscriptions.settle_waiting());
        events
    }

    // The session

    /// Takes note of the session there is. If it is another one, every subscription has to be made
    /// again. Returns since when events of the last session may be missing.
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
        outputs.events(self.subscriptions.restart());
        if number.is_some() {
            self.held_until = now;
            self.refusals = 0;
        }
        let request = self.request.take_if(|request| !request.is_disconnect())?;
        // Its response is not used any more.
        let missed =
            (last == Some(request.session) && !request.has_ack).then_some(request.complete_until);
        match number {
            Some(_) => {
                outputs.abort(request.id);
                outputs.events(self.give_up(request));
            }
            None => self.request = Some(request),
        }
        missed
    }

    /// Forgets earlier HTTP refusals.
    pub(super) fn reset(&mut self) {
        self.refusals = 0;
    }

    // Sending

    /// When something is to be sent, if anything waits and no request is out.
    pub(super) fn due(&self) -> Option<Instant> {
        let is_pending = !self.publishes.is_empty() || self.subscriptions.is_pending();
        (is_pending && self.request.is_none()).then_some(self.held_until)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.request.as_ref().map(|request| request.deadline)
    }

    /// Sends what waits, as much as fits into one request.
    pub(super) fn send(
        &mut self,
        session: &Session,
        complete_until: Instant,
        outputs: &mut Outputs,
        now: Instant,
    ) {
        let publishes = self.publishes.take_batch();
        let subscriptions = self.subscriptions.send();
        let mut messages = Vec::new();
        let mut sent = Vec::new();
        let mut add = |channel, subscription, data, command| {
            let message = outputs.next_message();
            messages.push(Request {
                id: message.to_string(),
                channel,
                client_id: &session.client_id,
                subscription,
                data,
            });
            sent.push(Sent { message, command });
        };
        for (channel, pattern, state) in &subscriptions {
            let command = Command::Subscription(pattern.clone(), *state);
            add(channel, Some(pattern.as_str()), None, command);
        }
        for publish in &publishes {
            let command = Command::Publish(publish.token);
            add(
                publish.channel.as_str(),
                None,
                Some(&*publish.data),
                command,
            );
        }
        self.request = Some(CommandRequest {
            id: outputs.send(Endpoint::Base, message::body(&messages)),
            session: session.number,
            has_ack: session.has_ack(),
            deadline: outputs.deadline(Duration::ZERO, now),
            sent_at: now,
            complete_until,
            sent,
        });
    }

    /// Ends a session at the server.
    pub(super) fn disconnect(&mut self, session: &Session, outputs: &mut Outputs, now: Instant) {
        let message = outputs.next_message();
        let body = message::body(&[Request {
            id: message.to_string(),
            channel: DISCONNECT,
            client_id: &session.client_id,
            subscription: None,
            data: None,
        }]);
        self.request = Some(CommandRequest {
            id: outputs.send(Endpoint::Disconnect, body),
            session: session.number,
            has_ack: session.has_ack(),
            deadline: outputs.deadline(Duration::ZERO, now),
            sent_at: now,
            complete_until: now,
            sent: vec![Sent {
                message,
                command: Command::Disconnect,
            }],
        });
    }

    // The request that is out

    pub(super) fn take(&mut self, id: ExchangeId) -> Option<CommandRequest> {
        self.request.take_if(|request| request.id == id)
    }

    /// Takes a request whose deadline has passed.
    pub(super) fn take_overdue(&mut self, now: Instant) -> Option<CommandRequest> {
        self.request.take_if(|request| request.deadline <= now)
    }

    /// Moves the deadline of the request of that id.
    pub(super) fn extend(&mut self, id: ExchangeId, deadline: Instant) {
        if let Some(request) = self.request.as_mut().filter(|request| request.id == id) {
            request.deadline = request.deadline.max(deadline);
        }
    }

    /// Aborts the request; returns since when events may be missing.
    pub(super) fn abort(&mut self, outputs: &mut Outputs) -> Option<Instant> {
        let request = self.request.take()?;
        outputs.abort(request.id);
        let complete_until = request.complete_until;
        outputs.events(self.give_up(request));
        Some(complete_until)
    }

    // Results

    /// Takes the reply to a message of the request; returns whether the session is unknown.
    pub(super) fn answered(
        &mut self,
        request: &mut CommandRequest,
        position: usize,
        reply: &Message<'_>,
    ) -> (bool, Vec<Event>) {
        let sent = request.sent.remove(position);
        let error = reply.protocol_error();
        let is_done = reply.successful == Some(true);
        let is_session_unknown = !is_done && error.is_session_unknown();
        let events = match sent.command {
            // It is sent again in the next session, and settled then.
            Command::Subscription(pattern, state) if is_session_unknown => {
                self.subscriptions.answered(&pattern, state, None)
            }
            Command::Subscription(pattern, state) => {
                let answer = if is_done { Ok(()) } else { Err(error) };
                self.subscriptions.answered(&pattern, state, Some(answer))
            }
            Command::Publish(token) if is_done => vec![settled(token, Outcome::Done)],
            Command::Publish(token) => vec![settled(token, Outcome::Refused(error))],
            Command::Disconnect => Vec::new(),
        };
        (is_session_unknown, events)
    }

    /// All replies of a response were taken. What it did not answer is given up.
    pub(super) fn completed(&mut self, request: CommandRequest, now: Instant) -> Vec<Event> {
        self.refusals = 0;
        if request.has_subscriptions() {
            // Back off before re-sending unanswered subscriptions.
            self.reason = Some(Reason::NoReply);
            self.held_until = now + self.backoff.fail();
        } else {
            self.backoff.reset();
        }
        self.give_up(request)
    }

    /// What follows from a request of this session that got no usable response.
    pub(super) fn failed(
        &mut self,
        has_subscriptions: bool,
        error: RequestError,
        has_newer_credentials: bool,
        now: Instant,
    ) -> Option<Consequence> {
        if has_subscriptions {
            self.reason = error.reason().cloned();
        }
        let mut asked = Duration::ZERO;
        match error {
            RequestError::Unauthorized(response) if !has_newer_credentials => {
                return Some(Consequence::AskForCredentials(response));
            }
            // Publishes are not sent again, and so can't be refused for ever.
            RequestError::Rejected(reason) if has_subscriptions => {
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

    /// Subscriptions without a reply are sent again, publishes are not.
    pub(super) fn give_up(&mut self, request: CommandRequest) -> Vec<Event> {
        let mut events = Vec::new();
        for sent in request.sent {
            match sent.command {
                Command::Subscription(pattern, state) => {
                    events.extend(self.subscriptions.answered(&pattern, state, None));
                }
                Command::Publish(token) => events.push(settled(token, Outcome::Unknown)),
                Command::Disconnect => {}
            }
        }
        events
    }

    /// Ends a pause after a failure.
    pub(super) fn end_pause(&mut self, now: Instant) {
        self.held_until = now;
    }

    // Subscriptions

    /// Whether each subscription is active or refused.
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
}

impl CommandRequest {
    /// Whether it was sent in that session.
    pub(super) fn is_of(&self, session: Option<&Session>) -> bool {
        session.is_some_and(|session| session.number == self.session)
    }

    /// Which of its messages a reply answers: by id, or without one by channel and subscription.
    pub(super) fn position(&self, reply: &Message<'_>) -> Option<usize> {
        self.sent.iter().position(|sent| sent.is_answered_by(reply))
    }

    pub(super) fn has_subscriptions(&self) -> bool {
        let mut sent = self.sent.iter();
        sent.any(|sent| matches!(sent.command, Command::Subscription(..)))
    }

    fn is_disconnect(&self) -> bool {
        let mut sent = self.sent.iter();
        sent.any(|sent| matches!(sent.command, Command::Disconnect))
    }
}

impl Sent {
    fn is_answered_by(&self, reply: &Message<'_>) -> bool {
        if let Some(answers) = reply.answers(self.message) {
            return answers;
        }
        let Command::Subscription(pattern, state) = &self.command else {
            return false;
        };
        let channel = match state {
            SubscriptionState::Unsubscribing => UNSUBSCRIBE,
            _ => SUBSCRIBE,
        };
        reply.channel == channel && reply.subscription.as_deref() == Some(pattern.as_str())
    }
}
