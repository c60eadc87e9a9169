//! Time, and what happens when.

use core::fmt;
use core::time::Duration;
use std::collections::BTreeMap;

use bayeux::{ClientId, Event, ExchangeId, Input, Instant, Output, server};

use crate::actor::Actor;
use crate::dice::Dice;
use crate::network::{Ending, FARTHEST};
use crate::scenario::Scenario;
use crate::schedule::Schedule;
use crate::trace::{Detail, Trace};
use crate::watch::Violation;
use crate::{Report, calm};

/// The channels that the server publishes to.
pub(crate) const CHANNELS: [&str; 3] = ["/v2/me/devices", "/v2/me/calls", "/news/all"];
/// On which every session is told a number of its own when it begins.
pub(crate) const GREETINGS: &str = "/greetings";
/// In place of a client, in the trace.
pub(crate) const SERVER: usize = usize::MAX;

/// Something that will happen.
#[derive(Debug)]
pub(crate) enum Happening {
    /// A request arrives: whose, as what it is to be answered (a copy's original is not), as what
    /// it was sent, and the body.
    ToServer(usize, Option<ExchangeId>, ExchangeId, Vec<u8>),
    /// A request ends at its client.
    ToClient(usize, ExchangeId, Ending),
    /// The server notices that a request was cut off.
    CutOff(usize, ExchangeId),
    /// A client's script goes on.
    Script(usize),
    /// A client is not frozen any more.
    Thaw(usize),
    /// The server has news.
    Publish,
    /// The server goes down.
    Down,
    /// It comes back, and knows nothing.
    Up,
    /// It stays up, and forgets every session.
    Forget,
}

/// Several clients and one server.
pub(crate) struct World {
    pub(crate) scenario: Scenario,
    pub(crate) dice: Dice,
    pub(crate) now: Instant,
    pub(crate) schedule: Schedule<Happening>,
    pub(crate) actors: Vec<Actor>,
    pub(crate) server: server::Server,
    options: server::Options,
    /// Sessions that the server has begun.
    pub(crate) sessions: Vec<ClientId>,
    pub(crate) greetings: u64,
    pub(crate) server_timer: Option<Instant>,
    pub(crate) is_server_down: bool,
    is_stormy: bool,
    pub(crate) next_server_side: u64,
    /// Server side → whose, as what to be answered, as what sent.
    pub(crate) exchanges: BTreeMap<ExchangeId, (usize, Option<ExchangeId>, ExchangeId)>,
    pub(crate) next_pattern: u64,
    /// The number of the last message, by channel.
    pub(crate) published: [u64; CHANNELS.len()],
    trace: Trace,
}

impl World {
    pub(crate) fn new(scenario: &Scenario, seed: u64, detail: Detail) -> Self {
        let mut dice = Dice::new(seed);
        let options = server::Options {
            // Some servers allow one connect a browser only, others any number.
            max_sessions_per_browser: if dice.chance(500) { 1 } else { -1 },
            acknowledged_messages: dice.chance(scenario.acknowledging),
            allow_message_delivery_during_handshake: dice.chance(400),
            handshake_reconnect: dice.chance(300),
            max_queue: dice.chance(100).then_some(20),
            ..server::Options::default()
        };
        let clients = 2 + dice.index(4);
        let actors = (0..clients)
            .map(|number| {
                // Now and then two are tabs of one browser.
                let browser = if number == 1 && dice.chance(300) {
                    0
                } else {
                    number
                };
                let mut actor = Actor::new(number, browser, CHANNELS.len(), dice.roll());
                if dice.chance(200) {
                    actor.distance = dice.millis(100, FARTHEST);
                }
                actor
            })
            .collect();
        let server = server::Server::new(options.clone(), dice.roll());
        let mut world = Self {
            scenario: *scenario,
            dice,
            sessions: Vec::new(),
            greetings: 0,
            now: Instant::from_millis(1_000),
            schedule: Schedule::default(),
            actors,
            server,
            options,
            server_timer: None,
            is_server_down: false,
            is_stormy: true,
            next_server_side: 0,
            exchanges: BTreeMap::new(),
            next_pattern: 0,
            published: [0; CHANNELS.len()],
            trace: Trace::new(detail),
        };
        for client in 0..clients {
            world.delays(client, Duration::ZERO);
        }
        world
    }

    /// Runs the storm and the calm.
    pub(crate) fn run(mut self) -> Result<(Report, Trace), (Violation, Trace)> {
        match self.storm().and_then(|()| calm::check(&mut self)) {
            Ok(()) => {
                let counters = |f: fn(&Actor) -> u64| self.actors.iter().map(f).sum();
                let report = Report {
                    virtual_millis: self.now.as_millis(),
                    requests: counters(|actor| actor.watch.requests),
                    messages: counters(|actor| actor.watch.messages),
                    sessions: counters(|actor| actor.client.counters().sessions),
                    acknowledged: counters(|actor| actor.acknowledged),
                    acknowledged_messages: counters(|actor| actor.watch.acknowledged_messages),
                    ..Report::default()
                };
                Ok((report, self.trace))
            }
            Err(violation) => {
                self.trace.note(self.now, "watch", || violation.0.clone());
                Err((violation, self.trace))
            }
        }
    }

    fn storm(&mut self) -> Result<(), Violation> {
        for client in 0..self.actors.len() {
            for channel in 0..CHANNELS.len() {
                if self.dice.chance(700) {
                    self.subscribe(client, channel)?;
                }
            }
            self.open(client)?;
            let first = self.dice.millis(10, 6_000);
            self.after(first, Happening::Script(client));
        }
        self.after(Duration::from_millis(500), Happening::Publish);
        if let Some(every) = self.scenario.restarts {
            self.after(every, Happening::Down);
            self.after(every * 2 / 3, Happening::Forget);
        }
        let least = u64::try_from(self.scenario.storm.as_millis()).unwrap_or_default();
        let span = self.dice.millis(least, least * 2);
        self.advance(span)
    }

    /// The faults cease; what is on its way arrives.
    pub(crate) fn let_it_clear_up(&mut self) {
        self.note(SERVER, || "the storm is over".to_owned());
        self.is_stormy = false;
        self.is_server_down = false;
    }

    pub(crate) fn is_stormy(&self) -> bool {
        self.is_stormy
    }

    pub(crate) fn is_server_down(&self) -> bool {
        self.is_server_down
    }

    /// The chances of faults now.
    pub(crate) fn weather(&self) -> Scenario {
        if self.is_stormy {
            self.scenario
        } else {
            Scenario::CALM
        }
    }

    pub(crate) fn note(&mut self, who: usize, what: impl FnOnce() -> String) {
        struct Who(usize);
        impl fmt::Display for Who {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    SERVER => f.pad("server"),
                    number => f.pad(&format!("client {number}")),
                }
            }
        }
        self.trace.note(self.now, Who(who), what);
    }

    /// Lets something happen later.
    pub(crate) fn after(&mut self, delay: Duration, happening: Happening) {
        self.schedule.at(self.now + delay, happening);
    }

    /// Goes on until `span` has passed.
    pub(crate) fn advance(&mut self, span: Duration) -> Result<(), Violation> {
        let end = self.now + span;
        loop {
            let timers = self
                .actors
                .iter()
                .filter(|actor| actor.frozen_until.is_none())
                .filter_map(|actor| actor.timer);
            let queued = self.schedule.next_at();
            let next = timers.chain(queued).chain(self.server_timer).min();
            let Some(at) = next.filter(|at| *at <= end) else {
                self.now = end;
                return Ok(());
            };
            self.now = self.schedule.go_on(self.now, at)?;
            self.step()?;
        }
    }

    /// Everything that is due now.
    fn step(&mut self) -> Result<(), Violation> {
        while let Some(happening) = self.schedule.due(self.now) {
            self.happen(happening)?;
            self.drain_server();
        }
        for client in 0..self.actors.len() {
            let actor = &self.actors[client];
            if actor.frozen_until.is_none() && actor.timer.is_some_and(|at| at <= self.now) {
                self.hand_over(client, Input::Wake)?;
            }
        }
        if self.server_timer.is_some_and(|at| at <= self.now) {
            self.server.handle(server::Input::Wake, self.now);
        }
        self.drain_server();
        Ok(())
    }

    fn happen(&mut self, happening: Happening) -> Result<(), Violation> {
        match happening {
            Happening::ToServer(client, answer_to, sent_as, body) => {
                self.arrive_at_server(client, answer_to, sent_as, &body);
            }
            Happening::ToClient(client, id, ending) => {
                return self.arrive_at_client(client, id, ending);
            }
            Happening::CutOff(client, id) => self.cut_off_at_server(client, id),
            Happening::Script(client) => return self.step_of_script(client),
            Happening::Thaw(client) => return self.thaw(client),
            Happening::Publish => {
                if self.is_stormy {
                    let next = self.dice.millis(50, 3_000);
                    self.after(next, Happening::Publish);
                    for _ in 0..=self.dice.below(3) {
                        let channel = self.dice.index(CHANNELS.len());
                        self.publish(channel)?;
                    }
                    if self.dice.chance(self.scenario.ended) {
                        self.end_a_session();
                    }
                }
            }
            Happening::Down => {
                if self.is_stormy {
                    self.is_server_down = true;
                    let down = self.dice.millis(10, 15_000);
                    self.note(SERVER, || format!("goes down for {down:?}"));
                    let seed = self.dice.roll();
                    self.server = server::Server::new(self.options.clone(), seed);
                    self.sessions.clear();
                    self.server_timer = None;
                    self.cut_off_everybody();
                    self.after(down, Happening::Up);
                }
            }
            Happening::Up => {
                self.is_server_down = false;
                self.note(SERVER, || "is up again".to_owned());
                if let Some(every) = self.scenario.restarts {
                    self.after(every, Happening::Down);
                }
            }
            Happening::Forget => {
                if self.is_stormy {
                    self.note(SERVER, || "forgets every session".to_owned());
                    self.server.forget_sessions();
                    if let Some(every) = self.scenario.restarts {
                        self.after(every, Happening::Forget);
                    }
                }
            }
        }
        Ok(())
    }

    /// Gives a client an input and does what it then says.
    pub(crate) fn hand_over(&mut self, client: usize, input: Input) -> Result<(), Violation> {
        let now = self.clock_of(client);
        let session = self.actors[client].client.counters().sessions;
        match &input {
            Input::Response { id, response } => {
                let id = *id;
                self.trace
                    .note(self.now, format_args!("client {client}"), || {
                        let body = String::from_utf8_lossy(&response.body);
                        format!("← {} to {}: {body}", response.status, id.number())
                    });
                let actor = &mut self.actors[client];
                actor.watch.ended(id, Some(response), &actor.client, now);
            }
            Input::Failed { id, .. } => {
                let id = *id;
                self.note(client, || format!("← {} failed", id.number()));
                let actor = &mut self.actors[client];
                actor.watch.ended(id, None, &actor.client, now);
            }
            Input::Progress { .. } | Input::Wake | Input::Page(_) => {}
        }
        self.actors[client].client.handle(input, now);
        let actor = &mut self.actors[client];
        if actor.client.counters().sessions > session {
            actor.watch.has_ack = actor.client.has_ack();
            actor.acknowledged += u64::from(actor.client.has_ack());
        }
        self.drain_client(client)
    }

    /// Does what a client says until it is idle.
    pub(crate) fn drain_client(&mut self, client: usize) -> Result<(), Violation> {
        let now = self.clock_of(client);
        self.actors[client].watch.step_begins();
        loop {
            let actor = &mut self.actors[client];
            let session = actor.client.counters().sessions;
            match actor.client.poll(now) {
                Output::Send(exchange) => {
                    let (id, endpoint) = (exchange.id, exchange.endpoint);
                    self.trace
                        .note(self.now, format_args!("client {client}"), || {
                            let body = String::from_utf8_lossy(&exchange.body);
                            format!("→ {endpoint:?} {}: {body}", id.number())
                        });
                    self.actors[client].watch.sent(&exchange, session, now)?;
                    self.dispatch(client, exchange);
                }
                Output::Abort(id) => {
                    self.note(client, || format!("✗ {}", id.number()));
                    self.actors[client].watch.aborted(id, now)?;
                    self.cut_off(client, id);
                }
                Output::Event(event) => {
                    self.take_event(client, &event)?;
                }
                Output::Idle { wake_at } => {
                    actor.watch.is_idle(&actor.client, wake_at, now)?;
                    let ahead = actor.ahead;
                    let is_hidden = actor.is_hidden && self.is_stormy;
                    let due = wake_at.map(|at| at.before(ahead).max(self.now));
                    // A hidden page's timers go off once a second.
                    let timer = due.map(|at| match is_hidden {
                        true => Instant::from_millis(at.as_millis().next_multiple_of(1000)),
                        false => at,
                    });
                    self.actors[client].timer = timer;
                    return Ok(());
                }
            }
        }
    }

    /// A clock that was set forward makes its timers go off sooner.
    pub(crate) fn rewind_timer(&mut self, client: usize) {
        self.actors[client].timer = Some(self.now);
    }

    fn take_event(&mut self, client: usize, event: &Event) -> Result<(), Violation> {
        let status = self.actors[client].client.status().clone();
        self.note(client, || match event {
            Event::StatusChanged => format!("· {:?} {:?}", status.phase, status.reason),
            Event::CredentialsNeeded { .. } => "· credentials needed".to_owned(),
            Event::Message(message) => {
                format!("· message {} {}", message.channel, message.data.get())
            }
            other => format!("· {other:?}"),
        });
        let actor = &mut self.actors[client];
        let session = actor.client.counters().sessions;
        match event {
            Event::SubscriptionRefused { pattern, .. } => {
                let channel = CHANNELS.iter().position(|name| *name == pattern.as_str());
                actor
                    .refused
                    .extend(channel.map(|channel| (channel, session)));
            }
            Event::Connected { .. } => {
                for channel in actor.subscriptions.iter().copied() {
                    if !actor.refused.contains(&(channel, session)) {
                        let published = self.published[channel];
                        actor.watch.deliveries.subscribed(channel, published);
                    }
                }
            }
            _ => {}
        }
        actor.watch.said(event, &actor.client, |name| {
            CHANNELS.iter().position(|channel| *channel == name)
        })
    }
}
