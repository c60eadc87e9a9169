//! `/meta/handshake`: asking for a session.
//!
//! | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|
//! | channel, version, supportedConnectionTypes | minimumVersion, ext, id | channel, successful; with success version, supportedConnectionTypes, clientId; without it error | advice, ext, id, minimumVersion |
//!
//! A server that says of itself that it does not speak our version is left for good: trying again
//! would not teach it. One that says nothing of versions is taken at its replies.
//!
//! It travels alone, and not before the advised interval has passed. Each begins with the default
//! advice, so that what a former session was told does not rule the next. A reply that grants a
//! session and advises to handshake is followed, too: another one is asked for, as fast as the budget
//! allows, and nothing is sent in this.

use core::time::Duration;

use serde::Serialize;

use super::lanes::PollRequest;
use super::{Client, Phase, Reason, Session, Step};
use crate::advice::Advice;
use crate::exchange::Endpoint;
use crate::message::{HANDSHAKE, LONG_POLLING, Message, VERSION};
use crate::time::Instant;

impl Client {
    /// Lets a handshake leave after `delay`, or later if the budget for handshakes is used up.
    pub(super) fn schedule_handshake(&mut self, delay: Duration, now: Instant) {
        match self.advised_interval() {
            None => self.stop(Reason::ToldToStop, now),
            Some(interval) => {
                let at = self.handshakes.next(now).max(now + delay.max(interval));
                self.next_poll = Some((at, Step::Handshake));
            }
        }
    }

    pub(super) fn send_handshake(&mut self, now: Instant) {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Request {
            id: String,
            channel: &'static str,
            version: &'static str,
            minimum_version: &'static str,
            supported_connection_types: [&'static str; 1],
            advice: Advice,
            #[serde(skip_serializing_if = "Option::is_none")]
            ext: Option<Offer>,
        }
        #[derive(Serialize)]
        struct Offer {
            ack: bool,
        }
        self.handshakes.spend(now);
        self.counters.handshakes += 1;
        self.advice = Advice::default();
        let message = self.message_number();
        let body = super::commands::body(&[Request {
            id: message.to_string(),
            channel: HANDSHAKE,
            version: VERSION,
            minimum_version: VERSION,
            supported_connection_types: [LONG_POLLING],
            advice: Advice {
                interval: Some(0),
                timeout: i64::try_from(self.config.timeout.as_millis()).ok(),
                ..Advice::default()
            },
            ext: self.config.ack.then_some(Offer { ack: true }),
        }]);
        let id = self.exchange(Endpoint::Handshake, body, false);
        self.poll = Some(PollRequest {
            id,
            deadline: now + self.config.max_network_delay,
            sent_at: now,
            message,
            is_handshake: true,
            held: None,
        });
        if self.status.phase != Phase::Handshaking {
            let reason = self.status.reason.take();
            self.set_phase(Phase::Handshaking, reason, now);
        }
    }

    pub(super) fn take_handshake_reply(&mut self, mut reply: Message<'_>, now: Instant) {
        self.take_advice(reply.advice.take());
        let granted = reply.successful == Some(true);
        let Some(client_id) = reply.client_id.take().filter(|_| granted) else {
            return self.poll_refused(&reply, now);
        };
        self.heard(now);
        if !self.obey_advice(now) {
            // Nothing is sent in a session that is to be given up again.
            return;
        }
        if reply.is_of_another_version {
            return self.stop(Reason::OtherVersion, now);
        }
        let types = reply.supported_connection_types.take().unwrap_or_default();
        if !types.is_empty() && !types.iter().any(|name| name == LONG_POLLING) {
            return self.retry(Reason::NoCommonTransport, now);
        }
        let ext = reply.ext();
        let has_ack = self.config.ack && ext.offers_ack();
        if !self.is_saying_goodbye() {
            // Nobody takes what it brings, and subscriptions must not wait for it.
            self.abort_commands();
        }
        self.counters.sessions += 1;
        self.session = Some(Session {
            number: self.counters.sessions,
            client_id,
            // -1 is the number to begin with, by the extension's own convention.
            batch: has_ack.then(|| ext.first_batch().unwrap_or(-1)),
        });
        self.want_all_subscriptions();
        self.commands_held_until = now;
        self.command_refusals = 0;
        self.connect_ended = now;
        self.set_phase(Phase::Connecting, None, now);
        self.schedule_connect(Duration::ZERO, now);
    }
}
