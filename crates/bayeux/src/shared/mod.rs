//! One connection for all tabs. A browser that shows an application in several tabs would hold a poll
//! for each, which servers count and forbid (`multiple-clients`), and of which a browser allows six.
//! Here one tab, the *leader*, has the client at work, and hands on to the others, the *followers*,
//! what it hears. This file is the face of it.
//!
//! | file | holds |
//! |---|---|
//! | `leader` | telling the others |
//! | `follower` | listening, and noticing that nobody leads any more |
//! | `word` | what tabs say to each other, as bytes |
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
//! * With acknowledged messages, nothing is lost and nothing is given twice when the lead passes on.
//!   Each word says what it takes to go on with the session after it, and is said *before* the connect
//!   leaves that acknowledges what it hands on. The next leader goes on where the last word ended.
//! * Without them, and whenever a word is missing, a [`Gap`] is told.
//! * A leader that does not run any more, although it has the lock, is noticed: a word is due from it
//!   when its client does something, at the latest, and when it is asked. If none comes in some
//!   seconds, the lock is taken from it, and a new session begun: the old one's owner may wake.
//! * Where the lock can be had and no word ever arrives, a tab that is robbed of it twice works alone
//!   from then on, as all do where there is no lock.
//!
//! Tabs that share subscribe to the same patterns, at the same address, as the same user: all that is
//! in the name of the lock.

mod follower;
mod leader;
mod word;

use core::time::Duration;
use std::collections::VecDeque;

use self::follower::Follower;
use self::leader::Leader;
use self::word::{Ask, Says, Word};
use crate::body::Body;
use crate::channel::{KnownChannels, Pattern};
use crate::client::{self, Absence, Client, Config, Counters, Event, Gap, Page, Phase, Status};
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
    /// What can be seen while another tab leads, or none.
    shown: Status,
    /// Who else is there, as far as is known.
    others: Vec<String>,
    /// Whether any of them was ever heard in this group, and how often the lock was taken from us
    /// when nobody was.
    has_heard: bool,
    robbed_unheard: u32,
    /// The highest that was led or heard of.
    term: u64,
    /// Whether the application was told of a connection since it opened or joined.
    was_connected: bool,
    /// Since when events may be missing that no client knows of.
    missed_since: Option<Instant>,
    channels: KnownChannels,
    /// Requests to end; they go first.
    aborts: VecDeque<ExchangeId>,
    /// Words and wishes, in order.
    outputs: VecDeque<Output>,
    sends: VecDeque<Exchange>,
    events: VecDeque<Event>,
    /// When the client wants to be woken.
    client_wake: Option<Instant>,
}

/// Of how many other tabs is remembered that they are there.
const MOST_OTHERS: usize = 64;

/// What a tab is to the others.
#[derive(Debug)]
enum Role {
    /// It shares nothing, and its client is its own affair.
    Alone,
    Follower(Follower),
    Leader(Leader),
    /// The page was put away; it will be one of them again when it is back.
    Away,
}

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// As for a [`Client`].
    Client(client::Input),
    /// Another tab said that.
    Heard(Vec<u8>),
    /// The lock is ours.
    Granted,
    /// The lock was taken from us by force.
    Robbed,
    /// There is no lock to be had on this platform.
    Unavailable,
}

/// What is to be done.
#[derive(Debug)]
pub enum Output {
    /// End that request. Nothing more needs to be said of it.
    Abort(ExchangeId),
    /// Say that to all other tabs.
    Tell(Vec<u8>),
    /// Do that with the lock, and with the channel.
    Lock(Lock),
    /// Make that request, now and before any event is looked at.
    Send(Exchange),
    /// Something the application should know.
    Event(Event),
    /// Nothing until an input, a command, or that time.
    Idle {
        /// When to call `handle` with [`client::Input::Wake`](crate::Input::Wake), if ever.
        wake_at: Option<Instant>,
    },
}

/// What is to be done with the lock, and with the channel of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Listen to the channel, and wait for the lock.
    Join {
        /// The name of both.
        name: String,
    },
    /// Wait for the lock again: it was taken from us.
    Queue,
    /// Take the lock by force.
    Seize,
    /// Let go of both, and do not wait any more.
    Leave,
}

impl SharedClient {
    /// A client that does nothing yet, and will subscribe to these patterns. `seed` spreads its
    /// retries and tells tabs from each other: give each another.
    pub fn new(config: Config, patterns: impl IntoIterator<Item = Pattern>, seed: u64) -> Self {
        /// Tabs that speak another language do not hear each other.
        const LANGUAGE: &str = "bayeux-tabs/1";
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
            others: Vec::new(),
            has_heard: false,
            robbed_unheard: 0,
            term: 0,
            was_connected: false,
            missed_since: None,
            channels: KnownChannels::default(),
            aborts: VecDeque::new(),
            outputs: VecDeque::new(),
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
            Input::Heard(word) => self.hear(word, now),
            Input::Granted => self.granted(now),
            Input::Robbed => self.robbed(now),
            Input::Unavailable => {
                if !matches!(self.role, Role::Alone) {
                    self.leave();
                    self.role = Role::Alone;
                    self.client.open(now);
                }
            }
        }
    }

    /// Says what is to be done next. To be called until it says [`Output::Idle`].
    pub fn poll(&mut self, now: Instant) -> Output {
        self.follow_up(now);
        self.drain_client(now);
        if let Some(id) = self.aborts.pop_front() {
            return Output::Abort(id);
        }
        if let Some(output) = self.outputs.pop_front() {
            return output;
        }
        if let Some(exchange) = self.sends.pop_front() {
            return Output::Send(exchange);
        }
        if let Some(event) = self.events.pop_front() {
            return Output::Event(event);
        }
        let due = match &self.role {
            Role::Follower(follower) => follower.due(),
            _ => None,
        };
        Output::Idle {
            wake_at: self.client_wake.into_iter().chain(due).min(),
        }
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
            self.was_connected = false;
            self.enter(Phase::Handshaking, now);
        }
    }

    /// Ends: for the last tab as [`Client::close`] does. If others listen, one of them goes on with
    /// the session.
    pub fn close(&mut self, now: Instant) {
        self.pass_on(now);
        self.client.close(now);
        self.role = Role::Alone;
        self.missed_since = None;
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

    /// Becomes one of the group. Until something is heard of the connection it is in this phase.
    fn enter(&mut self, phase: Phase, now: Instant) {
        let name = self.group.clone();
        self.outputs.push_back(Output::Lock(Lock::Join { name }));
        self.has_heard = false;
        self.robbed_unheard = 0;
        self.others.clear();
        self.follow(phase, now);
        self.ask(Ask::Hello, now);
    }

    /// Leaves the group, as a leader with a last word to whoever listens.
    fn pass_on(&mut self, now: Instant) {
        match self.role {
            Role::Alone | Role::Away => return,
            Role::Follower(_) => {
                let word = word::bye(&self.id);
                self.outputs.push_back(Output::Tell(word));
            }
            Role::Leader(_) => self.say_farewell(now),
        }
        self.leave();
    }

    /// The page is put away, and can hold neither the lock nor the channel.
    fn put_away(&mut self, now: Instant) {
        self.shown = Status {
            phase: Phase::Suspended,
            since: now,
            last_heard: self.status().last_heard,
            ..Status::default()
        };
        self.may_miss_since(match &self.role {
            Role::Follower(follower) => follower.missing_since(),
            _ => self.client.missed_since(),
        });
        self.pass_on(now);
        // No good-bye: that would keep the page from being kept. Who was away begins anew, because
        // others may have gone on meanwhile.
        self.client.hand_over(now);
        self.client.close(now);
        self.role = Role::Away;
    }

    fn leave(&mut self) {
        self.outputs.push_back(Output::Lock(Lock::Leave));
        self.events.push_back(Event::StatusChanged);
    }

    fn take_page(&mut self, page: Page, now: Instant) {
        let is_over = self.absence.is_over_with(page, now);
        let is_back = matches!(page, Page::Resumed | Page::Visible);
        match (&self.role, page) {
            (_, Page::Leaving { kept: false }) => return self.close(now),
            (Role::Follower(_) | Role::Leader(_), Page::Leaving { kept: true }) => {
                self.put_away(now);
            }
            (Role::Away, _) if is_back => self.enter(Phase::Connecting, now),
            (Role::Follower(_), _) if is_over => self.ask(Ask::Doubt, now),
            _ => {}
        }
        self.client.handle(client::Input::Page(page), now);
    }

    /// Takes what another tab said. What is no word of a tab's changes nothing.
    fn hear(&mut self, word: Vec<u8>, now: Instant) {
        let body = Body::new(word);
        let Some(word) = Word::read(&body, now) else {
            return;
        };
        if matches!(self.role, Role::Alone | Role::Away) || word.from == self.id {
            return;
        }
        self.has_heard = true;
        match word.says {
            Says::Bye => self.others.retain(|id| *id != word.from),
            Says::Seizing => self.forget_session(),
            Says::Ask(ask) => {
                self.know(word.from);
                if let Role::Leader(leader) = &mut self.role {
                    leader.is_asked = true;
                    self.obey(ask, now);
                }
            }
            Says::News(news) => {
                self.know(word.from.clone());
                self.take_news(word.from, *news, word.messages, &body, now);
            }
            Says::Farewell(news) => {
                self.take_news(word.from.clone(), *news, word.messages, &body, now);
                self.take_farewell(&word.from, now);
            }
        }
    }

    /// Notes that a tab is there. Of those that went without a word only so many are remembered.
    fn know(&mut self, id: String) {
        if id == self.id || self.others.contains(&id) {
            return;
        }
        if self.others.len() == MOST_OTHERS {
            self.others.remove(0);
        }
        self.others.push(id);
    }

    /// Wants something of whoever has the client.
    fn wish(&mut self, ask: Ask, now: Instant) {
        match self.role {
            Role::Alone | Role::Leader(_) => self.obey(ask, now),
            Role::Follower(_) => self.ask(ask, now),
            Role::Away => {}
        }
    }

    /// Does what is wanted of whoever has the client.
    fn obey(&mut self, ask: Ask, now: Instant) {
        match ask {
            Ask::Hello => {}
            Ask::Wake => self.client.handle(client::Input::Wake, now),
            Ask::Doubt => {
                let input = client::Input::Page(Page::Resumed);
                self.client.handle(input, now);
            }
            Ask::Retry if self.client.status().phase == Phase::Stopped => self.client.open(now),
            Ask::Retry => self.client.retry_now(now),
            Ask::Restart => {
                self.may_miss_since_last_heard(now);
                self.client.close(now);
                self.client.open(now);
            }
            Ask::Renewed => self.client.credentials_renewed(now),
        }
    }

    /// Takes over what the client says. A leader tells the others before its requests leave.
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

    fn take_client_event(&mut self, mut event: Event, now: Instant) {
        if let Event::Connected { missed } = &mut event {
            *missed = self.gap(*missed, now);
        }
        if let Role::Leader(leader) = &mut self.role {
            leader.note(&event, self.client.status(), !self.others.is_empty());
        }
        // There is no command whose end is waited for.
        if !matches!(event, Event::Settled { .. }) {
            self.events.push_back(event);
        }
    }

    /// In which time events may have been missed by this tab: by its client, or in between.
    fn gap(&mut self, missed: Option<Gap>, now: Instant) -> Option<Gap> {
        let is_first = !core::mem::replace(&mut self.was_connected, true);
        let own = self.missed_since.take().filter(|_| !is_first);
        let own = own.map(|from| Gap { from, to: now });
        match (own, missed) {
            (Some(own), Some(missed)) => Some(Gap {
                from: own.from.min(missed.from),
                to: own.to.max(missed.to),
            }),
            (own, missed) => own.or(missed),
        }
    }

    /// From then on events may be missing, if the application was connected before.
    fn may_miss_since(&mut self, from: Option<Instant>) {
        if let Some(from) = from.filter(|_| self.was_connected) {
            let earlier = self.missed_since.map_or(from, |at| at.min(from));
            self.missed_since = Some(earlier);
        }
    }

    fn may_miss_since_last_heard(&mut self, now: Instant) {
        let heard = self.status().last_heard;
        self.may_miss_since(heard.or(Some(now)));
    }

    /// Up to `most` and as much again, so that not all do at once what all do.
    fn about(&mut self, most: Duration) -> Duration {
        most + self.rng.up_to(most)
    }
}
