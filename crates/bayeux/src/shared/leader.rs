//! What the tab that has the connection posts, and when.

use super::HEARTBEAT;
use super::message::State;
use crate::client::{Event, Phase, Status};
use crate::time::Instant;

#[derive(Debug)]
pub(super) struct Leader {
    /// As posted last, apart from the refused subscription.
    state: State,
    is_due: bool,
    posted_at: Instant,
}

impl Leader {
    pub(super) fn new() -> Self {
        Self {
            state: State::default(),
            is_due: true,
            posted_at: Instant::default(),
        }
    }

    /// When the next heartbeat is due.
    pub(super) fn due(&self) -> Instant {
        self.posted_at + HEARTBEAT
    }

    /// A follower waits for the state.
    pub(super) fn asked(&mut self) {
        self.is_due = true;
    }

    /// Takes note of what the client, in this phase, tells the application.
    pub(super) fn note(&mut self, event: &Event, phase: Phase) {
        match event {
            Event::StatusChanged if phase == Phase::Handshaking => self.state.refused = None,
            Event::SubscriptionRefused { pattern, error } => {
                self.state.refused = Some((pattern.clone(), error.clone()));
            }
            _ => {}
        }
    }

    /// The message to post, if the state has changed or is due, or a response has brought events.
    pub(super) fn post(
        &mut self,
        status: &Status,
        connection: Option<u64>,
        body: &[u8],
        now: Instant,
    ) -> Option<Vec<u8>> {
        let is_due = self.is_due
            || !body.is_empty()
            || self.state.connection != connection
            || self.state.status != *status
            || now >= self.due();
        is_due.then(|| {
            self.is_due = false;
            self.posted_at = now;
            self.state.connection = connection;
            self.state.status.clone_from(status);
            self.state.encode(body, now)
        })
    }
}
