//! The two requests that may be out at once: the poll (handshake or connect) and one for
//! everything else. Here they are numbered, timed out, and their responses taken apart; what the
//! messages mean is decided in the protocol steps.
//!
//! | | the protocol | client |
//! |---|---|---|
//! | requests at once | MUST NOT need more than two | a poll and one other |
//! | a body that is sent | SHOULD be a list | always is |
//! | a body that is received | MUST be taken as a list, MAY as an object | takes both |
//! | the id of a reply | MUST be that of the request, if it had one | takes one without as the poll's, or by the subscription it names; none with another's |
//! | a message | MUST have a channel | passes over what can't be read, and says so |
//!
//! Source: Bayeux 1.0, *Two connection operation* and *Common message field definitions*.

use core::time::Duration;

use super::commands::Sent;
use super::{Client, Event, Incoming, Output, Phase, Reason};
use crate::body::Body;
use crate::channel::KnownChannels;
use crate::exchange::{Endpoint, Exchange, ExchangeId, Failure, Response};
use crate::message::{self, Message, NotMessages};
use crate::time::Instant;

/// The request by which the server can speak.
#[derive(Debug)]
pub(super) struct PollRequest {
    pub(super) id: ExchangeId,
    pub(super) deadline: Instant,
    pub(super) sent_at: Instant,
    /// The `id` of the handshake or connect in it.
    pub(super) message: u64,
    pub(super) is_handshake: bool,
    /// For how long it is to be held, if it is.
    pub(super) held: Option<Duration>,
}

/// The request for everything else.
#[derive(Debug)]
pub(super) struct CommandRequest {
    pub(super) id: ExchangeId,
    /// The number of the session it belongs to.
    pub(super) session: u64,
    pub(super) deadline: Instant,
    pub(super) sent_at: Instant,
    /// If its response is lost, nothing can have been missed until then.
    pub(super) complete_until: Instant,
    pub(super) sent: Vec<Sent>,
}

/// Why a request came to nothing.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It may pass.
    Passing(Reason),
    /// It may pass, and the server says when.
    Busy(Reason, Option<Duration>),
    /// The server refused the request as such (4xx).
    Rejected(Reason),
    /// The server wants to know who we are.
    Credentials(Response),
}

impl Trouble {
    /// Why, for whoever looks at the status.
    pub(super) fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Passing(reason) | Self::Busy(reason, _) | Self::Rejected(reason) => Some(reason),
            Self::Credentials(_) => None,
        }
    }
}

impl Client {
    pub(super) fn exchange(
        &mut self,
        endpoint: Endpoint,
        body: Vec<u8>,
        keepalive: bool,
    ) -> ExchangeId {
        let id = ExchangeId::new(self.next_exchange);
        self.next_exchange += 1;
        self.sends.push_back(Output::Send(Exchange {
            id,
            endpoint,
            url: endpoint.address(&self.config.url, self.config.append_message_type),
            body,
            keepalive,
        }));
        id
    }

    pub(super) fn message_number(&mut self) -> u64 {
        let number = self.next_message;
        self.next_message += 1;
        number
    }

    pub(super) fn abort_poll(&mut self) {
        if let Some(request) = self.poll.take() {
            self.sends.push_back(Output::Abort(request.id));
        }
    }

    /// Gives up whatever has run out of time.
    pub(super) fn check_deadlines(&mut self, now: Instant) {
        if let Some(request) = self.poll.take_if(|request| request.deadline <= now) {
            self.sends.push_back(Output::Abort(request.id));
            self.poll_failed(&request, Trouble::Passing(Reason::TimedOut), now);
        }
        if let Some(request) = self.command.take_if(|request| request.deadline <= now) {
            self.sends.push_back(Output::Abort(request.id));
            self.commands_failed(request, Trouble::Passing(Reason::TimedOut), now);
        }
    }

    /// A response has begun to come: it is not too late as long as it goes on.
    pub(super) fn take_progress(&mut self, id: ExchangeId, now: Instant) {
        let until = now + self.config.max_network_delay;
        if let Some(request) = self.poll.as_mut().filter(|request| request.id == id) {
            request.deadline = request.deadline.max(until);
        } else if let Some(request) = self.command.as_mut().filter(|request| request.id == id) {
            request.deadline = request.deadline.max(until);
        }
    }

    pub(super) fn take_failure(&mut self, id: ExchangeId, failure: Failure, now: Instant) {
        let reason = match self.is_offline {
            true => Reason::Offline,
            false => Reason::Network(failure.detail),
        };
        let trouble = Trouble::Passing(reason);
        if let Some(request) = self.poll.take_if(|request| request.id == id) {
            self.poll_failed(&request, trouble, now);
        } else if let Some(request) = self.command.take_if(|request| request.id == id) {
            self.commands_failed(request, trouble, now);
        }
    }

    /// Takes a response apart. One to an exchange that was given up or never begun is dropped: what
    /// was given up has been reported as such already.
    pub(super) fn take_response(&mut self, id: ExchangeId, response: Response, now: Instant) {
        let verdict = verdict(&response);
        let body = Body::new(response.body);
        let batch = match (verdict, read(&body)) {
            (Ok(()), batch) => batch,
            // Some servers refuse by HTTP, too. What they say in the protocol's words goes first if
            // it says more than that they refuse.
            (Err(Trouble::Rejected(_) | Trouble::Credentials(_)), Ok(batch))
                if batch.iter().flatten().any(Message::says_how_to_go_on) =>
            {
                Ok(batch)
            }
            (Err(trouble), _) => Err(trouble),
        };
        if let Some(request) = self.poll.take_if(|request| request.id == id) {
            match batch {
                Ok(batch) => self.take_poll(&request, &body, batch, now),
                Err(trouble) => self.poll_failed(&request, trouble, now),
            }
        } else if let Some(request) = self.command.take_if(|request| request.id == id) {
            match batch {
                Ok(batch) => self.take_commands(request, &body, batch, now),
                Err(trouble) => self.commands_failed(request, trouble, now),
            }
        }
    }

    fn take_poll(
        &mut self,
        request: &PollRequest,
        body: &Body,
        mut batch: Vec<Result<Message<'_>, String>>,
        now: Instant,
    ) {
        let channel = if request.is_handshake {
            message::HANDSHAKE
        } else {
            message::CONNECT
        };
        let is_reply = |message: &Result<Message<'_>, String>| {
            message.as_ref().is_ok_and(|message| {
                // A server may leave the id out.
                message.channel == channel && message.answers(request.message).unwrap_or(true)
            })
        };
        // It may be first or last.
        let position = batch.iter().position(is_reply);
        let reply = position.and_then(|position| batch.remove(position).ok());
        // Without the reply nobody can say of acknowledged messages whether they will come again.
        let is_news = match &reply {
            Some(reply) => self.is_news(reply),
            None => !self.has_ack(),
        };
        let mut events = false;
        self.events.reserve(batch.len());
        for message in batch {
            if is_news || !is_event(&message) {
                events |= self.take_other(message, body, now);
            } else {
                self.counters.repetitions += 1;
            }
        }
        if reply
            .as_ref()
            .is_some_and(|reply| reply.successful == Some(true))
        {
            self.complete_until = Some(request.sent_at);
        }
        match (reply, request.is_handshake) {
            (None, _) => self.poll_failed(request, Trouble::Passing(Reason::NoReply), now),
            (Some(reply), true) => self.take_handshake_reply(reply, now),
            (Some(reply), false) => self.take_connect_reply(request, reply, events, now),
        }
    }

    /// Takes a message that is no reply to the request at hand; tells whether it is an event.
    pub(super) fn take_other(
        &mut self,
        message: Result<Message<'_>, String>,
        body: &Body,
        now: Instant,
    ) -> bool {
        if matches!(self.status.phase, Phase::Idle | Phase::Stopped) {
            return false;
        }
        let mut message = message;
        if let Ok(message) = &mut message {
            self.take_advice(message.advice.take());
            if message.channel == message::DISCONNECT
                && message.id.is_none()
                && self.session.is_some()
            {
                // The server ends the session; its next connect reply says what to do then.
                self.lose_session(Reason::SessionUnknown, now);
            }
        }
        let Some(event) = event(message, &mut self.channels, body) else {
            return false;
        };
        let is_message = matches!(event, Event::Message(_));
        let counters = &mut self.counters;
        *if is_message {
            &mut counters.messages
        } else {
            &mut counters.unreadable
        } += 1;
        self.events.push_back(event);
        is_message
    }
}

/// What a message means to the application, if anything: meta messages and replies mean nothing.
pub(crate) fn event(
    message: Result<Message<'_>, String>,
    channels: &mut KnownChannels,
    body: &Body,
) -> Option<Event> {
    let message = match message {
        Ok(message) if message.is_meta() => return None,
        Ok(message) => message,
        Err(excerpt) => return Some(Event::Unreadable { excerpt }),
    };
    match (channels.channel(&message.channel), message.data) {
        (Ok(_), _) if message.is_reply() => None,
        (Ok(channel), Some(data)) => Some(Event::Message(Incoming {
            channel,
            data: body.part(data),
        })),
        _ => Some(Event::Unreadable {
            excerpt: message::excerpt(&message.channel),
        }),
    }
}

fn is_event(message: &Result<Message<'_>, String>) -> bool {
    !matches!(message, Ok(message) if message.is_meta() || message.is_reply() || message.data.is_none())
}

/// What the HTTP status of a response says of its body.
fn verdict(response: &Response) -> Result<(), Trouble> {
    let status = response.status;
    Err(match status {
        200..=299 => return Ok(()),
        401 | 403 => Trouble::Credentials(response.clone()),
        429 | 503 => {
            let retry_after = response.retry_after;
            let reason = Reason::Busy {
                status,
                retry_after,
            };
            Trouble::Busy(reason, retry_after)
        }
        // A time-out that somebody on the way noticed.
        408 => Trouble::Passing(Reason::Http(status)),
        400..=499 => Trouble::Rejected(Reason::Http(status)),
        _ => Trouble::Passing(Reason::Http(status)),
    })
}

/// The messages of a body, each read or, if it can't be, its beginning.
fn read(body: &Body) -> Result<Vec<Result<Message<'_>, String>>, Trouble> {
    message::read(body.text()).map_err(|not| {
        Trouble::Passing(match not {
            NotMessages::Markup => Reason::WebPage,
            NotMessages::Other => Reason::NotBayeux,
        })
    })
}
