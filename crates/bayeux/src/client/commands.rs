//! Commands: publishing, and how whatever is commanded travels. What is commanded between two polls
//! leaves together in one request, subscriptions first; while one is out, further commands wait for
//! it. Those of a new session don't wait for what was sent in the last: that is given up.
//!
//! | channel | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|---|
//! | none of the protocol's own | channel, data | clientId, id, ext | channel, successful | id, error, ext |
//!
//! The reply to a publish is optional for a server; when the response has none, the outcome is
//! unknown.

use core::fmt;
use core::mem;
use core::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;

use super::lanes::{CommandRequest, Trouble};
use super::subscriptions::Standing;
use super::{Client, Event, Output, Phase, Reason};
use crate::body::Body;
use crate::channel::{Channel, Pattern};
use crate::error::ProtocolError;
use crate::exchange::Endpoint;
use crate::message::{ClientId, Message, SUBSCRIBE, UNSUBSCRIBE};
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
    /// It is for a channel of the protocol itself.
    WrongChannel,
    /// The application took it back.
    Withdrawn,
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
            Self::WrongChannel => f.write_str("the channel is not one for it"),
            Self::Withdrawn => f.write_str("it was taken back"),
            Self::Ended => f.write_str("the connection was ended"),
        }
    }
}

/// A publish that waits to be sent.
#[derive(Debug)]
pub(super) struct Publish {
    pub(super) token: Token,
    pub(super) channel: Channel,
    data: Box<RawValue>,
}

/// A message that is out.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) message: u64,
    pub(super) what: SentWhat,
}

impl Sent {
    /// Whether it is sent again if nobody answers it.
    fn is_repeated(&self) -> bool {
        matches!(self.what, SentWhat::Topic(..))
    }

    /// Whether that is a reply to it: by its id, or, where a server leaves that out, by what it is
    /// about.
    fn is_answered_by(&self, reply: &Message<'_>) -> bool {
        if let Some(answers) = reply.answers(self.message) {
            return answers;
        }
        let SentWhat::Topic(pattern, standing) = &self.what else {
            return false;
        };
        let channel = match standing {
            Standing::Ending => UNSUBSCRIBE,
            _ => SUBSCRIBE,
        };
        reply.channel == channel && reply.subscription.as_deref() == Some(pattern.as_str())
    }
}

#[derive(Debug)]
pub(super) enum SentWhat {
    Topic(Pattern, Standing),
    Publish(Token),
    Disconnect,
}

/// Any message of the command lane.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request<'a> {
    pub(super) id: String,
    pub(super) channel: &'a str,
    pub(super) client_id: &'a ClientId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subscription: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<&'a RawValue>,
}

/// A body of messages: always a list.
pub(super) fn body(messages: &[impl Serialize]) -> Vec<u8> {
    // Messages hold strings, numbers and JSON that was read before: they always have a JSON form.
    serde_json::to_vec(messages).unwrap_or_default()
}

impl Client {
    /// Publishes. Never sent a second time by the client: if no reply comes the outcome is unknown.
    /// While there is no session it waits for one, also before [`open`](Self::open); after
    /// [`close`](Self::close) or a stop it is not sent.
    pub fn publish(&mut self, channel: Channel, data: Box<RawValue>) -> Token {
        let token = self.token();
        let publish = Publish {
            token,
            channel,
            data,
        };
        let (size, limit) = (publish.size(), self.config.max_message_size);
        let refusal = if publish.channel.is_meta() {
            Some(NotSent::WrongChannel)
        } else if size > limit {
            Some(NotSent::TooLarge { size, limit })
        } else if self.unsettled() >= self.config.max_queue {
            let limit = self.config.max_queue;
            Some(NotSent::QueueFull { limit })
        } else {
            None
        };
        match refusal {
            Some(why) => self.settle(token, Outcome::NotSent(why)),
            None => self.queue.push_back(publish),
        }
        self.settle_if_ended();
        token
    }

    /// How many publishes have not been settled: they wait, or are on their way.
    fn unsettled(&self) -> usize {
        let sent = self.command.iter().flat_map(|request| &request.sent);
        let publishes = sent.filter(|sent| matches!(sent.what, SentWhat::Publish(_)));
        self.queue.len() + publishes.count()
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

    /// Not before this may the command lane be used.
    pub(super) fn commands_due(&self) -> Instant {
        self.commands_held_until.max(self.busy_until)
    }

    /// Sends what waits, as much as may travel in one request, if the lane is free.
    pub(super) fn send_commands(&mut self, now: Instant) {
        if !self.has_commands_to_send() || now < self.commands_due() {
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
        for publish in &publishes {
            let what = SentWhat::Publish(publish.token);
            add(publish.channel.as_str(), None, Some(&*publish.data), what);
        }
        let body = body(&messages);
        let session = session.number;
        self.next_message = number;
        self.counters.requests += 1;
        let id = self.exchange(Endpoint::Base, body, false);
        self.command = Some(CommandRequest {
            id,
            session,
            deadline: now + self.config.max_network_delay,
            sent_at: now,
            complete_until: self.complete_until_or(now),
            sent,
        });
    }

    pub(super) fn take_commands(
        &mut self,
        mut request: CommandRequest,
        body: &Body,
        batch: Vec<Result<Message<'_>, String>>,
        now: Instant,
    ) {
        self.command_refusals = 0;
        let is_current = self.is_current(&request);
        let mut session_unknown = false;
        for message in batch {
            let position = match &message {
                Ok(message) if message.is_reply() => request
                    .sent
                    .iter()
                    .position(|sent| sent.is_answered_by(message)),
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
                    self.take_other(message, body, now);
                }
                _ => {}
            }
        }
        // What is to be said again must not be said again and again.
        if request.sent.iter().any(Sent::is_repeated) {
            self.command_trouble = Some(Reason::NoReply);
            self.commands_held_until = now + self.command_backoff.fail();
        } else {
            self.command_backoff.reset();
        }
        self.give_up(request.sent);
        if !is_current || self.session.is_none() {
            return;
        }
        if self.obey_advice(now) && session_unknown {
            self.lose_session(Reason::SessionUnknown, now);
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
            SentWhat::Disconnect => {}
        }
        session_unknown
    }

    /// What to do with messages that got no reply: subscribing does no harm when done twice,
    /// publishing does.
    pub(super) fn give_up(&mut self, sent: Vec<Sent>) {
        for sent in sent {
            match sent.what {
                SentWhat::Topic(pattern, standing) => self.topic_answered(&pattern, standing, None),
                SentWhat::Publish(token) => self.settle(token, Outcome::Unknown),
                SentWhat::Disconnect => {}
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
        let is_current = self.is_current(&request);
        let is_repeated = request.sent.iter().any(Sent::is_repeated);
        self.give_up(request.sent);
        if !is_current {
            // It says nothing of the session there is now.
            return;
        }
        // The server may have sent events along with the replies.
        self.may_miss_since(request.complete_until);
        self.announced &= self.missed_since.is_none();
        if is_repeated {
            self.command_trouble = trouble.reason().cloned();
        }
        let asked = match trouble {
            Trouble::Credentials(_) if request.sent_at < self.credentials_at => Duration::ZERO,
            Trouble::Credentials(response) => return self.ask_for_credentials(response, now),
            // What was refused and is not sent again can't be refused without end.
            Trouble::Rejected(reason) if is_repeated => {
                self.command_refusals += 1;
                if self.command_refusals >= self.config.max_refusals {
                    return self.stop(reason, now);
                }
                Duration::ZERO
            }
            Trouble::Rejected(_) => Duration::ZERO,
            Trouble::Busy(_, retry_after) => {
                let patience = retry_after.unwrap_or_default();
                patience.min(self.config.max_retry_after)
            }
            Trouble::Passing(_) => Duration::ZERO,
        };
        let delay = self.command_backoff.fail_after(asked);
        self.commands_held_until = now + delay;
    }

    /// Whether it was sent in the session there is now.
    fn is_current(&self, request: &CommandRequest) -> bool {
        let session = self.session.as_ref();
        session.is_some_and(|session| session.number == request.session)
    }

    pub(super) fn settle(&mut self, token: Token, outcome: Outcome) {
        self.events.push_back(Event::Settled { token, outcome });
    }

    /// Settles what waits to be sent, because nothing will be sent any more.
    pub(super) fn settle_waiting(&mut self) {
        for publish in mem::take(&mut self.queue) {
            self.settle(publish.token, Outcome::NotSent(NotSent::Ended));
        }
        self.settle_topics();
    }

    /// Whether the request that is out ends a session.
    pub(super) fn is_saying_goodbye(&self) -> bool {
        let sent = self.command.iter().flat_map(|request| &request.sent);
        let mut goodbyes = sent.filter(|sent| matches!(sent.what, SentWhat::Disconnect));
        goodbyes.next().is_some()
    }

    /// Ends the request that is out, whatever it carries.
    pub(super) fn abort_commands(&mut self) {
        if let Some(request) = self.command.take() {
            self.sends.push_back(Output::Abort(request.id));
            self.may_miss_since(request.complete_until);
            self.give_up(request.sent);
        }
    }
}

impl Publish {
    fn size(&self) -> usize {
        self.channel.as_str().len() + self.data.get().len()
    }
}
