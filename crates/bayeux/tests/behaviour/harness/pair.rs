//! A client machine and a server machine over a link that drops, delays and duplicates.

use core::time::Duration;
use std::collections::HashMap;

use bayeux::{
    Client, Config, Endpoint, Event, Exchange, ExchangeId, Failure, Input, Instant, Output,
    Pattern, Phase, RawValue, Response, server,
};

use super::{DEVICES, OWNER, channel, ms, raw};

/// How bad the link is, in percent and milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) drop: u64,
    pub(crate) duplicate: u64,
    pub(crate) delay: u64,
}

impl Link {
    pub(crate) const GOOD: Self = Self {
        drop: 0,
        duplicate: 0,
        delay: 5,
    };
}

/// Something on its way.
enum Packet {
    ToServer {
        client_side: ExchangeId,
        body: Vec<u8>,
        /// A copy that the browser sent by itself: nobody waits for its response.
        is_copy: bool,
    },
    ToClient {
        id: ExchangeId,
        response: Option<Response>,
    },
    CutOff(ExchangeId),
}

/// A client machine and a server machine over a link that drops, delays and duplicates.
pub(crate) struct Pair {
    pub(crate) client: Client,
    pub(crate) server: server::Server,
    options: server::Options,
    pub(crate) now: Instant,
    pub(crate) link: Link,
    /// Down: every request fails at once.
    pub(crate) is_server_down: bool,
    dice: u64,
    on_the_way: Vec<(Instant, u64, Packet)>,
    sequence: u64,
    next_server_side: u64,
    /// Server side → client side, none for a copy.
    exchanges: HashMap<ExchangeId, Option<ExchangeId>>,
    outstanding: Vec<Exchange>,
    browser: Option<String>,
    client_wake: Option<Instant>,
    server_wake: Option<Instant>,
    pub(crate) events: Vec<Event>,
    /// What every session is told on its first occasion.
    pub(crate) greeting: Option<Box<RawValue>>,
    pub(crate) handshakes: Vec<Instant>,
    last_connect_end: Option<Instant>,
}

impl Pair {
    pub(crate) fn new(seed: u64, link: Link) -> Self {
        Self::with(seed, link, server::Options::default())
    }

    /// The same, with a server of these options.
    pub(crate) fn with(seed: u64, link: Link, options: server::Options) -> Self {
        let mut client = Client::new(Config::default(), seed);
        client.subscribe(Pattern::new(DEVICES).unwrap());
        Self {
            client,
            server: server::Server::new(options.clone(), !seed),
            options,
            now: Instant::from_millis(1_000),
            link,
            is_server_down: false,
            dice: seed,
            on_the_way: Vec::new(),
            sequence: 0,
            next_server_side: 0,
            exchanges: HashMap::new(),
            outstanding: Vec::new(),
            browser: None,
            client_wake: None,
            server_wake: None,
            events: Vec::new(),
            greeting: None,
            handshakes: Vec::new(),
            last_connect_end: None,
        }
    }

    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % sides.max(1)
    }

    pub(crate) fn open(&mut self) {
        self.client.open(self.now);
        self.drain();
    }

    pub(crate) fn publish(&mut self, data: &str) {
        self.server.deliver(OWNER, &channel(DEVICES), &raw(data));
        self.drain();
    }

    /// A new server process: it knows nothing. Requests at the old one are cut off.
    pub(crate) fn restart_server(&mut self, seed: u64) {
        self.server = server::Server::new(self.options.clone(), seed);
        let cut: Vec<_> = self.exchanges.drain().filter_map(|(_, id)| id).collect();
        for id in cut {
            let packet = Packet::ToClient { id, response: None };
            self.post(packet, 1);
        }
        self.server_wake = None;
    }

    fn post(&mut self, packet: Packet, delay: u64) {
        self.sequence += 1;
        let at = self.now + ms(delay);
        self.on_the_way.push((at, self.sequence, packet));
    }

    fn send(&mut self, exchange: Exchange) {
        if exchange.endpoint == Endpoint::Handshake {
            self.handshakes.push(self.now);
        }
        let polls = |e: &&Exchange| matches!(e.endpoint, Endpoint::Connect | Endpoint::Handshake);
        self.outstanding.push(exchange.clone());
        assert!(
            self.outstanding.iter().filter(polls).count() <= 1,
            "two polls"
        );
        assert!(self.outstanding.len() <= 2, "three requests");

        let id = exchange.id;
        let delay = 1 + self.roll(self.link.delay);
        if self.is_server_down {
            return self.post(Packet::ToClient { id, response: None }, delay);
        }
        if self.roll(100) < self.link.drop {
            // Either somebody notices, or nobody does until the client's own time-out.
            if self.roll(2) == 0 {
                self.post(Packet::ToClient { id, response: None }, delay);
            }
            return;
        }
        if self.roll(100) < self.link.duplicate {
            let copy = Packet::ToServer {
                client_side: id,
                body: exchange.body.clone(),
                is_copy: true,
            };
            let later = delay + self.roll(self.link.delay);
            self.post(copy, later);
        }
        let packet = Packet::ToServer {
            client_side: id,
            body: exchange.body,
            is_copy: false,
        };
        self.post(packet, delay);
    }

    /// Lets both machines do what they have to do now.
    pub(crate) fn drain(&mut self) {
        loop {
            match self.client.poll(self.now) {
                Output::Send(exchange) => self.send(exchange),
                Output::Abort(id) => {
                    self.outstanding.retain(|exchange| exchange.id != id);
                    self.post(Packet::CutOff(id), 1);
                }
                Output::Event(event) => self.events.push(event),
                Output::Idle { wake_at } => {
                    self.client_wake = wake_at;
                    break;
                }
            }
        }
        let status = self.client.status();
        assert!(
            !self.outstanding.is_empty()
                || self.client_wake.is_some()
                || matches!(
                    status.phase,
                    Phase::Idle | Phase::Stopped | Phase::CredentialsNeeded | Phase::Suspended
                ),
            "neither a request nor a timer nor an end: {status:?}"
        );
        loop {
            match self.server.poll(self.now) {
                server::Output::Respond {
                    id,
                    status,
                    body,
                    browser,
                } => {
                    if let Some(browser) = browser {
                        self.browser.get_or_insert(browser);
                    }
                    let Some(Some(id)) = self.exchanges.remove(&id) else {
                        continue;
                    };
                    let delay = 1 + self.roll(self.link.delay);
                    if self.roll(100) < self.link.drop {
                        if self.roll(2) == 0 {
                            self.post(Packet::ToClient { id, response: None }, delay);
                        }
                        continue;
                    }
                    let response = Some(Response {
                        status,
                        retry_after: None,
                        body,
                    });
                    self.post(Packet::ToClient { id, response }, delay);
                }
                server::Output::Event(event) => {
                    if let (server::Event::SessionAdded { session, .. }, Some(greeting)) =
                        (&event, &self.greeting)
                    {
                        self.server.deliver_to(session, &channel(DEVICES), greeting);
                    }
                }
                server::Output::Idle { wake_at } => {
                    self.server_wake = wake_at;
                    break;
                }
            }
        }
    }

    /// Goes on to whatever happens next, but not past `end`.
    fn step(&mut self, end: Instant) {
        let packet = self.on_the_way.iter().map(|(at, ..)| *at).min();
        let next = [packet, self.client_wake, self.server_wake]
            .into_iter()
            .flatten()
            .min()
            .map_or(end, |at| at.max(self.now).min(end));
        self.now = next;
        let mut due: Vec<_> = Vec::new();
        let mut rest = Vec::new();
        for entry in self.on_the_way.drain(..) {
            if entry.0 <= next {
                due.push(entry);
            } else {
                rest.push(entry);
            }
        }
        self.on_the_way = rest;
        due.sort_by_key(|(at, sequence, _)| (*at, *sequence));
        for (_, _, packet) in due {
            self.arrive(packet);
            self.drain();
        }
        self.client.handle(Input::Wake, self.now);
        self.server.handle(server::Input::Wake, self.now);
        self.drain();
    }

    fn arrive(&mut self, packet: Packet) {
        match packet {
            Packet::ToServer {
                client_side,
                body,
                is_copy,
            } => {
                self.next_server_side += 1;
                let id = ExchangeId::new(self.next_server_side);
                self.exchanges.insert(id, (!is_copy).then_some(client_side));
                let input = server::Input::Request {
                    id,
                    owner: OWNER,
                    browser: self.browser.as_deref(),
                    body: &body,
                };
                self.server.handle(input, self.now);
            }
            Packet::ToClient { id, response } => {
                let known = self.outstanding.iter().position(|e| e.id == id);
                let Some(position) = known else {
                    return;
                };
                let exchange = self.outstanding.remove(position);
                if exchange.endpoint == Endpoint::Connect {
                    self.last_connect_end = Some(self.now);
                }
                let input = match response {
                    Some(response) => Input::Response { id, response },
                    None => Input::Failed {
                        id,
                        failure: Failure {
                            detail: "cut off".to_owned(),
                        },
                    },
                };
                self.client.handle(input, self.now);
            }
            Packet::CutOff(client_side) => {
                let id = self
                    .exchanges
                    .iter()
                    .find(|(_, to)| **to == Some(client_side))
                    .map(|(id, _)| *id);
                if let Some(id) = id {
                    self.exchanges.remove(&id);
                    self.server.handle(server::Input::Gone { id }, self.now);
                }
            }
        }
    }

    pub(crate) fn advance(&mut self, span: Duration) {
        let end = self.now + span;
        let mut steps = 0_u32;
        while self.now < end {
            self.step(end);
            steps += 1;
            assert!(steps < 200_000, "a hot loop");
        }
    }

    /// Goes on until `condition` holds; panics if it does not within `most`.
    pub(crate) fn until(&mut self, most: Duration, condition: impl Fn(&Self) -> bool) {
        let end = self.now + most;
        while !condition(self) {
            assert!(
                self.now < end,
                "not within {most:?}: {:?}",
                self.client.status()
            );
            self.step(end);
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.client.status().phase == Phase::Connected
    }

    pub(crate) fn data(&self) -> Vec<String> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::Message(message) => Some(message.data.get().to_owned()),
                _ => None,
            })
            .collect()
    }
}
