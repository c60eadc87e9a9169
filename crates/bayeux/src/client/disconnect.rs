//! `/meta/disconnect`: saying good-bye.
//!
//! | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|
//! | channel, clientId | ext, id | channel, successful | error, ext, id, clientId |
//!
//! It goes out even if the page is going away; nobody depends on its being heard.

use super::commands::{Request, Sent, SentWhat, body};
use super::lanes::CommandRequest;
use super::{Client, Phase};
use crate::exchange::Endpoint;
use crate::message::DISCONNECT;
use crate::time::Instant;

impl Client {
    /// Ends the session: tells the server, by a request that outlives the page, and makes no other.
    /// Commands that wait are settled as not sent, and so is what is commanded afterwards, until
    /// [`open`](Self::open). What was subscribed to, also afterwards, is subscribed to again by then.
    pub fn close(&mut self, now: Instant) {
        self.is_closed = true;
        self.abort_poll();
        self.next_poll = None;
        // A second good-bye must not cut off the first.
        if self.session.is_some() || self.status.phase != Phase::Idle {
            self.abort_commands();
        }
        let session = self.session.take();
        self.want_all_subscriptions();
        self.settle_waiting();
        if let Some(session) = session {
            let message = self.message_number();
            let body = body(&[Request {
                id: message.to_string(),
                channel: DISCONNECT,
                client_id: &session.client_id,
                subscription: None,
                data: None,
            }]);
            self.counters.requests += 1;
            let id = self.exchange(Endpoint::Disconnect, body, true);
            self.command = Some(CommandRequest {
                id,
                session: session.number,
                deadline: now + self.config.max_network_delay,
                sent_at: now,
                complete_until: now,
                sent: vec![Sent {
                    message,
                    what: SentWhat::Disconnect,
                }],
            });
        }
        self.announced = false;
        self.missed_since = None;
        if self.status.phase != Phase::Idle {
            self.set_phase(Phase::Idle, None, now);
        }
    }

    /// Ends without telling the server: no request may be left, so that a browser can keep the page.
    pub(crate) fn abandon(&mut self, now: Instant) {
        self.session = None;
        self.abort_commands();
        self.close(now);
    }
}
