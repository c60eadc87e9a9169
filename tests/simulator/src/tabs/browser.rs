//! The tabs, what passes between them, and the way to the server.
//!
//! Words and what the platform says of the lock take their time, up to [`MOST_BETWEEN_TABS`]; words of
//! one tab arrive in the order in which it said them. What reaches a frozen tab waits.

use core::time::Duration;
use std::collections::BTreeMap;

use bayeux::server::{self, Server};
use bayeux::shared::{self, Lock as Wish, SharedClient};
use bayeux::{
    Channel, Config, Endpoint, Event, Exchange, ExchangeId, Failure, Input, Instant, Page, Pattern,
    Phase, RawValue, Response,
};

use super::listener::Listener;
use super::lock::{Lock, Party};
use crate::dice::Dice;
use crate::trace::{Detail, Trace};
use crate::watch::Violation;

/// The longest that a word takes to the other tabs, or the lock to the next, in milliseconds.
pub const MOST_BETWEEN_TABS: u64 = 90;
/// The channel that everybody listens to.
const NEWS: &str = "/news";
/// Outputs of a tab in one step: far more than it can have to say.
const OUTPUTS_A_STEP: u32 = 10_000;

/// What the network is like: chances per thousand requests and responses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    /// That they are lost.
    pub lost: u64,
    /// That they are seconds under way.
    pub slow: u64,
}

/// A browser, and a server.
#[derive(Debug)]
pub struct Browser {
    /// The time, for all.
    pub now: Instant,
    /// What the network is like.
    pub weather: Weather,
    /// Whether words reach the other tabs.
    pub has_channel: bool,
    pub(crate) dice: Dice,
    tabs: Vec<Tab>,
    lock: Lock,
    queue: BTreeMap<(Instant, u64), Happening>,
    sequence: u64,
    server: Server,
    options: server::Options,
    server_wake: Option<Instant>,
    is_server_down: bool,
    next_server_side: u64,
    exchanges: BTreeMap<ExchangeId, (usize, ExchangeId)>,
    published: u64,
    /// Requests that reached the server: of the pages' clients altogether.
    pub handshakes: u64,
    pub(crate) trace: Trace,
}

/// A tab, from its opening on.
#[derive(Debug)]
pub struct Tab {
    /// Its client.
    pub client: SharedClient,
    /// What it said to its application.
    pub events: Vec<Event>,
    /// Whether it has crashed, or was closed.
    pub is_gone: bool,
    listener: Listener,
    /// How often it has joined the others.
    joined: u64,
    is_listening: bool,
    timer: Option<Instant>,
    frozen_until: Option<Instant>,
    inbox: Vec<(Option<u64>, shared::Input)>,
    /// Requests that are out.
    out: Vec<(ExchangeId, Endpoint)>,
    /// When its last word arrives.
    last_word: Instant,
    /// When it hears of the lock the last time.
    last_notice: Instant,
}

#[derive(Debug)]
enum Happening {
    ToServer(usize, ExchangeId, Vec<u8>),
    CutOff(usize, ExchangeId),
    /// To a tab: what it is handed, if it has joined that often, or always.
    ToTab(usize, Option<u64>, shared::Input),
    Thaw(usize),
    Up,
}

impl Browser {
    /// No tabs yet, and a server.
    pub fn new(options: server::Options, seed: u64, detail: Detail) -> Self {
        let mut dice = Dice::new(seed);
        Self {
            now: Instant::from_millis(1_000_000),
            weather: Weather::default(),
            has_channel: true,
            tabs: Vec::new(),
            lock: Lock::default(),
            queue: BTreeMap::new(),
            sequence: 0,
            server: Server::new(options.clone(), dice.roll()),
            options,
            server_wake: None,
            is_server_down: false,
            next_server_side: 0,
            exchanges: BTreeMap::new(),
            published: 0,
            handshakes: 0,
            trace: Trace::new(detail),
            dice,
        }
    }

    // What a person does

    /// Opens a tab, and says which.
    pub fn open_tab(&mut self) -> Result<usize, Violation> {
        let channel = Channel::new(NEWS).map_err(|e| Violation(e.to_string()))?;
        let patterns = [Pattern::from(channel)];
        let client = SharedClient::new(Config::default(), patterns, self.dice.roll());
        let number = self.tabs.len();
        self.tabs.push(Tab {
            client,
            events: Vec::new(),
            is_gone: false,
            listener: Listener::new(self.options.acknowledged_messages),
            joined: 0,
            is_listening: false,
            timer: None,
            frozen_until: None,
            inbox: Vec::new(),
            out: Vec::new(),
            last_word: Instant::default(),
            last_notice: Instant::default(),
        });
        self.note(number, || "opens".to_owned());
        self.tabs[number].client.join("a user", self.now);
        self.drain_tab(number)?;
        Ok(number)
    }

    /// Closes a tab: it has the time to say so.
    pub fn close_tab(&mut self, tab: usize) -> Result<(), Violation> {
        self.note(tab, || "closes".to_owned());
        self.page(tab, Page::Leaving { kept: false })?;
        self.end(tab);
        Ok(())
    }

    /// A tab crashes.
    pub fn crash_tab(&mut self, tab: usize) {
        self.note(tab, || "crashes".to_owned());
        self.end(tab);
        let out = core::mem::take(&mut self.tabs[tab].out);
        for (id, _) in out {
            self.cut_off(tab, id);
        }
        let party = (tab, self.tabs[tab].joined);
        let next = self.lock.leave(party);
        self.grant(next);
    }

    /// Nothing of a tab runs for a while.
    pub fn freeze_tab(&mut self, tab: usize, span: Duration) {
        self.note(tab, || format!("is frozen for {span:?}"));
        self.tabs[tab].frozen_until = Some(self.now + span);
        self.after(span, Happening::Thaw(tab));
    }

    /// Something happens to the page.
    pub fn page(&mut self, tab: usize, page: Page) -> Result<(), Violation> {
        self.note(tab, || format!("page: {page:?}"));
        self.hand(tab, shared::Input::Client(Input::Page(page)))
    }

    /// A person, or the application, commands something.
    pub fn command(
        &mut self,
        tab: usize,
        command: impl FnOnce(&mut SharedClient, Instant),
    ) -> Result<(), Violation> {
        command(&mut self.tabs[tab].client, self.now);
        self.drain_tab(tab)
    }

    // What the server does

    /// The server publishes the next message, and says which.
    pub fn publish(&mut self) -> Result<u64, Violation> {
        self.published += 1;
        let number = self.published;
        if !self.is_server_down {
            self.note_of_server(|| format!("publishes {number}"));
            let channel = Channel::new(NEWS).map_err(|e| Violation(e.to_string()))?;
            let data = RawValue::from_string(number.to_string());
            let data = data.map_err(|e| Violation(e.to_string()))?;
            self.server.publish(&channel, &data);
            self.drain_server();
        }
        Ok(number)
    }

    /// The server goes down, and comes back knowing nothing.
    pub fn restart_server(&mut self, down: Duration) {
        self.note_of_server(|| format!("goes down for {down:?}"));
        self.is_server_down = true;
        self.server = Server::new(self.options.clone(), self.dice.roll());
        self.server_wake = None;
        for (tab, id) in core::mem::take(&mut self.exchanges).into_values() {
            self.fail(tab, id);
        }
        self.after(down, Happening::Up);
    }

    /// The server forgets every session.
    pub fn forget_sessions(&mut self) {
        self.note_of_server(|| "forgets every session".to_owned());
        self.server.forget_sessions();
        self.drain_server();
    }

    /// The server, and how it stands.
    pub fn server(&self) -> &Server {
        &self.server
    }

    // What can be seen

    /// The tabs, in the order of their opening.
    pub fn tabs(&self) -> &[Tab] {
        &self.tabs
    }

    /// Those that are there and have the connection.
    pub fn leaders(&self) -> Vec<usize> {
        let leads = |tab: &usize| !self.tabs[*tab].is_gone && self.tabs[*tab].client.leads();
        (0..self.tabs.len()).filter(leads).collect()
    }

    /// Those that are there.
    pub fn present(&self) -> Vec<usize> {
        let is_there = |tab: &usize| !self.tabs[*tab].is_gone;
        (0..self.tabs.len()).filter(is_there).collect()
    }

    /// Whether a tab runs.
    pub fn is_awake(&self, tab: usize) -> bool {
        !self.tabs[tab].is_gone && self.tabs[tab].frozen_until.is_none()
    }

    /// Whether every tab that is there is connected.
    pub fn is_connected(&self) -> bool {
        self.present()
            .into_iter()
            .all(|tab| self.tabs[tab].client.status().phase == Phase::Connected)
    }

    /// What must hold of every tab in calm.
    pub fn is_at_rest(&self) -> Result<(), Violation> {
        for tab in self.present() {
            let listener = &self.tabs[tab].listener;
            listener
                .is_at_rest(self.published)
                .map_err(|violation| Violation(format!("tab {tab}: {}", violation.0)))?;
        }
        Ok(())
    }

    // Time

    /// Goes on until `span` has passed.
    pub fn advance(&mut self, span: Duration) -> Result<(), Violation> {
        let end = self.now + span;
        let mut steps = 0_u32;
        while let Some(at) = self.next_at().filter(|at| *at <= end) {
            steps = if at > self.now { 0 } else { steps + 1 };
            if steps > 1_000 {
                return Err(Violation(
                    "time stands still: a timer that is always due".to_owned(),
                ));
            }
            self.now = self.now.max(at);
            self.step()?;
        }
        self.now = end;
        Ok(())
    }

    /// Goes on until `condition` holds, for at most `span`.
    pub fn until(
        &mut self,
        span: Duration,
        condition: impl Fn(&Self) -> bool,
    ) -> Result<(), Violation> {
        let end = self.now + span;
        while !condition(self) {
            match self.next_at().filter(|at| *at <= end) {
                Some(at) => self.now = self.now.max(at),
                None => return Err(Violation(format!("not within {span:?}\n{}", self.trace))),
            }
            self.step()?;
        }
        Ok(())
    }

    fn next_at(&self) -> Option<Instant> {
        let timers = self.tabs.iter().filter(|tab| tab.frozen_until.is_none());
        let timers = timers.filter_map(|tab| tab.timer);
        let queued = self.queue.keys().next().map(|(at, _)| *at);
        timers.chain(queued).chain(self.server_wake).min()
    }

    fn step(&mut self) -> Result<(), Violation> {
        while let Some(entry) = self.queue.first_entry() {
            if entry.key().0 > self.now {
                break;
            }
            let happening = entry.remove();
            self.happen(happening)?;
            self.drain_server();
        }
        for tab in 0..self.tabs.len() {
            let it = &self.tabs[tab];
            if it.frozen_until.is_none() && it.timer.is_some_and(|at| at <= self.now) {
                self.hand(tab, shared::Input::Client(Input::Wake))?;
            }
        }
        if self.server_wake.is_some_and(|at| at <= self.now) {
            self.server.handle(server::Input::Wake, self.now);
        }
        self.drain_server();
        Ok(())
    }

    fn happen(&mut self, happening: Happening) -> Result<(), Violation> {
        match happening {
            Happening::ToServer(tab, id, body) => self.arrive_at_server(tab, id, &body),
            Happening::CutOff(tab, id) => {
                let is_it = |(_, of): &(&ExchangeId, &(usize, ExchangeId))| **of == (tab, id);
                let server_side = self.exchanges.iter().find(is_it).map(|(id, _)| *id);
                if let Some(id) = server_side {
                    self.exchanges.remove(&id);
                    self.server.handle(server::Input::Gone { id }, self.now);
                }
            }
            Happening::ToTab(tab, joined, input) => return self.arrive_at_tab(tab, joined, input),
            Happening::Thaw(tab) => return self.thaw_tab(tab),
            Happening::Up => {
                self.is_server_down = false;
                self.note_of_server(|| "is up again".to_owned());
            }
        }
        Ok(())
    }

    fn after(&mut self, delay: Duration, happening: Happening) {
        self.at(self.now + delay, happening);
    }

    fn at(&mut self, at: Instant, happening: Happening) {
        self.sequence += 1;
        self.queue.insert((at, self.sequence), happening);
    }

    // Tabs

    fn arrive_at_tab(
        &mut self,
        tab: usize,
        joined: Option<u64>,
        input: shared::Input,
    ) -> Result<(), Violation> {
        let it = &mut self.tabs[tab];
        if it.is_gone {
            return Ok(());
        }
        if it.frozen_until.is_some() {
            it.inbox.push((joined, input));
            return Ok(());
        }
        let is_current = joined.is_none_or(|joined| it.is_listening && it.joined == joined);
        if let shared::Input::Client(Input::Response { id, .. } | Input::Failed { id, .. }) = &input
        {
            let was_out = it.out.len();
            it.out.retain(|(out, _)| out != id);
            if it.out.len() == was_out {
                // It was cut off.
                return Ok(());
            }
        }
        if is_current {
            self.hand(tab, input)
        } else {
            Ok(())
        }
    }

    /// A tab runs again: first its timer, or what waited for it.
    pub fn thaw_tab(&mut self, tab: usize) -> Result<(), Violation> {
        if self.tabs[tab].frozen_until.take().is_none() || self.tabs[tab].is_gone {
            return Ok(());
        }
        self.note(tab, || "runs again".to_owned());
        let inbox = core::mem::take(&mut self.tabs[tab].inbox);
        let is_timer_first = self.dice.chance(500);
        if is_timer_first && self.tabs[tab].timer.is_some_and(|at| at <= self.now) {
            self.hand(tab, shared::Input::Client(Input::Wake))?;
        }
        for (joined, input) in inbox {
            self.arrive_at_tab(tab, joined, input)?;
        }
        // A page that was put away is always told.
        match self.tabs[tab].client.status().phase {
            Phase::Suspended => self.page(tab, Page::Resumed),
            _ => Ok(()),
        }
    }

    fn hand(&mut self, tab: usize, input: shared::Input) -> Result<(), Violation> {
        if self.tabs[tab].is_gone {
            return Ok(());
        }
        self.note(tab, || match &input {
            shared::Input::Heard(word) => format!("hears {}", abridged(word)),
            shared::Input::Client(Input::Response { id, response }) => {
                let body = String::from_utf8_lossy(&response.body);
                format!("← {}: {body}", id.number())
            }
            shared::Input::Client(Input::Failed { id, .. }) => format!("← {} failed", id.number()),
            other => format!("{other:?}"),
        });
        self.tabs[tab].client.handle(input, self.now);
        self.drain_tab(tab)
    }

    fn drain_tab(&mut self, tab: usize) -> Result<(), Violation> {
        for _ in 0..OUTPUTS_A_STEP {
            match self.tabs[tab].client.poll(self.now) {
                shared::Output::Abort(id) => {
                    self.note(tab, || format!("✗ {}", id.number()));
                    self.tabs[tab].out.retain(|(out, _)| *out != id);
                    self.cut_off(tab, id);
                }
                shared::Output::Tell(word) => self.tell(tab, &word),
                shared::Output::Lock(wish) => self.wish(tab, &wish),
                shared::Output::Send(exchange) => self.send(tab, exchange)?,
                shared::Output::Event(event) => {
                    self.note(tab, || format!("· {event:?}"));
                    let it = &mut self.tabs[tab];
                    it.listener
                        .said(&event, self.published)
                        .map_err(|violation| Violation(format!("tab {tab}: {}", violation.0)))?;
                    it.events.push(event);
                }
                shared::Output::Idle { wake_at } => {
                    self.tabs[tab].timer = wake_at;
                    return self.is_poised(tab);
                }
            }
        }
        Err(Violation("outputs without end in one step".to_owned()))
    }

    /// There is a request, a timer, or an end with a reason.
    fn is_poised(&self, tab: usize) -> Result<(), Violation> {
        let it = &self.tabs[tab];
        let status = it.client.status();
        let is_poised = match status.phase {
            Phase::Idle | Phase::Suspended | Phase::CredentialsNeeded => true,
            Phase::Stopped => status.reason.is_some(),
            _ => it.timer.is_some(),
        };
        match is_poised {
            true => Ok(()),
            false => Err(Violation(format!(
                "tab {tab}: neither a timer nor an end with a reason: {status:?}"
            ))),
        }
    }

    fn tell(&mut self, from: usize, word: &[u8]) {
        self.note(from, || format!("says {}", abridged(word)));
        if !self.has_channel {
            return;
        }
        let delay = self.dice.millis(1, MOST_BETWEEN_TABS);
        let at = (self.now + delay).max(self.tabs[from].last_word);
        self.tabs[from].last_word = at;
        let others: Vec<Party> = self
            .tabs
            .iter()
            .enumerate()
            .filter(|(number, tab)| *number != from && tab.is_listening)
            .map(|(number, tab)| (number, tab.joined))
            .collect();
        for (to, joined) in others {
            let input = shared::Input::Heard(word.to_vec());
            self.at(at, Happening::ToTab(to, Some(joined), input));
        }
    }

    fn wish(&mut self, tab: usize, wish: &Wish) {
        self.note(tab, || format!("{wish:?}"));
        let it = &mut self.tabs[tab];
        match wish {
            Wish::Join { .. } => {
                it.joined += 1;
                it.is_listening = true;
                let next = self.lock.queue((tab, it.joined));
                self.grant(next);
            }
            Wish::Queue => {
                let next = self.lock.queue((tab, it.joined));
                self.grant(next);
            }
            Wish::Seize => {
                let party = (tab, it.joined);
                if let Some((from, joined)) = self.lock.seize(party) {
                    self.tell_of_lock((from, joined), shared::Input::Robbed);
                }
                self.grant(Some(party));
            }
            Wish::Leave => {
                it.is_listening = false;
                let next = self.lock.leave((tab, it.joined));
                self.grant(next);
            }
        }
    }

    fn grant(&mut self, to: Option<Party>) {
        if let Some(party) = to {
            self.tell_of_lock(party, shared::Input::Granted);
        }
    }

    fn tell_of_lock(&mut self, (tab, joined): Party, notice: shared::Input) {
        let delay = self.dice.millis(1, MOST_BETWEEN_TABS);
        let at = (self.now + delay).max(self.tabs[tab].last_notice);
        self.tabs[tab].last_notice = at;
        self.at(at, Happening::ToTab(tab, Some(joined), notice));
    }

    /// The page is there no more.
    fn end(&mut self, tab: usize) {
        let it = &mut self.tabs[tab];
        it.is_gone = true;
        it.is_listening = false;
        it.timer = None;
        it.inbox.clear();
    }

    // The way to the server

    fn send(&mut self, tab: usize, exchange: Exchange) -> Result<(), Violation> {
        let (id, endpoint) = (exchange.id, exchange.endpoint);
        self.note(tab, || {
            let body = String::from_utf8_lossy(&exchange.body);
            format!("→ {endpoint:?} {}: {body}", id.number())
        });
        let it = &mut self.tabs[tab];
        it.out.push((id, endpoint));
        let is_poll = |endpoint| matches!(endpoint, Endpoint::Connect | Endpoint::Handshake);
        let polls = it.out.iter().filter(|(_, endpoint)| is_poll(*endpoint));
        if polls.count() > 1 {
            return Err(Violation(format!("tab {tab}: two polls are out at once")));
        }
        if is_poll(endpoint) && self.has_channel && !it.client.leads() {
            return Err(Violation(format!("tab {tab} polls and does not lead")));
        }
        if endpoint == Endpoint::Handshake {
            self.handshakes += 1;
        }
        let delay = self.delay();
        if self.is_server_down {
            self.fail(tab, id);
        } else if self.dice.chance(self.weather.lost) {
            if self.dice.chance(500) {
                self.fail(tab, id);
            }
        } else {
            self.after(delay, Happening::ToServer(tab, id, exchange.body));
        }
        Ok(())
    }

    fn arrive_at_server(&mut self, tab: usize, client_side: ExchangeId, body: &[u8]) {
        if self.is_server_down {
            return self.fail(tab, client_side);
        }
        self.next_server_side += 1;
        let id = ExchangeId::new(self.next_server_side);
        self.exchanges.insert(id, (tab, client_side));
        let input = server::Input::Request {
            id,
            owner: "a user",
            browser: Some("the browser"),
            version: server::HttpVersion::Http1,
            body,
        };
        self.server.handle(input, self.now);
    }

    fn cut_off(&mut self, tab: usize, id: ExchangeId) {
        self.queue.retain(|_, happening| {
            !matches!(happening, Happening::ToServer(t, e, _) if (*t, *e) == (tab, id))
        });
        let delay = self.delay();
        self.after(delay, Happening::CutOff(tab, id));
    }

    fn fail(&mut self, tab: usize, id: ExchangeId) {
        let failure = Failure {
            detail: "cut off".to_owned(),
        };
        let input = shared::Input::Client(Input::Failed { id, failure });
        let delay = self.delay();
        self.after(delay, Happening::ToTab(tab, None, input));
    }

    fn drain_server(&mut self) {
        loop {
            match self.server.poll(self.now) {
                server::Output::Respond {
                    id, status, body, ..
                } => {
                    let Some((tab, id)) = self.exchanges.remove(&id) else {
                        continue;
                    };
                    if self.dice.chance(self.weather.lost) {
                        if self.dice.chance(500) {
                            self.fail(tab, id);
                        }
                        continue;
                    }
                    let response = Response {
                        status,
                        retry_after: None,
                        body,
                    };
                    let input = shared::Input::Client(Input::Response { id, response });
                    let delay = self.delay();
                    self.after(delay, Happening::ToTab(tab, None, input));
                }
                server::Output::Event(_) => {}
                server::Output::Idle { wake_at } => {
                    self.server_wake = wake_at;
                    return;
                }
            }
        }
    }

    fn delay(&mut self) -> Duration {
        match self.dice.chance(self.weather.slow) {
            true => self.dice.millis(1_000, 9_000),
            false => self.dice.millis(1, 60),
        }
    }

    pub(crate) fn note(&mut self, tab: usize, what: impl FnOnce() -> String) {
        self.trace.note(self.now, format_args!("tab {tab}"), what);
    }

    fn note_of_server(&mut self, what: impl FnOnce() -> String) {
        self.trace.note(self.now, "server", what);
    }
}

/// What a word says, for a person.
fn abridged(word: &[u8]) -> String {
    let word: Vec<serde_json::Value> = serde_json::from_slice(word).unwrap_or_default();
    let Some((head, messages)) = word.split_first() else {
        return "nothing".to_owned();
    };
    let (says, news) = (&head["data"]["says"], &head["data"]["news"]);
    let messages: Vec<_> = messages
        .iter()
        .map(|message| message["data"].to_string())
        .collect();
    match news.is_null() {
        true => format!("{says} of {}", head["data"]["from"]),
        false => format!(
            "{says} {} of {}: {} {} of {}, messages {}",
            news["number"],
            head["data"]["from"],
            news["phase"],
            news["connections"],
            news["session"],
            messages.join(" "),
        ),
    }
}
