//! The client's outputs: requests and aborts for the driver; events, status and counters for the
//! application.

use std::collections::VecDeque;

use super::config::Config;
use super::event::{Event, Output};
use super::response;
use super::status::{Counters, Phase, Reason, Status};
use crate::body::Body;
use crate::channel::KnownChannels;
use crate::duration::Duration;
use crate::exchange::{Endpoint, Exchange, ExchangeId};
use crate::message::Message;
use crate::time::Instant;

/// Outputs that were not taken yet, and the observable state.
#[derive(Debug)]
pub(super) struct Outputs {
    url: String,
    max_network_delay: Duration,
    exchanges: u64,
    messages: u64,
    requests: Vec<Output>,
    events: VecDeque<Event>,
    channels: KnownChannels,
    status: Status,
    counters: Counters,
}

impl Outputs {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            url: config.url.clone(),
            max_network_delay: config.max_network_delay,
            exchanges: 0,
            messages: 0,
            requests: Vec::new(),
            events: VecDeque::new(),
            channels: KnownChannels::default(),
            status: Status::default(),
            counters: Counters::default(),
        }
    }

    /// The next output: requests before events.
    pub(super) fn pop(&mut self) -> Option<Output> {
        match self.requests.is_empty() {
            true => self.events.pop_front().map(Output::Event),
            false => Some(self.requests.remove(0)),
        }
    }

    // Requests

    /// The `id` of the next message.
    pub(super) fn next_message(&mut self) -> u64 {
        self.messages += 1;
        self.messages
    }

    /// Queues a request.
    pub(super) fn send(&mut self, endpoint: Endpoint, body: String) -> ExchangeId {
        match endpoint {
            Endpoint::Handshake => self.counters.handshakes += 1,
            Endpoint::Connect => self.counters.connects += 1,
            Endpoint::Base | Endpoint::Disconnect => self.counters.requests += 1,
        }
        self.exchanges += 1;
        let id = ExchangeId::new(self.exchanges);
        self.requests.push(Output::Send(Exchange {
            id,
            endpoint,
            url: endpoint.address(&self.url),
            body,
            keepalive: endpoint == Endpoint::Disconnect,
        }));
        id
    }

    /// The deadline of a request that is sent now, if the server may hold it for `held`.
    pub(super) fn deadline(&self, held: Duration, now: Instant) -> Instant {
        now + held + self.max_network_delay
    }

    pub(super) fn abort(&mut self, id: ExchangeId) {
        self.requests.push(Output::Abort(id));
    }

    // Events

    pub(super) fn event(&mut self, event: Event) {
        self.events.push_back(event);
    }

    pub(super) fn reserve_events(&mut self, count: usize) {
        self.events.reserve(count);
    }

    /// Gives a message of a response to the application, if it is an event; returns whether it is.
    pub(super) fn deliver(&mut self, message: Result<Message<'_>, String>, body: &Body) -> bool {
        let Some(event) = response::event(message, &mut self.channels, body) else {
            return false;
        };
        let is_message = matches!(event, Event::Message(_));
        match is_message {
            true => self.counters.messages += 1,
            false => self.counters.unreadable += 1,
        }
        self.events.push_back(event);
        is_message
    }

    // Status and counters

    pub(super) fn status(&self) -> &Status {
        &self.status
    }

    pub(super) fn phase(&self) -> Phase {
        self.status.phase
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.counters
    }

    pub(super) fn set_phase(&mut self, phase: Phase, reason: Option<Reason>, now: Instant) {
        if self.status.phase != phase {
            self.status.since = now;
        }
        self.status.phase = phase;
        self.status.next_try = None;
        self.status.reason = reason;
        self.status_changed();
    }

    /// Changes the phase and keeps the reason.
    pub(super) fn advance_phase(&mut self, phase: Phase, now: Instant) {
        let reason = self.status.reason.take();
        self.set_phase(phase, reason, now);
    }

    /// Updates the time of the next attempt, and while connected its reason.
    pub(super) fn set_next_try(&mut self, next_try: Option<Instant>, reason: Option<&Reason>) {
        let is_connected = self.status.phase == Phase::Connected;
        let is_reason_new = is_connected && self.status.reason.as_ref() != reason;
        if is_reason_new {
            self.status.reason = reason.cloned();
        }
        if is_reason_new || self.status.next_try != next_try {
            self.status.next_try = next_try;
            self.status_changed();
        }
    }

    pub(super) fn set_multiple_clients(&mut self, multiple: bool) {
        if self.status.multiple_clients != multiple {
            self.status.multiple_clients = multiple;
            self.status_changed();
        }
    }

    /// Reports that the status has changed, once for consecutive changes.
    fn status_changed(&mut self) {
        if !matches!(self.events.back(), Some(Event::StatusChanged)) {
            self.event(Event::StatusChanged);
        }
    }

    /// A handshake or connect was answered with success.
    pub(super) fn server_answered(&mut self, now: Instant) {
        self.status.last_heard = Some(now);
    }

    pub(super) fn count_session(&mut self) {
        self.counters.sessions += 1;
    }

    pub(super) fn count_failure(&mut self) {
        self.counters.failures += 1;
    }

    pub(super) fn count_repetition(&mut self) {
        self.counters.repetitions += 1;
    }
}
