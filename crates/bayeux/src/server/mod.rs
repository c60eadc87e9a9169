//! The server: CometD's dialect of Bayeux over long polling, as a machine. This file is its face;
//! the steps of the protocol are in the files beside it.
//!
//! | file | holds |
//! |---|---|
//! | `options`, `cookie` | CometD's options, by their names |
//! | `incoming`, `replies` | messages as they come and as they go |
//! | `requests` | taking a request apart, and putting the response together |
//! | `handshake`, `connect`, `subscriptions`, `publish`, `disconnect` | one protocol step each, with its MUST and MAY |
//! | `delivery` | what the application tells its clients |
//! | `queue` | the messages that wait, and the *ack* extension |
//! | `session`, `sessions` | what is kept of a client, and how it is found |
//! | `channels` | who is subscribed to what |
//!
//! Of CometD there is what a client of GWS meets: no services, no lazy channels, no policies but a few
//! limits, and of its extensions *ack* alone.
//!
//! Sources: Bayeux 1.0; the CometD reference, *Java server configuration* and *extensions*; what
//! CometD's servers were seen to do. Where they were not looked at, or differ, an *Assumption* says
//! what is done here.

mod channels;
mod connect;
mod cookie;
mod delivery;
mod disconnect;
mod handshake;
mod incoming;
mod options;
mod publish;
mod queue;
mod replies;
mod requests;
mod session;
mod sessions;
mod subscriptions;

use std::collections::VecDeque;

pub use self::cookie::{BrowserCookie, SameSite};
pub use self::options::{InvalidOption, Limits, Options};

use self::channels::Channels;
use self::requests::{Pending, Request};
use self::sessions::Sessions;
use crate::exchange::ExchangeId;
use crate::message::ClientId;
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
    /// The time, as it was last told.
    now: Instant,
    sessions: Sessions,
    channels: Channels,
    outputs: VecDeque<Pending>,
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
        /// The value of the browser's cookie (by default `BAYEUX_BROWSER`, see
        /// [`Options::browser_cookie`]).
        browser: Option<&'a str>,
        /// By which version of HTTP.
        version: HttpVersion,
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

/// A version of HTTP, as far as it matters: over 1.1 a browser makes about six connections to a
/// host, and held requests use them up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HttpVersion {
    /// 1.1, or older.
    #[default]
    Http1,
    /// 2, or newer.
    Http2,
}

/// What is to be done.
#[derive(Debug)]
pub enum Output {
    /// Answer that request.
    Respond {
        /// Which.
        id: ExchangeId,
        /// The HTTP status.
        status: u16,
        /// A JSON list of messages, or nothing for an HTTP error.
        body: Vec<u8>,
        /// The value of the browser's cookie, if it is to be set; [`BrowserCookie::header`] makes
        /// a header of it.
        browser: Option<String>,
    },
    /// Tell the application. What it does about it before the next [`Server::poll`] can travel
    /// with the response to the same request.
    Event(Event),
    /// Nothing until an input, a command, or that time.
    Idle {
        /// When to call `handle(Input::Wake, now)`, if ever.
        wake_at: Option<Instant>,
    },
}

/// What the application is told.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A session has begun. Its client knows nothing of it yet.
    SessionAdded {
        /// Which.
        session: ClientId,
        /// Whose.
        owner: String,
    },
    /// A session is no more.
    SessionRemoved {
        /// Which.
        session: ClientId,
        /// Whose.
        owner: String,
        /// Why.
        cause: Removal,
    },
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// The client said good-bye.
    Disconnected,
    /// The server ended it, by command or because too many messages waited.
    Ended,
    /// Nobody connected for it in time.
    TimedOut,
    /// The server has forgotten all.
    Forgotten,
}

impl Server {
    /// A server without sessions. The same `seed` makes the same client ids and cookies, and whoever
    /// has one can compute the others: that a session is used by nobody but its owner is seen to by
    /// the `owner` of [`Input::Request`].
    pub fn new(options: Options, seed: u64) -> Self {
        Self {
            options,
            rng: Rng::new(seed),
            now: Instant::default(),
            sessions: Sessions::default(),
            channels: Channels::default(),
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
                version,
                body,
            } => {
                let request = Request {
                    exchange: id,
                    owner,
                    browser,
                    version,
                };
                self.take_request(request, body, now);
            }
            Input::Gone { id } => self.request_gone(id, now),
            Input::Wake => {}
        }
    }

    /// Says what is to be done next. To be called until it says [`Output::Idle`].
    pub fn poll(&mut self, now: Instant) -> Output {
        loop {
            self.sweep(now);
            let output = match self.outputs.pop_front() {
                Some(Pending::Output(output)) => Some(output),
                Some(Pending::Response(response)) => self.put_together(response, now),
                None => {
                    let Some(key) = self.sessions.first_awake() else {
                        let wake_at = self.sessions.next_due();
                        return Output::Idle { wake_at };
                    };
                    self.answer_held(key, now)
                }
            };
            if let Some(output) = output {
                return output;
            }
        }
    }

    // Getters; the commands are in `delivery` and `disconnect`

    /// The options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// How many sessions there are.
    pub fn session_count(&self) -> usize {
        self.sessions.len()
    }

    /// How many requests are held.
    pub fn held_count(&self) -> usize {
        self.sessions.held_count()
    }

    fn tell(&mut self, event: Event) {
        self.outputs
            .push_back(Pending::Output(Output::Event(event)));
    }

    /// Answers held connects whose time has come, and removes sessions nobody connects for.
    fn sweep(&mut self, now: Instant) {
        self.now = now;
        self.channels.sweep(now);
        while let Some(key) = self.sessions.first_due(now) {
            let session = self.sessions.get(key);
            if session.is_some_and(|session| session.is_answer_due(now)) {
                let output = self.answer_held(key, now);
                self.outputs.extend(output.map(Pending::Output));
            } else {
                self.expire(key);
            }
        }
    }

    fn request_gone(&mut self, id: ExchangeId, now: Instant) {
        if let Some(key) = self.sessions.of_exchange(id) {
            let options = &self.options;
            self.sessions.update(key, options, |session| {
                session.held = None;
                session.expect_connect(options, now);
            });
        }
    }
}
