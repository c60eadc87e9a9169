//! A connect before its reply: while the request is handled, and while it is held.

use super::replies::Reply;
use crate::duration::Duration;
use crate::exchange::ExchangeId;
use crate::message::CONNECT;
use crate::time::Instant;

/// A connect that has not been answered.
#[derive(Debug)]
pub(super) struct Connecting {
    /// Its `id`, as JSON.
    message_id: Option<String>,
    hold_for: Duration,
}

impl Connecting {
    pub(super) fn new(message_id: Option<String>, hold_for: Duration) -> Self {
        Self {
            message_id,
            hold_for,
        }
    }

    pub(super) fn may_be_held(&self) -> bool {
        !self.hold_for.is_zero()
    }

    pub(super) fn hold(self, exchange: ExchangeId, now: Instant) -> Held {
        Held {
            exchange,
            until: now + self.hold_for,
            connect: self,
        }
    }

    pub(super) fn into_reply(self) -> Reply {
        Reply::success(CONNECT, self.message_id)
    }
}

/// A connect that is held.
#[derive(Debug)]
pub(super) struct Held {
    exchange: ExchangeId,
    until: Instant,
    connect: Connecting,
}

impl Held {
    pub(super) fn exchange(&self) -> ExchangeId {
        self.exchange
    }

    pub(super) fn until(&self) -> Instant {
        self.until
    }

    /// Ends the wait.
    pub(super) fn release(self) -> (ExchangeId, Connecting) {
        (self.exchange, self.connect)
    }
}
