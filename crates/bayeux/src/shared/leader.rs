//! The tab that has the connection: it posts how that stands, and what came.

use super::message::{Request, State};
use super::{HEARTBEAT, Role, SharedClient, TabAction};
use crate::client::{self, Client, Event, Page, Phase};
use crate::time::Instant;

/// What a leader remembers of what it posts.
#[derive(Debug)]
pub(super) struct Leader {
    /// As of the last message, but for what its client said since.
    state: State,
    is_state_due: bool,
    /// Whether anybody asked it for anything: before that nobody listens.
    pub(super) is_followed: bool,
    posted_at: Instant,
}

impl Leader {
    /// One that posts its first message at once.
    pub(super) fn new(number: u64) -> Self {
        Self {
            state: State {
                leader: number,
                ..State::default()
            },
            is_state_due: true,
            is_followed: false,
            posted_at: Instant::default(),
        }
    }

    /// When the next heartbeat is due.
    pub(super) fn due(&self) -> Option<Instant> {
        self.is_followed.then(|| self.posted_at + HEARTBEAT)
    }

    /// A follower asks for something, and so for the state.
    pub(super) fn asked(&mut self) {
        self.is_followed = true;
        self.is_state_due = true;
    }

    /// Takes note of what the client tells the application.
    pub(super) fn note(&mut self, event: &Event, client: &Client) {
        let state = &mut self.state;
        match event {
            Event::StatusChanged => match client.status().phase {
                Phase::Connected => {}
                Phase::Handshaking => {
                    state.is_connected = false;
                    state.refused.clear();
                }
                _ => state.is_connected = false,
            },
            Event::Connected { missed } => {
                state.connections += 1;
                state.is_connected = true;
                state.missed_since = missed.map(|gap| gap.from);
                self.is_state_due = true;
            }
            Event::SubscriptionRefused { pattern, error } => {
                state.refused.retain(|(known, _)| known != pattern);
                state.refused.push((pattern.clone(), error.clone()));
            }
            _ => {}
        }
    }
}

impl SharedClient {
    /// Has the lock, and begins a new session.
    pub(super) fn lead(&mut self, now: Instant) {
        if matches!(self.role, Role::Follower(_)) {
            self.may_have_missed(now);
            // Integers of JSON are exact up to 53 bits.
            self.role = Role::Leader(Leader::new(self.rng.next() >> 12));
            self.client.open(now);
        }
    }

    /// Posts the state if it is new or due, and the body of a response that brought events.
    pub(super) fn post_state(&mut self, body: &[u8], now: Instant) {
        let Role::Leader(leader) = &mut self.role else {
            return;
        };
        let is_first = leader.state.seq == 0;
        let is_due = leader.is_state_due
            || !body.is_empty()
            || leader.state.status != self.status
            || now >= leader.posted_at + HEARTBEAT;
        if is_due && (is_first || leader.is_followed) {
            leader.is_state_due = false;
            leader.posted_at = now;
            leader.state.seq += 1;
            leader.state.status.clone_from(&self.status);
            let message = leader.state.encode(body, now);
            self.to_tabs.push_back(TabAction::Post(message));
        }
    }

    /// Does what is asked of the tab that has the connection.
    pub(super) fn obey(&mut self, request: Request, now: Instant) {
        match request {
            // The page of a leader that is visible notices by itself when there is reason to doubt.
            Request::Check if self.absence.lasts_long(now) => {
                let input = client::Input::Page(Page::Resumed);
                self.client.handle(input, now);
            }
            Request::Hello | Request::Check => {}
            Request::Retry if self.client.status().phase == Phase::Stopped => self.client.open(now),
            Request::Retry => self.client.retry_now(now),
            // Several tabs may find at once that the session is no good.
            Request::Restart if self.client.status().phase == Phase::Handshaking => {}
            Request::Restart => {
                self.may_have_missed(now);
                self.client.close(now);
                self.client.open(now);
            }
            Request::Renewed => self.client.credentials_renewed(now),
        }
    }
}
