//! The invariants of one client, checked at every step from the outside: from its inputs and outputs.

use std::collections::HashSet;

use bayeux::{
    Client, Duration, Endpoint, Event, Exchange, ExchangeId, Instant, Phase, Reason, Response,
};
use serde_json::Value;

use crate::advice::Advised;
use crate::deliveries::{Deliveries, GREETINGS};
use crate::hostile::MOST_INTERVAL;
use crate::pace::{Answered, HANDSHAKE_REFILL, Pace, is_poll};
use crate::refusals::{Refusals, goes_by_status};
use crate::violation::Violation;

/// The maximum wait of a client between connects that bring nothing.
const FLOOR: Duration = Duration::from_secs(2);
/// The maximum wait after a first failure.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
/// The maximum number of outputs of one step: a few requests, and as many events as messages have
/// arrived.
const OUTPUTS_A_STEP: usize = 2_000;

/// The observable state of one client.
#[derive(Debug)]
pub(crate) struct Watch {
    outstanding: Vec<Outstanding>,
    advised: Advised,
    /// Whether there was advice that may or may not concern this session.
    is_unsure: bool,
    /// When the last connect ended, however it did.
    connect_ended: Instant,
    pace: Pace,
    refusals: Refusals,
    /// A reply to an earlier session has just arrived: it must not end the current one.
    session_must_last: bool,
    /// By when a connect must follow the first failure after a success.
    first_retry_by: Option<Instant>,
    outputs: usize,
    /// Whether the last granted session has acknowledged messages.
    pub(crate) has_ack: bool,
    /// Closed, and not opened since; whether the disconnect was sent.
    closed: Option<bool>,
    /// Greetings that were delivered.
    greetings: HashSet<String>,
    pub(crate) deliveries: Deliveries,
    pub(crate) requests: u64,
    pub(crate) messages: u64,
    /// Messages of sessions with acknowledgement.
    pub(crate) acknowledged_messages: u64,
}

#[derive(Debug)]
struct Outstanding {
    id: ExchangeId,
    endpoint: Endpoint,
    /// The count of sessions when it was sent.
    session: u64,
    sent_at: Instant,
    /// How long the server would hold it by its advice.
    held: Duration,
}

/// The messages of a body, if it is one.
pub(crate) fn messages(body: &[u8]) -> Vec<Value> {
    match serde_json::from_slice(body) {
        Ok(Value::Array(messages)) => messages,
        Ok(object @ Value::Object(_)) => vec![object],
        _ => Vec::new(),
    }
}

impl Watch {
    pub(crate) fn new(channels: usize, now: Instant) -> Self {
        Self {
            outstanding: Vec::new(),
            advised: Advised::default(),
            is_unsure: false,
            connect_ended: Instant::default(),
            pace: Pace::new(now),
            refusals: Refusals::default(),
            session_must_last: false,
            first_retry_by: None,
            outputs: 0,
            has_ack: false,
            closed: None,
            greetings: HashSet::new(),
            deliveries: Deliveries::new(channels),
            requests: 0,
            messages: 0,
            acknowledged_messages: 0,
        }
    }

    // Actions of the application

    pub(crate) fn opened(&mut self, was: Phase) {
        self.closed = None;
        if matches!(was, Phase::Idle | Phase::Stopped) {
            self.refusals.begin_anew();
            self.advised = Advised::default();
            self.is_unsure = false;
        }
    }

    pub(crate) fn closed(&mut self) {
        self.closed.get_or_insert(false);
        self.deliveries.closed();
    }

    /// An event that lets the client retry at once, whatever its back-off.
    pub(crate) fn nudged(&mut self, now: Instant) {
        self.pace.nudged(now);
    }

    /// A person wants a retry now.
    pub(crate) fn hurried(&mut self) {
        self.refusals.hurried();
    }

    // Outputs of the client

    pub(crate) fn step_begins(&mut self) {
        self.outputs = 0;
    }

    fn output(&mut self) -> Result<(), Violation> {
        self.outputs += 1;
        if self.outputs > OUTPUTS_A_STEP {
            return Err(Violation("outputs without end in one step".to_owned()));
        }
        Ok(())
    }

    pub(crate) fn sent(
        &mut self,
        exchange: &Exchange,
        session: u64,
        now: Instant,
    ) -> Result<(), Violation> {
        self.output()?;
        self.requests += 1;
        self.outstanding.push(Outstanding {
            id: exchange.id,
            endpoint: exchange.endpoint,
            session,
            sent_at: now,
            held: self.advised.timeout(),
        });
        let polls = self.outstanding.iter().filter(|o| is_poll(o.endpoint));
        if polls.count() > 1 {
            return Err(Violation("two polls are out at once".to_owned()));
        }
        if self.outstanding.len() > 2 {
            return Err(Violation("three requests are out at once".to_owned()));
        }
        if let Some(has_disconnected) = &mut self.closed {
            if exchange.endpoint != Endpoint::Disconnect || *has_disconnected {
                return Err(Violation(format!(
                    "{:?} was sent after close",
                    exchange.endpoint
                )));
            }
            *has_disconnected = true;
        }
        self.refusals.may_leave(exchange.endpoint, now)?;
        self.pace.sent(exchange.endpoint, now)?;
        match exchange.endpoint {
            Endpoint::Handshake => self.check_handshake(now),
            Endpoint::Connect => self.check_connect(now),
            Endpoint::Base => self.check_commands(exchange.body.as_bytes(), now),
            Endpoint::Disconnect => Ok(()),
        }
    }

    fn check_handshake(&mut self, now: Instant) -> Result<(), Violation> {
        if self.advised.forbids_to_connect() && !self.is_unsure {
            return Err(Violation(
                "a handshake was sent though the advice forbids it".to_owned(),
            ));
        }
        self.check_interval("handshake", now)?;
        // Each handshake begins with the default advice.
        self.advised = Advised::default();
        self.is_unsure = false;
        Ok(())
    }

    fn check_connect(&self, now: Instant) -> Result<(), Violation> {
        if self.is_unsure {
            return Ok(());
        }
        if self.advised.forbids_to_connect() {
            return Err(Violation(
                "a connect was sent though the advice forbids it".to_owned(),
            ));
        }
        self.check_interval("connect", now)
    }

    fn check_interval(&self, what: &str, now: Instant) -> Result<(), Violation> {
        let (passed, advised) = (now.since(self.connect_ended), self.advised.interval());
        if passed < advised && !self.is_unsure {
            return Err(Violation(format!(
                "a {what} was sent {passed:?} after the last connect, {advised:?} was advised"
            )));
        }
        Ok(())
    }

    fn check_commands(&mut self, body: &[u8], now: Instant) -> Result<(), Violation> {
        for message in messages(body) {
            if message["channel"] == "/meta/subscribe" {
                let channel = message["subscription"].to_string();
                self.pace.subscribes(&channel, now)?;
            }
        }
        Ok(())
    }

    pub(crate) fn aborted(&mut self, id: ExchangeId, now: Instant) -> Result<(), Violation> {
        self.output()?;
        let Some(position) = self.outstanding.iter().position(|o| o.id == id) else {
            return Err(Violation(format!(
                "request {} was cut off, but was not out",
                id.number()
            )));
        };
        let endpoint = self.outstanding.remove(position).endpoint;
        if endpoint == Endpoint::Connect {
            self.connect_ended = now;
        }
        if is_poll(endpoint) {
            self.refusals.failed();
        }
        Ok(())
    }

    pub(crate) fn take_event(
        &mut self,
        event: &Event,
        client: &Client,
        channel_of: impl Fn(&str) -> Option<usize>,
    ) -> Result<(), Violation> {
        self.output()?;
        match event {
            Event::Connected { missed: Some(gap) } => self.deliveries.missed(*gap),
            Event::Message(message) => {
                self.messages += 1;
                self.acknowledged_messages += u64::from(self.has_ack);
                let data = message.data.get();
                if message.channel.as_str() == GREETINGS && !self.greetings.insert(data.to_owned())
                {
                    return Err(Violation(format!("greeting {data} was delivered twice")));
                }
                if let Some(channel) = channel_of(message.channel.as_str())
                    && let Ok(number) = message.data.get().parse()
                {
                    let session = client.counters().sessions;
                    self.deliveries
                        .message(channel, number, session, self.has_ack)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The client is idle.
    pub(crate) fn is_idle(
        &mut self,
        client: &Client,
        wake_at: Option<Instant>,
        now: Instant,
    ) -> Result<(), Violation> {
        let status = client.status();
        let is_polling = self.outstanding.iter().any(|o| is_poll(o.endpoint));
        // Commands have their own requests and timers. Polling must continue.
        let goes_on_by = |due: Option<Instant>| {
            is_polling || due.is_some_and(|due| wake_at.is_some_and(|at| at <= due))
        };
        let is_poised = match status.phase {
            Phase::Idle | Phase::CredentialsNeeded | Phase::Suspended => true,
            Phase::Stopped => status.reason.is_some(),
            Phase::Waiting => goes_on_by(status.next_try),
            Phase::Handshaking => goes_on_by(Some(now + HANDSHAKE_REFILL)),
            Phase::Connecting | Phase::Connected => {
                let interval = match self.is_unsure {
                    true => MOST_INTERVAL,
                    false => self.advised.interval(),
                };
                // After a handshake, that counts as a connect.
                let ended = self.connect_ended.max(status.since);
                goes_on_by(Some(ended + interval + FLOOR))
            }
        };
        if !is_poised {
            return Err(Violation(format!(
                "no poll, no timer for the next, no end with a reason: {status:?}, to be woken at {wake_at:?}"
            )));
        }
        self.refusals.are_obeyed(status)?;
        if std::mem::take(&mut self.session_must_last)
            && status.reason == Some(Reason::SessionUnknown)
        {
            return Err(Violation(
                "a reply to a former session has ended the present one".to_owned(),
            ));
        }
        if let (Some(by), Some(at)) = (self.first_retry_by.take(), status.next_try)
            && at > by
        {
            return Err(Violation(format!(
                "the back-off after a first failure goes on until {at:?}, not {by:?}"
            )));
        }
        Ok(())
    }

    // Inputs of the client

    /// An exchange has ended: with a response, or without.
    pub(crate) fn ended(
        &mut self,
        id: ExchangeId,
        response: Option<&Response>,
        client: &Client,
        now: Instant,
    ) {
        let Some(position) = self.outstanding.iter().position(|o| o.id == id) else {
            return;
        };
        let exchange = self.outstanding.remove(position);
        let reply_channel = match exchange.endpoint {
            Endpoint::Handshake => Some("/meta/handshake"),
            Endpoint::Connect => Some("/meta/connect"),
            _ => None,
        };
        if exchange.endpoint == Endpoint::Connect {
            self.connect_ended = now;
        }
        let Some(response) = response else {
            self.refusals.failed();
            // The previous connect succeeded. Advice may have made the client forget the session.
            if exchange.endpoint == Endpoint::Connect
                && client.status().phase == Phase::Connected
                && !self.advised.limits_sessions()
            {
                let interval = self.advised.interval();
                self.first_retry_by = Some(now + interval.max(FIRST_BACKOFF));
            }
            return;
        };
        let (phase, sessions) = (client.status().phase, client.counters().sessions);
        let messages = messages(&response.body);
        let by_status = goes_by_status(response.status, &messages);
        if is_poll(exchange.endpoint) && self.closed.is_none() {
            self.refusals.poll_answered(response, by_status, now);
        } else if exchange.session == sessions && phase != Phase::Handshaking {
            self.refusals.command_answered(response, now);
        }
        if self.closed.is_some() || by_status {
            return;
        }
        if is_poll(exchange.endpoint) {
            if messages
                .iter()
                .any(|m| m["successful"] == Value::Bool(true))
            {
                self.pace.usable();
                self.refusals.succeeded(exchange.endpoint);
            }
            self.is_unsure &= !self.advised.take(&messages, reply_channel);
            let answered = Answered {
                endpoint: exchange.endpoint,
                took: now.since(exchange.sent_at),
                held: exchange.held,
                interval: self.advised.interval(),
                is_empty: !messages.iter().any(|m| m.get("data").is_some()),
            };
            self.pace.answered(answered, now);
        } else if exchange.session < sessions {
            self.session_must_last = matches!(phase, Phase::Connecting | Phase::Connected);
        } else {
            match phase {
                Phase::Connecting | Phase::Connected => {
                    self.advised.take(&messages, None);
                }
                // A reply to an ended session does not concern the next. While the client waits, it is
                // not visible whether it has a session.
                Phase::Waiting | Phase::CredentialsNeeded => {
                    self.is_unsure |= self.advised.take(&messages, None)
                }
                _ => {}
            }
        }
    }

    /// After the storm, when every timeout has passed: nothing is missing without a gap.
    pub(crate) fn is_at_rest(&self) -> Result<(), Violation> {
        self.deliveries.are_explained()
    }

    /// Nothing has failed since the beginning.
    pub(crate) fn has_missed_nothing(&self) -> Result<(), Violation> {
        match self.deliveries.gaps() {
            0 => Ok(()),
            gaps => Err(Violation(format!(
                "{gaps} gaps are reported though nothing has failed"
            ))),
        }
    }

    /// After close, when every timeout has passed.
    pub(crate) fn has_ended(&self) -> Result<(), Violation> {
        if let Some(exchange) = self.outstanding.first() {
            return Err(Violation(format!(
                "{:?} is still out after close",
                exchange.endpoint
            )));
        }
        Ok(())
    }
}
