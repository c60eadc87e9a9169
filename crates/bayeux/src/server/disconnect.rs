//! `/meta/disconnect`: a session ends, at the client's request, at the server's, or because nobody
//! connects for it.
//!
//! | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|
//! | channel, clientId | ext, id | channel, successful | clientId, error, ext, id |
//!
//! | who ends it | a connect that is held gets |
//! |---|---|
//! | the client | its reply, with the advice not to come back |
//! | the application | a `/meta/disconnect` without id, and its reply, with the same advice |
//! | the application, because too many messages wait | the same without advice |
//! | `maxProcessing` | the HTTP error of a duplicate |
//!
//! So does CometD's Java server; the one for Node.js gives no advice where the application ends a
//! session (seen on the wire).
//!
//! Assumption: who could not be told all there is may begin anew, and learns so that it missed
//! something.

use super::connect::{gone, respond};
use super::requests::Pending;
use super::session::Session;
use super::sessions::Key;
use super::{Event, Removal, Server, replies};
use crate::advice::Advice;
use crate::message::ClientId;

impl Server {
    pub(super) fn take_disconnect(&mut self, key: Key) {
        let Some(session) = self.remove(key, Removal::Disconnected) else {
            return;
        };
        let Some(held) = session.held else {
            return;
        };
        let mut queue = session.queue;
        let exchange = held.exchange;
        let mut reply = held.reply();
        reply.advice = Some(gone());
        let (messages, batch) = queue.close_batch();
        reply.ack = batch.map(replies::Ack::Batch);
        let output = respond(exchange, &messages, &reply);
        self.outputs.push_back(Pending::Output(output));
    }

    /// Ends a session for good: a client whose connect is held is told not to come back. To later
    /// requests it is unknown. Tells whether there was such a session.
    pub fn disconnect(&mut self, session: &ClientId) -> bool {
        let key = self.sessions.of_client(session);
        if let Some(key) = key {
            self.end(key, Some(gone()));
        }
        key.is_some()
    }

    pub(super) fn end(&mut self, key: Key, advice: Option<Advice>) {
        let Some(mut session) = self.remove(key, Removal::Ended) else {
            return;
        };
        if let Some(held) = session.held.take() {
            let (mut messages, batch) = session.queue.close_batch();
            messages.push(replies::disconnected());
            let exchange = held.exchange;
            let mut reply = held.reply();
            reply.advice = advice;
            reply.ack = batch.map(replies::Ack::Batch);
            let output = respond(exchange, &messages, &reply);
            self.outputs.push_back(Pending::Output(output));
        }
    }

    /// Nobody connects for a session, or it is stuck.
    pub(super) fn expire(&mut self, key: Key) {
        let session = self.remove(key, Removal::TimedOut);
        if let Some(held) = session.and_then(|session| session.held) {
            let status = self.options.duplicate_meta_connect_http_response_code;
            self.respond_error(held.exchange, status);
        }
    }

    /// Forgets every session, as a node does that takes over from another: to held and later
    /// requests the session is unknown.
    pub fn forget_sessions(&mut self) {
        let keys: Vec<Key> = self.sessions.keys().collect();
        for key in keys {
            let session = self.remove(key, Removal::Forgotten);
            if let Some(held) = session.and_then(|session| session.held) {
                let exchange = held.exchange;
                let mut reply = held.reply();
                reply.refuse_unknown_session();
                let output = respond(exchange, &[], &reply);
                self.outputs.push_back(Pending::Output(output));
            }
        }
    }

    fn remove(&mut self, key: Key, cause: Removal) -> Option<Session> {
        let session = self.sessions.remove(key, &self.options)?;
        for pattern in &session.subscriptions {
            let period = self.options.sweep_period;
            self.channels
                .unsubscribe(pattern.as_str(), key, period, self.now);
        }
        self.tell(Event::SessionRemoved {
            session: session.client.clone(),
            owner: session.owner.clone(),
            cause,
        });
        Some(session)
    }
}
