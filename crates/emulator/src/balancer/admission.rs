//! How many notification sessions there may be: beyond that handshakes are refused, with the advice to
//! try again a little later.
//!
//! Assumption: GWS sets no limit. This one is there so that no client can take all memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bayeux::server::{HandshakeDenied, Policy};
use bayeux::{Advice, RawValue, Reconnect};

/// After how many milliseconds a client that was refused should try again.
const AGAIN: i64 = 10_000;

/// Refuses handshakes while there are too many sessions.
#[derive(Debug)]
pub(super) struct Admission {
    most: usize,
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
    /// No more than `most`.
    pub(super) fn new(most: usize, sessions: Sessions) -> Self {
        Self { most, sessions }
    }
}

impl Policy for Admission {
    fn can_handshake(&self, _: &str, _: Option<&RawValue>) -> Result<(), HandshakeDenied> {
        if self.sessions.0.load(Ordering::Relaxed) < self.most {
            return Ok(());
        }
        tracing::warn!(limit = self.most, "too many notification sessions");
        Err(HandshakeDenied {
            advice: Advice {
                reconnect: Some(Reconnect::Handshake),
                interval: Some(AGAIN),
                ..Advice::default()
            },
        })
    }
}
