//! One connection for all tabs of a user. With a poll in each tab, servers would count several clients of
//! one browser (`multiple-clients`), and a browser would run out of its six connections to a host. Here
//! the tab that holds a lock, the *leader*, has the [`Client`] at work. It posts the status of the
//! connection, and the bodies of responses that bring events, to the other tabs, the *followers*.
//!
//! The platform provides a lock that passes to the next in line when its holder goes, and can be stolen
//! (Web Locks), and a channel between tabs that loses nothing (`BroadcastChannel`).
//!
//! | message | posted by | when |
//! |---|---|---|
//! | state | the leader, once it has heard another tab | the [`Status`] changes, a response brings events (with its body), a follower asks, or nothing was posted for `HEARTBEAT` |
//! | hello | a follower | it joins, three heartbeats were missed, or its page or network was away |
//! | retry, restart, renewed | a follower | that command is given in its tab |
//!
//! # Rules
//!
//! * The tab that is granted the lock leads, and begins a new session. Nothing is handed over: the
//!   application reads its state again after [`Event::Connected`].
//! * A connection has a random number. A follower that sees another tells its application so, by
//!   [`Event::Connected`]. From the second on, each has a [`Gap`](crate::Gap): events may have been missed.
//! * A follower takes the events out of a body as the client does.
//! * A follower that gets no answer in `ANSWER` asks again, and then steals the lock. If its timers are
//!   late it asks more often, because an answer may be queued.
//! * A message that was posted before the follower last asked, or was queued for `SILENCE`, does not show
//!   that the connection is alive.
//! * A tab whose lock is stolen ends its session and follows; or works alone, as all do where there is no
//!   lock, if it never heard another tab.
//! * A page that is frozen or put into the back/forward cache leaves, and joins again when it is back.
//!
//! Tabs share if they have the same address, patterns and user: all are in the name of the lock.
//!
//! | file | holds |
//! |---|---|
//! | `api` | inputs and outputs |
//! | `connection` | what the application is told of the connection |
//! | `leader` | what is posted, and when |
//! | `follower` | whether the leader runs, and what it posts still holds |
//! | `message` | the messages, as bytes |

mod api;
mod connection;
mod follower;
mod leader;
mod message;

use core::time::Duration;
use std::collections::VecDeque;

pub use self::api::{Input, Output, TabAction, TabEvent};

use self::connection::Connection;
use self::follower::{Follower, Overdue};
use self::leader::Leader;
use self::message::{Request, State, TabMessage};
use crate::body::Body;
use crate::channel::{KnownChannels, Pattern};
use crate::client::{
    self, Absence, Client, Config, Counters, Event, Page, Phase, Reason, Status, event,
};
use crate::rng::Rng;
use crate::time::Instant;

/// Tabs of different versions of the protocol do not share.
const PROTOCOL: &str = "bayeux-tabs/4";
/// How often a leader posts something, at least.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// After which time without any message a follower asks.
const SILENCE: Duration = HEARTBEAT.saturating_mul(3);
/// How long an answer may take, at least. At most it is twice as long.
const ANSWER: Duration = Duration::from_secs(3);

/// A client that shares its connection with those in other tabs. Driven as [`Client`] is.
#[derive(Debug)]
pub struct SharedClient {
    client: Client,
    rng: Rng,
    absence: Absence,
    /// The name of the lock, and the same without the user.
    name: String,
    address: String,
    role: Role,
    /// Whether another tab was heard since this one joined.
    has_peers: bool,
    connection: Connection,
    channels: KnownChannels,
    requests: VecDeque<client::Output>,
    actions: VecDeque<TabAction>,
    client_wake: Option<Instant>,
}

/// What a tab is to the others.
#[derive(Debug)]
enum Role {
    /// It has not begun, has ended, or can't share.
    Alone,
    Follower(Follower),
    Leader(Leader),
    /// Its page is frozen, or in the back/forward cache.
    Away,
}

impl SharedClient {
    /// A client that does nothing yet, and will subscribe to these patterns. `seed` spreads its
    /// retries and numbers its connections: give each tab another.
    pub fn new(config: Config, patterns: impl IntoIterator<Item = Pattern>, seed: u64) -> Self {
        let mut address = format!("{PROTOCOL} {}", config.url);
        let mut client = Client::new(config, seed);
        for pattern in patterns {
            address.push(' ');
            address.push_str(pattern.as_str());
            client.subscribe(pattern);
        }
        Self {
            client,
            rng: Rng::new(seed),
            absence: Absence::default(),
            name: String::new(),
            address,
            role: Role::Alone,
            has_peers: false,
            connection: Connection::default(),
            channels: KnownChannels::default(),
            requests: VecDeque::new(),
            actions: VecDeque::new(),
            client_wake: None,
        }
    }

    /// Takes what happened.
    pub fn handle(&mut self, input: Input, now: Instant) {
        // Followers get the body of a response if it brings events.
        let mut body = Vec::new();
        match input {
            Input::Client(client::Input::Page(page)) => self.take_page(page, now),
            Input::Client(input) => {
                if let client::Input::Response { response, .. } = &input
                    && self.leads()
                    && self.has_peers
                {
                    body.clone_from(&response.body);
                }
                self.client.handle(input, now);
            }
            Input::Tabs(TabEvent::Message { data, age }) => {
                self.take_message(&data, now.before(age), now);
            }
            Input::Tabs(TabEvent::Granted) => self.lead(now),
            Input::Tabs(TabEvent::Stolen) => self.stolen(now),
            Input::Tabs(TabEvent::Unavailable) => self.work_alone(now),
        }
        self.proceed(&body, now);
    }

    /// Returns what to do next. To be called until it returns [`Output::Idle`](client::Output::Idle).
    pub fn poll(&mut self, now: Instant) -> Output {
        self.proceed(&[], now);
        if let Some(request) = self.requests.pop_front() {
            return Output::Client(request);
        }
        if let Some(action) = self.actions.pop_front() {
            return Output::Tabs(action);
        }
        if let Some(event) = self.connection.next_event() {
            return Output::Client(client::Output::Event(event));
        }
        let due = match &self.role {
            Role::Follower(follower) => Some(follower.due()),
            Role::Leader(leader) => self.has_peers.then(|| leader.due()),
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
            self.proceed(&[], now);
        }
    }

    /// Begins together with the other tabs of this user. Does nothing if something was begun.
    pub fn join(&mut self, user: &str, now: Instant) {
        if matches!(self.role, Role::Alone) && self.connection.phase() == Phase::Idle {
            self.name = format!("{} {user}", self.address);
            self.enter(Phase::Handshaking, now);
            self.proceed(&[], now);
        }
    }

    /// Ends as [`Client::close`] does. If there are other tabs, one of them begins anew.
    pub fn close(&mut self, now: Instant) {
        self.leave(Role::Alone);
        self.client.close(now);
        self.connection.forget();
        self.proceed(&[], now);
    }

    /// As [`Client::retry_now`]. Begins anew if it had stopped.
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
            Role::Alone | Role::Leader(_) => self.carry_out(request, now),
            Role::Follower(_) => self.ask(request, now),
            Role::Away => {}
        }
        self.proceed(&[], now);
    }

    // Getters

    /// The status of the connection, whichever tab has it.
    pub fn status(&self) -> &Status {
        self.connection.status()
    }

    /// What this tab's own client has done so far.
    pub fn counters(&self) -> &Counters {
        self.client.counters()
    }

    /// Whether this tab has the connection for others.
    pub fn leads(&self) -> bool {
        matches!(self.role, Role::Leader(_))
    }

    // Any role

    /// Does what is due, takes the outputs of the client, and posts what followers need.
    fn proceed(&mut self, body: &[u8], now: Instant) {
        self.check_leader(now);
        let mut brings_events = false;
        self.client_wake = loop {
            match self.client.poll(now) {
                client::Output::Event(event) => brings_events |= self.take_event(event, now),
                client::Output::Idle { wake_at } => break wake_at,
                request => self.requests.push_back(request),
            }
        };
        if matches!(self.role, Role::Alone | Role::Leader(_)) {
            self.connection.follow_client(self.client.status());
        }
        if let Role::Leader(leader) = &mut self.role
            && self.has_peers
        {
            let body = if brings_events { body } else { &[] };
            let message = leader.post(
                self.connection.status(),
                self.connection.number(),
                body,
                now,
            );
            self.actions.extend(message.map(TabAction::Post));
        }
    }

    /// Takes an event of the client. Returns whether it is of a message.
    fn take_event(&mut self, event: Event, now: Instant) -> bool {
        if let Role::Leader(leader) = &mut self.role {
            leader.note(&event, self.client.status().phase);
        }
        let is_of_message = matches!(event, Event::Message(_) | Event::Unreadable { .. });
        if let Event::Connected { .. } = event {
            let number = self.rng.next();
            self.connection.begin(number, now);
        } else {
            self.connection.push(event);
        }
        is_of_message
    }

    /// Joins the other tabs; in this phase until a leader is heard.
    fn enter(&mut self, phase: Phase, now: Instant) {
        let name = self.name.clone();
        self.actions.push_back(TabAction::Join { name });
        self.has_peers = false;
        self.follow(phase, None, now);
    }

    /// Leaves the other tabs, if it has joined them.
    fn leave(&mut self, role: Role) {
        if matches!(self.role, Role::Follower(_) | Role::Leader(_)) {
            self.actions.push_back(TabAction::Leave);
            self.connection.push(Event::StatusChanged);
        }
        self.role = role;
    }

    fn work_alone(&mut self, now: Instant) {
        if matches!(self.role, Role::Follower(_) | Role::Leader(_)) {
            self.leave(Role::Alone);
            self.client.open(now);
        }
    }

    fn take_message(&mut self, data: &[u8], posted: Instant, now: Instant) {
        let is_joined = matches!(self.role, Role::Follower(_) | Role::Leader(_));
        let message = TabMessage::read(data, posted).filter(|_| is_joined);
        self.has_peers |= message.is_some();
        match (message, &mut self.role) {
            (Some(TabMessage::State(state, body)), Role::Follower(_)) => {
                self.take_state(*state, body, posted, now);
            }
            (Some(TabMessage::Request(request)), Role::Leader(leader)) => {
                leader.asked();
                // The timers of a hidden page may be throttled.
                self.client.handle(client::Input::Wake, now);
                self.carry_out(request, now);
            }
            // A leader that is replaced may not know it yet.
            _ => {}
        }
    }

    fn take_page(&mut self, page: Page, now: Instant) {
        let is_over = self.absence.is_over_with(page, now);
        let is_back = matches!(page, Page::Resumed | Page::Visible);
        match (&self.role, page) {
            (_, Page::Leaving { kept: false }) => return self.close(now),
            (Role::Follower(_) | Role::Leader(_), Page::Frozen | Page::Leaving { kept: true }) => {
                self.suspend(page, now);
            }
            (Role::Away, _) if is_back => self.enter(Phase::Connecting, now),
            // The connection may have died unnoticed: nothing is claimed until the leader answers.
            (Role::Follower(_), _) if is_over && self.connection.phase() == Phase::Connected => {
                self.follow(Phase::Connecting, Some(Reason::Doubt), now);
            }
            (Role::Follower(_), _) if is_over => self.ask(Request::Hello, now),
            _ => {}
        }
        self.client.handle(client::Input::Page(page), now);
    }

    /// Nothing will run in this page for a while.
    fn suspend(&mut self, page: Page, now: Instant) {
        self.leave(Role::Away);
        self.connection.reset(Phase::Suspended, None, now);
        match page {
            Page::Frozen => self.client.close(now),
            // A request would keep the page out of the cache.
            _ => self.client.abandon(now),
        }
    }

    // The leader

    /// Has the lock, and begins a new session.
    fn lead(&mut self, now: Instant) {
        if matches!(self.role, Role::Follower(_)) {
            self.role = Role::Leader(Leader::new());
            self.client.open(now);
        }
    }

    /// Does what is asked of the tab that has the connection.
    fn carry_out(&mut self, request: Request, now: Instant) {
        match request {
            Request::Hello => {}
            Request::Retry if self.client.status().phase == Phase::Stopped => self.client.open(now),
            Request::Retry => self.client.retry_now(now),
            // Several tabs may want a new session at once.
            Request::Restart if self.client.status().phase == Phase::Handshaking => {}
            Request::Restart => {
                self.client.close(now);
                self.client.open(now);
            }
            Request::Renewed => self.client.credentials_renewed(now),
        }
    }

    /// The lock was stolen. The tab that stole it begins a new session.
    fn stolen(&mut self, now: Instant) {
        match self.role {
            Role::Leader(_) if !self.has_peers => return self.work_alone(now),
            Role::Leader(_) => {
                self.client.close(now);
                self.follow(Phase::Connecting, Some(Reason::Doubt), now);
            }
            Role::Follower(_) => {}
            Role::Alone | Role::Away => return,
        }
        self.actions.push_back(TabAction::Queue);
    }

    // A follower

    /// Follows; in this phase until a leader is heard.
    fn follow(&mut self, phase: Phase, reason: Option<Reason>, now: Instant) {
        self.role = Role::Follower(Follower::new(now));
        self.connection.reset(phase, reason, now);
        self.ask(Request::Hello, now);
    }

    fn ask(&mut self, request: Request, now: Instant) {
        let answer_by = now + ANSWER + self.rng.up_to(ANSWER);
        if let Role::Follower(follower) = &mut self.role {
            follower.ask(answer_by, now);
            self.actions.push_back(TabAction::Post(request.encode()));
        }
    }

    /// Asks a leader that was silent for too long, and replaces one that does not answer.
    fn check_leader(&mut self, now: Instant) {
        let Role::Follower(follower) = &self.role else {
            return;
        };
        match follower.check(now) {
            Some(Overdue::Ask) => self.ask(Request::Hello, now),
            Some(Overdue::Steal) => {
                self.actions.push_back(TabAction::Steal);
                self.follow(Phase::Connecting, Some(Reason::Doubt), now);
            }
            None => {}
        }
    }

    /// Takes what a leader posted then.
    fn take_state(&mut self, mut state: State, body: Vec<u8>, posted: Instant, now: Instant) {
        if let Role::Follower(follower) = &mut self.role
            && !follower.believes(posted, now)
            && state.status.phase == Phase::Connected
        {
            state.status.phase = Phase::Connecting;
            state.status.reason = Some(Reason::Doubt);
            state.connection = None;
        }
        self.connection.follow_leader(state, now);
        let body = Body::new(body);
        let messages = crate::message::read(body.text()).unwrap_or_default();
        for message in messages {
            if let Some(event) = event(message, &mut self.channels, &body) {
                self.connection.push(event);
            }
        }
    }
}
