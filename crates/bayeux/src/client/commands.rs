//! Publishing, calling, and saying good-bye. What is commanded between two polls travels together
//! in one request, subscriptions first; while one is out, further commands wait for it.
//!
//! | channel | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|---|
//! | `/meta/disconnect` | channel, clientId | ext, id | channel, successful | error, ext, id, clientId |
//! | any other | channel, data | clientId, id, ext | channel, successful | id, error, ext |
//!
//! The reply to a publish is optional for a server; when the response has none, the outcome is
//! unknown. A call is a publish to a service channel that is answered by a message on the same
//! channel with the same id, on whichever response.

use core::fmt;
use core::mem;
use core::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;

use super::lanes::{CommandRequest, Trouble};
use super::subscriptions::Standing;
use super::{Client, Event, Output, Phase, Reason};
use crate::advice::Reconnect;
use crate::channel::{Channel, Pattern};
use crate::error::ProtocolError;
use crate::exchange::Endpoint;
use crate::message::{ClientId, DISCONNECT, Message};
use crate::time::Instant;

/// Names a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token(pub(super) u64);

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server did it.
    Done,
    /// The server refused it.
    Refused(ProtocolError),
    /// It was never sent.
    NotSent(NotSent),
    /// It was sent, and nobody knows what became of it.
    Unknown,
}

/// Why a command was never sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotSent {
    /// It is larger than a message may be.
    TooLarge {
        /// Bytes of channel and data.
        size: usize,
        /// [`max_message_size`](crate::Config::max_message_size).
        limit: usize,
    },
    /// Too many wait already.
    QueueFull {
        /// [`max_queue`](crate::Config::max_queue).
        limit: usize,
    },
    /// The application took it back.
    Withdrawn,
    /// Its time was up before it could be sent.
    TimedOut,
    /// The client was closed, or has stopped.
    Ended,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Refused(error) => write!(f, "refused: {error}"),
            Self::NotSent(why) => write!(f, "not sent: {why}"),
            Self::Unknown => f.write_str("outcome unknown"),
        }
    }
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { size, limit } => {
                write!(f, "the message has {size} bytes, {limit} are allowed")
            }
            Self::QueueFull { limit } => write!(f, "{limit} messages wait already"),
            Self::Withdrawn => f.write_str("it was taken back"),
            Self::TimedOut => f.write_str("its time was up"),
            Self::Ended => f.write_str("the connection was ended"),
        }
    }
}

/// A publish or a call that waits to be sent.
#[derive(Debug)]
pub(super) struct Publish {
    token: Token,
    channel: Channel,
    data: Box<RawValue>,
    /// For a call: until when an answer is of use.
    answer_by: Option<Instant>,
}

/// A call that was sent and waits for its answer.
#[derive(Debug)]
pub(super) struct Call {
    token: Token,
    message: u64,
    channel: Channel,
    answer_by: Instant,
}

/// A message that is out.
#[derive(Debug)]
pub(super) struct Sent {
    message: u64,
    what: SentWhat,
}

#[derive(Debug)]
enum SentWhat {
    Topic(Pattern, Standing),
    Publish(Token),
    Call,
    Disconnect,
}

/// Any message of the command lane.
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

/// A body of messages: always a list.
pub(super) fn body(messages: &[impl Serialize]) -> Vec<u8> {
    // Messages hold strings, numbers and JSON that was read before: they always have a JSON form.
    serde_json::to_vec(messages).unwrap_or_default()
}

impl Client {
    /// Publishes. Never sent a second time by the client: if no reply comes the outcome is unknown.
    /// While there is no session it waits for one.
    pub fn publish(&mut self, channel: Channel, data: Box<RawValue>) -> Token {
        self.enqueue(channel, data, None)
    }

    /// Publishes to a service channel and waits for the answer, which comes with
    /// [`Event::Settled`]. If there is none within `timeout`, the outcome is unknown; one that
    /// comes later is an ordinary message.
    pub fn call(
        &mut self,
        channel: Channel,
        data: Box<RawValue>,
        timeout: Duration,
        now: Instant,
    ) -> Token {
        self.enqueue(channel, data, Some(now + timeout))
    }

    fn enqueue(
        &mut self,
        channel: Channel,
        data: Box<RawValue>,
        answer_by: Option<Instant>,
    ) -> Token {
        let token = self.token();
        let publish = Publish {
            token,
            channel,
            data,
            answer_by,
        };
        let (size, limit) = (publish.size(), self.config.max_message_size);
        let refusal = if size > limit {
            Some(NotSent::TooLarge { size, limit })
        } else if self.queue.len() + self.calls.len() >= self.config.max_queue {
            let limit = self.config.max_queue;
            Some(NotSent::QueueFull { limit })
        } else {
            None
        };
        match refusal {
            Some(why) => self.settle(token, Outcome::NotSent(why)),
            None => self.queue.push_back(publish),
        }
        self.settle_if_stopped();
        token
    }

    pub(super) fn has_commands_to_send(&self) -> bool {
        let may_send = matches!(
            self.status.phase,
            Phase::Connecting | Phase::Connected | Phase::Waiting
        );
        may_send
            && self.session.is_some()
            && self.command.is_none()
            && (!self.queue.is_empty() || self.topics.iter().any(|t| t.to_send().is_some()))
    }

    /// Sends what waits, as much as may travel in one request, if the lane is free.
    pub(super) fn send_commands(&mut self, now: Instant) {
        if !self.has_commands_to_send() || now < self.commands_held_until {
            return;
        }
        let Some(session) = &self.session else {
            return;
        };
        let mut room = self.config.max_request_size;
        let fits = |publish: &&Publish| {
            let fits = publish.size() <= room || room == self.config.max_request_size;
            room = room.saturating_sub(publish.size());
            fits
        };
        let count = self.queue.iter().take_while(fits).count();
        let publishes: Vec<Publish> = self.queue.drain(..count).collect();

        let mut number = self.next_message;
        let mut messages = Vec::new();
        let mut sent = Vec::new();
        let mut add = |channel, subscription, data, what| {
            messages.push(Request {
                id: number.to_string(),
                channel,
                client_id: &session.client_id,
                subscription,
                data,
            });
            sent.push(Sent {
                message: number,
                what,
            });
            number += 1;
        };
        for topic in &mut self.topics {
            if let Some(channel) = topic.to_send() {
                topic.sent();
                let what = SentWhat::Topic(topic.pattern.clone(), topic.standing);
                add(channel, Some(topic.pattern.as_str()), None, what);
            }
        }
        let mut calls = Vec::new();
        for publish in &publishes {
            let Publish {
                token,
                channel,
                data,
                answer_by,
            } = publish;
            let what = match answer_by {
                None => SentWhat::Publish(*token),
                Some(_) => SentWhat::Call,
            };
            let data = Some(&**data);
            add(channel.as_str(), None, data, what);
        }
        let body = body(&messages);
        for (publish, sent) in publishes.into_iter().rev().zip(sent.iter().rev()) {
            if let Some(answer_by) = publish.answer_by {
                calls.push(Call {
                    token: publish.token,
                    message: sent.message,
                    channel: publish.channel,
                    answer_by,
                });
            }
        }
        let session = session.number;
        self.calls.append(&mut calls);
        self.next_message = number;
        self.counters.requests += 1;
        let id = self.exchange(Endpoint::Base, body, false);
        self.command = Some(CommandRequest {
            id,
            session,
            deadline: now + self.config.max_network_delay,
            sent,
        });
    }

    pub(super) fn take_commands(
        &mut self,
        mut request: CommandRequest,
        batch: Vec<Result<Message<'_>, String>>,
        now: Instant,
    ) {
        self.command_backoff.reset();
        self.command_refusals = 0;
        let is_current = self.session.as_ref().map(|s| s.number) == Some(request.session);
        let mut session_unknown = false;
        for message in batch {
            let position = match &message {
                Ok(message) if message.successful.is_some() && message.data.is_none() => {
                    let number = message.number();
                    request
                        .sent
                        .iter()
                        .position(|sent| Some(sent.message) == number)
                }
                _ => None,
            };
            match (message, position) {
                (Ok(mut reply), Some(position)) => {
                    let sent = request.sent.remove(position);
                    // What is said to a session that is gone does not concern the next.
                    if is_current {
                        self.take_advice(reply.advice.take());
                    }
                    session_unknown |= self.take_command_reply(sent, &reply);
                }
                (message, _) if is_current => {
                    self.take_other(message, now);
                }
                _ => {}
            }
        }
        self.give_up(request.sent);
        if !is_current || self.session.is_none() {
            return;
        }
        match self.advice.reconnect {
            Some(Reconnect::None) => self.stop(Reason::ToldToStop, now),
            _ if self.advised_interval().is_none() => self.stop(Reason::ToldToStop, now),
            Some(Reconnect::Handshake) => self.lose_session(Reason::SessionUnknown, now),
            _ if session_unknown => self.lose_session(Reason::SessionUnknown, now),
            _ => {}
        }
    }

    /// Settles what a reply is to; tells whether it says that the session is unknown.
    fn take_command_reply(&mut self, sent: Sent, reply: &Message<'_>) -> bool {
        let error = reply.protocol_error();
        let done = reply.successful == Some(true);
        let session_unknown = !done && error.is_session_unknown();
        match sent.what {
            // It will be sent again in the next session, and settled then.
            SentWhat::Topic(pattern, standing) if session_unknown => {
                self.topic_answered(&pattern, standing, None);
            }
            SentWhat::Topic(pattern, standing) => {
                let answer = if done { Ok(()) } else { Err(error) };
                self.topic_answered(&pattern, standing, Some(answer));
            }
            SentWhat::Publish(token) if done => self.settle(token, Outcome::Done),
            SentWhat::Publish(token) => self.settle(token, Outcome::Refused(error)),
            // Its answer is a message of its own.
            SentWhat::Call if done => {}
            SentWhat::Call => {
                if let Some(call) = self.take_call(sent.message) {
                    self.settle(call.token, Outcome::Refused(error));
                }
            }
            SentWhat::Disconnect => {}
        }
        session_unknown
    }

    fn take_call(&mut self, message: u64) -> Option<Call> {
        let position = self.calls.iter().position(|call| call.message == message)?;
        Some(self.calls.remove(position))
    }

    /// Settles a call if that is the answer to one.
    pub(super) fn take_answer(&mut self, channel: &Channel, message: &Message<'_>) -> bool {
        let call = message
            .number()
            .filter(|_| channel.is_service())
            .and_then(|number| {
                self.calls
                    .iter()
                    .position(|call| call.message == number && call.channel == *channel)
            })
            .map(|position| self.calls.remove(position));
        let Some(call) = call else {
            return false;
        };
        let outcome = match message.successful {
            Some(false) => Outcome::Refused(message.protocol_error()),
            _ => Outcome::Done,
        };
        self.events.push_back(Event::Settled {
            token: call.token,
            outcome,
            data: message.data.map(ToOwned::to_owned),
        });
        true
    }

    /// Gives up calls that got no answer in time, sent or not.
    pub(super) fn check_calls(&mut self, now: Instant) {
        while let Some(position) = self.calls.iter().position(|call| call.answer_by <= now) {
            let call = self.calls.remove(position);
            self.settle(call.token, Outcome::Unknown);
        }
        let is_late = |publish: &Publish| publish.answer_by.is_some_and(|at| at <= now);
        while let Some(position) = self.queue.iter().position(is_late) {
            if let Some(publish) = self.queue.remove(position) {
                self.settle(publish.token, Outcome::NotSent(NotSent::TimedOut));
            }
        }
    }

    pub(super) fn next_answer_due(&self) -> Option<Instant> {
        let sent = self.calls.iter().map(|call| call.answer_by);
        let waiting = self.queue.iter().filter_map(|publish| publish.answer_by);
        sent.chain(waiting).min()
    }

    /// Nobody will answer calls of a session that is gone.
    pub(super) fn give_up_calls(&mut self) {
        for call in mem::take(&mut self.calls) {
            self.settle(call.token, Outcome::Unknown);
        }
    }

    /// What to do with messages that got no reply: subscribing does no harm when done twice,
    /// publishing does.
    pub(super) fn give_up(&mut self, sent: Vec<Sent>) {
        for sent in sent {
            match sent.what {
                SentWhat::Topic(pattern, standing) => self.topic_answered(&pattern, standing, None),
                SentWhat::Publish(token) => self.settle(token, Outcome::Unknown),
                // The answer may come yet.
                SentWhat::Call | SentWhat::Disconnect => {}
            }
        }
    }

    pub(super) fn commands_failed(
        &mut self,
        request: CommandRequest,
        trouble: Trouble,
        now: Instant,
    ) {
        self.counters.failures += 1;
        self.give_up(request.sent);
        let at_least = match trouble {
            Trouble::Credentials(response) if self.session.is_some() => {
                self.may_miss_since(now);
                return self.ask_for_credentials(response, now);
            }
            Trouble::Rejected(reason) if self.session.is_some() => {
                self.command_refusals += 1;
                if self.command_refusals >= self.config.max_refusals {
                    return self.stop(reason, now);
                }
                Duration::ZERO
            }
            Trouble::Busy(_, Some(retry_after)) => retry_after.min(self.config.max_retry_after),
            _ => Duration::ZERO,
        };
        let delay = self.command_backoff.fail().max(at_least);
        self.commands_held_until = now + delay;
    }

    pub(super) fn settle(&mut self, token: Token, outcome: Outcome) {
        self.events.push_back(Event::Settled {
            token,
            outcome,
            data: None,
        });
    }

    /// Settles what waits to be sent, because nothing will be sent any more.
    pub(super) fn settle_waiting(&mut self) {
        for publish in mem::take(&mut self.queue) {
            self.settle(publish.token, Outcome::NotSent(NotSent::Ended));
        }
        self.give_up_calls();
        self.settle_topics();
    }

    /// Ends the request that is out, whatever it carries.
    pub(super) fn abort_commands(&mut self) {
        if let Some(request) = self.command.take() {
            self.sends.push_back(Output::Abort(request.id));
            self.give_up(request.sent);
        }
    }

    /// Ends the session. The disconnect goes out even if the page is going away.
    pub(super) fn disconnect(&mut self, now: Instant) {
        self.abort_poll();
        self.next_poll = None;
        // A second good-bye must not cut off the first.
        if self.session.is_some() || self.status.phase != Phase::Idle {
            self.abort_commands();
        }
        let session = self.session.take();
        self.want_all_subscriptions();
        self.settle_waiting();
        if let Some(session) = session {
            let message = self.message_number();
            let body = body(&[Request {
                id: message.to_string(),
                channel: DISCONNECT,
                client_id: &session.client_id,
                subscription: None,
                data: None,
            }]);
            self.counters.requests += 1;
            let id = self.exchange(Endpoint::Disconnect, body, true);
            self.command = Some(CommandRequest {
                id,
                session: session.number,
                deadline: now + self.config.max_network_delay,
                sent: vec![Sent {
                    message,
                    what: SentWhat::Disconnect,
                }],
            });
        }
        self.announced = false;
        self.missed_since = None;
        if self.status.phase != Phase::Idle {
            self.set_phase(Phase::Idle, None, now);
        }
    }
}

impl Publish {
    fn size(&self) -> usize {
        self.channel.as_str().len() + self.data.get().len()
    }
}
