//! The server: CometD's dialect of Bayeux over long polling, as a machine.
//!
//! | file | holds |
//! |---|---|
//! | `api` | inputs and outputs |
//! | `options`, `cookie` | CometD's options, by name |
//! | `incoming`, `replies` | incoming and outgoing messages |
//! | `responses` | the outputs, in order |
//! | `session` | the state of a client, and the replies to its connects |
//! | `queue` | its waiting messages, and the *ack* extension |
//! | `held` | a connect before its reply |
//! | `sessions` | finding sessions |
//! | `channels` | which sessions are subscribed to what |
//!
//! This file ties them together: it splits requests, carries out the steps of the protocol, and
//! assembles responses.
//!
//! It has the parts of CometD that a client of GWS meets: no services, no lazy channels, no policies,
//! and only the extension *ack*.
//!
//! Sources: Bayeux 1.0; the CometD reference, *Java server configuration* and *extensions*; observation
//! of CometD's servers. Where they were not observed, or differ, an *Assumption* says what this server
//! does.

mod api;
mod channels;
mod cookie;
mod held;
mod incoming;
mod options;
mod queue;
mod replies;
mod responses;
mod session;
mod sessions;

use serde_json::value::RawValue;

pub use self::api::{Event, Input, Output};
pub use self::cookie::{BrowserCookie, SameSite};
pub use self::options::{InvalidOption, Options};

use self::held::Connecting;
use self::incoming::Incoming;
use self::queue::Json;
use self::replies::{Message, Reply};
use self::responses::{Entry, Outputs, Pending, Response, respond};
use self::session::{Crowd, Ending, Session};
use self::sessions::{Key, Sessions};
use crate::channel::{Channel, Pattern};
use crate::exchange::ExchangeId;
use crate::message::{CONNECT, ClientId, DISCONNECT, HANDSHAKE, SUBSCRIBE, UNSUBSCRIBE};
use crate::rng::Rng;
use crate::time::Instant;

/// The HTTP status that ends a held connect when the client sends another
/// (`duplicateMetaConnectHttpResponseCode`).
const DUPLICATE_CONNECT: u16 = 500;

/// A Bayeux server.
///
/// Drive it like the client: after every [`handle`](Self::handle) and every command,
/// [`poll`](Self::poll) until [`Output::Idle`].
#[derive(Debug)]
pub struct Server {
    options: Options,
    rng: Rng,
    sessions: Sessions,
    outputs: Outputs,
}

/// A request as it arrived.
#[derive(Clone, Copy)]
struct Request<'a> {
    exchange: ExchangeId,
    owner: &'a str,
    browser: Option<&'a str>,
}

impl Server {
    /// A server without sessions. The same `seed` gives the same client ids and cookies, and whoever has
    /// one can compute the others: only the `owner` of [`Input::Request`] protects a session.
    pub fn new(options: Options, seed: u64) -> Self {
        Self {
            options,
            rng: Rng::new(seed),
            sessions: Sessions::default(),
            outputs: Outputs::default(),
        }
    }

    /// Handles an input.
    pub fn handle(&mut self, input: Input<'_>, now: Instant) {
        self.sweep(now);
        match input {
            Input::Request {
                id,
                owner,
                browser,
                body,
            } => {
                let request = Request {
                    exchange: id,
                    owner,
                    browser,
                };
                self.take_request(request, body, now);
            }
            Input::Gone { id } => {
                if let Some(key) = self.sessions.of_exchange(id) {
                    let options = &self.options;
                    self.sessions
                        .update(key, |session| session.held_is_gone(options, now));
                }
            }
            Input::Wake => {}
        }
    }

    /// Returns the next output. Call it until it returns [`Output::Idle`].
    pub fn poll(&mut self, now: Instant) -> Output {
        loop {
            self.sweep(now);
            let output = match self.outputs.next() {
                Some(Pending::Output(output)) => Some(output),
                Some(Pending::Response(response)) => self.put_together(response, now),
                None => match self.sessions.first_urgent() {
                    Some(key) => self.answer_held(key, now),
                    None => {
                        let wake_at = self.sessions.next_due();
                        return Output::Idle { wake_at };
                    }
                },
            };
            if let Some(output) = output {
                return output;
            }
        }
    }

    // Commands

    /// Delivers a message to every session of `owner` that has subscribed to `channel`. It waits for a
    /// response; a held connect is answered for it. Messages that are delivered before the next
    /// [`poll`](Self::poll) travel together.
    pub fn deliver(&mut self, owner: &str, channel: &Channel, data: &RawValue) {
        let keys = self.sessions.subscribers_of(owner, channel);
        self.enqueue(keys, &Message::new(channel, data));
    }

    /// Delivers a message to one session, whether or not it has subscribed to `channel`. Returns whether
    /// there is such a session.
    pub fn deliver_to(&mut self, session: &ClientId, channel: &Channel, data: &RawValue) -> bool {
        let key = self.sessions.of_client(session);
        self.enqueue(key, &Message::new(channel, data));
        key.is_some()
    }

    /// Delivers a message to every session that has subscribed to `channel`.
    pub fn publish(&mut self, channel: &Channel, data: &RawValue) {
        let subscribers = self.sessions.subscribers(channel);
        self.enqueue(subscribers, &Message::new(channel, data));
    }

    /// Ends a session for good: a client whose connect is held is advised not to reconnect. For later
    /// requests the session is unknown. Returns whether there was such a session.
    pub fn disconnect(&mut self, session: &ClientId) -> bool {
        let key = self.sessions.of_client(session);
        if let Some(key) = key {
            self.end(key, Ending::Ended);
        }
        key.is_some()
    }

    /// Forgets every session, like a node that takes over from another: for held and later requests the
    /// session is unknown.
    pub fn forget_sessions(&mut self) {
        let keys: Vec<Key> = self.sessions.keys().collect();
        for key in keys {
            self.end(key, Ending::Forgotten);
        }
    }

    // Getters

    /// How many sessions there are.
    pub fn session_count(&self) -> usize {
        self.sessions.len()
    }

    /// How many requests are held.
    pub fn held_count(&self) -> usize {
        self.sessions.held_count()
    }

    // Requests

    /// Splits and handles a request.
    fn take_request(&mut self, request: Request<'_>, body: &[u8], now: Instant) {
        let Some(messages) = incoming::read(body) else {
            return self.outputs.refuse(request.exchange, 400);
        };
        let mut response = Response {
            exchange: request.exchange,
            session: None,
            entries: Vec::new(),
            cookie: None,
        };
        // Nothing else may travel with a handshake; other messages are ignored.
        if let Some(handshake) = messages.iter().find(|m| m.channel() == HANDSHAKE) {
            let reply = self.handshake(request, handshake, &mut response, now);
            response.entries.push(match reply.client_id {
                Some(_) => Entry::Granted(Box::new(reply)),
                None => Entry::Reply(reply.to_json()),
            });
        } else {
            // A request belongs to the session of its first message.
            response.session = self.session_of(request, &messages[0]);
            for message in &messages {
                let entry = self.take_message(response.session, message, now);
                response.entries.push(entry);
            }
        }
        self.outputs.put_together_later(response);
    }

    /// The session of a message. For another owner or browser it does not exist.
    fn session_of(&self, request: Request<'_>, message: &Incoming<'_>) -> Option<Key> {
        let key = self.sessions.of_client(message.client_id.as_ref()?)?;
        let session = self.sessions.get(key)?;
        let is_its = session.owner() == request.owner && request.browser == Some(session.browser());
        is_its.then_some(key)
    }

    fn take_message(
        &mut self,
        session: Option<Key>,
        message: &Incoming<'_>,
        now: Instant,
    ) -> Entry {
        let mut reply = message.reply();
        if let Some(error) = message.fault() {
            reply.refuse(error);
            return Entry::Reply(reply.to_json());
        }
        let is_its = |key: &Key| {
            let session = self.sessions.get(*key);
            session.is_some_and(|session| Some(session.client()) == message.client_id.as_ref())
        };
        let Some(key) = session.filter(is_its) else {
            reply.refuse_unknown_session();
            return Entry::Reply(reply.to_json());
        };
        let outcome = match message.channel() {
            CONNECT => match self.connect(key, message) {
                Some(connect) => return Entry::Connect(connect),
                None => Ok(()),
            },
            SUBSCRIBE => self.subscribe(key, message),
            UNSUBSCRIBE => self.unsubscribe(key, message),
            DISCONNECT => {
                self.end(key, Ending::Disconnected);
                Ok(())
            }
            _ => self.take_publish(message),
        };
        match outcome {
            Ok(()) => {
                // Assumption: in CometD a refused message counts, too.
                let options = &self.options;
                self.sessions
                    .update(key, |session| session.heard(options, now));
            }
            Err(error) => reply.refuse(error),
        }
        Entry::Reply(reply.to_json())
    }

    /// Assembles a response, unless it is held because there is nothing to say yet.
    fn put_together(&mut self, response: Response, now: Instant) -> Option<Output> {
        let (response, crowd) = self.hold(response, now)?;
        Some(response.put_together(crowd, &mut self.sessions, &self.options, now))
    }

    // Handshakes

    /// `/meta/handshake`: see [`Session::new`].
    fn handshake(
        &mut self,
        request: Request<'_>,
        message: &Incoming<'_>,
        response: &mut Response,
        now: Instant,
    ) -> Reply {
        let mut reply = message.handshake_reply();
        if !reply.successful {
            return reply;
        }
        let browser = match request.browser {
            Some(browser) => browser.to_owned(),
            None => response.cookie.insert(self.identifier()).clone(),
        };
        let client = ClientId(self.identifier());
        let options = &self.options;
        let has_ack = options.acknowledged_messages && message.ext().offers_ack();
        let owner = request.owner;
        let session = Session::new(client.clone(), owner, &browser, has_ack, options, now);
        reply.advice = Some(session.advice(options));
        reply.client_id = Some(client.clone());
        response.session = Some(self.sessions.insert(session));
        self.outputs.tell(Event::SessionAdded { session: client });
        reply
    }

    /// 128 bits, as letters and digits.
    fn identifier(&mut self) -> String {
        format!("{:016x}{:016x}", self.rng.next(), self.rng.next())
    }

    // Connects

    /// `/meta/connect`: see [`Session::connect`].
    fn connect(&mut self, key: Key, message: &Incoming<'_>) -> Option<Connecting> {
        let options = &self.options;
        let (connect, replaced) = self
            .sessions
            .update(key, |session| session.connect(message, options))?;
        if let Some(exchange) = replaced {
            self.outputs.refuse(exchange, DUPLICATE_CONNECT);
        }
        Some(connect)
    }

    /// Holds a response that is a reply to a connect alone; or returns it, because there is something to
    /// send at once.
    fn hold(&mut self, mut response: Response, now: Instant) -> Option<(Response, Crowd)> {
        let ([Entry::Connect(connect)], Some(key)) = (&response.entries[..], response.session)
        else {
            return Some((response, Crowd::Unknown));
        };
        let Some(session) = self.sessions.get(key).filter(|s| !s.is_urgent()) else {
            return Some((response, Crowd::Unknown));
        };
        let most = self.options.max_sessions_per_browser;
        if self.sessions.is_crowded(session, most) {
            return Some((response, Crowd::Yes));
        }
        if !connect.may_be_held() {
            return Some((response, Crowd::No));
        }
        if let Some(Entry::Connect(connect)) = response.entries.pop() {
            let held = connect.hold(response.exchange, now);
            let replaced = self.sessions.update(key, |session| session.hold(held));
            if let Some(exchange) = replaced.flatten() {
                self.outputs.refuse(exchange, DUPLICATE_CONNECT);
            }
        }
        None
    }

    /// Answers the held connect of a session, if there is one, with all waiting messages.
    fn answer_held(&mut self, key: Key, now: Instant) -> Option<Output> {
        let (exchange, connect) = self.sessions.update(key, Session::release)??;
        let options = &self.options;
        let (messages, reply) = self
            .sessions
            .answer(Some(key), connect, Crowd::No, options, now);
        Some(respond(exchange, &messages, &reply))
    }

    // Subscriptions

    /// `/meta/subscribe`: see [`Sessions::subscribe`].
    fn subscribe(&mut self, key: Key, message: &Incoming<'_>) -> Result<(), &'static str> {
        let mut patterns = message.patterns()?;
        if patterns.iter().any(is_meta) {
            return Err("403::subscribe_failed");
        }
        // Subscriptions to service channels are not kept.
        patterns.retain(|pattern| !pattern.as_str().starts_with("/service/"));
        let most = self.options.max_subscriptions;
        match self.sessions.subscribe(key, &patterns, most) {
            true => Ok(()),
            false => Err("403:too_many_subscriptions:subscribe_denied"),
        }
    }

    /// `/meta/unsubscribe`: see [`Sessions::unsubscribe`].
    fn unsubscribe(&mut self, key: Key, message: &Incoming<'_>) -> Result<(), &'static str> {
        let patterns = message.patterns()?;
        if patterns.iter().any(is_meta) {
            return Err("403::unsubscribe_failed");
        }
        self.sessions.unsubscribe(key, &patterns);
        Ok(())
    }

    // Messages

    /// A client's message: see [`Message`].
    fn take_publish(&mut self, message: &Incoming<'_>) -> Result<(), &'static str> {
        let channel = Channel::new(message.channel()).map_err(|_| "405::channel_invalid")?;
        if channel.is_meta() {
            return Err("403:denied_by_security_policy:channel_create_denied");
        }
        let data = message.data.ok_or("400::data_missing")?;
        if !channel.is_service() {
            let event = Message {
                ext: message.ext,
                ..Message::new(&channel, data)
            };
            self.enqueue(self.sessions.subscribers(&channel), &event);
        }
        Ok(())
    }

    fn enqueue(&mut self, keys: impl IntoIterator<Item = Key>, message: &Message<'_>) {
        let mut json: Option<Json> = None;
        for key in keys {
            let Some(session) = self.sessions.get(key) else {
                continue;
            };
            let limit = self.options.max_queue;
            if limit.is_some_and(|limit| session.queue_length() >= limit) {
                self.end(key, Ending::QueueFull);
                continue;
            }
            let json = json.get_or_insert_with(|| message.to_json());
            self.sessions
                .update(key, |session| session.push(json.clone()));
        }
    }

    // The end of sessions

    /// Ends a session, and answers its held connect.
    fn end(&mut self, key: Key, ending: Ending) {
        let Some(session) = self.sessions.remove(key) else {
            return;
        };
        self.outputs.tell(Event::SessionRemoved {
            session: session.client().clone(),
        });
        if let Some((exchange, messages, reply)) = session.end(ending) {
            self.outputs.push(respond(exchange, &messages, &reply));
        }
    }

    /// Answers held connects whose time is up, and removes sessions without a connect.
    fn sweep(&mut self, now: Instant) {
        while let Some(key) = self.sessions.first_due(now) {
            match self.answer_held(key, now) {
                Some(output) => self.outputs.push(output),
                None => self.end(key, Ending::Expired),
            }
        }
    }
}

fn is_meta(pattern: &Pattern) -> bool {
    pattern.as_str().starts_with("/meta/")
}
