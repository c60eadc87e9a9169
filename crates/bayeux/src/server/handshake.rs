//! `/meta/handshake`: a session begins.
//!
//! | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|
//! | channel, version, supportedConnectionTypes | minimumVersion, ext, id | channel, successful; with success version, supportedConnectionTypes, clientId; without it error | advice, ext, id, minimumVersion |
//!
//! Messages ride on the reply only with `allowMessageDeliveryDuringHandshake`; it then says in
//! `x-messages` how many.
//!
//! Assumption: like CometD's servers this one does not look at `version`, and takes a client that
//! says nothing of connection types. Unlike them it refuses, as the protocol demands, a client
//! that names none which is spoken here.

use super::connect::gone;
use super::incoming::Incoming;
use super::queue::Json;
use super::replies::{Ack, Reply};
use super::requests::{Request, Response};
use super::session::Session;
use super::sessions::Key;
use super::{Event, Server};
use crate::advice::{Advice, Reconnect};
use crate::message::{ClientId, HANDSHAKE, LONG_POLLING};
use crate::time::Instant;

/// After how many milliseconds a client should try again for which there is no room.
const WHEN_FULL: i64 = 10_000;

impl Server {
    pub(super) fn take_handshake(
        &mut self,
        request: Request<'_>,
        message: &Incoming<'_>,
        response: &mut Response,
        now: Instant,
    ) -> Reply {
        let mut reply = Reply::success(HANDSHAKE, message.id.map(|id| id.get().to_owned()));
        if let Some(error) = message.fault(&self.options) {
            reply.refuse(error);
            return reply;
        }
        let types = message.supported_connection_types.as_deref();
        if types.is_some_and(|types| types.iter().all(|t| t != LONG_POLLING)) {
            reply.refuse("403::handshake_failed");
            reply.advice = Some(gone());
            return reply;
        }
        if self.sessions.len() >= self.options.limits.sessions {
            reply.refuse("403::handshake_denied");
            reply.advice = Some(Advice {
                reconnect: Some(Reconnect::Handshake),
                interval: Some(WHEN_FULL),
                ..Advice::default()
            });
            return reply;
        }
        let browser = match request.browser {
            Some(browser) => browser.to_owned(),
            None => response.cookie.insert(self.identifier()).clone(),
        };
        let client = ClientId(self.identifier());
        let mut session = Session::new(client.clone(), request.owner, &browser, now);
        session.expect_connect(&self.options, now);
        session.connect_only = self.options.meta_connect_deliver_only;
        session.knows_advice = true;
        let ext = message.ext();
        if self.options.acknowledged_messages && ext.offers_ack() {
            session.queue.acknowledge_from_now();
            session.connect_only = true;
        }
        reply.advice = Some(session.advice(&self.options));
        reply.client_id = Some(client.clone());
        response.session = Some(self.sessions.insert(session, &self.options));
        self.tell(Event::SessionAdded {
            session: client,
            owner: request.owner.to_owned(),
        });
        reply
    }

    /// The messages that ride on the reply to a handshake, and what it says of them.
    pub(super) fn messages_for_handshake(
        &mut self,
        session: Option<Key>,
        reply: &mut Reply,
    ) -> Vec<Json> {
        let may_ride = self.options.allow_message_delivery_during_handshake;
        let update = session.and_then(|key| {
            self.sessions.update(key, &self.options, |session| {
                let has_ack = session.queue.is_acknowledged();
                let carried = may_ride.then(|| session.queue.close_batch());
                (has_ack, carried)
            })
        });
        // The session may be gone again, if the application did not want it.
        let Some((has_ack, carried)) = update else {
            return Vec::new();
        };
        let (messages, batch) = carried.unwrap_or_default();
        reply.messages = (!messages.is_empty()).then_some(messages.len());
        reply.ack = match batch {
            Some(batch) => Some(Ack::UsedFrom {
                enabled: true,
                batch,
            }),
            None => has_ack.then_some(Ack::Used(true)),
        };
        messages
    }
}
