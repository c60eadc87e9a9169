//! Everything but the poll: subscribe, publish, disconnect. Commands that wait travel together in
//! one request; while one is out, further ones wait for it.
//!
//! | channel | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|---|
//! | `/meta/subscribe` | channel, clientId, subscription | ext, id | channel, successful, subscription | error, advice, ext, id, clientId, timestamp |
//! | `/meta/disconnect` | channel, clientId | ext, id | channel, successful | error, ext, id, clientId |
//! | any other | channel, data | clientId, id, ext | channel, successful | id, error, ext |
//!
//! The reply to a publish is optional for a server; when the response has none, the outcome is
//! unknown.

use core::fmt;
use core::mem;

use serde::Serialize;
use serde_json::value::RawValue;

use super::lanes::{CommandRequest, Trouble};
use super::{Client, Event, Output, Phase, Reason};
use crate::advice::Reconnect;
use crate::channel::{Channel, Pattern};
use crate::error::ProtocolError;
use crate::exchange::Endpoint;
use crate::message::{ClientId, DISCONNECT, Message, SUBSCRIBE};
use crate::time::Instant;

/// Names a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token(pub(super) u64);

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server did it.
    Done,
    /// The server refused it.
    Refused(ProtocolError),
    /// It was never sent.
    NotSent,
    /// It was sent, and nobody knows what became of it.
    Unknown,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Refused(error) => write!(f, "refused: {error}"),
            Self::NotSent => f.write_str("not sent"),
            Self::Unknown => f.write_str("outcome unknown"),
        }
    }
}

/// A command that waits to be sent. Subscriptions wait in a list of their own.
#[derive(Debug)]
pub(super) enum Command {
    Publish {
        token: Token,
        channel: Channel,
        data: Box<RawValue>,
    },
}

/// A pattern the application wants, for as long as the client lives.
#[derive(Debug)]
pub(super) struct Subscription {
    pattern: Pattern,
    standing: Standing,
    /// Until the command is settled.
    token: Option<Token>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// To be sent in this session.
    Wanted,
    /// Sent, no reply yet.
    Sent,
    /// In force.
    Active,
    /// The server said no; asked again in the next session.
    Refused,
}

impl Subscription {
    pub(super) fn wanted(pattern: Pattern, token: Token) -> Self {
        Self {
            pattern,
            standing: Standing::Wanted,
            token: Some(token),
        }
    }
}

/// A message that is out.
#[derive(Debug)]
pub(super) struct Sent {
    message: u64,
    what: SentWhat,
}

#[derive(Debug)]
enum SentWhat {
    Subscribe(Pattern),
    Publish(Token),
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
    pub(super) fn has_commands_to_send(&self) -> bool {
        let wanted = |s: &Subscription| s.standing == Standing::Wanted;
        self.session.is_some()
            && self.command.is_none()
            && (!self.queue.is_empty() || self.subscriptions.iter().any(wanted))
    }

    pub(super) fn subscriptions_are_settled(&self) -> bool {
        self.subscriptions
            .iter()
            .all(|s| matches!(s.standing, Standing::Active | Standing::Refused))
    }

    /// A new session knows of no subscription.
    pub(super) fn want_all_subscriptions(&mut self) {
        for subscription in &mut self.subscriptions {
            subscription.standing = Standing::Wanted;
        }
    }

    /// Sends what waits, if the lane is free.
    pub(super) fn send_commands(&mut self, now: Instant) {
        if !self.has_commands_to_send() || now < self.commands_held_until {
            return;
        }
        let Some(session) = &self.session else {
            return;
        };
        let mut number = self.next_message;
        let queue = mem::take(&mut self.queue);
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
        for subscription in &mut self.subscriptions {
            if subscription.standing == Standing::Wanted {
                subscription.standing = Standing::Sent;
                let pattern = &subscription.pattern;
                let what = SentWhat::Subscribe(pattern.clone());
                add(SUBSCRIBE, Some(pattern.as_str()), None, what);
            }
        }
        for command in &queue {
            let Command::Publish {
                token,
                channel,
                data,
            } = command;
            add(
                channel.as_str(),
                None,
                Some(&**data),
                SentWhat::Publish(*token),
            );
        }
        let body = body(&messages);
        self.next_message = number;
        let id = self.exchange(Endpoint::Base, body, false);
        self.command = Some(CommandRequest {
            id,
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
        let mut session_unknown = false;
        for message in batch {
            let position = match &message {
                Ok(message) if message.successful.is_some() => {
                    let number = message.number();
                    request
                        .sent
                        .iter()
                        .position(|sent| Some(sent.message) == number)
                }
                _ => None,
            };
            match (message, position) {
                (Ok(reply), Some(position)) => {
                    let sent = request.sent.swap_remove(position);
                    session_unknown |= self.take_command_reply(sent, &reply);
                }
                (message, _) => {
                    self.take_other(message, now);
                }
            }
        }
        self.give_up(request.sent);
        if session_unknown {
            self.lose_session(Reason::SessionUnknown, now);
        }
    }

    /// Settles what a reply is to; tells whether it says that the session is unknown.
    fn take_command_reply(&mut self, sent: Sent, reply: &Message<'_>) -> bool {
        let error = reply.protocol_error();
        let done = reply.successful == Some(true);
        let advised = reply.advice.as_ref().and_then(|advice| advice.reconnect);
        let session_unknown =
            !done && (advised == Some(Reconnect::Handshake) || error.is_session_unknown());
        match sent.what {
            SentWhat::Subscribe(pattern) => {
                if session_unknown {
                    // It will be sent again in the next session, and settled then.
                    return true;
                }
                let (standing, outcome) = if done {
                    (Standing::Active, Outcome::Done)
                } else {
                    (Standing::Refused, Outcome::Refused(error.clone()))
                };
                self.subscription_became(&pattern, standing, &outcome);
                if !done {
                    self.events
                        .push_back(Event::SubscriptionRefused { pattern, error });
                }
            }
            SentWhat::Publish(token) => {
                let outcome = if done {
                    Outcome::Done
                } else {
                    Outcome::Refused(error)
                };
                self.events.push_back(Event::Settled { token, outcome });
            }
            SentWhat::Disconnect => {}
        }
        session_unknown
    }

    fn subscription_became(&mut self, pattern: &Pattern, standing: Standing, outcome: &Outcome) {
        for subscription in &mut self.subscriptions {
            if subscription.pattern == *pattern && subscription.standing == Standing::Sent {
                subscription.standing = standing;
                if let Some(token) = subscription.token.take() {
                    let outcome = outcome.clone();
                    self.events.push_back(Event::Settled { token, outcome });
                }
            }
        }
    }

    /// What to do with messages that got no reply: subscribing does no harm when done twice,
    /// publishing does.
    fn give_up(&mut self, sent: Vec<Sent>) {
        for sent in sent {
            match sent.what {
                SentWhat::Subscribe(pattern) => {
                    for subscription in &mut self.subscriptions {
                        if subscription.pattern == pattern
                            && subscription.standing == Standing::Sent
                        {
                            subscription.standing = Standing::Wanted;
                        }
                    }
                }
                SentWhat::Publish(token) => self.events.push_back(Event::Settled {
                    token,
                    outcome: Outcome::Unknown,
                }),
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
        self.give_up(request.sent);
        let at_least = match trouble {
            Trouble::Credentials(response) if self.session.is_some() => {
                self.missed_since.get_or_insert(now);
                return self.ask_for_credentials(response, now);
            }
            Trouble::Busy(_, Some(retry_after)) => retry_after.min(self.config.max_retry_after),
            _ => core::time::Duration::ZERO,
        };
        let delay = self.command_backoff.fail().max(at_least);
        self.commands_held_until = now + delay;
    }

    /// Settles what waits to be sent, because nothing will be sent any more.
    pub(super) fn settle_waiting(&mut self) {
        let publishes = mem::take(&mut self.queue)
            .into_iter()
            .map(|Command::Publish { token, .. }| token);
        let subscribes = self.subscriptions.iter_mut().filter_map(|s| s.token.take());
        for token in publishes.chain(subscribes) {
            let outcome = Outcome::NotSent;
            self.events.push_back(Event::Settled { token, outcome });
        }
    }

    /// Ends the session. The disconnect goes out even if the page is going away.
    pub(super) fn disconnect(&mut self, now: Instant) {
        self.abort_poll();
        self.next_poll = None;
        if let Some(request) = self.command.take() {
            self.sends.push_back(Output::Abort(request.id));
            self.give_up(request.sent);
        }
        self.settle_waiting();
        if let Some(session) = self.session.take() {
            let message = self.message_number();
            let body = body(&[Request {
                id: message.to_string(),
                channel: DISCONNECT,
                client_id: &session.client_id,
                subscription: None,
                data: None,
            }]);
            let id = self.exchange(Endpoint::Disconnect, body, true);
            self.command = Some(CommandRequest {
                id,
                deadline: now + self.config.max_network_delay,
                sent: vec![Sent {
                    message,
                    what: SentWhat::Disconnect,
                }],
            });
        }
        self.want_all_subscriptions();
        self.announced = false;
        self.missed_since = None;
        if self.status.phase != Phase::Idle {
            self.set_phase(Phase::Idle, None, now);
        }
    }
}
