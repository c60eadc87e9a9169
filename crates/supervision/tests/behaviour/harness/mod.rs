//! The machine, a CometD server machine, and a fake GWS that each test configures, with 5 ms of
//! latency.

use bayeux::{Channel, Duration, RawValue, server};
use gws::{DeviceId, Mode, MonitoringKind, Scope};
use serde_json::{Value, json};
use supervision::{
    Changes, Config, Event, ExchangeId, Failure, HttpRequest, Input, Instant, LinkPhase, Machine,
    Monitoring, MonitoringChoice, Output, Response, TabAction, TabEvent, Target,
};

mod documents;
mod fake_gws;
mod network;
mod supervisor;

pub(crate) use documents::{call_on, device, leg, listening, second_device};
pub(crate) use fake_gws::Gws;

pub(crate) const BASE: &str = "http://localhost:8080/api/v2";
pub(crate) const SUPERVISOR: &str = "efe1ab32-53f9-43ce-b65e-5768c61f7d4a";
pub(crate) const TARGET: &str = "9c14cad7-17c4-48d0-8492-7cf0ff92c224";
pub(crate) const OTHER: &str = "0b6c1f00-0000-4000-8000-000000000002";
/// Another device of the supervisor.
pub(crate) const SECOND: &str = "efe1ab32-53f9-43ce-b65e-000000000007";
const OWNER: &str = "supervisor";

pub(crate) fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The machine, with a GWS and a CometD server.
pub(crate) struct Harness {
    pub(crate) machine: Machine,
    pub(crate) gws: Gws,
    pub(crate) cometd: server::Server,
    pub(crate) now: Instant,
    pub(crate) events: Vec<Event>,
    pub(crate) changes: Changes,
    /// The phases of the connection, in order.
    pub(crate) phases: Vec<LinkPhase>,
    /// The state's monitoring when the last connect left.
    pub(crate) seen_at_connect: Monitoring,
    /// Messages that it posted to other tabs, and its wishes for the lock.
    pub(crate) posted: Vec<Vec<u8>>,
    pub(crate) locks: Vec<TabAction>,
    /// The answer of a gateway before the server to every request, and how often it was given.
    gateway: Option<(u16, String)>,
    pub(crate) gateway_requests: usize,
    /// The number of POST requests that a path refused.
    pub(crate) refused_posts: usize,
    /// The `WWW-Authenticate` of the gateway.
    pub(crate) challenge: Option<&'static str>,
    /// The read that is not answered.
    pub(crate) slow: Option<ExchangeId>,
    pub(crate) cometd_handshakes: usize,
    /// How often it was woken without time passing.
    steps_at_once: u32,
    pub(crate) wake_at: Option<Instant>,
    cometd_wake: Option<Instant>,
    browser: Option<String>,
    /// Requests at the server, and responses on their way.
    on_the_way: Vec<(Instant, Packet)>,
    open: Vec<ExchangeId>,
}

enum Packet {
    Request(HttpRequest),
    Response(ExchangeId, Option<Response>),
}

/// A choice of a device.
pub(crate) fn choice(
    kind: MonitoringKind,
    target: &str,
    scope: Scope,
    mode: Mode,
) -> MonitoringChoice {
    MonitoringChoice {
        kind,
        target: Target::Device(DeviceId::new(target)),
        scope,
        mode,
    }
}

impl Harness {
    pub(crate) fn new() -> Self {
        Self {
            machine: Machine::new(Config::new(BASE, 17)),
            gws: Gws {
                user: OWNER,
                is_signed_in: true,
                is_down: false,
                token: 1,
                device: device(None),
                other_devices: Vec::new(),
                calls: json!([]),
                features: json!([{ "id": "api-voice" }, { "id": "api-supervisor-monitoring" }]),
                agent_name: "Bo",
                agent_calls: json!([]),
                groups: Vec::new(),
                crowd: Vec::new(),
                operation: Some((200, r#"{"statusCode":0}"#.to_owned())),
                operation_headers: Vec::new(),
                subscriptions: None,
                reads: None,
                busy: None,
                refusal: None,
                is_stalled: false,
                refused_path: None,
                slow_path: None,
                operations: Vec::new(),
                paths: Vec::new(),
            },
            cometd: server::Server::new(server::Options::default(), 3),
            now: Instant::from_millis(10_000_000),
            events: Vec::new(),
            changes: Changes::default(),
            phases: Vec::new(),
            posted: Vec::new(),
            locks: Vec::new(),
            gateway: None,
            gateway_requests: 0,
            refused_posts: 0,
            challenge: None,
            slow: None,
            cometd_handshakes: 0,
            steps_at_once: 0,
            wake_at: None,
            cometd_wake: None,
            browser: None,
            on_the_way: Vec::new(),
            open: Vec::new(),
            seen_at_connect: Monitoring::Unknown,
        }
    }

    /// With this device requested.
    pub(crate) fn with_device(id: &str) -> Self {
        let mut config = Config::new(BASE, 17);
        config.device = Some(DeviceId::new(id));
        Self::with(config)
    }

    pub(crate) fn with(config: Config) -> Self {
        Self {
            machine: Machine::new(config),
            ..Self::new()
        }
    }

    /// A harness in a browser whose tabs can share a connection.
    pub(crate) fn sharing(seed: u64) -> Self {
        let mut config = Config::new(BASE, seed);
        config.can_share = true;
        Self::with(config)
    }

    /// Uses the server, and the cookies, of another harness, as tabs do.
    pub(crate) fn goes_on_with_the_server_of(&mut self, other: Self) {
        self.cometd = other.cometd;
        self.browser = other.browser;
    }

    pub(crate) fn happens(&mut self, event: TabEvent) {
        self.machine.handle(Input::Tabs(event), self.now);
        self.drain();
    }

    /// A harness whose machine is live.
    pub(crate) fn live() -> Self {
        let mut harness = Self::new();
        harness.machine.start(harness.now);
        harness.until(ms(2_000), |harness| harness.phase() == LinkPhase::Live);
        harness.events.clear();
        harness.phases.clear();
        harness
    }

    /// The supervisor is live and monitors calls of [`TARGET`] in this mode.
    pub(crate) fn monitoring_calls(mode: &str) -> Self {
        let mut harness = Self::live();
        harness.device_becomes(device(Some(listening(TARGET, "Call", mode))));
        harness.advance(ms(100));
        harness.events.clear();
        harness
    }

    /// The server publishes a change of the supervisor's device, and answers reads accordingly.
    pub(crate) fn device_becomes(&mut self, device: Value) {
        self.gws.device = device.clone();
        self.publish_device(device);
    }

    /// The server publishes a change of a device.
    pub(crate) fn publish_device(&mut self, device: Value) {
        for known in &mut self.gws.other_devices {
            if known["id"] == device["id"] {
                known.clone_from(&device);
            }
        }
        self.publish(
            "/v2/me/devices",
            &json!({ "devices": [device], "messageType": "DeviceStateChangeMessage" }),
        );
    }

    pub(crate) fn call_becomes(&mut self, call: Value) {
        let over = call["state"] == "Released";
        self.gws.calls = if over { json!([]) } else { json!([call]) };
        self.publish("/v2/me/calls", &json!({ "call": call, "notificationType": "StatusChange", "messageType": "CallStateChangeMessage" }));
    }

    pub(crate) fn publish(&mut self, channel: &str, data: &Value) {
        let data = RawValue::from_string(data.to_string()).unwrap();
        let channel = Channel::new(channel).unwrap();
        self.cometd.deliver(OWNER, &channel, &data);
        self.drain();
    }

    /// A new server process, which knows no sessions.
    pub(crate) fn restart(&mut self) {
        self.cometd = server::Server::new(server::Options::default(), self.now.as_millis());
        self.cometd_wake = None;
        self.gws.token += 1;
        self.cut_polls();
    }

    /// A gateway answers every request instead of the server; 302 stands for any redirect.
    pub(crate) fn gateway(&mut self, status: u16, body: &str) {
        self.gateway = Some((status, body.to_owned()));
        self.cut_polls();
    }

    pub(crate) fn gateway_ends(&mut self) {
        self.gateway = None;
        self.challenge = None;
    }

    /// Cuts off every pending request.
    pub(crate) fn cut_polls(&mut self) {
        for id in self.open.clone() {
            let at = self.now + ms(1);
            self.on_the_way.push((at, Packet::Response(id, None)));
        }
        self.drain();
    }

    /// Bytes of all pending responses arrive, but no response is complete.
    pub(crate) fn bytes_come(&mut self) {
        self.on_the_way
            .retain(|(_, packet)| matches!(packet, Packet::Request(_)));
        for id in self.open.clone() {
            self.machine.handle(Input::Progress { id }, self.now);
            self.drain();
        }
    }

    /// Answers every pending request.
    pub(crate) fn end_polls(&mut self, status: u16, body: &str) {
        for id in self.open.clone() {
            let response = self.refused(status, body);
            self.respond(id, response);
        }
        self.drain();
    }

    /// The responses to pending requests are lost, without an error.
    pub(crate) fn lose_responses(&mut self) {
        self.open.clear();
    }

    pub(crate) fn advance(&mut self, span: Duration) {
        let end = self.now + span;
        self.drain();
        while self.now < end {
            self.step(end);
        }
    }

    pub(crate) fn until(&mut self, most: Duration, condition: impl Fn(&Self) -> bool) {
        let end = self.now + most;
        self.drain();
        while !condition(self) {
            assert!(self.now < end, "not within {most:?}: {:#?}", self.state());
            self.step(end);
        }
    }

    pub(crate) fn drain(&mut self) {
        loop {
            match self.machine.poll(self.now) {
                Output::Abort(id) => self.open.retain(|open| *open != id),
                Output::Tabs(TabAction::Post(data)) => self.posted.push(data),
                Output::Tabs(action) => self.locks.push(action),
                Output::Send(request) => {
                    if request.url.ends_with("/notifications/connect") {
                        self.seen_at_connect = self.monitoring().clone();
                    }
                    self.open.push(request.id);
                    let at = self.now + ms(5);
                    self.on_the_way.push((at, Packet::Request(request)));
                }
                Output::Event(event) => {
                    if event == Event::Connection {
                        self.phases.push(self.machine.state().connection().phase);
                    }
                    self.events.push(event);
                }
                Output::Changed(changes) => self.changes |= changes,
                Output::Idle { wake_at } => {
                    self.wake_at = wake_at;
                    break;
                }
            }
        }
        loop {
            match self.cometd.poll(self.now) {
                server::Output::Respond {
                    id,
                    status,
                    body,
                    browser,
                } => {
                    self.browser = browser.or_else(|| self.browser.take());
                    if self.gws.is_stalled {
                        continue;
                    }
                    let response = Response {
                        status,
                        headers: Vec::new(),
                        body,
                    };
                    self.respond(id, response);
                }
                server::Output::Event(_) => {}
                server::Output::Idle { wake_at } => {
                    self.cometd_wake = wake_at;
                    break;
                }
            }
        }
    }

    fn respond(&mut self, id: ExchangeId, response: Response) {
        let at = self.now + ms(5);
        self.on_the_way
            .push((at, Packet::Response(id, Some(response))));
    }

    fn step(&mut self, end: Instant) {
        let before = self.now;
        let next = self.on_the_way.iter().map(|(at, _)| *at).min();
        self.now = [next, self.wake_at, self.cometd_wake]
            .into_iter()
            .flatten()
            .min()
            .map_or(end, |at| at.max(self.now).min(end));
        self.steps_at_once = if self.now == before {
            self.steps_at_once + 1
        } else {
            0
        };
        assert!(self.steps_at_once < 2_000, "a hot loop");
        let (due, rest) = core::mem::take(&mut self.on_the_way)
            .into_iter()
            .partition(|(at, _)| *at <= self.now);
        self.on_the_way = rest;
        let due: Vec<(Instant, Packet)> = due;
        for (_, packet) in due {
            match packet {
                Packet::Request(request) => self.serve(&request),
                Packet::Response(id, response) => {
                    if let Some(position) = self.open.iter().position(|open| *open == id) {
                        self.open.swap_remove(position);
                        let input = match response {
                            Some(response) if response.status == 302 => Input::Redirected { id },
                            Some(response) => Input::Response { id, response },
                            None => Input::Failed {
                                id,
                                failure: Failure {
                                    detail: "cut off".to_owned(),
                                },
                            },
                        };
                        self.machine.handle(input, self.now);
                    }
                }
            }
            self.drain();
        }
        self.machine.handle(Input::Wake, self.now);
        self.cometd.handle(server::Input::Wake, self.now);
        self.drain();
    }
}
