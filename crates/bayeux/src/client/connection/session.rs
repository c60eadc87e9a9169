//! The session that the server has granted, and the advice in force.
//!
//! | advice | the protocol | client |
//! |---|---|---|
//! | `reconnect: retry` | MAY connect again, after `interval` | does |
//! | `reconnect: handshake` | MUST handshake, MUST NOT just connect | handshakes, as fast as the budget allows |
//! | `reconnect: none` | MUST NOT do either | stops |
//! | `interval` | MUST be kept; negative: no further request | keeps it; stops |
//! | `timeout` | how long the server holds a connect | waits that long, at most ten minutes |
//! | `maxInterval` (CometD's) | how long a session without a connect is kept | then handshakes without trying a connect |
//! | any | replaces earlier advice | replaces it; a handshake begins with the default |
//!
//! Source: Bayeux 1.0, *advice*.

use crate::advice::{self, Advice, Reconnect};
use crate::duration::Duration;
use crate::message::{ClientId, Message};
use crate::time::Instant;

/// A session that the server has granted.
#[derive(Debug)]
pub(in crate::client) struct Session {
    /// Counts the sessions of this client.
    pub(in crate::client) number: u64,
    pub(in crate::client) client_id: ClientId,
    /// The last received batch of messages, if the server acknowledges.
    batch: Option<i64>,
}

impl Session {
    /// Whether its messages are acknowledged.
    pub(in crate::client) fn has_ack(&self) -> bool {
        self.batch.is_some()
    }

    /// The batch to acknowledge.
    pub(super) fn batch(&self) -> Option<i64> {
        self.batch
    }
}

/// What the advice in force demands after a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ruling {
    /// The session continues.
    GoOn,
    /// A new session is needed.
    Handshake,
    /// No further request.
    Stop,
}

/// The session, if there is one, and the advice.
#[derive(Debug, Default)]
pub(super) struct SessionState {
    current: Option<Session>,
    granted: u64,
    advice: Advice,
}

impl SessionState {
    // The session

    pub(super) fn current(&self) -> Option<&Session> {
        self.current.as_ref()
    }

    /// Begins a session. `batch` is the number of the first batch, with acknowledged messages.
    pub(super) fn begin(&mut self, client_id: ClientId, batch: Option<i64>) {
        self.granted += 1;
        self.current = Some(Session {
            number: self.granted,
            client_id,
            batch,
        });
    }

    /// Ends the session, which also fulfils advice to handshake.
    pub(super) fn end(&mut self) -> Option<Session> {
        if self.is_to_handshake() {
            self.advice.reconnect = None;
        }
        self.current.take()
    }

    /// Whether the messages in the response with this reply are new to the application. A batch that was already received is
    /// not; without the reply, acknowledged messages will come again.
    pub(super) fn is_new(&self, reply: Option<&Message<'_>>) -> bool {
        let last = self.current.as_ref().and_then(Session::batch);
        match (last, reply) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(last), Some(reply)) => reply.ext().batch().is_none_or(|batch| batch > last),
        }
    }

    /// A batch was received.
    pub(super) fn received(&mut self, batch: Option<i64>) {
        if let (Some(session), Some(batch)) = (&mut self.current, batch)
            && let Some(last) = &mut session.batch
        {
            *last = batch.max(*last);
        }
    }

    // Advice

    /// Puts advice into force, replacing earlier advice.
    pub(super) fn advise(&mut self, advice: Advice) {
        self.advice = advice.for_long_polling();
    }

    /// Restores the default advice.
    pub(super) fn reset_advice(&mut self) {
        self.advice = Advice::default();
    }

    pub(super) fn ruling(&self) -> Ruling {
        if self.is_to_stop() {
            Ruling::Stop
        } else if self.is_to_handshake() {
            Ruling::Handshake
        } else {
            Ruling::GoOn
        }
    }

    /// Whether no further request may be made.
    pub(super) fn is_to_stop(&self) -> bool {
        self.forbids_reconnect() || self.interval().is_none()
    }

    /// Whether the advice is `reconnect: none`.
    pub(super) fn forbids_reconnect(&self) -> bool {
        self.advice.reconnect == Some(Reconnect::None)
    }

    /// Whether the advice is `reconnect: handshake`.
    pub(super) fn is_to_handshake(&self) -> bool {
        self.advice.reconnect == Some(Reconnect::Handshake)
    }

    /// The minimum time between polls.
    pub(super) fn pause(&self) -> Duration {
        self.interval().unwrap_or_default()
    }

    /// The minimum time between polls; none if there must be no further ones.
    pub(super) fn interval(&self) -> Option<Duration> {
        let interval = self.advice.interval.unwrap_or_default();
        u64::try_from(interval).ok().map(Duration::from_millis)
    }

    /// How long a connect is held: as advised, or `default`; capped, so that a dead connection is noticed.
    pub(super) fn timeout(&self, default: Duration) -> Duration {
        const MOST: Duration = Duration::from_secs(600);
        let advised = self.advice.timeout.map(advice::span);
        advised.unwrap_or(default).min(MOST)
    }

    /// Whether the server, by its own `maxInterval`, will have dropped the session at `at`.
    pub(super) fn has_expired(
        &self,
        last_heard: Option<Instant>,
        at: Instant,
        timeout: Duration,
    ) -> bool {
        let kept = self.advice.max_interval.map(advice::span);
        let between = self.timeout(timeout) + self.pause();
        match (last_heard, kept) {
            (Some(heard), Some(kept)) => at.since(heard) > between + kept,
            _ => false,
        }
    }

    /// Whether the server sees several clients in this browser.
    pub(super) fn has_multiple_clients(&self) -> bool {
        self.advice.multiple_clients == Some(true)
    }
}
