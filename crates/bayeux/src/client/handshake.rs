//! `/meta/handshake`: asking for a session.
//!
//! | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|
//! | channel, version, supportedConnectionTypes | minimumVersion, ext, id | channel, successful; with success version, supportedConnectionTypes, clientId; without it error | advice, ext, id, minimumVersion |
//!
//! It travels alone. Each begins with the default advice, so that what a former session was told
//! does not rule the next.

use core::time::Duration;

use serde::Serialize;

use super::lanes::PollRequest;
use super::{Client, Phase, Session, Step};
use crate::advice::Advice;
use crate::exchange::Endpoint;
use crate::message::{HANDSHAKE, LONG_POLLING, Message};
use crate::time::Instant;

impl Client {
    /// Lets a handshake leave after `delay`, or later if the budget for handshakes is used up.
    pub(super) fn schedule_handshake(&mut self, delay: Duration, now: Instant) {
        let at = self.handshakes.next(now).max(now + delay);
        self.next_poll = Some((at, Step::Handshake));
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
        }
        self.handshakes.spend(now);
        self.advice = Advice::default();
        let message = self.message_number();
        let body = super::commands::body(&[Request {
            id: message.to_string(),
            channel: HANDSHAKE,
            version: "1.0",
            minimum_version: "1.0",
            supported_connection_types: [LONG_POLLING],
            advice: Advice {
                interval: Some(0),
                timeout: i64::try_from(self.config.timeout.as_millis()).ok(),
                ..Advice::default()
            },
        }]);
        let id = self.exchange(Endpoint::Handshake, body, false);
        self.poll = Some(PollRequest {
            id,
            deadline: now + self.config.max_network_delay,
            sent_at: now,
            message,
            is_handshake: true,
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
        self.status.last_heard = Some(now);
        self.session = Some(Session {
            client_id,
            connected: false,
        });
        self.want_all_subscriptions();
        self.commands_held_until = now;
        self.set_phase(Phase::Connecting, None, now);
        self.schedule_connect(Duration::ZERO, now);
    }
}
