//! Drives a client through steps, and checks the invariants after each:
//!
//! - one input leads to a bounded number of outputs, and the client then sleeps: no hot loop;
//! - at most one poll and one other request are out, and none but what its state allows;
//! - there is a request, a timer, or an end with a reason;
//! - handshakes keep to their budget.

use std::collections::VecDeque;

use bayeux::{
    Client, Config, Duration, Endpoint, Event, Exchange, ExchangeId, Failure, Input, Instant,
    Output, Phase, Response,
};

use crate::body::{self, Asked};
use crate::script::{span, steps};
use crate::step::{Request, Step};

/// The maximum number of handshakes in a minute: a full budget at its beginning, its refill, and
/// one for the edges.
const HANDSHAKES_A_MINUTE: usize = 12;
const MINUTE: Duration = Duration::from_secs(60);

/// Plays a script, and then checks that the client connects again.
///
/// # Panics
/// If an invariant is violated; the message has the script up to there.
pub fn play(script: &str) {
    let mut run = Run::default();
    for step in steps(script) {
        run.step(step);
    }
    run.end();
}

pub(crate) struct Run {
    pub(crate) client: Client,
    pub(crate) now: Instant,
    pub(crate) out: Vec<Exchange>,
    pub(crate) wake_at: Option<Instant>,
    pub(crate) events: Vec<Event>,
    given_up: Option<ExchangeId>,
    last: Option<ExchangeId>,
    handshakes: VecDeque<Instant>,
    played: Vec<Step>,
}

impl Default for Run {
    fn default() -> Self {
        let config = Config {
            url: "https://a.example/cometd".to_owned(),
            ..Config::default()
        };
        Self {
            client: Client::new(config, 17),
            now: Instant::from_millis(1_000_000),
            out: Vec::new(),
            wake_at: None,
            events: Vec::new(),
            given_up: None,
            last: None,
            handshakes: VecDeque::new(),
            played: Vec::new(),
        }
    }
}

impl Run {
    pub(crate) fn step(&mut self, step: Step) {
        self.played.push(step.clone());
        match step {
            Step::Open => self.client.open(self.now),
            Step::Close => self.client.close(self.now),
            Step::SignIn => self.client.credentials_renewed(self.now),
            Step::Retry => self.client.retry_now(self.now),
            Step::Subscribe(pattern) => self.client.subscribe(pattern),
            Step::Page(page) => self.client.handle(Input::Page(page), self.now),
            Step::After(millis) => self.advance(span(millis)),
            Step::Late(millis) => {
                self.now = self.now + span(millis);
                self.client.handle(Input::Wake, self.now);
            }
            Step::Respond {
                to,
                status,
                retry_after,
                body,
            } => {
                if let Some((id, request)) = self.end_request(to) {
                    let body = body::fill(&body, &request, "c1");
                    let response = Response {
                        status,
                        retry_after: retry_after.map(Duration::from_millis),
                        body: body.into_bytes(),
                    };
                    self.respond(id, response);
                }
            }
            Step::Fail(request) => {
                if let Some((id, _)) = self.end_request(request) {
                    let failure = Failure {
                        detail: "cut off".to_owned(),
                    };
                    self.client.handle(Input::Failed { id, failure }, self.now);
                }
            }
        }
        self.drain(0);
    }

    pub(crate) fn respond(&mut self, id: ExchangeId, response: Response) {
        // The possible events: one or two for each message.
        let size = response.body.iter().filter(|byte| **byte == b',').count();
        self.client
            .handle(Input::Response { id, response }, self.now);
        self.drain(2 * size);
    }

    /// Takes a pending request; returns its id and messages.
    pub(crate) fn end_request(&mut self, request: Request) -> Option<(ExchangeId, Vec<Asked>)> {
        let is_meant = |exchange: &Exchange| is_poll(exchange) == (request == Request::Poll);
        match request {
            Request::Poll | Request::Commands => {
                let position = self.out.iter().position(is_meant)?;
                let exchange = self.out.remove(position);
                Some((exchange.id, body::asked(&exchange)))
            }
            Request::GivenUp => Some((self.given_up?, Vec::new())),
            Request::NeverMade => Some((ExchangeId::new(u64::MAX), Vec::new())),
        }
    }

    pub(crate) fn advance(&mut self, span: Duration) {
        let end = self.now + span;
        // It may be woken for the poll now and then.
        let most = 40 + usize::try_from(span.as_secs()).unwrap_or(usize::MAX);
        let mut woken = 0;
        while let Some(at) = self.wake_at.filter(|at| *at <= end) {
            woken += 1;
            self.must(woken <= most, "woken again and again");
            self.now = at;
            self.client.handle(Input::Wake, self.now);
            self.drain(0);
        }
        self.now = end;
    }

    /// Carries out the outputs, and checks that they come to an end.
    pub(crate) fn drain(&mut self, more: usize) {
        let mut left = 64 + more;
        let mut wakes = 0;
        loop {
            self.must(left > 0, "no end of outputs");
            left -= 1;
            match self.client.poll(self.now) {
                Output::Send(exchange) => self.sent(exchange),
                Output::Abort(id) => {
                    let is_out = |exchange: &Exchange| exchange.id == id;
                    self.must(self.out.iter().any(is_out), "aborts what is not out");
                    self.out.retain(|exchange| exchange.id != id);
                    self.given_up = Some(id);
                }
                Output::Event(event) => self.events.push(event),
                Output::Idle { wake_at } => {
                    self.wake_at = wake_at;
                    let is_due = wake_at.is_some_and(|at| at <= self.now);
                    if !is_due {
                        break;
                    }
                    self.must(wakes < 2, "a hot loop: to be woken now, again and again");
                    wakes += 1;
                    self.client.handle(Input::Wake, self.now);
                }
            }
        }
        self.check();
    }

    fn sent(&mut self, exchange: Exchange) {
        self.must(self.last < Some(exchange.id), "an id is used twice");
        self.last = Some(exchange.id);
        let sent = body::asked(&exchange);
        self.must(!sent.is_empty(), "a body that is no list of messages");
        if exchange.endpoint == Endpoint::Handshake {
            self.must(sent.len() == 1, "a handshake in company");
            self.handshakes.push_back(self.now);
            while self
                .handshakes
                .front()
                .is_some_and(|at| self.now.since(*at) >= MINUTE)
            {
                self.handshakes.pop_front();
            }
            let count = self.handshakes.len();
            self.must(count <= HANDSHAKES_A_MINUTE, "too many handshakes");
        } else {
            let has_session = |message: &Asked| message.client_id.is_some();
            self.must(sent.iter().all(has_session), "a message without a session");
        }
        self.out.push(exchange);
        let polls = self.out.iter().filter(|exchange| is_poll(exchange)).count();
        self.must(polls <= 1, "two polls");
        self.must(self.out.len() <= 2, "three requests");
    }

    fn check(&self) {
        let status = self.client.status();
        let is_polled = self.out.iter().any(is_poll);
        match status.phase {
            Phase::Idle => {
                let is_disconnect =
                    |e: &Exchange| e.endpoint == Endpoint::Disconnect && e.keepalive;
                self.must(self.out.iter().all(is_disconnect), "sends while closed");
            }
            Phase::Suspended => self.must(self.out.is_empty(), "holds on to the page"),
            Phase::Stopped | Phase::CredentialsNeeded => {
                self.must(!is_polled, "goes on after the end");
                self.must(status.reason.is_some(), "an end without a reason");
            }
            Phase::Handshaking | Phase::Connecting | Phase::Connected | Phase::Waiting => {
                self.must(
                    is_polled || self.wake_at.is_some(),
                    "neither a request nor a timer",
                );
            }
        }
        if status.phase == Phase::Waiting {
            let is_ahead = status.next_try.is_some_and(|at| at > self.now);
            self.must(is_ahead, "does not say when it tries again");
        }
        if !self.out.is_empty() {
            self.must(self.wake_at.is_some(), "a request without a time-out");
        }
    }

    #[track_caller]
    pub(crate) fn must(&self, holds: bool, otherwise: &str) {
        if !holds {
            let script: Vec<_> = self.played.iter().map(Step::to_string).collect();
            panic!(
                "{otherwise}\n{:?} at {:?}, to be woken at {:?}; out: {:?}\n{:?}\nafter this script:\n{}",
                self.client.status(),
                self.now,
                self.wake_at,
                self.out.iter().map(|e| e.endpoint).collect::<Vec<_>>(),
                self.client.counters(),
                script.join("\n")
            );
        }
    }
}

pub(crate) fn is_poll(exchange: &Exchange) -> bool {
    matches!(exchange.endpoint, Endpoint::Handshake | Endpoint::Connect)
}
