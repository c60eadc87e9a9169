//! How much clients of the notification server may have: so many sessions, beyond which handshakes
//! are refused with the advice to try again a little later; so many subscriptions each; and names of
//! channels that are not too long.
//!
//! Assumption: GWS sets no limits. These are there so that no client can take all memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bayeux::server::{Caller, DefaultPolicy, Denied, HandshakeDenied, Policy};
use bayeux::{Advice, Pattern, RawValue, Reconnect};

use crate::limits::Limits;

/// After how many milliseconds a client that was refused should try again.
const AGAIN: i64 = 10_000;

/// Refuses what is too much.
#[derive(Debug)]
pub(super) struct Admission {
    limits: Limits,
    sessions: Sessions,
}

/// How many sessions there are, as it was last told.
#[derive(Clone, Debug, Default)]
pub(super) struct Sessions(Arc<AtomicUsize>);

impl Sessions {
    /// There are so many.
    pub(super) fn are(&self, count: usize) {
        self.0.store(count, Ordering::Relaxed);
    }
}

impl Admission {
    /// No more than the limits say.
    pub(super) fn new(limits: Limits, sessions: Sessions) -> Self {
        Self { limits, sessions }
    }
}

impl Policy for Admission {
    fn can_handshake(&self, _: &str, _: Option<&RawValue>) -> Result<(), HandshakeDenied> {
        let limit = self.limits.notification_sessions;
        if self.sessions.0.load(Ordering::Relaxed) < limit {
            return Ok(());
        }
        tracing::warn!(limit, "too many notification sessions");
        Err(HandshakeDenied {
            advice: Advice {
                reconnect: Some(Reconnect::Handshake),
                interval: Some(AGAIN),
                ..Advice::default()
            },
        })
    }

    fn can_create(&self, caller: Caller<'_>, channel: &Pattern) -> Result<(), Denied> {
        if channel.as_str().len() > self.limits.channel_name {
            return Err(Denied::because("channel_name_too_long"));
        }
        DefaultPolicy.can_create(caller, channel)
    }

    fn can_subscribe_beside(&self, caller: Caller<'_>, others: usize) -> Result<(), Denied> {
        let limit = self.limits.subscriptions;
        if others < limit {
            return Ok(());
        }
        tracing::warn!(limit, owner = caller.owner, "too many subscriptions");
        Err(Denied::because("too_many_subscriptions"))
    }
}
