//! The tabs, and time. Inputs of a frozen tab wait.

use std::collections::BTreeMap;

use bayeux::server::{self, Server};
use bayeux::shared::{self, SharedClient, TabEvent};
use bayeux::{
    Channel, Duration, Endpoint, Event, ExchangeId, Input, Instant, Output, Phase, RawValue,
};

use super::listener::Listener;
use super::lock::Lock;
use crate::dice::Dice;
use crate::schedule::Schedule;
use crate::trace::{Detail, Trace};
use crate::violation::Violation;

/// The longest time that a message takes to another tab, or the lock to the next, in milliseconds; in
/// stormy weather it sometimes takes longer.
pub(super) const MOST_BETWEEN_TABS: u64 = 90;
pub(super) const MOST_LATE_BETWEEN_TABS: u64 = 1_500;
/// The channel to which all subscribe.
pub(super) const CHANNEL: &str = "/changes";
/// How long it may take until a running tab leads: three heartbeats, two requests without an answer,
/// and the time to grant the lock again if it went to a tab that has stopped, too.
const MOST_LEADERLESS: Duration = Duration::from_secs(60);
/// The maximum number of outputs of a tab in one step: far more than it can have.
const OUTPUTS_A_STEP: u32 = 10_000;

/// The state of the network: chances per thousand requests and responses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    /// That they are lost.
    pub lost: u64,
    /// That they take seconds.
    pub slow: u64,
    /// That a message between tabs is late.
    pub late: u64,
}

/// A browser, and a server.
#[derive(Debug)]
pub struct Browser {
    /// The time, for all.
    pub now: Instant,
    /// The state of the network.
    pub weather: Weather,
    /// The HTTP refusal of every request, if there is one: a status, and the server's `Retry-After`.
    pub refusal: Option<(u16, Option<Duration>)>,
    /// Whether messages reach the other tabs.
    pub has_channel: bool,
    pub(crate) dice: Dice,
    pub(super) tabs: Vec<Tab>,
    pub(super) lock: Lock,
    /// When it was last granted.
    pub(super) lock_given: Instant,
    pub(super) schedule: Schedule<Scheduled>,
    pub(super) server: Server,
    pub(super) options: server::Options,
    pub(super) server_wake: Option<Instant>,
    pub(super) is_server_down: bool,
    pub(super) next_server_side: u64,
    pub(super) exchanges: BTreeMap<ExchangeId, (usize, ExchangeId)>,
    /// When each message was published.
    published: Vec<Instant>,
    /// Handshakes of all tabs, and messages between them.
    pub handshakes: u64,
    pub(super) posts: u64,
    /// When a response last reached any tab.
    answered: Instant,
    /// Since when no running tab leads.
    leaderless_since: Instant,
    pub(crate) trace: Trace,
}

/// A tab since it was opened.
#[derive(Debug)]
pub struct Tab {
    /// Its client.
    pub client: SharedClient,
    /// The events for its application.
    pub events: Vec<Event>,
    /// Whether it has crashed, or was closed.
    pub is_gone: bool,
    pub(super) listener: Listener,
    /// How often it has joined the others.
    pub(super) joined: u64,
    pub(super) is_listening: bool,
    pub(super) timer: Option<Instant>,
    pub(super) frozen_until: Option<Instant>,
    /// The number of further outputs after which it crashes.
    pub(super) crashes_after: Option<u64>,
    /// Inputs that have arrived while it is frozen, and when.
    pub(super) inbox: Vec<(Instant, Option<u64>, shared::Input)>,
    /// Whether it was notified of the freeze, and will be of the resume.
    pub(super) is_notified: bool,
    /// How far its clock is ahead.
    pub(super) ahead: Duration,
    /// Whether its timers fire on whole seconds.
    pub(super) has_coarse_timers: bool,
    /// Pending requests.
    pub(super) out: Vec<(ExchangeId, Endpoint)>,
    /// Since when it has been running.
    pub(super) runs_since: Instant,
    /// When its last message arrives, by tab.
    pub(super) last_post: BTreeMap<usize, Instant>,
    /// When the last event of the lock reaches it.
    pub(super) last_notice: Instant,
}

/// A future event.
#[derive(Debug)]
pub(super) enum Scheduled {
    ToServer(usize, ExchangeId, Vec<u8>),
    CutOff(usize, ExchangeId),
    /// To a tab: an input, if it has joined this often, or always.
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
            refusal: None,
            has_channel: true,
            tabs: Vec::new(),
            lock: Lock::default(),
            lock_given: Instant::default(),
            schedule: Schedule::default(),
            server: Server::new(options.clone(), dice.roll()),
            options,
            server_wake: None,
            is_server_down: false,
            next_server_side: 0,
            exchanges: BTreeMap::new(),
            published: Vec::new(),
            handshakes: 0,
            posts: 0,
            answered: Instant::default(),
            leaderless_since: Instant::default(),
            trace: Trace::new(detail),
            dice,
        }
    }

    // Actions of the server

    /// The server publishes the next message, and returns its number.
    pub fn publish(&mut self) -> Result<u64, Violation> {
        self.published.push(self.now);
        let number = self.count_published();
        if !self.is_server_down {
            self.note_of_server(|| format!("publishes {number}"));
            let channel = Channel::new(CHANNEL).map_err(|e| Violation(e.to_string()))?;
            let data = RawValue::from_string(number.to_string());
            let data = data.map_err(|e| Violation(e.to_string()))?;
            self.server.publish(&channel, &data);
            self.drain_server();
        }
        Ok(number)
    }

    fn count_published(&self) -> u64 {
        self.published.len() as u64
    }

    /// The server goes down, and comes back without its sessions.
    pub fn restart_server(&mut self, down: Duration) {
        self.note_of_server(|| format!("goes down for {down:?}"));
        self.is_server_down = true;
        self.server = Server::new(self.options.clone(), self.dice.roll());
        self.server_wake = None;
        for (tab, id) in core::mem::take(&mut self.exchanges).into_values() {
            self.fail(tab, id);
        }
        self.after(down, Scheduled::Up);
    }

    /// The server forgets every session.
    pub fn forget_sessions(&mut self) {
        self.note_of_server(|| "forgets every session".to_owned());
        self.server.forget_sessions();
        self.drain_server();
    }

    /// The server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    // Observations

    /// The tabs, in the order in which they were opened.
    pub fn tabs(&self) -> &[Tab] {
        &self.tabs
    }

    /// Existing tabs that have the connection.
    pub fn leaders(&self) -> Vec<usize> {
        let leads = |tab: &usize| !self.tabs[*tab].is_gone && self.tabs[*tab].client.leads();
        (0..self.tabs.len()).filter(leads).collect()
    }

    /// Existing tabs.
    pub fn present(&self) -> Vec<usize> {
        let is_there = |tab: &usize| !self.tabs[*tab].is_gone;
        (0..self.tabs.len()).filter(is_there).collect()
    }

    /// How many requests of a tab are pending.
    pub fn requests_under_way(&self, tab: usize) -> usize {
        self.tabs[tab].out.len()
    }

    /// Whether a tab is running.
    pub fn is_awake(&self, tab: usize) -> bool {
        !self.tabs[tab].is_gone && self.tabs[tab].frozen_until.is_none()
    }

    /// Whether every existing tab is connected.
    pub fn is_connected(&self) -> bool {
        self.present()
            .into_iter()
            .all(|tab| self.tabs[tab].client.status().phase == Phase::Connected)
    }

    /// The invariants of every tab in calm.
    pub fn is_at_rest(&self) -> Result<(), Violation> {
        for tab in self.present() {
            let listener = &self.tabs[tab].listener;
            listener
                .is_at_rest(self.count_published())
                .map_err(|violation| Violation(format!("tab {tab}: {}", violation.0)))?;
        }
        Ok(())
    }

    // Time

    /// The time on a tab's own clock.
    pub fn clock(&self, tab: usize) -> Instant {
        self.now + self.tabs[tab].ahead
    }

    /// Advances until `span` has passed.
    pub fn advance(&mut self, span: Duration) -> Result<(), Violation> {
        let end = self.now + span;
        while let Some(at) = self.next_at().filter(|at| *at <= end) {
            self.now = self.schedule.go_on(self.now, at)?;
            self.step()?;
        }
        self.now = end;
        Ok(())
    }

    /// Advances until `condition` holds, for at most `span`.
    pub fn until(
        &mut self,
        span: Duration,
        condition: impl Fn(&Self) -> bool,
    ) -> Result<(), Violation> {
        let end = self.now + span;
        while !condition(self) {
            let Some(at) = self.next_at().filter(|at| *at <= end) else {
                return Err(Violation(format!("not within {span:?}\n{}", self.trace)));
            };
            self.now = self.schedule.go_on(self.now, at)?;
            self.step()?;
        }
        Ok(())
    }

    fn next_at(&self) -> Option<Instant> {
        let timers = self.tabs.iter().filter(|tab| tab.frozen_until.is_none());
        let timers = timers.filter_map(|tab| tab.timer);
        timers
            .chain(self.schedule.next_at())
            .chain(self.server_wake)
            .min()
    }

    fn step(&mut self) -> Result<(), Violation> {
        while let Some(scheduled) = self.schedule.due(self.now) {
            self.arrive(scheduled)?;
            self.drain_server();
        }
        for tab in 0..self.tabs.len() {
            let it = &self.tabs[tab];
            if it.frozen_until.is_none() && it.timer.is_some_and(|at| at <= self.now) {
                self.deliver(tab, shared::Input::Client(Input::Wake))?;
            }
        }
        if self.server_wake.is_some_and(|at| at <= self.now) {
            self.server.handle(server::Input::Wake, self.now);
        }
        self.drain_server();
        self.check_leader()
    }

    /// A leader that is not running is replaced within a bound, if there is a running tab.
    fn check_leader(&mut self) -> Result<(), Violation> {
        let runs = |tab: &usize| self.is_awake(*tab);
        let leads = self.leaders().iter().any(runs);
        if leads || !self.has_channel {
            self.leaderless_since = self.now;
        }
        let since = |tab: usize| self.leaderless_since.max(self.tabs[tab].runs_since);
        let waits = |tab: &usize| self.is_awake(*tab) && since(*tab) + MOST_LEADERLESS < self.now;
        match self.present().iter().find(|tab| waits(tab)) {
            Some(tab) => Err(Violation(format!(
                "tab {tab} runs, and no leader for {MOST_LEADERLESS:?}"
            ))),
            None => Ok(()),
        }
    }

    fn arrive(&mut self, scheduled: Scheduled) -> Result<(), Violation> {
        match scheduled {
            Scheduled::ToServer(tab, id, body) => self.arrive_at_server(tab, id, &body),
            Scheduled::CutOff(tab, id) => {
                let is_it = |(_, of): &(&ExchangeId, &(usize, ExchangeId))| **of == (tab, id);
                let server_side = self.exchanges.iter().find(is_it).map(|(id, _)| *id);
                if let Some(id) = server_side {
                    self.exchanges.remove(&id);
                    self.server.handle(server::Input::Gone { id }, self.now);
                }
            }
            Scheduled::ToTab(tab, joined, input) => return self.arrive_at_tab(tab, joined, input),
            Scheduled::Thaw(tab) => return self.thaw_tab(tab),
            Scheduled::Up => {
                self.is_server_down = false;
                self.note_of_server(|| "is up again".to_owned());
            }
        }
        Ok(())
    }

    pub(super) fn after(&mut self, delay: Duration, scheduled: Scheduled) {
        self.schedule.at(self.now + delay, scheduled);
    }

    pub(super) fn arrive_at_tab(
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
            it.inbox.push((self.now, joined, input));
            return Ok(());
        }
        let is_current = joined.is_none_or(|joined| it.is_listening && it.joined == joined);
        if let shared::Input::Client(Input::Response { id, .. } | Input::Failed { id, .. }) = &input
        {
            let was_out = it.out.len();
            it.out.retain(|(out, _)| out != id);
            if it.out.len() == was_out {
                // It was aborted.
                return Ok(());
            }
        }
        if is_current {
            self.deliver(tab, input)
        } else {
            Ok(())
        }
    }

    pub(super) fn deliver(&mut self, tab: usize, input: shared::Input) -> Result<(), Violation> {
        if self.tabs[tab].is_gone {
            return Ok(());
        }
        self.note(tab, || match &input {
            shared::Input::Tabs(TabEvent::Message { data, age }) => {
                format!("gets {} of {age:?} ago", String::from_utf8_lossy(data))
            }
            shared::Input::Client(Input::Response { id, response }) => {
                let body = String::from_utf8_lossy(&response.body);
                format!("← {}: {body}", id.number())
            }
            shared::Input::Client(Input::Failed { id, .. }) => format!("← {} failed", id.number()),
            other => format!("{other:?}"),
        });
        if let shared::Input::Client(Input::Response { .. }) = &input {
            self.answered = self.now;
        }
        let now = self.clock(tab);
        self.tabs[tab].client.handle(input, now);
        self.drain_tab(tab)
    }

    pub(super) fn drain_tab(&mut self, tab: usize) -> Result<(), Violation> {
        for _ in 0..OUTPUTS_A_STEP {
            match &mut self.tabs[tab].crashes_after {
                Some(0) => {
                    self.crash_tab(tab);
                    return Ok(());
                }
                Some(outputs) => *outputs -= 1,
                None => {}
            }
            let now = self.clock(tab);
            match self.tabs[tab].client.poll(now) {
                shared::Output::Tabs(action) => self.carry_out(tab, action)?,
                shared::Output::Client(Output::Abort(id)) => {
                    self.note(tab, || format!("✗ {}", id.number()));
                    self.tabs[tab].out.retain(|(out, _)| *out != id);
                    self.cut_off(tab, id);
                }
                shared::Output::Client(Output::Send(exchange)) => self.send(tab, exchange)?,
                shared::Output::Client(Output::Event(event)) => {
                    self.note(tab, || format!("· {event:?}"));
                    let it = &mut self.tabs[tab];
                    it.listener
                        .take(&event, &self.published, self.now)
                        .map_err(|violation| Violation(format!("tab {tab}: {}", violation.0)))?;
                    it.events.push(event);
                }
                shared::Output::Client(Output::Idle { wake_at }) => {
                    let it = &mut self.tabs[tab];
                    let at = wake_at.map(|at| at.before(it.ahead));
                    it.timer = at.map(|at| match it.has_coarse_timers {
                        true => Instant::from_millis(at.as_millis().next_multiple_of(1_000)),
                        false => at,
                    });
                    return self.check_wake(tab);
                }
            }
        }
        Err(Violation("outputs without end in one step".to_owned()))
    }

    /// There is a request, a timer, or an end with a reason.
    fn check_wake(&self, tab: usize) -> Result<(), Violation> {
        let it = &self.tabs[tab];
        let status = it.client.status();
        let heard = status.last_heard.map(|at| at.before(it.ahead));
        if heard > Some(self.answered) {
            return Err(Violation(format!(
                "tab {tab} says that the server was heard at {heard:?}: {status:?}"
            )));
        }
        let check_wake = match status.phase {
            Phase::Idle | Phase::Suspended | Phase::CredentialsNeeded => true,
            Phase::Stopped => status.reason.is_some(),
            _ => it.timer.is_some(),
        };
        match check_wake {
            true => Ok(()),
            false => Err(Violation(format!(
                "tab {tab}: neither a timer nor an end with a reason: {status:?}"
            ))),
        }
    }

    pub(crate) fn note(&mut self, tab: usize, what: impl FnOnce() -> String) {
        self.trace.note(self.now, format_args!("tab {tab}"), what);
    }

    fn note_of_server(&mut self, what: impl FnOnce() -> String) {
        self.trace.note(self.now, "server", what);
    }
}
