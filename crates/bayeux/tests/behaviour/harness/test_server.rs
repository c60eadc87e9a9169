//! [`TestServer`]: a server machine whose client is the test.

use bayeux::server::{Event, Input, Options, Output, Server};
use bayeux::{ClientId, ExchangeId, Instant};
use serde_json::{Value, json};

use super::{DEVICES, OWNER, channel, ms, raw};

/// A server whose client is the test.
pub(crate) struct TestServer {
    pub(crate) machine: Server,
    pub(crate) now: Instant,
    next: u64,
    pub(crate) cookie: Option<String>,
    pub(crate) responses: Vec<(u64, u16, Value)>,
    pub(crate) events: Vec<Event>,
    /// When it wants to be woken.
    pub(crate) wake_at: Option<Instant>,
}

impl TestServer {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            machine: Server::new(options, 17),
            now: Instant::from_millis(1_000),
            next: 0,
            cookie: None,
            responses: Vec::new(),
            events: Vec::new(),
            wake_at: None,
        }
    }

    /// Passes a request to the machine, without polling it.
    pub(crate) fn handle(&mut self, owner: &str, body: &str) -> u64 {
        self.next += 1;
        let input = Input::Request {
            id: ExchangeId::new(self.next),
            owner,
            browser: self.cookie.as_deref(),
            body: body.as_bytes(),
        };
        self.machine.handle(input, self.now);
        self.next
    }

    pub(crate) fn request_raw(&mut self, owner: &str, body: &str) -> u64 {
        let id = self.handle(owner, body);
        self.drain();
        id
    }

    pub(crate) fn request(&mut self, messages: Value) -> u64 {
        self.request_raw(OWNER, &messages.to_string())
    }

    /// The reply to a message that is alone in its request, and is answered at once.
    pub(crate) fn reply(&mut self, message: Value) -> Value {
        let id = self.request(json!([message]));
        self.response(id)
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone()
    }

    pub(crate) fn drain(&mut self) {
        loop {
            match self.machine.poll(self.now) {
                Output::Respond {
                    id,
                    status,
                    body,
                    browser,
                } => {
                    self.cookie = browser.or_else(|| self.cookie.take());
                    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
                    self.responses.push((id.number(), status, body));
                }
                Output::Event(event) => self.events.push(event),
                Output::Idle { wake_at } => {
                    self.wake_at = wake_at;
                    return;
                }
            }
        }
    }

    /// Lets time pass, and wakes the server when it wants to be woken.
    pub(crate) fn advance(&mut self, millis: u64) {
        let end = self.now + ms(millis);
        while let Some(at) = self.wake_at.filter(|at| *at <= end) {
            assert!(at >= self.now, "to be woken in the past");
            self.now = at;
            self.machine.handle(Input::Wake, self.now);
            self.drain();
        }
        self.now = end;
        self.drain();
    }

    /// The client cuts a request off.
    pub(crate) fn abort(&mut self, id: u64) {
        let id = ExchangeId::new(id);
        self.machine.handle(Input::Gone { id }, self.now);
        self.drain();
    }

    /// The response to a request, which must have been answered.
    pub(crate) fn response(&self, id: u64) -> &Value {
        let found = self.responses.iter().find(|(to, ..)| *to == id);
        &found.unwrap_or_else(|| panic!("no response to {id}")).2
    }

    pub(crate) fn status(&self, id: u64) -> Option<u16> {
        let found = self.responses.iter().find(|(to, ..)| *to == id);
        found.map(|(_, status, _)| *status)
    }

    pub(crate) fn is_held(&self, id: u64) -> bool {
        self.responses.iter().all(|(to, ..)| *to != id)
    }

    pub(crate) fn handshake(&mut self) -> String {
        let reply = self.handshake_with(json!({}));
        reply["clientId"].as_str().unwrap().to_owned()
    }

    /// The reply to a handshake with this `ext`.
    pub(crate) fn handshake_with(&mut self, ext: Value) -> Value {
        let id = self.request(json!([{ "channel": "/meta/handshake", "id": "1", "version": "1.0", "supportedConnectionTypes": ["long-polling"], "ext": ext }]));
        self.response(id)[0].clone()
    }

    pub(crate) fn connect(&mut self, client: &str) -> u64 {
        self.request(json!([{ "channel": "/meta/connect", "id": "c", "clientId": client, "connectionType": "long-polling" }]))
    }

    /// A connect that acknowledges a batch.
    pub(crate) fn acknowledge(&mut self, client: &str, batch: i64) -> u64 {
        self.request(json!([{ "channel": "/meta/connect", "id": "c", "clientId": client, "connectionType": "long-polling", "ext": { "ack": batch } }]))
    }

    pub(crate) fn subscribe(&mut self, client: &str, subscription: &Value) -> Value {
        self.reply(json!({ "channel": "/meta/subscribe", "id": "s", "clientId": client, "subscription": subscription }))
    }

    pub(crate) fn publish(&mut self, client: &str, channel: &str, data: Value) -> Value {
        self.reply(json!({ "channel": channel, "id": "p", "clientId": client, "data": data }))
    }

    /// A session with a subscription and its connect held.
    pub(crate) fn session_with_held_connect(&mut self) -> (String, u64) {
        let client = self.handshake();
        self.subscribe(&client, &json!(DEVICES));
        self.connect(&client);
        let held = self.connect(&client);
        assert!(self.is_held(held));
        (client, held)
    }

    /// Delivers an event to the owner on a channel.
    pub(crate) fn deliver(&mut self, name: &str, data: &str) {
        self.machine.deliver(OWNER, &channel(name), &raw(data));
        self.drain();
    }

    /// The data of the events in a response.
    pub(crate) fn data(&self, id: u64) -> Vec<Value> {
        let messages = self.response(id).as_array().unwrap().iter();
        messages.filter_map(|m| m.get("data").cloned()).collect()
    }

    /// The session that was added last.
    pub(crate) fn session(&self) -> ClientId {
        let added = self.events.iter().rev().find_map(|event| match event {
            Event::SessionAdded { session, .. } => Some(session.clone()),
            _ => None,
        });
        added.expect("a session")
    }
}
