//! One connection for all tabs. A browser that shows an application in several tabs would hold a poll
//! for each, which servers count and forbid (`multiple-clients`), and of which a browser allows six.
//! Here one tab, the *leader*, has the client at work, and hands on to the others, the *followers*,
//! what it hears. This file is the face of it.
//!
//! | file | holds |
//! |---|---|
//! | `group` | joining the others, leaving them, hearing them |
//! | `election` | who leads |
//! | `leader` | telling the others |
//! | `follower` | listening |
//! | `word` | what tabs say to each other, as bytes |
//! | `news` | how things stand, as a leader tells it |
//! | `missing` | what may be missing that no client knows of |
//!
//! # What the platform has to offer
//!
//! A *lock* of which there is one in all tabs, which is given to the next that waits when its holder
//! goes, however it goes, and which can be taken by force; and a *channel* that brings what one tab
//! says to all others, in the order in which that tab said it. In browsers these are Web Locks and
//! `BroadcastChannel`. Who has the lock leads.
//!
//! # What is promised
//!
//! A follower is told what the leader is told, as far as it can be seen from outside: the same
//! messages in the same order, the same gaps, the same state of the connection.
//!
//! * With acknowledged messages, nothing is lost and nothing is given twice when a leader says farewell:
//!   it lets go of the session, and the next goes on where that ended.
//! * Otherwise the next leader begins a new session, and a [`Gap`](crate::Gap) is told: requests of the
//!   old one may still be under way, and would interfere. A gap is told, too, whenever a word is missing.
//! * A leader that does not run any more, although it has the lock, is noticed: a word is due from it
//!   when its client does something, at the latest, and when it is asked. If none comes in some
//!   seconds, the lock is taken from it, and a new session begun: the old one's owner may wake. Until it
//!   knows, both sessions bring what happens: what came shortly before such a gap may come again.
//! * Who is put away or frozen leaves the others before, and joins them again.
//! * Where the lock can be had and no word ever arrives, a tab that is robbed of it twice works alone
//!   from then on, as all do where there is no lock.
//!
//! Tabs that share subscribe to the same patterns, at the same address, as the same user: all that is
//! in the name of the lock.

mod election;
mod follower;
mod group;
mod leader;
mod missing;
mod news;
mod word;

use core::time::Duration;
use std::collections::VecDeque;

use self::follower::Follower;
use self::leader::Leader;
use self::missing::Missing;
use self::word::Ask;
use crate::channel::{KnownChannels, Pattern};
use crate::client::{self, Absence, Client, Config, Counters, Event, Phase, Status};
use crate::exchange::{Exchange, ExchangeId};
use crate::rng::Rng;
use crate::time::Instant;

/// A client that shares its connection with those in other tabs. Driven as [`Client`] is; it does not
/// publish, for that needs no connection.
#[derive(Debug)]
pub struct SharedClient {
    client: Client,
    /// Who we are to the others: made up.
    id: String,
    rng: Rng,
    absence: Absence,
    /// The name of the lock, which has in it what all who share agree in, but the user.
    common: String,
    /// The whole name.
    group: String,
    role: Role,
    /// What can be seen while another tab leads, or none; and until when everything was heard.
    shown: Status,
    complete_until: Option<Instant>,
    /// Who else is there, as far as is known.
    others: Vec<String>,
    /// Whether any of them was ever heard in this group, and how often the lock was taken from us
    /// when nobody was.
    has_heard: bool,
    robbed_unheard: u32,
    /// The term of the last leader that was listened to.
    term: u64,
    /// How many words this tab said as a leader, and how many questions it had as a follower.
    words: u64,
    questions: u64,
    missing: Missing,
    channels: KnownChannels,
    /// Requests to end; they go first.
    aborts: VecDeque<ExchangeId>,
    sends: VecDeque<Exchange>,
    to_tabs: VecDeque<TabAction>,
    events: VecDeque<Event>,
    /// When the client wants to be woken.
    client_wake: Option<Instant>,
}

/// What a tab is to the others.
#[derive(Debug)]
enum Role {
    /// It has not begun, or has ended, or there is no way to share: its client is its own affair.
    Alone,
    Follower(Follower),
    Leader(Leader),
    /// The page was put away, or frozen; it will be one of them again when it is back.
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
    /// Another tab said that.
    Heard {
        /// What it said.
        word: Vec<u8>,
        /// How long ago, by a clock that tabs have in common: a page that does not run hears late.
        age: Duration,
    },
    /// The lock is ours.
    Granted,
    /// The lock was taken from us by force.
    Robbed,
    /// There is no lock to be had, or no channel.
    Unavailable,
}

/// What is to be done with the lock, and with the channel of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabAction {
    /// Listen to the channel, and wait for the lock.
    Join {
        /// The name of both.
        name: String,
    },
    /// Say that to all other tabs.
    Tell(Vec<u8>),
    /// Wait for the lock again: it was taken from us.
    Queue,
    /// Take the lock by force.
    Seize,
    /// Let go of both, and do not wait any more.
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
    /// retries and tells tabs from each other: give each another.
    pub fn new(config: Config, patterns: impl IntoIterator<Item = Pattern>, seed: u64) -> Self {
        /// Tabs that speak another language do not hear each other.
        const LANGUAGE: &str = "bayeux-tabs/2";
        let mut common = format!("{LANGUAGE} {}", config.url);
        let mut client = Client::new(config, seed);
        for pattern in patterns {
            common.push(' ');
            common.push_str(pattern.as_str());
            client.subscribe(pattern);
        }
        let mut rng = Rng::new(seed);
        Self {
            client,
            id: format!("{:016x}", rng.next()),
            rng,
            absence: Absence::default(),
            common,
            group: String::new(),
            role: Role::Alone,
            shown: Status::default(),
            complete_until: None,
            others: Vec::new(),
            has_heard: false,
            robbed_unheard: 0,
            term: 0,
            words: 0,
            questions: 0,
            missing: Missing::default(),
            channels: KnownChannels::default(),
            aborts: VecDeque::new(),
            to_tabs: VecDeque::new(),
            sends: VecDeque::new(),
            events: VecDeque::new(),
            client_wake: None,
        }
    }

    /// Takes what happened.
    pub fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Client(client::Input::Page(page)) => self.take_page(page, now),
            Input::Client(input) => self.client.handle(input, now),
            Input::Tabs(TabEvent::Heard { word, age }) => self.hear(word, age, now),
            Input::Tabs(TabEvent::Granted) => self.granted(now),
            Input::Tabs(TabEvent::Robbed) => self.robbed(now),
            Input::Tabs(TabEvent::Unavailable) => self.work_alone(now),
        }
    }

    /// Says what is to be done next. To be called until it says [`Output::Idle`](client::Output::Idle).
    pub fn poll(&mut self, now: Instant) -> Output {
        self.follow_up(now);
        self.drain_client(now);
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
            Role::Follower(follower) => follower.wait.due(),
            _ => None,
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
        }
    }

    /// Begins together with the other tabs of this user. Does nothing if something was begun.
    pub fn join(&mut self, user: &str, now: Instant) {
        if matches!(self.role, Role::Alone) && self.client.status().phase == Phase::Idle {
            self.group = format!("{} {user}", self.common);
            self.enter(Phase::Handshaking, now);
        }
    }

    /// Ends: for the last tab as [`Client::close`] does. If others listen, one of them goes on with
    /// the session.
    pub fn close(&mut self, now: Instant) {
        self.pass_on(now);
        self.client.close(now);
        self.role = Role::Alone;
        self.missing = Missing::default();
    }

    /// As [`Client::retry_now`]; and begins anew if it had stopped.
    pub fn retry_now(&mut self, now: Instant) {
        self.wish(Ask::Retry, now);
    }

    /// Begins a new session: the server refused something in this one.
    pub fn restart(&mut self, now: Instant) {
        self.wish(Ask::Restart, now);
    }

    /// As [`Client::credentials_renewed`].
    pub fn credentials_renewed(&mut self, now: Instant) {
        self.wish(Ask::Renewed, now);
    }

    // Getters

    /// What can be said of the connection, whoever has it.
    pub fn status(&self) -> &Status {
        match self.role {
            Role::Follower(_) | Role::Away => &self.shown,
            Role::Alone | Role::Leader(_) => self.client.status(),
        }
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

    /// Takes over what the client says. A leader tells the others.
    fn drain_client(&mut self, now: Instant) {
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
                client::Output::Event(event) => self.take_client_event(event, now),
                client::Output::Idle { wake_at } => {
                    self.client_wake = wake_at;
                    break;
                }
            }
        }
        self.tell_the_others(now);
    }

    /// Takes what the client says to the application; a leader notes it for the others.
    fn take_client_event(&mut self, mut event: Event, now: Instant) {
        if let Event::Connected { missed } = &mut event {
            *missed = self.missing.connected(*missed, now);
        }
        if let Role::Leader(leader) = &mut self.role {
            leader.note(&event, self.client.status(), !self.others.is_empty());
        }
        // There is no command whose end is waited for.
        if !matches!(event, Event::Settled { .. }) {
            self.events.push_back(event);
        }
    }
}
