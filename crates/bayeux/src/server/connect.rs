//! `/meta/connect`: the request that is held until there is something to say.
//!
//! | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|
//! | channel, clientId, connectionType | advice, ext, id | channel, successful | advice, clientId, error, ext, id, timestamp |
//!
//! A connect is answered at once if it is the session's first, if it does not travel alone, if
//! messages wait, if messages that were sent have not been acknowledged, if the
//! client asks for it (`advice.timeout` 0), or if its browser has as many connects held as may be.
//! A second connect of a session ends the one that is held with an HTTP error.
//!
//! Advice is in the reply to a request that had advice, and when it has changed.
//!
//! Assumption: CometD lets a client have its connect held, and its session kept, for as long as it
//! asks. Here a connect is held for `timeout` at most, and no interval is longer than five minutes.
//!
//! Assumption: CometD does not tell a session when it is no longer one too many of its browser, so
//! that it keeps the longer interval until it happens to be advised; here it is told.

use core::time::Duration;

use super::incoming::Incoming;
use super::queue::Json;
use super::replies::{self, Ack, Reply};
use super::requests::{Entry, Request, Response};
use super::sessions::Key;
use super::{HttpVersion, Output, Server};
use crate::advice::{self, Advice, Reconnect};
use crate::exchange::ExchangeId;
use crate::message::CONNECT;
use crate::time::Instant;

/// The longest interval that a client may ask for.
const MOST_INTERVAL: Duration = Duration::from_secs(300);

/// A connect that has not been answered.
#[derive(Debug)]
pub(super) struct Connecting {
    /// Its `id`, as JSON.
    message_id: Option<String>,
    hold_for: Duration,
    version: HttpVersion,
}

/// A connect that is held.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) exchange: ExchangeId,
    pub(super) until: Instant,
    connect: Connecting,
}

/// Whether a session is one too many of its browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crowd {
    /// It was not looked at: the connect was to be answered at once anyway.
    Unknown,
    No,
    Yes,
}

impl Server {
    pub(super) fn take_connect(
        &mut self,
        request: Request<'_>,
        key: Key,
        message: &Incoming<'_>,
        now: Instant,
    ) -> Connecting {
        let asked = message.advice();
        let own = |millis: Option<i64>, most: Duration| {
            let millis = millis.filter(|millis| *millis >= 0)?;
            Some(advice::span(millis).min(most))
        };
        let timeout = own(asked.as_ref().and_then(|a| a.timeout), self.options.timeout);
        let interval = own(asked.as_ref().and_then(|a| a.interval), MOST_INTERVAL);
        let ext = message.ext();
        let update = self.sessions.update(key, &self.options, |session| {
            session.heard_connect(now);
            session.own_interval = interval;
            // It may have forgotten what it was told, as after a reload of its page.
            session.knows_advice &= asked.is_none();
            if let Some(seen) = ext.batch() {
                session.queue.acknowledge(seen);
            }
            let is_first = !std::mem::replace(&mut session.has_connected, true);
            (session.held.take(), is_first)
        });
        let (displaced, is_first) = update.unwrap_or((None, true));
        if let Some(held) = displaced {
            let status = self.options.duplicate_meta_connect_http_response_code;
            self.respond_error(held.exchange, status);
        }
        Connecting {
            message_id: message.id.map(|id| id.get().to_owned()),
            hold_for: match is_first {
                true => Duration::ZERO,
                false => timeout.unwrap_or(self.options.timeout),
            },
            version: request.version,
        }
    }

    /// Holds a response that is a reply to a connect alone; or gives it back, because there is
    /// something to say at once.
    pub(super) fn hold(
        &mut self,
        mut response: Response,
        now: Instant,
    ) -> Option<(Response, Crowd)> {
        let ([Entry::Connect(connect)], Some(key)) = (&response.entries[..], response.session)
        else {
            return Some((response, Crowd::Unknown));
        };
        let session = self.sessions.get(key);
        if session.is_none_or(|session| session.queue.is_urgent()) {
            return Some((response, Crowd::Unknown));
        }
        if self.is_crowded(key, connect.version) {
            return Some((response, Crowd::Yes));
        }
        if connect.hold_for.is_zero() {
            return Some((response, Crowd::No));
        }
        let Some(Entry::Connect(connect)) = response.entries.pop() else {
            return None;
        };
        let held = Held {
            exchange: response.exchange,
            until: now + connect.hold_for,
            connect,
        };
        let displaced = self
            .sessions
            .update(key, &self.options, |session| session.held.replace(held));
        if let Some(held) = displaced.flatten() {
            let status = self.options.duplicate_meta_connect_http_response_code;
            self.respond_error(held.exchange, status);
        }
        None
    }

    /// Whether as many connects of the session's browser are held as may be.
    fn is_crowded(&self, key: Key, version: HttpVersion) -> bool {
        let most = match version {
            HttpVersion::Http1 => self.options.max_sessions_per_browser,
            HttpVersion::Http2 => self.options.http2_max_sessions_per_browser,
        };
        let (Ok(most), Some(session)) = (usize::try_from(most), self.sessions.get(key)) else {
            return false;
        };
        let own = usize::from(session.held.is_some());
        self.sessions.held_by(&session.browser) - own >= most
    }

    /// Answers the connect that a session has held, if there is one, with whatever waits.
    pub(super) fn answer_held(&mut self, key: Key, now: Instant) -> Option<Output> {
        let held = self
            .sessions
            .update(key, &self.options, |session| session.held.take())??;
        let (messages, reply) = self.answer_connect(Some(key), held.connect, Crowd::No, now);
        Some(respond(held.exchange, &messages, &reply))
    }

    /// The messages for a connect, and its reply. From now on the next connect is waited for.
    pub(super) fn answer_connect(
        &mut self,
        session: Option<Key>,
        connect: Connecting,
        crowd: Crowd,
        now: Instant,
    ) -> (Vec<Json>, Reply) {
        let mut reply = connect.reply();
        let options = &self.options;
        let refuses = crowd == Crowd::Yes && options.multi_session_interval.is_zero();
        let update = session.and_then(|key| {
            self.sessions.update(key, options, |session| {
                if crowd != Crowd::Unknown {
                    let is_one_of_many = crowd == Crowd::Yes;
                    session.knows_advice &= is_one_of_many || !session.is_one_of_many;
                    session.is_one_of_many = is_one_of_many;
                }
                session.expect_connect(options, now);
                let full = (!session.knows_advice).then(|| session.advice(options));
                session.knows_advice = true;
                let short = || Advice {
                    timeout: None,
                    ..session.advice(options)
                };
                let advice = full.or_else(|| (crowd == Crowd::Yes).then(short));
                (advice, session.queue.close_batch())
            })
        });
        let Some((advice, (messages, batch))) = update else {
            // It was ended by a message of the same request.
            reply.advice = Some(gone());
            return (Vec::new(), reply);
        };
        reply.advice = advice;
        reply.ack = batch.map(Ack::Batch);
        if refuses {
            reply.successful = false;
            let advice = reply.advice.get_or_insert_default();
            advice.reconnect = Some(Reconnect::None);
            advice.interval = None;
        }
        (messages, reply)
    }
}

impl Connecting {
    fn reply(self) -> Reply {
        Reply::success(CONNECT, self.message_id)
    }
}

impl Held {
    /// The reply if the session is gone.
    pub(super) fn reply(self) -> Reply {
        self.connect.reply()
    }
}

/// The advice to a session that is no more.
pub(super) fn gone() -> Advice {
    Advice {
        reconnect: Some(Reconnect::None),
        ..Advice::default()
    }
}

pub(super) fn respond(exchange: ExchangeId, messages: &[Json], reply: &Reply) -> Output {
    Output::Respond {
        id: exchange,
        status: 200,
        body: replies::list(messages.iter().chain([&reply.to_json()])),
        browser: None,
    }
}
