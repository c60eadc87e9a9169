//! `/meta/connect`: the request that the server holds until it has something to say.
//!
//! | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|
//! | channel, clientId, connectionType | advice, ext, id | channel, successful | advice, clientId, error, ext, id, timestamp |
//!
//! Exactly one is out at a time. The next leaves when the last response has ended, not before the
//! advised `interval` has passed, and with an interval of 0 in the same step as the response is
//! taken. While not connected, `advice.timeout` 0 asks for an answer at once.

use core::time::Duration;

use serde::Serialize;

use super::lanes::PollRequest;
use super::{Client, Event, Phase, Reason, Step};
use crate::advice::{self, Advice, Reconnect};
use crate::exchange::Endpoint;
use crate::message::{CONNECT, ClientId, LONG_POLLING, Message};
use crate::time::Instant;

impl Client {
    /// Lets a connect leave after `delay`, but not before the advised interval has passed.
    pub(super) fn schedule_connect(&mut self, delay: Duration, now: Instant) {
        match self.advice.interval {
            Some(negative) if negative < 0 => self.stop(Reason::ToldToStop, now),
            interval => {
                let interval = interval.map_or(Duration::ZERO, advice::span);
                self.next_poll = Some((now + delay.max(interval), Step::Connect));
            }
        }
    }

    pub(super) fn send_connect(&mut self, now: Instant) {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Request<'a> {
            id: String,
            channel: &'static str,
            client_id: &'a ClientId,
            connection_type: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            advice: Option<Advice>,
        }
        let message = self.message_number();
        let probe = self.status.phase != Phase::Connected;
        let Some(session) = &self.session else {
            return self.schedule_handshake(Duration::ZERO, now);
        };
        let body = super::commands::body(&[Request {
            id: message.to_string(),
            channel: CONNECT,
            client_id: &session.client_id,
            connection_type: LONG_POLLING,
            advice: probe.then(|| Advice {
                timeout: Some(0),
                ..Advice::default()
            }),
        }]);
        let held = match self.advice.timeout {
            // A server that ignores the request for an answer at once gets its time the next time.
            _ if probe && self.backoff.failures() < 2 => Duration::ZERO,
            Some(timeout) => advice::span(timeout),
            None => self.config.timeout,
        };
        let id = self.exchange(Endpoint::Connect, body, false);
        self.poll = Some(PollRequest {
            id,
            deadline: now + held + self.config.max_network_delay,
            sent_at: now,
            message,
            is_handshake: false,
        });
        if self.status.phase == Phase::Waiting {
            let reason = self.status.reason.take();
            self.set_phase(Phase::Connecting, reason, now);
        }
    }

    pub(super) fn take_connect_reply(
        &mut self,
        request: &PollRequest,
        mut reply: Message<'_>,
        events: bool,
        now: Instant,
    ) {
        self.take_advice(reply.advice.take());
        if reply.successful != Some(true) {
            return self.poll_refused(&reply, now);
        }
        self.status.last_heard = Some(now);
        match self.advice.reconnect {
            Some(Reconnect::None) => return self.stop(Reason::ToldToStop, now),
            Some(Reconnect::Handshake) => return self.lose_session(Reason::SessionUnknown, now),
            Some(Reconnect::Retry) | None => {}
        }
        // The session may have been lost by another message of the same response.
        let Some(session) = &mut self.session else {
            return;
        };
        session.connected = true;
        self.backoff.reset();
        self.refusals = 0;
        let pause = self.floor.after(now.since(request.sent_at), events);
        if self.status.phase != Phase::Connected {
            self.set_phase(Phase::Connected, None, now);
        }
        self.schedule_connect(pause, now);
    }

    /// Puts advice into force: it replaces what was said before.
    pub(super) fn take_advice(&mut self, advice: Option<Advice>) {
        if let Some(advice) = advice {
            self.advice = advice.for_long_polling();
            let multiple = self.advice.multiple_clients == Some(true);
            if self.status.multiple_clients != multiple {
                self.status.multiple_clients = multiple;
                self.events.push_back(Event::StatusChanged);
            }
        }
    }

    /// Says so once, when the client is connected and every subscription is in force.
    pub(super) fn announce_if_connected(&mut self) {
        if !self.announced
            && self.status.phase == Phase::Connected
            && self.subscriptions_are_settled()
        {
            self.announced = true;
            let missed_since = self.missed_since.take();
            self.events.push_back(Event::Connected { missed_since });
        }
    }
}
