//! Many clients of one server that restarts: how hard they press it when it is back, and how soon
//! they are served again. Our client machine is compared with a model of what cometd.js 9 does
//! (`cometd9`).
//!
//! The server is a model, too, in both cases: a queue from which a bounded number of requests is
//! taken a second, and which refuses (HTTP 503) what finds it full. The server machine keeps no such
//! limit, and it is the limit that the comparison is about.

mod cometd9;

use core::fmt;
use core::time::Duration;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use bayeux::{Client, Config, Endpoint, ExchangeId, Failure, Input, Instant, Output, Response};

use self::cometd9::Model;
use crate::dice::Dice;

/// Whose behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Our client machine.
    Machine,
    /// The model of cometd.js 9.
    Cometd9,
}

/// How large, and what the server can bear.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// How many clients.
    pub clients: usize,
    /// Requests that the server takes a second.
    pub rate: u64,
    /// Requests that wait at most.
    pub backlog: u64,
    /// For how long it is down.
    pub down: Duration,
}

impl Setting {
    /// A server that takes each client's handshake and connect within ten seconds.
    pub fn of(clients: usize) -> Self {
        let rate = u64::try_from(clients)
            .unwrap_or(u64::MAX)
            .div_ceil(5)
            .max(1);
        Self {
            clients,
            rate,
            backlog: rate,
            down: Duration::from_secs(20),
        }
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// The most handshakes that were sent in any second after the restart.
    pub peak_handshakes: u64,
    /// The most requests of any kind.
    pub peak_requests: u64,
    /// Requests that found the queue full.
    pub refused: u64,
    /// How long after the server was back 99 % of the clients were connected; none if they weren't
    /// within ten minutes.
    pub recovered: Option<Duration>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let recovered = match self.recovered {
            Some(span) => format!("{:.1} s", span.as_secs_f64()),
            None => "never".to_owned(),
        };
        write!(
            f,
            "{:>14} {:>14} {:>14} {recovered:>14}",
            self.peak_handshakes, self.peak_requests, self.refused
        )
    }
}

/// When the server goes down, in milliseconds: everybody is connected by then.
const DOWN_AT: u64 = 120_000;
/// How long after that is looked on.
const HORIZON: u64 = 600_000;
/// For how long a connect is held.
const HELD: u64 = 30_000;

/// A server's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    Granted,
    Connected,
    Unknown,
    Busy,
    Cut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Begin,
    Wake,
    Arrive {
        exchange: u64,
        is_handshake: bool,
    },
    Serve {
        exchange: u64,
        is_handshake: bool,
        generation: u32,
    },
    Release {
        exchange: u64,
    },
    Ended {
        exchange: u64,
        answer: Answer,
    },
    Down,
    Up,
}

enum Behaviour {
    Machine(Box<Client>),
    Cometd9(Model),
}

struct Member {
    behaviour: Behaviour,
    /// The server's generation of its session.
    session: Option<u32>,
    has_connected: bool,
    held: Option<u64>,
    is_back: bool,
}

struct Fleet {
    setting: Setting,
    dice: Dice,
    now: u64,
    sequence: u64,
    queue: BinaryHeap<Reverse<(u64, u64, usize, Event)>>,
    members: Vec<Member>,
    generation: u32,
    is_down: bool,
    /// When the last of the queue will have been taken, in microseconds.
    busy_until: u64,
    back: usize,
    refused: u64,
    /// By second, since the server went down.
    handshakes: Vec<u64>,
    requests: Vec<u64>,
}

/// Lets the server restart once under a fleet.
pub fn run(kind: Kind, setting: Setting, seed: u64) -> Outcome {
    let mut dice = Dice::new(seed);
    let members = (0..setting.clients)
        .map(|_| Member {
            behaviour: match kind {
                Kind::Machine => {
                    Behaviour::Machine(Box::new(Client::new(Config::default(), dice.roll())))
                }
                Kind::Cometd9 => Behaviour::Cometd9(Model::default()),
            },
            session: None,
            has_connected: false,
            held: None,
            is_back: false,
        })
        .collect();
    let seconds = usize::try_from(HORIZON / 1000).unwrap_or_default() + 1;
    let mut fleet = Fleet {
        setting,
        dice,
        now: 0,
        sequence: 0,
        queue: BinaryHeap::new(),
        members,
        generation: 1,
        is_down: false,
        busy_until: 0,
        back: 0,
        refused: 0,
        handshakes: vec![0; seconds],
        requests: vec![0; seconds],
    };
    fleet.run()
}

impl Fleet {
    fn run(&mut self) -> Outcome {
        for member in 0..self.members.len() {
            let begin = self.dice.below(60_000);
            self.at(begin, member, Event::Begin);
        }
        let down = millis(self.setting.down);
        self.at(DOWN_AT, 0, Event::Down);
        self.at(DOWN_AT + down, 0, Event::Up);
        let enough = (self.members.len() * 99).div_ceil(100);
        let mut recovered = None;
        while let Some(Reverse((at, _, member, event))) = self.queue.pop() {
            if at >= DOWN_AT + HORIZON {
                break;
            }
            self.now = at;
            self.happen(member, event);
            if recovered.is_none() && self.back >= enough {
                recovered = Some(Duration::from_millis(at - DOWN_AT - down));
            }
        }
        Outcome {
            peak_handshakes: self.handshakes.iter().copied().max().unwrap_or(0),
            peak_requests: self.requests.iter().copied().max().unwrap_or(0),
            refused: self.refused,
            recovered,
        }
    }

    fn at(&mut self, at: u64, member: usize, event: Event) {
        self.sequence += 1;
        self.queue.push(Reverse((at, self.sequence, member, event)));
    }

    fn answer(&mut self, member: usize, exchange: u64, answer: Answer) {
        let at = self.now + 1 + self.dice.below(50);
        self.at(at, member, Event::Ended { exchange, answer });
    }

    fn happen(&mut self, member: usize, event: Event) {
        let now = Instant::from_millis(self.now);
        match event {
            Event::Begin => {
                match &mut self.members[member].behaviour {
                    Behaviour::Machine(client) => client.open(now),
                    Behaviour::Cometd9(model) => model.next = Some((self.now, true)),
                }
                self.drain(member);
            }
            Event::Wake => {
                if let Behaviour::Machine(client) = &mut self.members[member].behaviour {
                    client.handle(Input::Wake, now);
                }
                self.drain(member);
            }
            Event::Arrive {
                exchange,
                is_handshake,
            } => self.arrive(member, exchange, is_handshake),
            Event::Serve {
                exchange,
                is_handshake,
                generation,
            } => self.serve(member, exchange, is_handshake, generation),
            Event::Release { exchange } => {
                if self.members[member]
                    .held
                    .take_if(|e| *e == exchange)
                    .is_some()
                {
                    self.answer(member, exchange, Answer::Connected);
                }
            }
            Event::Ended { exchange, answer } => self.ended(member, exchange, answer),
            Event::Down => {
                self.is_down = true;
                self.generation += 1;
                self.busy_until = 0;
                for member in 0..self.members.len() {
                    if let Some(exchange) = self.members[member].held.take() {
                        self.answer(member, exchange, Answer::Cut);
                    }
                }
            }
            Event::Up => self.is_down = false,
        }
    }

    fn arrive(&mut self, member: usize, exchange: u64, is_handshake: bool) {
        if self.is_down {
            return self.answer(member, exchange, Answer::Cut);
        }
        let now = self.now * 1_000;
        let each = 1_000_000 / self.setting.rate.max(1);
        let waiting = self.busy_until.saturating_sub(now) / each.max(1);
        if waiting >= self.setting.backlog {
            self.refused += 1;
            return self.answer(member, exchange, Answer::Busy);
        }
        self.busy_until = self.busy_until.max(now) + each;
        let generation = self.generation;
        let event = Event::Serve {
            exchange,
            is_handshake,
            generation,
        };
        self.at(self.busy_until.div_ceil(1_000), member, event);
    }

    fn serve(&mut self, member: usize, exchange: u64, is_handshake: bool, generation: u32) {
        if self.is_down || generation != self.generation {
            return self.answer(member, exchange, Answer::Cut);
        }
        let client = &mut self.members[member];
        if is_handshake {
            client.session = Some(generation);
            client.has_connected = false;
            self.answer(member, exchange, Answer::Granted);
        } else if client.session != Some(generation) {
            self.answer(member, exchange, Answer::Unknown);
        } else if client.has_connected {
            client.held = Some(exchange);
            self.at(self.now + HELD, member, Event::Release { exchange });
        } else {
            client.has_connected = true;
            if generation > 1 && !client.is_back {
                client.is_back = true;
                self.back += 1;
            }
            self.answer(member, exchange, Answer::Connected);
        }
    }

    fn ended(&mut self, member: usize, exchange: u64, answer: Answer) {
        let now = Instant::from_millis(self.now);
        match &mut self.members[member].behaviour {
            Behaviour::Cometd9(model) => model.ended(exchange, answer, self.now),
            Behaviour::Machine(client) => {
                let id = ExchangeId::new(exchange);
                client.handle(input(id, answer), now);
            }
        }
        self.drain(member);
    }

    /// Lets a client do what it has to do now.
    fn drain(&mut self, member: usize) {
        let now = self.now;
        let mut sent = Vec::new();
        let wake;
        match &mut self.members[member].behaviour {
            Behaviour::Machine(client) => loop {
                match client.poll(Instant::from_millis(now)) {
                    Output::Send(exchange) => {
                        let is_handshake = exchange.endpoint == Endpoint::Handshake;
                        sent.push((exchange.id.number(), is_handshake));
                    }
                    Output::Abort(_) | Output::Event(_) => {}
                    Output::Idle { wake_at } => {
                        wake = wake_at.map(Instant::as_millis);
                        break;
                    }
                }
            },
            Behaviour::Cometd9(model) => {
                if let Some((_, is_handshake)) = model.next.take_if(|(at, _)| *at <= now) {
                    model.exchanges += 1;
                    model.outstanding = Some((model.exchanges, is_handshake));
                    sent.push((model.exchanges, is_handshake));
                }
                wake = model.next.map(|(at, _)| at);
            }
        }
        for (exchange, is_handshake) in sent {
            self.count(is_handshake);
            let at = now + 1 + self.dice.below(50);
            let event = Event::Arrive {
                exchange,
                is_handshake,
            };
            self.at(at, member, event);
        }
        if let Some(at) = wake {
            self.at(at.max(now), member, Event::Wake);
        }
    }

    fn count(&mut self, is_handshake: bool) {
        let Some(since) = self.now.checked_sub(DOWN_AT) else {
            return;
        };
        if let Ok(second) = usize::try_from(since / 1_000) {
            self.requests[second] += 1;
            self.handshakes[second] += u64::from(is_handshake);
        }
    }
}

/// What a client is handed.
fn input(id: ExchangeId, answer: Answer) -> Input {
    let messages = match answer {
        Answer::Cut => {
            let detail = "cut off".to_owned();
            return Input::Failed {
                id,
                failure: Failure { detail },
            };
        }
        Answer::Busy => {
            let response = Response {
                status: 503,
                ..Response::ok(Vec::new())
            };
            return Input::Response { id, response };
        }
        Answer::Granted => {
            r#"[{"channel":"/meta/handshake","successful":true,"clientId":"c","version":"1.0",
                "supportedConnectionTypes":["long-polling"],
                "advice":{"reconnect":"retry","interval":0,"timeout":30000}}]"#
        }
        Answer::Connected => {
            r#"[{"channel":"/meta/connect","successful":true,
                "advice":{"reconnect":"retry","interval":0,"timeout":30000}}]"#
        }
        Answer::Unknown => {
            r#"[{"channel":"/meta/connect","successful":false,"error":"402::session_unknown",
                "advice":{"reconnect":"handshake","interval":0}}]"#
        }
    };
    Input::Response {
        id,
        response: Response::ok(messages.as_bytes().to_vec()),
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
