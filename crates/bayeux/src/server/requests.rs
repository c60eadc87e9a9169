//! Taking a request apart: one function for each kind of message.
//!
//! In a response come first the reply to a handshake, then the messages that wait, then the other
//! replies, as CometD does it.

use core::time::Duration;

use super::replies::{self, Reply};
use super::session::{Held, Session};
use super::{Output, Server};
use crate::advice::{self, Advice, Reconnect};
use crate::channel::{Channel, Pattern};
use crate::exchange::ExchangeId;
use crate::message::{
    self, CONNECT, ClientId, DISCONNECT, HANDSHAKE, LONG_POLLING, Message, SUBSCRIBE, UNSUBSCRIBE,
};
use crate::time::Instant;

/// Who sends.
#[derive(Clone, Copy)]
struct Sender<'a> {
    exchange: ExchangeId,
    owner: &'a str,
    browser: Option<&'a str>,
}

/// What a request has come to so far.
#[derive(Default)]
struct Answer {
    replies: Vec<String>,
    /// The session whose waiting messages ride on the response.
    session: Option<ClientId>,
    /// The connect to hold, unless something must go out at once.
    hold: Option<(ClientId, Held)>,
    cookie: Option<String>,
}

impl Server {
    pub(super) fn take_request(
        &mut self,
        exchange: ExchangeId,
        owner: &str,
        browser: Option<&str>,
        body: &[u8],
        now: Instant,
    ) {
        let sender = Sender {
            exchange,
            owner,
            browser,
        };
        let messages = match message::split(body) {
            Ok(batch) if batch.is_list && !batch.messages.is_empty() => batch.messages,
            _ => return self.respond_error(exchange, 400),
        };
        let messages: Result<Vec<Message<'_>>, _> = messages
            .iter()
            .map(|raw| serde_json::from_slice(raw.get().as_bytes()))
            .collect();
        let Ok(messages) = messages else {
            return self.respond_error(exchange, 400);
        };
        let mut answer = Answer::default();
        // Nothing else may travel with a handshake; what does is ignored.
        if let Some(handshake) = messages.iter().find(|m| m.channel == HANDSHAKE) {
            self.take_handshake(sender, handshake, &mut answer, now);
        } else {
            for message in &messages {
                self.take_message(sender, message, &mut answer, now);
            }
        }
        self.respond(sender, answer, now);
    }

    fn take_message(
        &mut self,
        sender: Sender<'_>,
        message: &Message<'_>,
        answer: &mut Answer,
        now: Instant,
    ) {
        let channel = message.channel.as_ref();
        let id = message.id.map(|id| id.get().to_owned());
        let Some(client) = self.client_of(sender, message) else {
            let reply = replies::session_unknown(channel, id);
            answer.replies.push(reply.to_json());
            return;
        };
        answer.session = Some(client.clone());
        match channel {
            CONNECT => self.take_connect(sender, &client, message, answer, now),
            SUBSCRIBE | UNSUBSCRIBE => {
                let reply = self.take_subscription(&client, message, id);
                answer.replies.push(reply.to_json());
            }
            DISCONNECT => {
                self.remove(&client, now);
                answer.replies.push(Reply::success(channel, id).to_json());
            }
            _ => {
                let reply = self.take_publish(channel, message, id);
                answer.replies.push(reply.to_json());
            }
        }
    }

    /// The session a message belongs to. One of somebody else, or of another browser, does not
    /// exist for this sender (`trustClientSession` false).
    fn client_of(&self, sender: Sender<'_>, message: &Message<'_>) -> Option<ClientId> {
        let client = message.client_id.clone()?;
        let session = self.sessions.get(&client.0)?;
        let is_senders =
            session.owner == sender.owner && sender.browser == Some(session.browser.as_str());
        is_senders.then_some(client)
    }

    fn take_handshake(
        &mut self,
        sender: Sender<'_>,
        message: &Message<'_>,
        answer: &mut Answer,
        now: Instant,
    ) {
        let id = message.id.map(|id| id.get().to_owned());
        let refused = match (&message.version, &message.supported_connection_types) {
            (None, _) => Some("400::version_missing"),
            (_, Some(types)) if types.iter().any(|t| t == LONG_POLLING) => None,
            _ => Some("403::handshake_failed"),
        };
        if let Some(error) = refused {
            let mut reply = Reply::failure(HANDSHAKE, id, error);
            reply.advice = Some(Advice {
                reconnect: Some(Reconnect::None),
                ..Advice::default()
            });
            answer.replies.push(reply.to_json());
            return;
        }
        let browser = match sender.browser {
            Some(browser) => browser.to_owned(),
            None => answer.cookie.insert(self.identifier()).clone(),
        };
        let mut session = Session::new(sender.owner, &browser);
        session.expect_connect(&self.options, now);
        let client = ClientId(self.identifier());
        let mut reply = Reply::success(HANDSHAKE, id);
        reply.advice = Some(session.advice(&self.options));
        reply.client_id = Some(client.clone());
        answer.replies.push(reply.to_json());
        self.sessions.insert(client.0, session);
    }

    fn take_connect(
        &mut self,
        sender: Sender<'_>,
        client: &ClientId,
        message: &Message<'_>,
        answer: &mut Answer,
        now: Instant,
    ) {
        let crowded = self.is_crowded(client);
        let Some(session) = self.sessions.get_mut(&client.0) else {
            return;
        };
        if let Some(held) = session.held.take() {
            let status = self.options.duplicate_connect_status;
            self.respond_error(held.exchange, status);
        }
        let Some(session) = self.sessions.get_mut(&client.0) else {
            return;
        };
        if session.is_one_of_many != crowded {
            session.is_one_of_many = crowded;
            session.knows_advice = false;
        }
        let asked = message.advice.as_ref().and_then(|advice| advice.timeout);
        session.knows_advice &= message.advice.is_none();
        let hold_for = match asked {
            _ if crowded || !session.has_connected => Duration::ZERO,
            Some(timeout) => advice::span(timeout).min(self.options.timeout),
            None => self.options.timeout,
        };
        session.has_connected = true;
        let held = Held {
            exchange: sender.exchange,
            message_id: message.id.map(|id| id.get().to_owned()),
            until: now + hold_for,
        };
        answer.hold = Some((client.clone(), held));
    }

    /// Whether other sessions of the same browser have as many connects held as may be.
    fn is_crowded(&self, client: &ClientId) -> bool {
        let Ok(most) = usize::try_from(self.options.max_sessions_per_browser) else {
            return false;
        };
        let Some(session) = self.sessions.get(&client.0) else {
            return false;
        };
        let others = self.sessions.iter().filter(|(id, other)| {
            **id != client.0 && other.browser == session.browser && other.held.is_some()
        });
        others.count() >= most
    }

    fn take_subscription(
        &mut self,
        client: &ClientId,
        message: &Message<'_>,
        id: Option<String>,
    ) -> Reply {
        let channel = message.channel.as_ref();
        let wanted = &message.subscription.0;
        let patterns: Result<Vec<_>, _> = wanted.iter().map(|p| Pattern::new(p.as_str())).collect();
        let allowed = self.options.allow_subscribe || channel == UNSUBSCRIBE;
        let mut reply = match (patterns, self.sessions.get_mut(&client.0)) {
            _ if !allowed => Reply::failure(channel, id, "403:denied:subscribe_denied"),
            _ if wanted.is_empty() => Reply::failure(channel, id, "403::subscription_missing"),
            (Err(_), _) | (_, None) => Reply::failure(channel, id, "403::subscription_invalid"),
            (Ok(patterns), Some(_))
                if patterns.iter().any(|p| p.as_str().starts_with("/meta/")) =>
            {
                let error = if channel == SUBSCRIBE {
                    "403::subscribe_failed"
                } else {
                    "403::unsubscribe_failed"
                };
                Reply::failure(channel, id, error)
            }
            (Ok(patterns), Some(session)) => {
                session
                    .subscriptions
                    .retain(|pattern| !patterns.contains(pattern));
                if channel == SUBSCRIBE {
                    // The server keeps no subscription to service channels.
                    let kept = patterns
                        .into_iter()
                        .filter(|pattern| !pattern.as_str().starts_with("/service/"));
                    session.subscriptions.extend(kept);
                }
                Reply::success(channel, id)
            }
        };
        reply.subscription.clone_from(wanted);
        reply
    }

    fn take_publish(&mut self, channel: &str, message: &Message<'_>, id: Option<String>) -> Reply {
        match (Channel::new(channel), message.data) {
            (Err(_), _) => Reply::failure(channel, id, "405::channel_invalid"),
            (Ok(_), None) => Reply::failure(channel, id, "400::data_missing"),
            (Ok(name), Some(_)) if name.is_meta() => {
                Reply::failure(channel, id, "405::channel_invalid")
            }
            (Ok(name), Some(data)) if self.options.allow_publish && !name.is_service() => {
                self.publish(&name, data);
                Reply::success(channel, id)
            }
            _ => Reply::failure(channel, id, "403:denied:publish_denied"),
        }
    }

    /// Sends the response, or holds it if there is nothing to say yet.
    fn respond(&mut self, sender: Sender<'_>, mut answer: Answer, now: Instant) {
        if let Some((client, held)) = answer.hold.take()
            && let Some(session) = self.sessions.get_mut(&client.0)
        {
            if answer.replies.is_empty() && session.queue.is_empty() && held.until > now {
                session.hold(held);
                return;
            }
            let reply = session.connect_reply(held.message_id, &self.options, now);
            answer.replies.push(reply);
        }
        let mut messages: Vec<String> = Vec::new();
        if let Some(session) = answer
            .session
            .and_then(|client| self.sessions.get_mut(&client.0))
        {
            messages.extend(session.queue.drain(..));
        }
        messages.append(&mut answer.replies);
        self.outputs.push_back(Output::Respond {
            id: sender.exchange,
            status: 200,
            body: replies::list(&messages),
            browser: answer.cookie,
        });
    }

    fn respond_error(&mut self, id: ExchangeId, status: u16) {
        self.outputs.push_back(Output::Respond {
            id,
            status,
            body: Vec::new(),
            browser: None,
        });
    }

    /// 128 bits, as letters and digits.
    fn identifier(&mut self) -> String {
        format!("{:016x}{:016x}", self.rng.next(), self.rng.next())
    }
}
