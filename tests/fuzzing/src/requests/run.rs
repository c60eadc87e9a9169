//! A server, and four clients without manners: two of one browser, one of another browser of the
//! same person, and one of somebody else.
//!
//! | in the body of a request | stands for |
//! |---|---|
//! | `$client` | the client id that the asking client was given last |
//! | `$0` … `$3` | that of the first … fourth client |
//! | `$ack` | the last batch that the asking client has seen |
//!
//! What must hold after each step:
//!
//! - one input leads to a bounded number of outputs, and the server then sleeps: no hot loop;
//! - each request is answered once, or is held, and no more of them are held than may;
//! - a request gets a reply to each of its messages, and no more messages than may wait;
//! - nobody gets what was for somebody else;
//! - each session that was added is removed once, and what is left has a timer that is ahead, but
//!   not too far.

use core::time::Duration;
use std::borrow::Cow;
use std::collections::BTreeMap;

use bayeux::server::{Event, Input, Options, Output, Server};
use bayeux::{ClientId, ExchangeId, Instant, RawValue};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::step::Step;
use crate::script::{span, steps};

/// Digits of the largest number that an option is set to: eleven days, or any number of messages.
const MOST_DIGITS: usize = 9;
/// The longest interval that a client may ask for.
const MOST_INTERVAL: Duration = Duration::from_secs(300);
/// How much later than it might a session ends.
const SWEEP: Duration = Duration::from_millis(997);
/// Who is signed in at each client.
const OWNERS: [&str; 4] = ["one", "one", "one", "two"];
/// Whose cookies each client has.
const BROWSERS: [usize; 4] = [0, 0, 1, 2];

/// Plays a script, and then sees whether the server is rid of all of it and goes on.
///
/// # Panics
/// If anything does not hold that must; the message has the script up to there.
pub fn play(script: &str) {
    let mut run = Run::default();
    for step in steps(script, Step::read) {
        run.step(step);
    }
    run.end();
}

pub(crate) struct Run {
    server: Server,
    /// What it was made with, or is to be made with as long as nothing was asked.
    options: Options,
    now: Instant,
    wake_at: Option<Instant>,
    clients: [Client; 4],
    cookies: [Option<String>; 3],
    /// The requests without an answer.
    out: BTreeMap<ExchangeId, Asked>,
    asked: u64,
    sessions: Vec<ClientId>,
    delivered: u64,
    played: Vec<Step>,
}

/// What a client knows.
#[derive(Clone, Debug, Default)]
struct Client {
    id: Option<ClientId>,
    seen: i64,
}

/// A request.
#[derive(Debug)]
struct Asked {
    client: usize,
    /// How many replies it must get; none if it can't be read.
    replies: Option<usize>,
    size: usize,
}

/// A message of a request. It may have any other field, also those of replies, in any form.
#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(borrow, default)]
    channel: Option<Cow<'a, str>>,
}

/// A message of a response, as far as it is looked at.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    #[serde(borrow, default)]
    channel: Option<Cow<'a, str>>,
    #[serde(default)]
    client_id: Option<ClientId>,
    #[serde(default)]
    successful: Option<bool>,
    #[serde(borrow, default, deserialize_with = "present")]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    ext: Option<&'a RawValue>,
}

/// A field that is there, be it `null`.
fn present<'de, D: Deserializer<'de>>(field: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(field).map(Some)
}

impl Default for Run {
    fn default() -> Self {
        let options = Options::default();
        Self {
            server: Server::new(options.clone(), 17),
            options,
            now: Instant::from_millis(1_000_000),
            wake_at: None,
            clients: Default::default(),
            cookies: Default::default(),
            out: BTreeMap::new(),
            asked: 0,
            sessions: Vec::new(),
            delivered: 0,
            played: Vec::new(),
        }
    }
}

impl Run {
    pub(crate) fn step(&mut self, step: Step) {
        self.played.push(step.clone());
        match step {
            Step::Set(name, value) => self.set(&name, &value),
            Step::Ask { client, body } => self.ask(client, body.as_bytes()),
            Step::Gone(client) => {
                let client = client % self.clients.len();
                let its = self.out.iter().find(|(_, asked)| asked.client == client);
                if let Some(id) = its.map(|(id, _)| *id) {
                    self.gone(id);
                }
            }
            Step::Deliver(client, channel) => {
                let owner = OWNERS[client % OWNERS.len()];
                let data = self.marked(owner);
                self.server.deliver(owner, &channel, &data);
            }
            Step::Tell(client, channel) => {
                if let Some(id) = self.client(client).id.clone() {
                    let data = self.marked(OWNERS[client % OWNERS.len()]);
                    self.server.deliver_to(&id, &channel, &data);
                }
            }
            Step::Publish(channel, data) => self.server.publish(&channel, &data),
            Step::End(client) => {
                if let Some(id) = self.client(client).id.clone() {
                    self.server.disconnect(&id);
                }
            }
            Step::Forget => self.server.forget_sessions(),
            Step::After(millis) => self.advance(span(millis)),
            Step::Late(millis) => {
                self.now = self.now + span(millis);
                self.server.handle(Input::Wake, self.now);
            }
        }
        self.drain(0);
    }

    /// A request with that body, in which something may stand for something else.
    pub(crate) fn ask(&mut self, client: usize, body: &[u8]) {
        let client = client % self.clients.len();
        let body = match core::str::from_utf8(body) {
            Ok(text) => Cow::Owned(self.fill(text, client).into_bytes()),
            Err(_) => Cow::Borrowed(body),
        };
        let messages: Option<Vec<Sent<'_>>> = serde_json::from_slice(&body).ok();
        let is_handshake = |m: &Sent<'_>| m.channel.as_deref() == Some("/meta/handshake");
        self.asked += 1;
        let id = ExchangeId::new(self.asked);
        let asked = Asked {
            client,
            replies: messages.map(|all| match all.iter().any(is_handshake) {
                true => 1,
                false => all.len(),
            }),
            size: body.len(),
        };
        let size = asked.size;
        self.out.insert(id, asked);
        let input = Input::Request {
            id,
            owner: OWNERS[client],
            browser: self.cookies[BROWSERS[client]].as_deref(),
            body: &body,
        };
        self.server.handle(input, self.now);
        self.drain(size);
    }

    /// Nothing is left of what was, and the server goes on.
    pub(crate) fn end(&mut self) {
        let held: Vec<ExchangeId> = self.out.keys().copied().collect();
        for id in held {
            self.gone(id);
        }
        self.advance(2 * self.longest());
        self.must(self.server.held_count() == 0, "a connect is held for ever");
        self.must(self.server.session_count() == 0, "a session never expires");
        self.ask(0, br#"[{"channel":"/meta/handshake","version":"1.0"}]"#);
        self.must(self.out.is_empty(), "a handshake is held");
        self.ask(0, br#"[{"channel":"/meta/connect","clientId":"$client"}]"#);
        self.must(self.out.is_empty(), "a first connect is held");
    }

    /// Sets an option, if nothing was asked yet.
    fn set(&mut self, name: &str, value: &str) {
        if self.asked > 0 || value.len() > MOST_DIGITS {
            return;
        }
        match (name, value) {
            ("ack", _) => self.options.acknowledged_messages = value == "true",
            ("subscriptions", _) => self.options.max_subscriptions = value.parse().ok(),
            // What is no option sets none.
            _ => drop(self.options.set(name, value)),
        }
        self.server = Server::new(self.options.clone(), 17);
    }

    fn gone(&mut self, id: ExchangeId) {
        self.out.remove(&id);
        self.server.handle(Input::Gone { id }, self.now);
        self.drain(0);
    }

    fn client(&self, number: usize) -> &Client {
        &self.clients[number % self.clients.len()]
    }

    /// Data that says for whom it is.
    fn marked(&mut self, owner: &str) -> Box<RawValue> {
        self.delivered += 1;
        let data = json!({ "only for": owner, "n": self.delivered });
        RawValue::from_string(data.to_string()).expect("JSON")
    }

    fn fill(&self, body: &str, client: usize) -> String {
        if !body.contains('$') {
            return body.to_owned();
        }
        let id = |client: &Client| match &client.id {
            Some(id) => json!(id).as_str().unwrap_or_default().to_owned(),
            None => "none".to_owned(),
        };
        let own = &self.clients[client];
        let mut filled = body
            .replace("$client", &id(own))
            .replace("$ack", &own.seen.to_string());
        for (number, client) in self.clients.iter().enumerate() {
            filled = filled.replace(&format!("${number}"), &id(client));
        }
        filled
    }

    fn advance(&mut self, span: Duration) {
        let end = self.now + span;
        // Each is woken for its time-out, and for its end.
        let most = 8 + 4 * (self.server.session_count() + self.server.held_count());
        let mut woken = 0;
        while let Some(at) = self.wake_at.filter(|at| *at <= end) {
            woken += 1;
            self.must(woken <= most, "woken again and again");
            self.now = at;
            self.server.handle(Input::Wake, self.now);
            self.drain(0);
        }
        self.now = end;
    }

    /// Does what is to be done, and checks that it comes to an end.
    fn drain(&mut self, size: usize) {
        // Each byte may be a message at most; of each session an end and a response.
        let mut left = 64 + size + 4 * (self.sessions.len() + self.out.len());
        loop {
            self.must(left > 0, "no end of outputs");
            left -= 1;
            match self.server.poll(self.now) {
                Output::Respond {
                    id,
                    status,
                    body,
                    browser,
                } => self.answered(id, status, &body, browser),
                Output::Event(Event::SessionAdded { session, .. }) => {
                    let is_new = !self.sessions.contains(&session);
                    self.must(is_new, "a session is added twice");
                    self.sessions.push(session);
                }
                Output::Event(Event::SessionRemoved { session, .. }) => {
                    let before = self.sessions.len();
                    self.sessions.retain(|known| *known != session);
                    let is_gone = self.sessions.len() + 1 == before;
                    self.must(is_gone, "a session is removed that is none");
                }
                Output::Event(_) => {}
                Output::Idle { wake_at } => {
                    self.wake_at = wake_at;
                    return self.check();
                }
            }
        }
    }

    fn answered(&mut self, id: ExchangeId, status: u16, body: &[u8], cookie: Option<String>) {
        let Some(asked) = self.out.remove(&id) else {
            return self.must(false, "answers what is answered");
        };
        if status != 200 {
            let is_error = (400..600).contains(&status) && body.is_empty();
            return self.must(is_error, "neither messages nor an error");
        }
        let messages: Vec<Message<'_>> = serde_json::from_slice(body).unwrap_or_default();
        self.must(!messages.is_empty(), "a body that is no list of messages");
        let is_reply =
            |message: &&Message<'_>| message.successful.is_some() && message.data.is_none();
        let replies = messages.iter().filter(is_reply).count();
        // A session that the server ends is told so beside.
        let is_one_each = asked
            .replies
            .is_some_and(|due| (due..=due + 1).contains(&replies));
        self.must(is_one_each, "not a reply to each message");
        let events = messages.len() - replies;
        let is_within = self.options.max_queue.is_none_or(|most| events <= most);
        self.must(is_within, "more messages than may wait");
        if let Some(cookie) = cookie {
            self.cookies[BROWSERS[asked.client]] = Some(cookie);
        }
        for message in &messages {
            self.heard(asked.client, message);
        }
    }

    fn heard(&mut self, client: usize, message: &Message<'_>) {
        if let Some(data) = message.data {
            let data: Value = serde_json::from_str(data.get()).unwrap_or_default();
            let owner = data["only for"].as_str();
            let is_its = owner.is_none_or(|owner| owner == OWNERS[client]);
            return self.must(is_its, "a message to somebody else");
        }
        let known = &mut self.clients[client];
        match message.channel.as_deref() {
            Some("/meta/handshake") if message.client_id.is_some() => {
                *known = Client {
                    id: message.client_id.clone(),
                    seen: 0,
                };
            }
            Some("/meta/connect") => {
                let ext = message.ext.map_or("null", RawValue::get);
                let ext: Value = serde_json::from_str(ext).unwrap_or_default();
                known.seen = ext["ack"].as_i64().unwrap_or(known.seen);
            }
            _ => {}
        }
    }

    /// The longest that anything waits.
    fn longest(&self) -> Duration {
        let options = &self.options;
        let interval = options
            .interval
            .max(MOST_INTERVAL)
            .max(options.multi_session_interval);
        let kept = interval + options.max_interval + 2 * SWEEP;
        options.timeout.max(kept)
    }

    fn check(&self) {
        let (sessions, held) = (self.server.session_count(), self.server.held_count());
        self.must(
            sessions == self.sessions.len(),
            "sessions come or go without a word",
        );
        self.must(
            held == self.out.len(),
            "a request is neither answered nor held",
        );
        self.must(held <= sessions, "more is held than there are sessions");
        let is_ahead = self.wake_at.is_none_or(|at| at > self.now);
        self.must(is_ahead, "a hot loop: to be woken now");
        let is_near = self
            .wake_at
            .is_some_and(|at| at <= self.now + self.longest());
        self.must(sessions == 0 || is_near, "nobody looks after a session");
        let most = usize::try_from(self.options.max_sessions_per_browser).ok();
        if let Some(most) = most {
            for browser in BROWSERS {
                let is_its = |asked: &&Asked| BROWSERS[asked.client] == browser;
                let held = self.out.values().filter(is_its).count();
                self.must(held <= most, "more is held for a browser than may");
            }
        }
    }

    #[track_caller]
    fn must(&self, holds: bool, otherwise: &str) {
        if !holds {
            let script: Vec<_> = self.played.iter().map(Step::to_string).collect();
            panic!(
                "{otherwise}\nat {:?}, to be woken at {:?}; out: {:?}\n{} sessions, {} held\nafter this script:\n{}",
                self.now,
                self.wake_at,
                self.out,
                self.server.session_count(),
                self.server.held_count(),
                script.join("\n")
            );
        }
    }
}
