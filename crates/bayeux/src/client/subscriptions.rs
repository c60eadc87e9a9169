//! Subscriptions: the application's patterns, restored in every session.
//!
//! | channel | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|---|
//! | `/meta/subscribe` | channel, clientId, subscription | ext, id | channel, successful, subscription | error, advice, ext, id, clientId, timestamp |
//!
//! A subscribe is idempotent, so one that was lost is sent again.

use super::event::Event;
use crate::channel::Pattern;
use crate::error::ProtocolError;

/// All patterns that the application has subscribed to.
#[derive(Debug, Default)]
pub(super) struct Subscriptions(Vec<(Pattern, State)>);

/// The server's state of a subscription in this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Not requested.
    Inactive,
    /// A subscribe is out.
    Subscribing,
    /// The server confirmed it.
    Active,
    /// The server refused it. It is requested again in the next session.
    Refused,
}

impl Subscriptions {
    /// Adds a pattern, unless it is known.
    pub(super) fn add(&mut self, pattern: Pattern) {
        if self.0.iter().all(|(known, _)| *known != pattern) {
            self.0.push((pattern, State::Inactive));
        }
    }

    /// Whether a subscribe has to be sent.
    pub(super) fn is_pending(&self) -> bool {
        self.0.iter().any(|(_, state)| *state == State::Inactive)
    }

    /// The patterns for which a subscribe is sent now.
    pub(super) fn send(&mut self) -> Vec<Pattern> {
        let mut sent = Vec::new();
        for (pattern, state) in &mut self.0 {
            if *state == State::Inactive {
                *state = State::Subscribing;
                sent.push(pattern.clone());
            }
        }
        sent
    }

    /// Whether each subscription is active or refused.
    pub(super) fn are_settled(&self) -> bool {
        let mut states = self.0.iter().map(|(_, state)| state);
        states.all(|state| matches!(state, State::Active | State::Refused))
    }

    /// A new session has no subscriptions.
    pub(super) fn restart(&mut self) {
        for (_, state) in &mut self.0 {
            *state = State::Inactive;
        }
    }

    /// A subscribe of this session was answered.
    pub(super) fn answered(
        &mut self,
        pattern: Pattern,
        answer: Result<(), ProtocolError>,
    ) -> Option<Event> {
        let state = self.subscribing(&pattern)?;
        match answer {
            Ok(()) => {
                *state = State::Active;
                None
            }
            Err(error) => {
                *state = State::Refused;
                Some(Event::SubscriptionRefused { pattern, error })
            }
        }
    }

    /// A subscribe got no answer.
    pub(super) fn lost(&mut self, pattern: &Pattern) {
        if let Some(state) = self.subscribing(pattern) {
            *state = State::Inactive;
        }
    }

    fn subscribing(&mut self, pattern: &Pattern) -> Option<&mut State> {
        let is_meant = |(known, state): &&mut (Pattern, State)| {
            known == pattern && *state == State::Subscribing
        };
        self.0.iter_mut().find(is_meant).map(|(_, state)| state)
    }
}
