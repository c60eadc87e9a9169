//! The application's view of the connection, in whichever tab it is.

use std::collections::VecDeque;

use super::message::State;
use crate::client::{Event, Gap, Phase, Reason, Status};
use crate::exchange::Response;
use crate::time::Instant;

#[derive(Debug, Default)]
pub(super) struct View {
    status: Status,
    /// Identifies the connection that was reported to the application, if there is one.
    number: Option<u64>,
    /// Until when the application has all events. None before its first connection.
    complete_until: Option<Instant>,
    events: VecDeque<Event>,
}

impl View {
    pub(super) fn status(&self) -> &Status {
        &self.status
    }

    pub(super) fn number(&self) -> Option<u64> {
        self.number
    }

    pub(super) fn push(&mut self, event: Event) {
        self.events.push_back(event);
    }

    pub(super) fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Nothing else is known.
    pub(super) fn reset(&mut self, phase: Phase, reason: Option<Reason>, now: Instant) {
        let heard = self.status.last_heard;
        self.number = None;
        self.status = Status {
            phase,
            since: now,
            reason,
            last_heard: heard.filter(|_| self.complete_until.is_some()),
            ..Status::default()
        };
        self.events.push_back(Event::StatusChanged);
    }

    /// The application closes everything.
    pub(super) fn forget(&mut self) {
        self.complete_until = None;
    }

    /// Takes the status of this tab's own client, which reports changes itself.
    pub(super) fn follow_client(&mut self, status: &Status) {
        // Another tab may have heard the server later.
        let heard = self.status.last_heard;
        self.status.clone_from(status);
        self.status.last_heard = heard.max(status.last_heard);
        self.end_step();
    }

    /// Takes a leader's state.
    pub(super) fn follow_leader(&mut self, state: State, now: Instant) {
        let mut status = state.status;
        if status.phase == self.status.phase {
            status.since = self.status.since;
        }
        let was = self.status.phase;
        self.status.last_heard = status.last_heard;
        if self.status != status {
            self.status = status;
            self.events.push_back(Event::StatusChanged);
        }
        if was != Phase::CredentialsNeeded
            && let Some(Reason::Credentials(status)) = self.status.reason
        {
            let response = Response {
                status,
                ..Response::ok(Vec::new())
            };
            self.events.push_back(Event::CredentialsNeeded { response });
        }
        match state.connection {
            Some(number) if self.number != Some(number) => {
                if let Some((pattern, error)) = state.refused {
                    let event = Event::SubscriptionRefused { pattern, error };
                    self.events.push_back(event);
                }
                self.begin(number, now);
            }
            number => self.number = number,
        }
        self.end_step();
    }

    /// All subscriptions are settled. From the second connection on, events may have been missed.
    pub(super) fn begin(&mut self, number: u64, now: Instant) {
        self.number = Some(number);
        let missed = self.complete_until.map(|from| Gap { from, to: now });
        self.events.push_back(Event::Connected { missed });
    }

    fn end_step(&mut self) {
        if self.status.phase != Phase::Connected {
            self.number = None;
        }
        if self.number.is_some() {
            self.complete_until = self.status.last_heard;
        }
    }
}
