//! One connection for all tabs of a user. A browser that shows an application in several tabs would hold
//! a poll for each, which servers count and forbid (`multiple-clients`), and of which a browser allows
//! six. Here the tab that holds a lock, the *leader*, has the [`Client`] at work, and posts to the others,
//! the *followers*, how the connection stands and what came.
//!
//! The platform has to offer a lock that one tab holds, that goes to the next in line when its holder goes,
//! and that can be stolen (Web Locks); and a channel that brings what one tab posts to all others
//! (`BroadcastChannel`).
//!
//! | message | posted by | when |
//! |---|---|---|
//! | `state` | the leader | it begins to lead. Then, once anybody asked: the [`Status`] changes, the client is connected anew, a response brings events (its body goes along), a follower asks, or nothing was posted for `HEARTBEAT` |
//! | `hello` | a follower | it joins, a leader begins, or none was heard for `SILENCE` |
//! | `check` | a follower | its page was away, or its network: the leader makes sure of the connection if its own page is hidden for long |
//! | `retry`, `restart`, `renewed` | a follower | the command of that name is given in its tab |
//!
//! # Rules
//!
//! * Who is granted the lock leads, and begins a new session. Nothing is handed over: the state of an
//!   application is read anew after [`Event::Connected`].
//! * A leader has a number, made up each time, and counts its messages. A follower that hears another
//!   leader, or finds a message missing, may have missed events: at the next `state` that is connected it
//!   tells the application so, by [`Event::Connected`] with a [`Gap`](crate::Gap).
//! * A follower takes the events out of a body as the client does, so both tell their applications the same.
//! * A follower that gets no answer in `ANSWER` asks once more, and then steals the lock. Timers that are
//!   late do not count: the answer may wait to be heard.
//! * A message is as old as it is: one from before this tab last asked, or that waited for `SILENCE`, does
//!   not show the connection to be alive.
//! * Whose lock is stolen ends its session and follows. One that was stolen from twice and never heard
//!   another tab works alone from then on, as all do where there is no lock.
//! * A page that is frozen or put into the back/forward cache leaves, and joins again when it is back.
//!
//! Tabs that share subscribe to the same patterns, at the same address, as the same user: all that is in
//! the name of the lock.
//!
//! | file | holds |
//! |---|---|
//! | `leader` | posting |
//! | `follower` | hearing, asking, stealing |
//! | `message` | the messages, as bytes |

mod follower;
mod leader;
mod message;

use core::time::Duration;
use std::collections::VecDeque;

use self::follower::Follower;
use self::leader::Leader;
use self::message::{Request, TabMessage};
use crate::channel::{KnownChannels, Pattern};
use crate::client::{self, Absence, Client, Config, Counters, Event, Page, Phase, Reason, Status};
use crate::exchange::{Exchange, ExchangeId};
use crate::rng::Rng;
use crate::time::Instant;

/// Tabs of different protocols do not hear each other.
const PROTOCOL: &str = "bayeux-tabs/3";
/// How often a leader posts something, at least.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// After which time without any message a follower asks.
const SILENCE: Duration = HEARTBEAT.saturating_mul(3);
/// How long an answer may take, at least; at most twice as long.
const ANSWER: Duration = Duration::from_secs(3);

/// A client that shares its connection with those in other tabs. Driven as [`Client`] is.
#[derive(Debug)]
pub struct SharedClient {
    client: Client,
    rng: Rng,
    absence: Absence,
    /// The name of the lock but for the user, and the whole.
    common: String,
    group: String,
    role: Role,
    /// How the connection stands, whoever has it.
    status: Status,
    /// Whether the application was told of a connection since it joined.
    was_connected: bool,
    /// Since when it may have missed events, if it was not told yet.
    missing_since: Option<Instant>,
    /// Whether another tab was heard since it joined, and how often the lock was stolen before.
    has_heard: bool,
    stolen_unheard: u32,
    channels: KnownChannels,
    aborts: VecDeque<ExchangeId>,
    sends: VecDeque<Exchange>,
    to_tabs: VecDeque<TabAction>,
    events: VecDeque<Event>,
    client_wake: Option<Instant>,
}

/// What a tab is to the others.
#[derive(Debug)]
enum Role {
    /// It has not begun, or has ended, or can't share.
    Alone,
    Follower(Follower),
    Leader(Leader),
    /// Its page is frozen, or in the back/forward cache.
    Away,
}

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// As for a [`Client`].
    Client(client::Input),
    /// Something between this tab and the others.
    Tabs(TabEvent),
}

/// What happened between this tab and the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabEvent {
    /// Another tab posted a message.
    Message {
        /// The message.
        data: Vec<u8>,
        /// How long ago, by a clock that tabs have in common: a page that does not run hears late.
        age: Duration,
    },
    /// This tab holds the lock.
    Granted,
    /// The lock was stolen from this tab.
    Stolen,
    /// There is no lock to be had, or no channel.
    Unavailable,
}

/// What is to be done with the lock, and with the channel of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabAction {
    /// Listen to the channel, and wait in line for the lock.
    Join {
        /// The name of both.
        name: String,
    },
    /// Post that on the channel.
    Post(Vec<u8>),
    /// Wait in line for the lock again.
    Queue,
    /// Steal the lock.
    Steal,
    /// Release the lock, or leave the line, and close the channel.
    Leave,
}

/// What is to be done: the same as for a [`Client`], and one thing more.
#[derive(Debug)]
pub enum Output {
    /// As of a [`Client`].
    Client(client::Output),
    /// Do that before any event is looked at.
    Tabs(TabAction),
}

impl SharedClient {
    /// A client that does nothing yet, and will subscribe to these patterns. `seed` spreads its
    /// retries and tells leaders apart: give each tab another.
    pub fn new(config: Config, patterns: impl IntoIterator<Item = Pattern>, seed: u64) -> Self {
        let mut common = format!("{PROTOCOL} {}", config.url);
        let mut client = Client::new(config, seed);
        for pattern in patterns {
            common.push(' ');
            common.push_str(pattern.as_str());
            client.subscribe(pattern);
        }
        Self {
            client,
            rng: Rng::new(seed),
            absence: Absence::default(),
            common,
            group: String::new(),
            role: Role::Alone,
            status: Status::default(),
            was_connected: false,
            missing_since: None,
            has_heard: false,
            stolen_unheard: 0,
            channels: KnownChannels::default(),
            aborts: VecDeque::new(),
            sends: VecDeque::new(),
            to_tabs: VecDeque::new(),
            events: VecDeque::new(),
            client_wake: None,
        }
    }

    /// Takes what happened.
    pub fn handle(&mut self, input: Input, now: Instant) {
        // What followers are to have of a response, if it brings events.
        let mut body = Vec::new();
        match input {
            Input::Client(client::Input::Page(page)) => self.take_page(page, now),
            Input::Client(input) => {
                if let client::Input::Response { response, .. } = &input
                    && let Role::Leader(leader) = &self.role
                    && leader.is_followed
                {
                    body.clone_from(&response.body);
                }
                self.client.handle(input, now);
            }
            Input::Tabs(TabEvent::Message { data, age }) => {
                self.take_message(data, now.before(age), now);
            }
            Input::Tabs(TabEvent::Granted) => self.lead(now),
            Input::Tabs(TabEvent::Stolen) => self.stolen(now),
            Input::Tabs(TabEvent::Unavailable) => self.work_alone(now),
        }
        self.proceed(body, now);
    }

    /// Says what is to be done next. To be called until it says [`Output::Idle`](client::Output::Idle).
    pub fn poll(&mut self, now: Instant) -> Output {
        self.proceed(Vec::new(), now);
        if let Some(id) = self.aborts.pop_front() {
            return Output::Client(client::Output::Abort(id));
        }
        if let Some(exchange) = self.sends.pop_front() {
            return Output::Client(client::Output::Send(exchange));
        }
        if let Some(action) = self.to_tabs.pop_front() {
            return Output::Tabs(action);
        }
        if let Some(event) = self.events.pop_front() {
            return Output::Client(client::Output::Event(event));
        }
        let due = match &self.role {
            Role::Follower(follower) => Some(follower.due()),
            Role::Leader(leader) => leader.due(),
            Role::Alone | Role::Away => None,
        };
        Output::Client(client::Output::Idle {
            wake_at: self.client_wake.into_iter().chain(due).min(),
        })
    }

    // Commands

    /// Begins as [`Client::open`] does, without any other tab.
    pub fn open(&mut self, now: Instant) {
        if matches!(self.role, Role::Alone) {
            self.client.open(now);
            self.proceed(Vec::new(), now);
        }
    }

    /// Begins together with the other tabs of this user. Does nothing if something was begun.
    pub fn join(&mut self, user: &str, now: Instant) {
        if matches!(self.role, Role::Alone) && self.status.phase == Phase::Idle {
            self.group = format!("{} {user}", self.common);
            self.enter(Phase::Handshaking, now);
        }
    }

    /// Ends as [`Client::close`] does. If there are other tabs, one of them begins anew.
    pub fn close(&mut self, now: Instant) {
        self.leave();
        self.role = Role::Alone;
        self.client.close(now);
        self.was_connected = false;
        self.missing_since = None;
        self.proceed(Vec::new(), now);
    }

    /// As [`Client::retry_now`]; and begins anew if it had stopped.
    pub fn retry_now(&mut self, now: Instant) {
        self.request(Request::Retry, now);
    }

    /// Begins a new session: the server refused something in this one.
    pub fn restart(&mut self, now: Instant) {
        self.request(Request::Restart, now);
    }

    /// As [`Client::credentials_renewed`].
    pub fn credentials_renewed(&mut self, now: Instant) {
        self.request(Request::Renewed, now);
    }

    fn request(&mut self, request: Request, now: Instant) {
        match self.role {
            Role::Alone | Role::Leader(_) => self.obey(request, now),
            Role::Follower(_) => self.ask(request, now),
            Role::Away => {}
        }
        self.proceed(Vec::new(), now);
    }

    // Getters

    /// What can be said of the connection, whoever has it.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// What this tab's own client has done so far.
    pub fn counters(&self) -> &Counters {
        self.client.counters()
    }

    /// Whether this tab has the connection for others.
    pub fn leads(&self) -> bool {
        matches!(self.role, Role::Leader(_))
    }

    // Steps

    /// Does what is due, and takes over what the client says.
    fn proceed(&mut self, body: Vec<u8>, now: Instant) {
        self.check_leader(now);
        let mut has_news = false;
        loop {
            match self.client.poll(now) {
                client::Output::Send(exchange) => self.sends.push_back(exchange),
                client::Output::Abort(id) => {
                    let before = self.sends.len();
                    self.sends.retain(|exchange| exchange.id != id);
                    if self.sends.len() == before {
                        self.aborts.push_back(id);
                    }
                }
                client::Output::Event(event) => has_news |= self.take_event(event, now),
                client::Output::Idle { wake_at } => {
                    self.client_wake = wake_at;
                    break;
                }
            }
        }
        if matches!(self.role, Role::Alone | Role::Leader(_)) {
            // It may have been heard by another tab.
            let heard = self.status.last_heard;
            self.status.clone_from(self.client.status());
            self.status.last_heard = heard.max(self.status.last_heard);
        }
        let body = if has_news { body } else { Vec::new() };
        self.post_state(&body, now);
    }

    /// Takes what the client says to the application; whether it is of a message.
    fn take_event(&mut self, mut event: Event, now: Instant) -> bool {
        if let Event::Connected { missed } = &mut event {
            *missed = self.connected(*missed, now);
        }
        if let Role::Leader(leader) = &mut self.role {
            leader.note(&event, &self.client);
        }
        let is_of_message = matches!(event, Event::Message(_) | Event::Unreadable { .. });
        self.events.push_back(event);
        is_of_message
    }

    /// Joins the other tabs; in this phase until one of them is heard.
    fn enter(&mut self, phase: Phase, now: Instant) {
        let name = self.group.clone();
        self.to_tabs.push_back(TabAction::Join { name });
        self.has_heard = false;
        self.stolen_unheard = 0;
        self.follow(phase, now);
        self.proceed(Vec::new(), now);
    }

    fn leave(&mut self) {
        if matches!(self.role, Role::Follower(_) | Role::Leader(_)) {
            self.to_tabs.push_back(TabAction::Leave);
            self.events.push_back(Event::StatusChanged);
        }
    }

    /// There is nobody to share with, or no way to.
    fn work_alone(&mut self, now: Instant) {
        if let Role::Follower(_) = self.role {
            self.may_have_missed(now);
            self.client.open(now);
        }
        if !matches!(self.role, Role::Away) {
            self.leave();
            self.role = Role::Alone;
        }
    }

    /// The lock was stolen: others did not hear this tab. Whoever stole it begins a new session.
    fn stolen(&mut self, now: Instant) {
        if self.leads() {
            self.stolen_unheard += u32::from(!self.has_heard);
            if self.stolen_unheard >= 2 {
                return self.work_alone(now);
            }
            self.follow(Phase::Connecting, now);
            self.status.reason = Some(Reason::Doubt);
            self.client.close(now);
        }
        if let Role::Follower(_) = self.role {
            self.to_tabs.push_back(TabAction::Queue);
        }
    }

    fn take_message(&mut self, data: Vec<u8>, posted: Instant, now: Instant) {
        let is_joined = matches!(self.role, Role::Follower(_) | Role::Leader(_));
        let Some(message) = TabMessage::read(data, posted).filter(|_| is_joined) else {
            return;
        };
        self.has_heard = true;
        match message {
            TabMessage::State(state, body) => self.take_state(*state, body, posted, now),
            TabMessage::Request(request) => {
                if let Role::Leader(leader) = &mut self.role {
                    leader.asked();
                    // The timers of a hidden page may be throttled.
                    self.client.handle(client::Input::Wake, now);
                    self.obey(request, now);
                }
            }
        }
    }

    fn take_page(&mut self, page: Page, now: Instant) {
        let is_over = self.absence.is_over_with(page, now);
        let is_back = matches!(page, Page::Resumed | Page::Visible);
        match (&self.role, page) {
            (_, Page::Leaving { kept: false }) => return self.close(now),
            (Role::Follower(_) | Role::Leader(_), Page::Frozen | Page::Leaving { kept: true }) => {
                self.put_away(page, now);
            }
            (Role::Away, _) if is_back => self.enter(Phase::Connecting, now),
            (Role::Follower(_), _) if is_over => {
                self.doubt(now);
                self.ask(Request::Check, now);
            }
            _ => {}
        }
        self.client.handle(client::Input::Page(page), now);
    }

    /// Nothing will run in this page for a while.
    fn put_away(&mut self, page: Page, now: Instant) {
        self.leave();
        self.role = Role::Away;
        self.status = Status {
            phase: Phase::Suspended,
            since: now,
            last_heard: self.status.last_heard,
            ..Status::default()
        };
        match page {
            Page::Frozen => self.client.close(now),
            // A request would keep the page out of the cache.
            _ => self.client.abandon(now),
        }
    }
}
