//! Several clients and one server in virtual time, and the actions on them.

use bayeux::server::{Event as ServerEvent, Options};
use bayeux::{
    ClientId, Duration, Event, Exchange, ExchangeId, Input, Instant, Output, Page, Pattern, Phase,
};

use crate::actor::Actor;
use crate::deliveries::{CHANNELS, GREETINGS};
use crate::dice::Dice;
use crate::network::{self, Ending, Fate, Network};
use crate::scenario::Scenario;
use crate::schedule::Schedule;
use crate::server::{self, CometdServer, ServerOutput};
use crate::trace::{Detail, Trace};
use crate::violation::Violation;

/// A future event.
#[derive(Debug)]
enum Scheduled {
    ToServer(Sender, Vec<u8>),
    /// A request ends at its client.
    ToClient(usize, ExchangeId, Ending),
    /// The server notices that a request was closed.
    CutOff(usize, ExchangeId),
    Thaw(usize),
    /// The server is back.
    Up,
}

/// The recipient of the response to a request.
#[derive(Clone, Copy, Debug)]
struct Sender {
    client: usize,
    id: ExchangeId,
    /// Whether the response reaches the client: the response to the first of two copies does not.
    is_answered: bool,
}

/// Several clients and one server.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) scenario: Scenario,
    pub(crate) dice: Dice,
    pub(crate) now: Instant,
    pub(crate) actors: Vec<Actor>,
    pub(crate) trace: Trace,
    schedule: Schedule<Scheduled>,
    network: Network,
    server: CometdServer<Sender>,
    is_server_down: bool,
    /// Sessions of the server.
    sessions: Vec<ClientId>,
    greetings: u64,
    /// The number of the last message, by channel.
    published: [u64; CHANNELS.len()],
}

impl World {
    pub(crate) fn new(scenario: &Scenario, seed: u64, detail: Detail) -> Self {
        let mut dice = Dice::new(seed);
        let options = Options {
            // Some servers allow one connect per browser, others any number.
            max_sessions_per_browser: if dice.chance(500) { 1 } else { -1 },
            acknowledged_messages: dice.chance(scenario.acknowledging),
            allow_message_delivery_during_handshake: dice.chance(400),
            handshake_reconnect: dice.chance(300),
            max_queue: dice.chance(100).then_some(20),
            ..Options::default()
        };
        let clients = 2 + dice.index(4);
        let mut actor = |number| {
            // Sometimes two are tabs of one browser.
            let is_second_tab = number == 1 && dice.chance(300);
            let browser = if is_second_tab { 0 } else { number };
            Actor::new(number, browser, CHANNELS.len(), dice.roll())
        };
        let actors = (0..clients).map(&mut actor).collect();
        let mut world = Self {
            scenario: *scenario,
            now: Instant::from_millis(1_000),
            actors,
            trace: Trace::new(detail),
            schedule: Schedule::default(),
            network: Network::new(scenario, clients, dice.roll()),
            server: CometdServer::new(options, dice.roll()),
            is_server_down: false,
            sessions: Vec::new(),
            greetings: 0,
            published: [0; CHANNELS.len()],
            dice,
        };
        for client in 0..clients {
            world.delayed(client, Duration::ZERO);
        }
        world
    }

    /// All faults end. Messages that are on their way arrive.
    pub(crate) fn calm_down(&mut self) {
        self.note_server(|| "the storm is over".to_owned());
        self.network.calm_down();
        self.is_server_down = false;
    }

    // Time

    pub(crate) fn advance(&mut self, span: Duration) -> Result<(), Violation> {
        self.advance_to(self.now + span)
    }

    pub(crate) fn advance_to(&mut self, end: Instant) -> Result<(), Violation> {
        while let Some(at) = self.next_at().filter(|at| *at <= end) {
            self.now = self.schedule.go_on(self.now, at)?;
            self.step()?;
        }
        self.now = end;
        Ok(())
    }

    fn next_at(&self) -> Option<Instant> {
        let running = self.actors.iter().filter(|actor| !actor.is_frozen);
        let timers = running.filter_map(|actor| actor.timer);
        let queued = self.schedule.next_at();
        timers.chain(queued).chain(self.server.wake_at()).min()
    }

    /// Processes everything that is due now.
    fn step(&mut self) -> Result<(), Violation> {
        while let Some(scheduled) = self.schedule.due(self.now) {
            self.arrive(scheduled)?;
            self.drain_server();
        }
        for client in 0..self.actors.len() {
            let actor = &self.actors[client];
            if !actor.is_frozen && actor.timer.is_some_and(|at| at <= self.now) {
                self.hand_over(client, Input::Wake)?;
            }
        }
        self.server.wake(self.now);
        self.drain_server();
        Ok(())
    }

    fn arrive(&mut self, scheduled: Scheduled) -> Result<(), Violation> {
        match scheduled {
            Scheduled::ToServer(from, _) if self.is_server_down => self.fail(from),
            Scheduled::ToServer(from, body) => {
                let Actor { owner, browser, .. } = &self.actors[from.client];
                self.server.request(from, owner, browser, &body, self.now);
            }
            Scheduled::ToClient(client, id, ending) => {
                let input = match ending {
                    Ok(response) => Input::Response { id, response },
                    Err(failure) => Input::Failed { id, failure },
                };
                if !self.actors[client].is_frozen {
                    return self.hand_over(client, input);
                }
                self.actors[client].inbox.push(input);
            }
            Scheduled::CutOff(client, id) => {
                let is_it = |from: &Sender| (from.client, from.id) == (client, id);
                self.server.cut_all(is_it, self.now);
            }
            Scheduled::Thaw(client) => return self.thaw(client),
            Scheduled::Up => {
                self.is_server_down = false;
                self.note_server(|| "is up again".to_owned());
            }
        }
        Ok(())
    }

    fn after(&mut self, delay: Duration, scheduled: Scheduled) {
        self.schedule.at(self.now + delay, scheduled);
    }

    // Actions of a client's application, and events of its page

    pub(crate) fn open(&mut self, client: usize) -> Result<(), Violation> {
        self.note(client, || "opens".to_owned());
        let actor = &mut self.actors[client];
        actor.is_closed = false;
        actor.watch.opened(actor.client.status().phase);
        self.command(client, |actor, now| actor.client.open(now))
    }

    pub(crate) fn close(&mut self, client: usize) -> Result<(), Violation> {
        self.note(client, || "closes".to_owned());
        let now = self.clock_of(client);
        let actor = &mut self.actors[client];
        actor.is_closed = true;
        actor.watch.closed();
        actor.client.close(now);
        self.drain_client(client)
    }

    pub(crate) fn subscribe(&mut self, client: usize, channel: usize) -> Result<(), Violation> {
        self.actors[client].subscriptions.push(channel);
        self.subscribe_to(client, CHANNELS[channel])
    }

    pub(crate) fn subscribe_to(&mut self, client: usize, name: &str) -> Result<(), Violation> {
        let pattern = Pattern::new(name).map_err(|e| Violation(e.to_string()))?;
        self.note(client, || format!("subscribes to {pattern}"));
        self.actors[client].client.subscribe(pattern);
        self.drain_client(client)
    }

    pub(crate) fn retry_now(&mut self, client: usize) -> Result<(), Violation> {
        self.note(client, || "retries now".to_owned());
        self.actors[client].watch.hurried();
        self.command(client, |actor, now| actor.client.retry_now(now))
    }

    pub(crate) fn renew_credentials(&mut self, client: usize) -> Result<(), Violation> {
        self.note(client, || "has its credentials renewed".to_owned());
        self.command(client, |actor, now| actor.client.credentials_renewed(now))
    }

    /// A command that lets the client retry at once.
    fn command(
        &mut self,
        client: usize,
        command: impl FnOnce(&mut Actor, Instant),
    ) -> Result<(), Violation> {
        let now = self.clock_of(client);
        let actor = &mut self.actors[client];
        actor.watch.nudged(now);
        command(actor, now);
        self.drain_client(client)
    }

    pub(crate) fn page(&mut self, client: usize, page: Page) -> Result<(), Violation> {
        self.note(client, || format!("page: {page:?}"));
        let now = self.clock_of(client);
        let actor = &mut self.actors[client];
        match page {
            Page::Hidden | Page::Visible => actor.is_hidden = page == Page::Hidden,
            Page::Offline | Page::Online => actor.is_offline = page == Page::Offline,
            Page::Leaving { kept: false } => {
                actor.is_closed = true;
                actor.watch.closed();
            }
            _ => {}
        }
        actor.watch.nudged(now);
        self.hand_over(client, Input::Page(page))
    }

    /// A client is stopped for a while.
    pub(crate) fn freeze(&mut self, client: usize, span: Duration) {
        self.note(client, || format!("is frozen for {span:?}"));
        self.delayed(client, span);
        self.actors[client].is_frozen = true;
        self.after(span, Scheduled::Thaw(client));
    }

    /// A client resumes. It gets what has arrived before the page's event, after it, or without it.
    pub(crate) fn thaw(&mut self, client: usize) -> Result<(), Violation> {
        if !std::mem::take(&mut self.actors[client].is_frozen) {
            return Ok(());
        }
        self.note(client, || "runs again".to_owned());
        let now = self.clock_of(client);
        self.actors[client].watch.nudged(now);
        let inbox = std::mem::take(&mut self.actors[client].inbox);
        let is_suspended = self.actors[client].client.status().phase == Phase::Suspended;
        let order = self.dice.below(4);
        if order == 0 {
            self.page(client, Page::Resumed)?;
        }
        for input in inbox {
            self.hand_over(client, input)?;
        }
        match order {
            0 => Ok(()),
            1 => self.page(client, Page::Resumed),
            2 => self.page(client, Page::ClockJumped),
            // A page from the back/forward cache always has its event.
            _ if is_suspended => self.page(client, Page::Resumed),
            _ => self.hand_over(client, Input::Wake),
        }
    }

    /// A client's clock is set forward: its timer fires sooner.
    pub(crate) fn set_clock(&mut self, client: usize, by: Duration) -> Result<(), Violation> {
        self.actors[client].ahead += by;
        self.delayed(client, by);
        self.actors[client].timer = Some(self.now);
        self.page(client, Page::ClockJumped)
    }

    /// Requests that are out may take that much longer by the client's clock.
    fn delayed(&mut self, client: usize, by: Duration) {
        let span = network::longest_round_trip(&self.scenario) + by;
        self.actors[client].watch.deliveries.delayed(span);
    }

    pub(crate) fn clock_of(&self, client: usize) -> Instant {
        self.actors[client].clock(self.now)
    }

    // Actions of the server

    /// The server publishes the next message of a channel.
    pub(crate) fn publish(&mut self, channel: usize) -> Result<u64, Violation> {
        self.published[channel] += 1;
        let number = self.published[channel];
        for actor in &mut self.actors {
            let now = actor.clock(self.now);
            actor.watch.deliveries.published(channel, number, now);
        }
        if !self.is_server_down {
            self.note_server(|| format!("publishes {number} on channel {channel}"));
            let (name, data) = server::numbered(CHANNELS[channel], number)?;
            self.server.machine().publish(&name, &data);
            self.drain_server();
        }
        Ok(number)
    }

    /// The server ends a session, if there is one.
    pub(crate) fn end_a_session(&mut self) {
        if self.sessions.is_empty() {
            return;
        }
        let session = self.dice.index(self.sessions.len());
        let session = self.sessions.swap_remove(session);
        self.note_server(|| "ends a session".to_owned());
        self.server.machine().disconnect(&session);
        self.drain_server();
    }

    pub(crate) fn forget_sessions(&mut self) {
        self.note_server(|| "forgets every session".to_owned());
        self.server.machine().forget_sessions();
        self.drain_server();
    }

    /// The server is down for a while.
    pub(crate) fn restart_server(&mut self, down: Duration) {
        self.note_server(|| format!("goes down for {down:?}"));
        self.is_server_down = true;
        self.sessions.clear();
        for from in self.server.restart(self.dice.roll()) {
            self.fail(from);
        }
        self.after(down, Scheduled::Up);
    }

    fn drain_server(&mut self) {
        while let Some(output) = self.server.poll(self.now) {
            match output {
                ServerOutput::Respond(to, status, body) => self.respond(to, status, body),
                ServerOutput::Event(ServerEvent::SessionAdded { session, .. }) => {
                    self.greetings += 1;
                    if let Ok((channel, data)) = server::numbered(GREETINGS, self.greetings) {
                        let server = self.server.machine();
                        server.deliver_to(&session, &channel, &data);
                    }
                    self.sessions.push(session);
                }
                ServerOutput::Event(ServerEvent::SessionRemoved { session, .. }) => {
                    self.sessions.retain(|known| *known != session);
                }
                ServerOutput::Event(_) => {}
            }
        }
    }

    fn respond(&mut self, to: Sender, status: u16, body: Vec<u8>) {
        if !to.is_answered {
            return;
        }
        let response = self.network.response(to.client, status, body, self.now);
        let (ending, faults) = response;
        if !faults.is_empty() {
            self.note(to.client, || {
                format!("  response to {}: {}", to.id.number(), faults.join(", "))
            });
        }
        if let Some(ending) = ending {
            self.end_after(to.client, to.id, ending);
        }
    }

    // Actions of a client

    /// Passes an input to a client, and carries out its outputs.
    fn hand_over(&mut self, client: usize, input: Input) -> Result<(), Violation> {
        let now = self.clock_of(client);
        self.note(client, || match &input {
            Input::Response { id, response } => {
                let body = String::from_utf8_lossy(&response.body);
                format!("← {} to {}: {body}", response.status, id.number())
            }
            Input::Failed { id, .. } => format!("← {} failed", id.number()),
            other => format!("{other:?}"),
        });
        self.actors[client].hand_over(input, now);
        self.drain_client(client)
    }

    fn drain_client(&mut self, client: usize) -> Result<(), Violation> {
        let now = self.clock_of(client);
        self.actors[client].watch.step_begins();
        loop {
            match self.actors[client].client.poll(now) {
                Output::Send(exchange) => {
                    self.note(client, || {
                        let (id, body) = (exchange.id.number(), &exchange.body);
                        format!("→ {:?} {id}: {body}", exchange.endpoint)
                    });
                    let actor = &mut self.actors[client];
                    let session = actor.client.counters().sessions;
                    actor.watch.sent(&exchange, session, now)?;
                    self.send(client, exchange);
                }
                Output::Abort(id) => {
                    self.note(client, || format!("✗ {}", id.number()));
                    self.actors[client].watch.aborted(id, now)?;
                    self.cut_off(client, id);
                }
                Output::Event(event) => {
                    let status = self.actors[client].client.status().clone();
                    self.note(client, || match &event {
                        Event::StatusChanged => format!("· {:?} {:?}", status.phase, status.reason),
                        other => format!("· {other:?}"),
                    });
                    self.actors[client].take_event(&event, &self.published)?;
                }
                Output::Idle { wake_at } => return self.actors[client].is_idle(wake_at, self.now),
            }
        }
    }

    fn send(&mut self, client: usize, exchange: Exchange) {
        let (id, mut body) = (exchange.id, exchange.body.into_bytes());
        if self.is_server_down || self.actors[client].is_offline {
            return self.end_after(client, id, network::cut_off());
        }
        let fate = self.network.request(client, &mut body, self.now);
        if !matches!(fate, Fate::Arrives) {
            self.note(client, || format!("  request {}: {fate:?}", id.number()));
        }
        let sender = |is_answered| Sender {
            client,
            id,
            is_answered,
        };
        let delay = self.network.delay(client);
        match fate {
            Fate::Arrives => self.after(delay, Scheduled::ToServer(sender(true), body)),
            Fate::ArrivesTwice(later) => {
                let actor = &mut self.actors[client];
                let session = actor.client.counters().sessions;
                actor.watch.deliveries.repeated(session);
                self.after(delay, Scheduled::ToServer(sender(false), body.clone()));
                self.after(delay + later, Scheduled::ToServer(sender(true), body));
            }
            Fate::Ends(Some(ending)) => self.end_after(client, id, ending),
            Fate::Ends(None) => {}
        }
    }

    /// A request that was closed before it arrives does not arrive.
    fn cut_off(&mut self, client: usize, id: ExchangeId) {
        self.schedule.cancel(|scheduled| {
            matches!(scheduled, Scheduled::ToServer(from, _) if (from.client, from.id) == (client, id))
        });
        if self.network.shows_cut() {
            let delay = self.network.delay(client);
            self.after(delay, Scheduled::CutOff(client, id));
        }
    }

    fn fail(&mut self, from: Sender) {
        if from.is_answered {
            self.end_after(from.client, from.id, network::cut_off());
        }
    }

    fn end_after(&mut self, client: usize, id: ExchangeId, ending: Ending) {
        let delay = self.network.delay(client);
        self.after(delay, Scheduled::ToClient(client, id, ending));
    }

    fn note(&mut self, client: usize, what: impl FnOnce() -> String) {
        let who = format_args!("client {client}");
        self.trace.note(self.now, who, what);
    }

    fn note_server(&mut self, what: impl FnOnce() -> String) {
        self.trace.note(self.now, "server", what);
    }
}
