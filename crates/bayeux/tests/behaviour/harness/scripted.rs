//! A client machine whose server is the test.

use bayeux::{
    Client, Config, Duration, Endpoint, Event, Exchange, ExchangeId, Failure, Gap, Input, Instant,
    Output, Page, Pattern, Phase, Response,
};
use serde_json::{Value, json};

use super::{DEVICES, ms};

/// A client whose server is the test.
pub(crate) struct Scripted {
    pub(crate) client: Client,
    pub(crate) now: Instant,
    pub(crate) sent: Vec<Exchange>,
    pub(crate) aborted: Vec<ExchangeId>,
    pub(crate) events: Vec<Event>,
    pub(crate) wake_at: Option<Instant>,
}

impl Scripted {
    /// A client that subscribed to one channel and was opened.
    pub(crate) fn opened() -> Self {
        Self::with(Config::default())
    }

    /// Like [`Self::opened`], with other settings.
    pub(crate) fn with(config: Config) -> Self {
        Self::seeded(config, 17)
    }

    /// Like [`Self::with`], with another seed.
    pub(crate) fn seeded(config: Config, seed: u64) -> Self {
        let mut client = Client::new(config, seed);
        client.subscribe(Pattern::new(DEVICES).unwrap());
        let now = Instant::from_millis(1_000_000);
        client.open(now);
        let mut scripted = Self {
            client,
            now,
            sent: Vec::new(),
            aborted: Vec::new(),
            events: Vec::new(),
            wake_at: None,
        };
        scripted.drain();
        scripted
    }

    /// A client that is connected, with its poll held.
    pub(crate) fn connected() -> Self {
        Self::opened().connect()
    }

    /// Connects an opened client.
    pub(crate) fn connect(mut self) -> Self {
        self.grant("c1");
        self.accept_subscriptions();
        self.reply_connect(json!({ "successful": true, "advice": { "reconnect": "retry", "interval": 0, "timeout": 30_000 } }));
        assert_eq!(self.phase(), Phase::Connected);
        self.events.clear();
        self
    }

    /// Fails requests to `endpoint` eight times in a row, with fifty clients that begin like this.
    /// The maximum wait doubles from failure to failure, up to half a minute; below that it is
    /// random. The longest of fifty waits is more than half of the maximum, except once in 2⁵⁰
    /// times.
    pub(crate) fn fails_with_doubling_waits(endpoint: Endpoint, begin: impl Fn(u64) -> Self) {
        let mut clients: Vec<Self> = (0..50).map(begin).collect();
        for n in 0..8 {
            let waits = clients.iter_mut().map(|client| {
                client.until_out(endpoint);
                client.fail(endpoint);
                assert_eq!(client.phase(), Phase::Waiting);
                client.wait()
            });
            let longest = waits.max().expect("fifty");
            let most = ms(1_000 << n).min(ms(30_000));
            let expected = most / 2..=most;
            assert!(expected.contains(&longest), "{longest:?} after {n}");
        }
    }

    pub(crate) fn drain(&mut self) {
        loop {
            match self.client.poll(self.now) {
                Output::Send(exchange) => self.sent.push(exchange),
                Output::Abort(id) => {
                    self.sent.retain(|exchange| exchange.id != id);
                    self.aborted.push(id);
                }
                Output::Event(event) => self.events.push(event),
                Output::Idle { wake_at } => {
                    self.wake_at = wake_at;
                    break;
                }
            }
        }
    }

    /// Takes the request to `endpoint` that is out.
    pub(crate) fn take(&mut self, endpoint: Endpoint) -> (ExchangeId, Vec<Value>) {
        let messages = self.messages(endpoint);
        let id = self.out(endpoint).id;
        self.sent.retain(|exchange| exchange.id != id);
        (id, messages)
    }

    /// The request to `endpoint` that is out.
    pub(crate) fn out(&self, endpoint: Endpoint) -> &Exchange {
        self.sent
            .iter()
            .find(|exchange| exchange.endpoint == endpoint)
            .unwrap_or_else(|| panic!("no {endpoint:?} among {:?}", self.sent))
    }

    /// Its messages.
    pub(crate) fn messages(&self, endpoint: Endpoint) -> Vec<Value> {
        serde_json::from_str(&self.out(endpoint).body).expect("a list")
    }

    pub(crate) fn is_out(&self, endpoint: Endpoint) -> bool {
        self.sent
            .iter()
            .any(|exchange| exchange.endpoint == endpoint)
    }

    pub(crate) fn respond(&mut self, id: ExchangeId, response: Response) {
        self.client
            .handle(Input::Response { id, response }, self.now);
        self.drain();
    }

    /// Answers the request to `endpoint` with these messages; the replies among them get the id
    /// of the first message of the request.
    pub(crate) fn answer(&mut self, endpoint: Endpoint, mut messages: Value) {
        let (id, request) = self.take(endpoint);
        for message in messages.as_array_mut().expect("a list") {
            if message.get("successful").is_some() && message.get("id").is_none() {
                message["id"] = request[0]["id"].clone();
            }
        }
        self.respond(id, Response::ok(messages.to_string().into_bytes()));
    }

    pub(crate) fn grant(&mut self, client_id: &str) {
        self.answer(
            Endpoint::Handshake,
            json!([{ "channel": "/meta/handshake", "successful": true, "clientId": client_id,
                "version": "1.0", "supportedConnectionTypes": ["long-polling"] }]),
        );
    }

    pub(crate) fn accept_subscriptions(&mut self) {
        self.answer_each(
            |message| json!({ "successful": true, "subscription": message["subscription"] }),
        );
    }

    /// Answers each message of the request for everything else by `reply`; channel and id are
    /// added.
    pub(crate) fn answer_each(&mut self, mut reply: impl FnMut(&Value) -> Value) {
        let (id, request) = self.take(Endpoint::Base);
        let replies: Vec<_> = request
            .iter()
            .map(|message| {
                let mut reply = reply(message);
                reply["channel"] = message["channel"].clone();
                reply["id"] = message["id"].clone();
                reply
            })
            .collect();
        self.respond(id, Response::ok(json!(replies).to_string().into_bytes()));
    }

    pub(crate) fn reply_connect(&mut self, mut reply: Value) {
        reply["channel"] = json!("/meta/connect");
        self.answer(Endpoint::Connect, json!([reply]));
    }

    pub(crate) fn fail(&mut self, endpoint: Endpoint) {
        let (id, _) = self.take(endpoint);
        let failure = Failure {
            detail: String::new(),
        };
        self.client.handle(Input::Failed { id, failure }, self.now);
        self.drain();
    }

    pub(crate) fn http(&mut self, endpoint: Endpoint, status: u16, body: &str) {
        let (id, _) = self.take(endpoint);
        let response = Response {
            status,
            retry_after: None,
            body: body.as_bytes().to_vec(),
        };
        self.respond(id, response);
    }

    pub(crate) fn advance(&mut self, span: Duration) {
        let end = self.now + span;
        while let Some(at) = self.wake_at.filter(|at| *at <= end) {
            assert!(at >= self.now, "to be woken in the past");
            self.now = at;
            self.client.handle(Input::Wake, self.now);
            self.drain();
        }
        self.now = end;
    }

    /// Advances until a request to `endpoint` is out, for at most a minute.
    pub(crate) fn until_out(&mut self, endpoint: Endpoint) {
        let end = self.now + ms(60_000);
        while !self.is_out(endpoint) {
            let at = self.wake_at.filter(|at| *at <= end);
            let at = at.unwrap_or_else(|| panic!("no {endpoint:?} within a minute"));
            self.advance(at.since(self.now));
        }
    }

    /// The time until the next attempt.
    pub(crate) fn wait(&self) -> Duration {
        let at = self.client.status().next_try.expect("another try");
        at.since(self.now)
    }

    /// A day passes; nothing may be sent in it.
    pub(crate) fn is_silent_for_good(&mut self) {
        self.advance(ms(24 * 3_600_000));
        assert!(self.sent.is_empty(), "{:?}", self.sent);
    }

    pub(crate) fn subscribe(&mut self, pattern: &str) {
        self.client.subscribe(Pattern::new(pattern).unwrap());
        self.drain();
    }

    /// The number of `Connected` events.
    pub(crate) fn announcements(&self) -> usize {
        let is_connected = |event: &&Event| matches!(event, Event::Connected { .. });
        self.events.iter().filter(is_connected).count()
    }

    /// The gap that the first `Connected` event reports, if there was one.
    pub(crate) fn gap(&self) -> Option<Gap> {
        self.events.iter().find_map(|event| match event {
            Event::Connected { missed } => *missed,
            _ => None,
        })
    }

    /// The patterns that the server refused.
    pub(crate) fn refused(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::SubscriptionRefused { pattern, .. } => Some(pattern.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The patterns in the request for everything else.
    pub(crate) fn subscribes(&self) -> Vec<Value> {
        let messages = self.messages(Endpoint::Base);
        messages.iter().map(|m| m["subscription"].clone()).collect()
    }

    /// A client that is connected with the *ack* extension, with its poll held.
    pub(crate) fn acknowledging() -> Self {
        let mut scripted = Self::opened();
        scripted.answer(
            Endpoint::Handshake,
            json!([{ "channel": "/meta/handshake", "successful": true, "clientId": "c1",
                "version": "1.0", "supportedConnectionTypes": ["long-polling"], "ext": { "ack": true } }]),
        );
        scripted.accept_subscriptions();
        scripted.reply_connect(json!({ "successful": true, "ext": { "ack": 1 },
            "advice": { "reconnect": "retry", "interval": 0, "timeout": 30_000 } }));
        assert_eq!(scripted.phase(), Phase::Connected);
        scripted.events.clear();
        scripted
    }

    pub(crate) fn page(&mut self, page: Page) {
        self.client.handle(Input::Page(page), self.now);
        self.drain();
    }

    pub(crate) fn phase(&self) -> Phase {
        self.client.status().phase
    }

    /// The data of all messages so far.
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
