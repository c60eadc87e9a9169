//! One connection for all tabs of a user. With a poll in each tab, servers would count several clients of one browser
//! (`multiple-clients`), and a browser would run out of its six connections to a host. Here the tab that holds a lock, the
//! *leader*, runs the [`Client`]. It posts the status of the connection, and the bodies of responses with events, to the
//! other tabs, the *followers*.
//!
//! The platform provides a lock that passes to the next in line when its holder disappears, and that can be stolen (Web
//! Locks), and a reliable channel between tabs (`BroadcastChannel`).
//!
//! | message | posted by | when |
//! |---|---|---|
//! | state | the leader, once it has heard another tab | the [`Status`] changes, a response brings events (with its body), a follower asks, or nothing was posted for `HEARTBEAT` |
//! | hello | a follower | it joins, three heartbeats were missed, or its page or network was away |
//! | retry, restart, renewed | a follower | that command is given in its tab |
//!
//! # Rules
//!
//! * The tab that is granted the lock leads, and begins a new session. Nothing is handed over: the application reads its
//!   state again after [`Event::Connected`].
//! * A connection has a random number. A follower that sees another reports [`Event::Connected`]. From the
//!   second on, each has a [`Gap`](crate::Gap): events may have been missed.
//! * A follower takes the events out of a body as the client does.
//! * A follower that gets no answer repeats its request, and then steals the lock. If its timers are late it repeats the
//!   request more often, because an answer may be queued.
//! * A message that was posted before the follower asked, or was queued for `SILENCE`, does not show
//!   that the connection is alive.
//! * A tab whose lock is stolen ends its session and follows. If it never heard another tab it works alone, like every tab
//!   without a lock.
//! * A page that is frozen or put into the back/forward cache leaves, and joins again when it is back.
//!
//! Tabs share if they have the same address, patterns and user: all are in the name of the lock.
//!
//! | file | holds |
//! |---|---|
//! | `roles` | what a leader posts, and when; whether a follower believes it |
//! | `view` | the application's view of the connection, in whichever tab it is |
//! | `message` | the messages, as bytes |

mod message;
mod roles;
mod view;

use self::message::{Request, State};
use self::roles::{Follower, Leader, Overdue};
use self::view::View;
use crate::body::Body;
use crate::channel::{KnownChannels, Pattern};
use crate::client::{
    self, Absence, Client, Config, Counters, Event, Page, Phase, Reason, Status, event,
};
use crate::duration::Duration;
use crate::rng::Rng;
use crate::time::Instant;

/// Tabs of different versions of the protocol do not share.
const PROTOCOL: &str = "bayeux-tabs/5";

/// An input.
#[derive(Debug)]
pub enum Input {
    /// An input of a [`Client`].
    Client(client::Input),
    /// An event between this tab and the others.
    Tabs(TabEvent),
}

/// An event between this tab and the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabEvent {
    /// Another tab posted a message.
    Message {
        /// The message.
        data: Vec<u8>,
        /// How long ago, by a clock that all tabs share: messages to a frozen page are queued.
        age: Duration,
    },
    /// This tab holds the lock.
    Granted,
    /// The lock was stolen from this tab.
    Stolen,
    /// There is no lock or no channel.
    Unavailable,
}

/// An output.
#[derive(Debug)]
pub enum Output {
    /// An output of a [`Client`].
    Client(client::Output),
    /// Carry this out before any event is handled.
    Tabs(TabAction),
}

/// An action on the lock, or on the channel of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabAction {
    /// Open the channel, and request the lock.
    Join {
        /// The name of both.
        name: String,
    },
    /// Post this on the channel.
    Post(Vec<u8>),
    /// Request the lock again.
    Queue,
    /// Steal the lock.
    Steal,
    /// Release the lock, or abort the request for it, and close the channel.
    Leave,
}

/// A client that shares its connection with those in other tabs. Driven like [`Client`].
#[derive(Debug)]
pub struct SharedClient {
    client: Client,
    rng: Rng,
    absence: Absence,
    /// The name of the lock, and the same without the user.
    name: String,
    address: String,
    role: Role,
    /// Whether another tab was heard since this tab joined.
    has_peers: bool,
    view: View,
    channels: KnownChannels,
    actions: Vec<TabAction>,
}

/// The role of a tab.
#[derive(Debug)]
enum Role {
    /// It has not started, has ended, or can't share.
    Alone,
    Follower(Follower),
    Leader(Leader),
    /// Its page is frozen, or in the back/forward cache.
    Away,
}

impl SharedClient {
    /// A client that was not opened, and will subscribe to these patterns. `seed` spreads its retries and numbers its
    /// connections: give each tab a different one.
    pub fn new(config: Config, patterns: impl IntoIterator<Item = Pattern>, seed: u64) -> Self {
        let mut address = [PROTOCOL, " ", &config.url].concat();
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
            view: View::default(),
            channels: KnownChannels::default(),
            actions: Vec::new(),
        }
    }

    /// Handles an input.
    pub fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Client(client::Input::Page(page)) => self.take_page(page, now),
            Input::Client(input) => {
                if let (client::Input::Response { response, .. }, Role::Leader(leader)) =
                    (&input, &mut self.role)
                    && self.has_peers
                {
                    leader.body.clone_from(&response.body);
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
    }

    /// Returns the next output. Call it until it returns [`Output::Idle`](client::Output::Idle).
    pub fn poll(&mut self, now: Instant) -> Output {
        self.check_leader(now);
        let client_wake = loop {
            match self.client.poll(now) {
                client::Output::Event(event) => self.take_event(event, now),
                client::Output::Idle { wake_at } => break wake_at,
                request => return Output::Client(request),
            }
        };
        let due = match &mut self.role {
            Role::Alone => {
                self.view.follow_client(self.client.status());
                None
            }
            Role::Leader(leader) => {
                self.view.follow_client(self.client.status());
                self.has_peers.then(|| {
                    if let Some(message) = leader.post(&self.view, now) {
                        self.actions.push(TabAction::Post(message));
                    }
                    leader.due()
                })
            }
            Role::Follower(follower) => Some(follower.due()),
            Role::Away => None,
        };
        if !self.actions.is_empty() {
            return Output::Tabs(self.actions.remove(0));
        }
        Output::Client(match self.view.next_event() {
            Some(event) => client::Output::Event(event),
            None => client::Output::Idle {
                wake_at: Instant::earliest(&[client_wake, due]),
            },
        })
    }

    // Commands

    /// Opens like [`Client::open`], without other tabs.
    pub fn open(&mut self, now: Instant) {
        if matches!(self.role, Role::Alone) {
            self.client.open(now);
        }
    }

    /// Opens together with the other tabs of this user. Does nothing if it is open.
    pub fn join(&mut self, user: &str, now: Instant) {
        if matches!(self.role, Role::Alone) && self.view.status().phase == Phase::Idle {
            self.name = [&self.address, " ", user].concat();
            self.enter(Phase::Handshaking, now);
        }
    }

    /// Closes like [`Client::close`]. If there are other tabs, one of them begins a new session.
    pub fn close(&mut self, now: Instant) {
        self.leave(Role::Alone);
        self.client.close(now);
        self.view.forget();
        self.view.follow_client(self.client.status());
    }

    /// Like [`Client::retry_now`]. Starts over if it had stopped.
    pub fn retry_now(&mut self, now: Instant) {
        self.request(Request::Retry, now);
    }

    /// Begins a new session: the server refused something in this one.
    pub fn restart(&mut self, now: Instant) {
        self.request(Request::Restart, now);
    }

    /// Like [`Client::credentials_renewed`].
    pub fn credentials_renewed(&mut self, now: Instant) {
        self.request(Request::Renewed, now);
    }

    fn request(&mut self, request: Request, now: Instant) {
        match self.role {
            Role::Alone | Role::Leader(_) => self.carry_out(request, now),
            Role::Follower(_) => self.ask(request, now),
            Role::Away => {}
        }
    }

    // Getters

    /// The status of the connection, in whichever tab it is.
    pub fn status(&self) -> &Status {
        self.view.status()
    }

    /// The counts of this tab's own client.
    pub fn counters(&self) -> &Counters {
        self.client.counters()
    }

    /// Whether this tab has the connection for others.
    pub fn leads(&self) -> bool {
        matches!(self.role, Role::Leader(_))
    }

    // Any role

    fn is_joined(&self) -> bool {
        matches!(self.role, Role::Follower(_) | Role::Leader(_))
    }

    /// Takes an event of the client.
    fn take_event(&mut self, event: Event, now: Instant) {
        if let Role::Leader(leader) = &mut self.role {
            leader.note(&event, self.client.status().phase);
        }
        match event {
            Event::Connected { .. } => self.view.begin(self.rng.next(), now),
            event => self.view.push(event),
        }
    }

    /// Joins the other tabs; keeps this phase until a leader is heard.
    fn enter(&mut self, phase: Phase, now: Instant) {
        let name = self.name.clone();
        self.actions.push(TabAction::Join { name });
        self.has_peers = false;
        self.follow(phase, None, now);
    }

    /// Leaves the other tabs, if it has joined them.
    fn leave(&mut self, role: Role) {
        if self.is_joined() {
            self.actions.push(TabAction::Leave);
            self.view.push(Event::StatusChanged);
        }
        self.role = role;
    }

    fn work_alone(&mut self, now: Instant) {
        if self.is_joined() {
            self.leave(Role::Alone);
            self.client.open(now);
        }
    }

    fn take_message(&mut self, data: &[u8], posted: Instant, now: Instant) {
        if !self.is_joined() {
            return;
        }
        if let Some(request) = Request::read(data) {
            self.has_peers = true;
            if let Role::Leader(leader) = &mut self.role {
                leader.is_due = true;
                // The timers of a hidden page may be throttled.
                self.client.handle(client::Input::Wake, now);
                self.carry_out(request, now);
            }
        } else if let Some(state) = State::read(data, posted) {
            self.has_peers = true;
            // A leader that was replaced may not know it yet.
            if matches!(self.role, Role::Follower(_)) {
                self.take_state(state, posted, now);
            }
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
            (Role::Follower(_), _) if is_over && self.status().phase == Phase::Connected => {
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
        self.view.reset(Phase::Suspended, None, now);
        match page {
            Page::Frozen => self.client.close(now),
            // A pending request would keep the page out of the cache.
            _ => self.client.abandon(now),
        }
    }

    // The leader

    /// Takes the lead, and begins a new session.
    fn lead(&mut self, now: Instant) {
        if matches!(self.role, Role::Follower(_)) {
            self.role = Role::Leader(Leader::new());
            self.client.open(now);
        }
    }

    /// Carries out a request to the tab with the connection.
    fn carry_out(&mut self, request: Request, now: Instant) {
        let phase = self.client.status().phase;
        match request {
            Request::Hello => {}
            Request::Retry if phase == Phase::Stopped => self.client.open(now),
            Request::Retry => self.client.retry_now(now),
            // Several tabs may want a new session at once.
            Request::Restart if phase == Phase::Handshaking => {}
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
        self.actions.push(TabAction::Queue);
    }

    // A follower

    /// Follows; keeps this phase until a leader is heard.
    fn follow(&mut self, phase: Phase, reason: Option<Reason>, now: Instant) {
        self.role = Role::Follower(Follower::new(now));
        self.view.reset(phase, reason, now);
        self.ask(Request::Hello, now);
    }

    fn ask(&mut self, request: Request, now: Instant) {
        if let Role::Follower(follower) = &mut self.role {
            follower.ask(&mut self.rng, now);
            self.actions.push(TabAction::Post(request.encode()));
        }
    }

    /// Sends a request to a leader that was silent for too long, and replaces one that does not answer.
    fn check_leader(&mut self, now: Instant) {
        let Role::Follower(follower) = &self.role else {
            return;
        };
        match follower.check(now) {
            Some(Overdue::Ask) => self.ask(Request::Hello, now),
            Some(Overdue::Steal) => {
                self.actions.push(TabAction::Steal);
                self.follow(Phase::Connecting, Some(Reason::Doubt), now);
            }
            None => {}
        }
    }

    /// Takes a leader's state that was posted at this time.
    fn take_state(&mut self, mut state: State, posted: Instant, now: Instant) {
        if let Role::Follower(follower) = &mut self.role
            && !follower.believes(posted, now)
            && state.status.phase == Phase::Connected
        {
            state.status.phase = Phase::Connecting;
            state.status.reason = Some(Reason::Doubt);
            state.connection = None;
        }
        let body = Body::new(core::mem::take(&mut state.body));
        self.view.follow_leader(state, now);
        for message in crate::message::read(body.text()).unwrap_or_default() {
            if let Some(event) = event(message, &mut self.channels, &body) {
                self.view.push(event);
            }
        }
    }
}
