//! Taking a request apart. A response is put together only when it is asked for, so that what the
//! application says to the request's events travels with it.
//!
//! In a response come first the reply to a handshake, then the messages that wait, then the other
//! replies, as CometD does it.
//!
//! A body is JSON. The protocol allows a form with a parameter `message` besides; the transport that
//! CometD's servers have by default does not take it, and neither does this one.

use super::connect::Connecting;
use super::incoming::Incoming;
use super::queue::Json;
use super::replies::{self, Reply};
use super::sessions::Key;
use super::{HttpVersion, Output, Server};
use crate::exchange::ExchangeId;
use crate::message::{self, CONNECT, DISCONNECT, HANDSHAKE, SUBSCRIBE, UNSUBSCRIBE};
use crate::time::Instant;

/// A request as it came.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) exchange: ExchangeId,
    pub(super) owner: &'a str,
    pub(super) browser: Option<&'a str>,
    pub(super) version: HttpVersion,
}

/// What is to be done, in order.
#[derive(Debug)]
pub(super) enum Pending {
    Output(Output),
    Response(Response),
}

/// A response that has yet to be put together, or held.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) exchange: ExchangeId,
    pub(super) session: Option<Key>,
    pub(super) entries: Vec<Entry>,
    pub(super) cookie: Option<String>,
}

/// What a message has come to.
#[derive(Debug)]
pub(super) enum Entry {
    /// A reply that is ready.
    Reply(Json),
    /// A handshake's, to which messages may be added.
    Granted(Box<Reply>),
    Connect(Connecting),
}

impl Server {
    pub(super) fn take_request(&mut self, request: Request<'_>, body: &[u8], now: Instant) {
        let batch = core::str::from_utf8(body).map(message::split);
        let raw = match batch {
            Ok(Ok(batch)) if batch.is_list && !batch.messages.is_empty() => batch.messages,
            _ => return self.respond_error(request.exchange, 400),
        };
        let messages: Option<Vec<Incoming<'_>>> =
            raw.iter().map(|raw| Incoming::read(raw)).collect();
        let Some(messages) = messages else {
            return self.respond_error(request.exchange, 400);
        };
        let mut response = Response {
            exchange: request.exchange,
            session: None,
            entries: Vec::new(),
            cookie: None,
        };
        // Nothing else may travel with a handshake; what does is ignored.
        if let Some(handshake) = messages.iter().find(|m| m.channel() == HANDSHAKE) {
            let reply = self.take_handshake(request, handshake, &mut response, now);
            response.entries.push(match reply.client_id {
                Some(_) => Entry::Granted(Box::new(reply)),
                None => Entry::Reply(reply.to_json()),
            });
        } else {
            // A request belongs to the session of its first message.
            response.session = self.session_of(request, &messages[0]);
            for message in &messages {
                let entry = self.take_message(request, response.session, message, now);
                response.entries.push(entry);
            }
        }
        self.outputs.push_back(Pending::Response(response));
    }

    /// The session a message belongs to. One of somebody else does not exist for this sender, nor,
    /// unless clients are trusted, one of another browser.
    fn session_of(&self, request: Request<'_>, message: &Incoming<'_>) -> Option<Key> {
        let key = self.sessions.of_client(message.client_id.as_ref()?)?;
        let session = self.sessions.get(key)?;
        let is_trusted =
            self.options.trust_client_session || request.browser == Some(session.browser.as_str());
        (session.owner == request.owner && is_trusted).then_some(key)
    }

    fn take_message(
        &mut self,
        request: Request<'_>,
        session: Option<Key>,
        message: &Incoming<'_>,
        now: Instant,
    ) -> Entry {
        let mut reply = Reply {
            channel: message.channel.as_deref().map(str::to_owned),
            id: message.id.map(|id| id.get().to_owned()),
            subscription: message.subscription.map(|field| field.get().to_owned()),
            ..Reply::default()
        };
        if let Some(error) = message.fault(&self.options) {
            reply.refuse(error);
            return Entry::Reply(reply.to_json());
        }
        let is_its = |key: &Key| {
            let session = self.sessions.get(*key);
            session.is_some_and(|session| Some(&session.client) == message.client_id.as_ref())
        };
        let Some(key) = session.filter(is_its) else {
            reply.refuse_unknown_session();
            return Entry::Reply(reply.to_json());
        };
        if message.channel() == CONNECT {
            return Entry::Connect(self.take_connect(request, key, message, now));
        }
        let outcome = match message.channel() {
            SUBSCRIBE => self.take_subscribe(key, message, now),
            UNSUBSCRIBE => self.take_unsubscribe(key, message, now),
            DISCONNECT => {
                self.take_disconnect(key);
                Ok(())
            }
            _ => self.take_publish(key, message, now),
        };
        match outcome {
            Ok(()) => {
                reply.successful = true;
                // Assumption: CometD lets a message that was refused count, too.
                let options = &self.options;
                self.sessions
                    .update(key, options, |s| s.heard(options, now));
            }
            Err(error) => reply.refuse(error),
        }
        Entry::Reply(reply.to_json())
    }

    /// Puts a response together; none if it is held because there is nothing to say yet.
    pub(super) fn put_together(&mut self, response: Response, now: Instant) -> Option<Output> {
        let (response, crowd) = self.hold(response, now)?;
        let Response {
            exchange,
            session,
            entries,
            cookie,
        } = response;
        let mut first: Option<Json> = None;
        let mut messages: Vec<Json> = Vec::new();
        let mut replies: Vec<Json> = Vec::new();
        let mut may_carry = session.is_some_and(|key| {
            let session = self.sessions.get(key);
            session.is_some_and(|session| !session.connect_only)
        });
        for entry in entries {
            match entry {
                Entry::Granted(mut reply) => {
                    may_carry = false;
                    messages = self.messages_for_handshake(session, &mut reply);
                    first = Some(reply.to_json());
                }
                Entry::Reply(reply) => replies.push(reply),
                Entry::Connect(connect) => {
                    may_carry = false;
                    let (waiting, reply) = self.answer_connect(session, connect, crowd, now);
                    messages.extend(waiting);
                    replies.push(reply.to_json());
                }
            }
        }
        if let Some(key) = session.filter(|_| may_carry) {
            let waiting = self
                .sessions
                .update(key, &self.options, |s| s.queue.close_batch().0);
            messages = waiting.unwrap_or_default();
        }
        Some(Output::Respond {
            id: exchange,
            status: 200,
            body: replies::list(first.iter().chain(&messages).chain(&replies)),
            browser: cookie,
        })
    }

    pub(super) fn respond_error(&mut self, id: ExchangeId, status: u16) {
        self.outputs.push_back(Pending::Output(Output::Respond {
            id,
            status,
            body: Vec::new(),
            browser: None,
        }));
    }

    /// 128 bits, as letters and digits.
    pub(super) fn identifier(&mut self) -> String {
        format!("{:016x}{:016x}", self.rng.next(), self.rng.next())
    }
}
