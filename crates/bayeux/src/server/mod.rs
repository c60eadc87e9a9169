//! The server: CometD's dialect of Bayeux over long polling, as a machine. This file is its face;
//! the steps of the protocol are in the files beside it.
//!
//! | file | holds |
//! |---|---|
//! | `options` | CometD's options, by their names |
//! | `session` | what is kept of a client |
//! | `requests` | taking a request apart, and one protocol step each |
//! | `replies` | the messages that go back |
//!
//! Sources: Bayeux 1.0; the CometD reference, *Java server configuration*.

mod options;
mod replies;
mod requests;
mod session;

use std::collections::{BTreeMap, VecDeque};

use serde_json::value::RawValue;

pub use self::options::Options;

use self::session::Session;
use crate::channel::Channel;
use crate::exchange::ExchangeId;
use crate::message::{self, ClientId};
use crate::rng::Rng;
use crate::time::Instant;

/// A Bayeux server.
///
/// Drive it as the client: after every [`handle`](Self::handle) and every command, [`poll`](Self::poll)
/// until [`Output::Idle`].
#[derive(Debug)]
pub struct Server {
    options: Options,
    rng: Rng,
    /// By client id, in an order that does not depend on anything but the ids.
    sessions: BTreeMap<String, Session>,
    outputs: VecDeque<Output>,
}

/// What happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// A request has come, whole.
    Request {
        /// To be given back with the response.
        id: ExchangeId,
        /// Who is signed in: a session belongs to whoever made it, and to nobody else it exists.
        owner: &'a str,
        /// The value of the cookie `BAYEUX_BROWSER`.
        browser: Option<&'a str>,
        /// The body.
        body: &'a [u8],
    },
    /// The client has cut a request off.
    Gone {
        /// Which.
        id: ExchangeId,
    },
    /// The time named by [`Output::Idle`] has come. Harmless at any other time.
    Wake,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub enum Output {
    /// Answer that request.
    Respond {
        /// Which.
        id: ExchangeId,
        /// The HTTP status.
        status: u16,
        /// A JSON list of messages, or nothing for an HTTP error.
        body: Vec<u8>,
        /// The value of a cookie `BAYEUX_BROWSER` to set.
        browser: Option<String>,
    },
    /// Nothing until an input, a command, or that time.
    Idle {
        /// When to call `handle(Input::Wake, now)`, if ever.
        wake_at: Option<Instant>,
    },
}

impl Server {
    /// A server without sessions. Client ids and cookies are as hard to guess as `seed`.
    pub fn new(options: Options, seed: u64) -> Self {
        Self {
            options,
            rng: Rng::new(seed),
            sessions: BTreeMap::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Takes what happened.
    pub fn handle(&mut self, input: Input<'_>, now: Instant) {
        self.sweep(now);
        match input {
            Input::Request {
                id,
                owner,
                browser,
                body,
            } => self.take_request(id, owner, browser, body, now),
            Input::Gone { id } => self.request_gone(id, now),
            Input::Wake => {}
        }
    }

    /// Says what is to be done next. To be called until it says [`Output::Idle`].
    pub fn poll(&mut self, now: Instant) -> Output {
        self.sweep(now);
        self.outputs.pop_front().unwrap_or_else(|| Output::Idle {
            wake_at: self.sessions.values().filter_map(Session::due).min(),
        })
    }

    // Commands

    /// Gives a message to every session of `owner` that subscribed to `channel`.
    /// Messages given before the next [`poll`](Self::poll) travel together.
    pub fn deliver(&mut self, owner: &str, channel: &Channel, data: &RawValue) {
        self.enqueue(channel, data, |session| session.owner == owner);
    }

    /// Gives a message to every session that subscribed to `channel`.
    pub fn publish(&mut self, channel: &Channel, data: &RawValue) {
        self.enqueue(channel, data, |_| true);
    }

    /// Forgets every session, as a node does that takes over from another: to held and later
    /// requests the session is unknown.
    pub fn forget_sessions(&mut self) {
        for session in std::mem::take(&mut self.sessions).into_values() {
            if let Some(held) = session.held {
                let reply = replies::session_unknown(message::CONNECT, held.message_id);
                self.outputs.push_back(Output::Respond {
                    id: held.exchange,
                    status: 200,
                    body: replies::list(&[reply.to_json()]),
                    browser: None,
                });
            }
        }
    }

    // Getters

    /// How many sessions there are.
    pub fn session_count(&self) -> usize {
        self.sessions.len()
    }

    /// How many requests are held.
    pub fn held_count(&self) -> usize {
        self.sessions
            .values()
            .filter(|session| session.held.is_some())
            .count()
    }

    fn enqueue(&mut self, channel: &Channel, data: &RawValue, is_for: impl Fn(&Session) -> bool) {
        let message = replies::event(channel, data);
        for session in self.sessions.values_mut() {
            if is_for(session) && session.wants(channel) {
                if session.queue.len() >= self.options.max_queue {
                    session.queue.pop_front();
                }
                session.queue.push_back(message.clone());
            }
        }
    }

    /// Answers held connects that have something to tell or whose time has come, and removes sessions nobody connects for.
    fn sweep(&mut self, now: Instant) {
        let mut expired = Vec::new();
        for (id, session) in &mut self.sessions {
            let is_due = session.due().is_some_and(|due| due <= now);
            if session.held.is_some() && (is_due || !session.queue.is_empty()) {
                self.outputs.extend(session.answer_held(&self.options, now));
            } else if is_due {
                expired.push(ClientId(id.clone()));
            }
        }
        for id in expired {
            self.remove(&id, now);
        }
    }

    fn request_gone(&mut self, id: ExchangeId, now: Instant) {
        for session in self.sessions.values_mut() {
            if session.held.take_if(|held| held.exchange == id).is_some() {
                session.expect_connect(&self.options, now);
            }
        }
    }

    /// Ends a session. A held connect is told not to come back.
    fn remove(&mut self, id: &ClientId, now: Instant) {
        if let Some(mut session) = self.sessions.remove(&id.0) {
            session.is_removed = true;
            self.outputs.extend(session.answer_held(&self.options, now));
        }
    }
}
