//! `/meta/connect`: the request that the server holds until it has something to say.
//!
//! | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|
//! | channel, clientId, connectionType | advice, ext, id | channel, successful | advice, clientId, error, ext, id, timestamp |
//!
//! Exactly one is out at a time. The next leaves when the last response has ended, not before the
//! advised `interval` has passed, and with an interval of 0 in the same step as the response is
//! taken. While not connected, `advice.timeout` 0 asks for an answer at once.
//!
//! With the *ack* extension a connect says which batch of messages was seen last, and its reply
//! which one it carries; what was not seen comes again. A batch and its number are taken together
//! or not at all, so nothing is lost and nothing is given twice. (Messages without any number are
//! taken, too: from a server that gives none nothing better can come.)

use core::time::Duration;

use serde::Serialize;

use super::lanes::PollRequest;
use super::{Client, Event, Gap, Phase, Reason, Step};
use crate::advice::{Advice, Reconnect};
use crate::exchange::Endpoint;
use crate::message::{CONNECT, ClientId, LONG_POLLING, Message};
use crate::time::Instant;

impl Client {
    /// Lets a connect leave after `delay`, but not before the advised interval has passed
    /// (see `poll_due`).
    pub(super) fn schedule_connect(&mut self, delay: Duration, now: Instant) {
        match self.advised_interval() {
            None => self.stop(Reason::ToldToStop, now),
            Some(_) => self.next_poll = Some((now + delay, Step::Connect)),
        }
    }

    /// How long to wait between requests; none if there are to be no further ones.
    pub(super) fn advised_interval(&self) -> Option<Duration> {
        let interval = self.advice.interval.unwrap_or_default();
        u64::try_from(interval).ok().map(Duration::from_millis)
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
            #[serde(skip_serializing_if = "Option::is_none")]
            ext: Option<Extensions>,
        }
        #[derive(Serialize)]
        struct Extensions {
            ack: i64,
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
            ext: session.batch.map(|ack| Extensions { ack }),
        }]);
        self.counters.connects += 1;
        let held = match probe && self.backoff.failures() < 2 {
            true => Duration::ZERO,
            // Also for a probe, in time: the server may not know how to answer at once.
            false => self.poll_timeout(),
        };
        let id = self.exchange(Endpoint::Connect, body, false);
        self.poll = Some(PollRequest {
            id,
            deadline: now + held + self.config.max_network_delay,
            sent_at: now,
            message,
            is_handshake: false,
            held: (!probe).then_some(held),
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
        self.connect_ended = now;
        let ext = reply.ext();
        if let (Some(session), Some(batch)) = (&mut self.session, ext.batch())
            && let Some(last) = &mut session.batch
        {
            *last = batch.max(*last);
        }
        if reply.successful == Some(true) {
            self.heard(now);
        }
        if self.session.is_none() {
            // Lost by another message of the same response: a handshake is on its way, unless it
            // should not be.
            if self.is_told_to_stop() {
                self.stop(Reason::ToldToStop, now);
            }
            return;
        }
        if reply.successful != Some(true) {
            return self.poll_refused(&reply, now);
        }
        if !self.obey_advice(now) {
            return;
        }
        self.backoff.reset();
        self.credentials_backoff.reset();
        self.refusals = 0;
        let took = now.since(request.sent_at);
        let interval = self.advised_interval().unwrap_or_default();
        let pause = match request.held {
            Some(held) => self.floor.after(held, took, interval, events),
            // It was to be answered at once.
            None => Duration::ZERO,
        };
        if self.status.phase != Phase::Connected {
            self.set_phase(Phase::Connected, None, now);
        }
        self.schedule_connect(pause, now);
    }

    /// Does what the advice in force says of the session; tells whether it may go on.
    pub(super) fn obey_advice(&mut self, now: Instant) -> bool {
        match self.advice.reconnect {
            _ if self.is_told_to_stop() => self.stop(Reason::ToldToStop, now),
            Some(Reconnect::Handshake) => self.lose_session(Reason::SessionUnknown, now),
            Some(_) | None => return true,
        }
        false
    }

    /// Whether the advice in force is to make no further request.
    fn is_told_to_stop(&self) -> bool {
        self.advice.reconnect == Some(Reconnect::None) || self.advised_interval().is_none()
    }

    /// Whether the messages that came with this reply are to be given to the application: not if
    /// they are of a batch that was given before.
    pub(super) fn is_news(&self, reply: &Message<'_>) -> bool {
        let last = self.session.as_ref().and_then(|session| session.batch);
        match (last, reply.ext().batch()) {
            (Some(last), Some(batch)) => batch > last,
            _ => true,
        }
    }

    /// Puts advice into force: it replaces what was said before.
    pub(super) fn take_advice(&mut self, advice: Option<Box<Advice>>) {
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
    pub(super) fn announce_if_connected(&mut self, now: Instant) {
        if !self.announced
            && self.status.phase == Phase::Connected
            && self.subscriptions_are_settled()
        {
            self.announced = true;
            let missed = self.missed_since.take();
            let missed = missed.map(|from| Gap { from, to: now });
            self.events.push_back(Event::Connected { missed });
        }
    }
}
