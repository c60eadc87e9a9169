//! What the server keeps of a client.

use core::time::Duration;
use std::collections::VecDeque;

use super::Output;
use super::options::Options;
use super::replies::{self, Reply};
use crate::advice::{Advice, Reconnect};
use crate::channel::{Channel, Pattern};
use crate::exchange::ExchangeId;
use crate::time::Instant;

/// A client's session.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) owner: String,
    pub(super) browser: String,
    pub(super) subscriptions: Vec<Pattern>,
    /// Messages that wait for a response to ride on, as JSON.
    pub(super) queue: VecDeque<String>,
    pub(super) held: Option<Held>,
    /// When the session ends, while no connect is held.
    expires_at: Option<Instant>,
    /// The first connect is never held.
    pub(super) has_connected: bool,
    pub(super) is_removed: bool,
    /// Whether the client has been told the advice in force.
    pub(super) knows_advice: bool,
    /// Whether the client was last told that its browser has other sessions.
    pub(super) is_one_of_many: bool,
}

/// A connect that is held.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) exchange: ExchangeId,
    /// The connect's `id`, as JSON.
    pub(super) message_id: Option<String>,
    pub(super) until: Instant,
}

impl Session {
    pub(super) fn new(owner: &str, browser: &str) -> Self {
        Self {
            owner: owner.to_owned(),
            browser: browser.to_owned(),
            subscriptions: Vec::new(),
            queue: VecDeque::new(),
            held: None,
            expires_at: None,
            has_connected: false,
            is_removed: false,
            knows_advice: false,
            is_one_of_many: false,
        }
    }

    pub(super) fn wants(&self, channel: &Channel) -> bool {
        self.subscriptions
            .iter()
            .any(|pattern| pattern.matches(channel))
    }

    /// When something is to be done of itself.
    pub(super) fn due(&self) -> Option<Instant> {
        match &self.held {
            Some(held) => Some(held.until),
            None => self.expires_at,
        }
    }

    pub(super) fn hold(&mut self, held: Held) {
        self.expires_at = None;
        self.held = Some(held);
    }

    /// Lets the time run after which the session ends.
    pub(super) fn expect_connect(&mut self, options: &Options, now: Instant) {
        let interval = if self.is_one_of_many {
            options.multi_session_interval
        } else {
            options.interval
        };
        self.expires_at = Some(now + interval + options.max_interval);
    }

    /// Answers the held connect, if there is one, with whatever waits.
    pub(super) fn answer_held(&mut self, options: &Options, now: Instant) -> Option<Output> {
        let held = self.held.take()?;
        let reply = self.connect_reply(held.message_id, options, now);
        let mut messages: Vec<String> = self.queue.drain(..).collect();
        messages.push(reply);
        Some(Output::Respond {
            id: held.exchange,
            status: 200,
            body: replies::list(&messages),
            browser: None,
        })
    }

    /// The reply to a connect; from now on the next one is waited for.
    pub(super) fn connect_reply(
        &mut self,
        message_id: Option<String>,
        options: &Options,
        now: Instant,
    ) -> String {
        self.expect_connect(options, now);
        let advice = if self.is_removed {
            Some(Advice {
                reconnect: Some(Reconnect::None),
                ..Advice::default()
            })
        } else if self.knows_advice {
            None
        } else {
            self.knows_advice = true;
            Some(self.advice(options))
        };
        Reply {
            advice,
            ..Reply::success(crate::message::CONNECT, message_id)
        }
        .to_json()
    }

    /// The advice in force for this client.
    pub(super) fn advice(&self, options: &Options) -> Advice {
        let millis = |span: Duration| i64::try_from(span.as_millis()).ok();
        let interval = if self.is_one_of_many {
            options.multi_session_interval
        } else {
            options.interval
        };
        Advice {
            reconnect: Some(Reconnect::Retry),
            interval: millis(interval),
            timeout: millis(options.timeout),
            multiple_clients: self.is_one_of_many.then_some(true),
            ..Advice::default()
        }
    }
}
