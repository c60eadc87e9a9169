//! The client. This file is its face: what goes in, what comes out, what can be seen. The steps of
//! the protocol are in the files beside it.
//!
//! | file | holds |
//! |---|---|
//! | `config` | what can be set |
//! | `status` | what can be seen |
//! | `lanes` | the two requests: building them, timing them out, reading their responses |
//! | `handshake`, `connect`, `subscriptions`, `disconnect` | one protocol step each, with its MUST and MAY |
//! | `commands` | publishing |
//! | `due` | what may begin now, and when to look again |
//! | `recovery` | what happens when something fails |
//! | `page` | what happens to the page it lives in |
//! | `pace` | rate limits |

mod commands;
mod config;
mod connect;
mod disconnect;
mod due;
mod handshake;
mod lanes;
mod pace;
mod page;
mod recovery;
mod status;
mod subscriptions;

use core::time::Duration;
use std::collections::VecDeque;

pub use self::commands::{NotSent, Outcome, Token};
pub use self::config::Config;
pub use self::page::{Absence, Page};
pub use self::status::{Counters, Phase, Reason, Status};

use self::commands::Publish;
pub(crate) use self::lanes::event;
use self::lanes::{CommandRequest, PollRequest};
use self::pace::{Budget, Floor};
use self::subscriptions::Topic;
use crate::advice::Advice;
use crate::backoff::Backoff;
use crate::body::Json;
use crate::channel::{Channel, KnownChannels, Pattern};
use crate::error::ProtocolError;
use crate::exchange::{Exchange, ExchangeId, Failure, Response};
use crate::message::ClientId;
use crate::time::Instant;

/// A Bayeux client for one server.
///
/// It keeps one request outstanding by which the server can speak (the *poll*), and at most one
/// more for everything else; it finds its way back from every failure that can pass, and says why
/// it stopped at those that can't.
#[derive(Debug)]
pub struct Client {
    config: Config,
    status: Status,
    counters: Counters,

    /// The session, from a successful handshake until the server or we forget it.
    session: Option<Session>,
    /// The advice in force: the default, overlaid with the last that was received.
    advice: Advice,
    poll: Option<PollRequest>,
    command: Option<CommandRequest>,
    /// When to begin the next poll request, and which.
    next_poll: Option<(Instant, Step)>,
    /// Until when the command lane pauses after a failure of its own.
    commands_held_until: Instant,

    topics: Vec<Topic>,
    channels: KnownChannels,
    queue: VecDeque<Publish>,

    backoff: Backoff,
    command_backoff: Backoff,
    credentials_backoff: Backoff,
    /// When credentials were last renewed.
    credentials_at: Instant,
    /// Until when the server has asked for patience, in answer to a poll.
    busy_until: Instant,
    handshakes: Budget,
    floor: Floor,
    /// HTTP refusals (4xx) in a row, of polls and of other requests.
    refusals: u32,
    command_refusals: u32,
    /// Why subscriptions are not in force although they were sent in this session.
    command_trouble: Option<Reason>,
    /// When the last connect ended: the advised interval begins then.
    connect_ended: Instant,
    absence: Absence,
    /// When an attempt was last made sooner because of the page.
    hurried_at: Option<Instant>,
    is_offline: bool,
    /// Whether it was closed, and not opened since.
    is_closed: bool,
    /// When the poll left that was answered last: what had been published by then was heard.
    complete_until: Option<Instant>,
    /// Since when events may have been missed: set when the poll first fails.
    missed_since: Option<Instant>,
    /// Whether `Event::Connected` was given since the poll last failed.
    announced: bool,

    next_exchange: u64,
    next_message: u64,
    next_token: u64,
    sends: VecDeque<Output>,
    events: VecDeque<Event>,
}

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// A response has come, whole.
    Response {
        /// To which exchange.
        id: ExchangeId,
        /// What it is.
        response: Response,
    },
    /// Bytes of a response have come, and more will: it gets the time it needs. Need not be told.
    Progress {
        /// To which exchange.
        id: ExchangeId,
    },
    /// An exchange ended without a response.
    Failed {
        /// Which.
        id: ExchangeId,
        /// Why.
        failure: Failure,
    },
    /// The time named by [`Output::Idle`] has come. Harmless at any other time.
    Wake,
    /// Something happened to the page.
    Page(Page),
}

/// What is to be done.
#[derive(Debug)]
pub enum Output {
    /// End that request. Nothing more needs to be said of it.
    Abort(ExchangeId),
    /// Make that request, now and before any event is looked at.
    Send(Exchange),
    /// Something the application should know.
    Event(Event),
    /// Nothing until an input, a command, or that time.
    Idle {
        /// When to call `handle(Input::Wake, now)`, if ever.
        wake_at: Option<Instant>,
    },
}

/// Something the application should know.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// [`Client::status`] has changed, in more than `last_heard`.
    StatusChanged,
    /// The client is connected and every subscription is in force or refused. State that was read
    /// before this may be out of date: read it again.
    Connected {
        /// In which time events may have been missed; none at the first time, and none if the
        /// server kept them for us.
        missed: Option<Gap>,
    },
    /// The server wants to know who we are (HTTP 401 or 403). Nothing more is tried until
    /// [`Client::credentials_renewed`].
    CredentialsNeeded {
        /// The whole refusal, for whoever knows how to read it.
        response: Response,
    },
    /// The server refuses a subscription, in this session. Of those that were wanted when it began,
    /// it comes before `Connected`.
    SubscriptionRefused {
        /// What was subscribed to.
        pattern: Pattern,
        /// Why not.
        error: ProtocolError,
    },
    /// A message on a subscribed channel.
    Message(Incoming),
    /// A message of a response could not be read; the others were.
    Unreadable {
        /// How it begins.
        excerpt: String,
    },
    /// A command has ended. Each does so exactly once.
    Settled {
        /// Which.
        token: Token,
        /// How.
        outcome: Outcome,
    },
}

/// A time in which events may have been missed, to within the time that a response is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The last time at which nothing can have been missed: when the poll left that was the last to be
    /// answered before the first request that failed, or that was out when the session was lost.
    pub from: Instant,
    /// When every subscription was in force again.
    pub to: Instant,
}

/// A message on a subscribed channel.
#[derive(Debug)]
pub struct Incoming {
    /// The channel.
    pub channel: Channel,
    /// The data, unread.
    pub data: Json,
}

/// A session that the server has granted.
#[derive(Debug)]
struct Session {
    /// Counts the sessions of this client.
    number: u64,
    client_id: ClientId,
    /// The batch of messages that was taken last, if the server speaks *ack*.
    batch: Option<i64>,
}

/// What the poll lane does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Handshake,
    Connect,
}

impl Client {
    /// A client that does nothing yet. `seed` spreads its retries: give each client another.
    pub fn new(config: Config, seed: u64) -> Self {
        Self {
            status: Status::default(),
            counters: Counters::default(),
            session: None,
            advice: Advice::default(),
            poll: None,
            command: None,
            next_poll: None,
            commands_held_until: Instant::default(),
            topics: Vec::new(),
            channels: KnownChannels::default(),
            queue: VecDeque::new(),
            backoff: Backoff::new(config.backoff, config.max_backoff, seed),
            command_backoff: Backoff::new(config.backoff, config.max_backoff, !seed),
            credentials_backoff: Backoff::new(config.backoff, config.max_backoff, seed ^ 1),
            credentials_at: Instant::default(),
            busy_until: Instant::default(),
            handshakes: Budget::new(config.handshake_burst, config.handshake_refill),
            floor: Floor::default(),
            refusals: 0,
            command_refusals: 0,
            command_trouble: None,
            connect_ended: Instant::default(),
            absence: Absence::default(),
            hurried_at: None,
            is_offline: false,
            is_closed: false,
            complete_until: None,
            missed_since: None,
            announced: false,
            next_exchange: 1,
            next_message: 1,
            next_token: 1,
            sends: VecDeque::new(),
            events: VecDeque::new(),
            config,
        }
    }

    /// Takes what happened.
    pub fn handle(&mut self, input: Input, now: Instant) {
        let has_slept = self.has_slept(now);
        match input {
            Input::Response { id, response } => self.take_response(id, response, now),
            Input::Progress { id } => self.take_progress(id, now),
            Input::Failed { id, failure } => self.take_failure(id, failure, now),
            Input::Wake => self.check_deadlines(now),
            Input::Page(page) => self.take_page(page, now),
        }
        if has_slept {
            // First, so that what is late is dealt with and does not count as a sleep again.
            self.check_deadlines(now);
            if self.status.phase != Phase::Suspended {
                self.make_sure(true, now);
            }
        }
        self.proceed(now);
    }

    /// Says what is to be done next. To be called until it says [`Output::Idle`].
    pub fn poll(&mut self, now: Instant) -> Output {
        self.proceed(now);
        if let Some(output) = self.sends.pop_front() {
            return output;
        }
        match self.events.pop_front() {
            Some(event) => Output::Event(event),
            None => Output::Idle {
                wake_at: self.wake_at(),
            },
        }
    }

    // Commands

    /// Begins to connect, and keeps at it. Does nothing if that was done already; begins anew after
    /// [`close`](Self::close) or a stop. Commands may be given before: they wait for it.
    pub fn open(&mut self, now: Instant) {
        self.is_closed = false;
        if matches!(self.status.phase, Phase::Idle | Phase::Stopped) {
            self.refusals = 0;
            self.command_refusals = 0;
            self.busy_until = now;
            self.backoff.reset();
            self.advice = Advice::default();
            self.schedule_handshake(Duration::ZERO, now);
            self.set_phase(Phase::Handshaking, None, now);
        }
    }

    /// Goes on after [`Event::CredentialsNeeded`]: at once, if there was a successful connect since
    /// the last time, else after a back-off, so that an application which always says this does no
    /// harm.
    pub fn credentials_renewed(&mut self, now: Instant) {
        if self.status.phase == Phase::CredentialsNeeded {
            self.credentials_at = now;
            let is_first = self.credentials_backoff.failures() == 0;
            let delay = self.credentials_backoff.fail();
            let delay = if is_first { Duration::ZERO } else { delay };
            self.resume(delay, None, now);
        }
    }

    /// Tries again now, because a person says so, instead of when the back-off or the server's
    /// `Retry-After` ends.
    pub fn retry_now(&mut self, now: Instant) {
        self.busy_until = now;
        self.commands_held_until = now;
        if self.status.phase == Phase::Waiting {
            let reason = self.status.reason.take();
            self.resume(Duration::ZERO, reason, now);
        }
    }

    // Getters

    /// What can be said of the connection.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// What has happened so far.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    fn token(&mut self) -> Token {
        let token = Token(self.next_token);
        self.next_token += 1;
        token
    }

    /// Nothing is sent after a close or a stop: what is commanded then is settled at once.
    fn settle_if_ended(&mut self) {
        if self.is_closed || self.status.phase == Phase::Stopped {
            self.settle_waiting();
        }
    }

    fn set_phase(&mut self, phase: Phase, reason: Option<Reason>, now: Instant) {
        if self.status.phase != phase {
            self.status.since = now;
        }
        self.status.phase = phase;
        self.status.next_try = self.next_try();
        self.status.reason = reason;
        self.events.push_back(Event::StatusChanged);
    }
}
