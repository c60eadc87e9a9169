//! Subscriptions: what the application wants, restored in every session.
//!
//! | channel | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|---|
//! | `/meta/subscribe`, `/meta/unsubscribe` | channel, clientId, subscription | ext, id | channel, successful, subscription | error, advice, ext, id, clientId, timestamp |
//!
//! Several parts of an application may subscribe to one pattern; the server gets the first subscribe
//! and the last unsubscribe. Both are idempotent, so one that was lost is sent again.

use core::mem;

use super::event::Event;
use super::outcome::{NotSent, Outcome, Token};
use crate::channel::Pattern;
use crate::error::ProtocolError;
use crate::message::{SUBSCRIBE, UNSUBSCRIBE};

/// What the server knows of a subscription, in this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SubscriptionState {
    /// Nothing.
    Inactive,
    /// A subscribe is out.
    Subscribing,
    /// The server confirmed it.
    Active,
    /// An unsubscribe is out.
    Unsubscribing,
    /// An unsubscribe was sent and not answered: the server may or may not have received it.
    Uncertain,
    /// The server refused it. It is requested again in the next session.
    Refused,
}

/// All patterns that are subscribed to, or have yet to be unsubscribed from.
#[derive(Debug, Default)]
pub(super) struct Subscriptions(Vec<Subscription>);

/// A pattern and its subscribers.
#[derive(Debug)]
struct Subscription {
    pattern: Pattern,
    state: SubscriptionState,
    /// By the token of the subscribe.
    subscribers: Vec<Token>,
    /// Subscribes that have not been settled.
    joining: Vec<Joining>,
    /// Unsubscribes that have not been settled.
    leaving: Vec<Token>,
}

/// A subscribe that has not been settled.
#[derive(Clone, Copy, Debug)]
struct Joining {
    token: Token,
    /// Whether the server may have received it.
    is_sent: bool,
}

impl Subscriptions {
    /// Adds a subscriber; `token` also names it.
    pub(super) fn subscribe(&mut self, token: Token, pattern: Pattern) -> Vec<Event> {
        let known = self.0.iter().position(|known| known.pattern == pattern);
        let position = known.unwrap_or_else(|| {
            self.0.push(Subscription::new(pattern));
            self.0.len() - 1
        });
        let subscription = &mut self.0[position];
        subscription.subscribers.push(token);
        let mut events = Vec::new();
        if subscription.state == SubscriptionState::Active {
            events.push(settled(token, Outcome::Done));
        } else {
            subscription.joining.push(Joining {
                token,
                is_sent: false,
            });
        }
        if subscription.state == SubscriptionState::Refused {
            subscription.state = SubscriptionState::Inactive;
        }
        events.extend(self.sweep());
        events
    }

    /// Removes the subscriber that `subscriber` names.
    pub(super) fn unsubscribe(&mut self, token: Token, subscriber: Token) -> Vec<Event> {
        let found = self.0.iter_mut().find_map(|subscription| {
            let mut subscribers = subscription.subscribers.iter();
            let position = subscribers.position(|known| *known == subscriber)?;
            subscription.subscribers.remove(position);
            Some(subscription)
        });
        let Some(subscription) = found else {
            return vec![settled(token, Outcome::Done)];
        };
        let joining = &mut subscription.joining;
        let withdrawn = joining.extract_if(.., |joining| joining.token == subscriber);
        let mut events: Vec<Event> = withdrawn
            .map(|joining| joining.given_up(NotSent::Withdrawn))
            .collect();
        if subscription.subscribers.is_empty() {
            subscription.leaving.push(token);
            events.extend(self.sweep());
        } else {
            events.push(settled(token, Outcome::Done));
        }
        events
    }

    /// Whether something has to be sent.
    pub(super) fn is_pending(&self) -> bool {
        self.0.iter().any(|known| known.to_send().is_some())
    }

    /// What has to be sent: channel, pattern, and the state from now on.
    pub(super) fn send(&mut self) -> Vec<(&'static str, Pattern, SubscriptionState)> {
        let pending = self.0.iter_mut().filter_map(|subscription| {
            let channel = subscription.to_send()?;
            subscription.sent(channel);
            let pattern = subscription.pattern.clone();
            Some((channel, pattern, subscription.state))
        });
        pending.collect()
    }

    /// Whether each is active or refused.
    pub(super) fn are_settled(&self) -> bool {
        let settled = [SubscriptionState::Active, SubscriptionState::Refused];
        self.0.iter().all(|known| settled.contains(&known.state))
    }

    /// Nothing is known to a new session.
    pub(super) fn restart(&mut self) -> Vec<Event> {
        for subscription in &mut self.0 {
            subscription.state = SubscriptionState::Inactive;
        }
        self.sweep()
    }

    /// Takes the server's answer, or `None` if the message was lost. Ignored if the state has
    /// changed since it was sent.
    pub(super) fn answered(
        &mut self,
        pattern: &Pattern,
        sent: SubscriptionState,
        answer: Option<Result<(), ProtocolError>>,
    ) -> Vec<Event> {
        let is_meant = |known: &&mut Subscription| known.pattern == *pattern && known.state == sent;
        let Some(subscription) = self.0.iter_mut().find(is_meant) else {
            return Vec::new();
        };
        let joining = |subscription: &mut Subscription| {
            let joining = mem::take(&mut subscription.joining).into_iter();
            joining.map(|joining| joining.token).collect()
        };
        let is_ending = sent == SubscriptionState::Unsubscribing;
        let outcome = match &answer {
            Some(Err(error)) => Outcome::Refused(error.clone()),
            Some(Ok(())) | None => Outcome::Done,
        };
        let (state, tokens): (_, Vec<Token>) = match &answer {
            None if is_ending => (SubscriptionState::Uncertain, Vec::new()),
            None => (SubscriptionState::Inactive, Vec::new()),
            // Refused or not: nobody is subscribed any more.
            Some(_) if is_ending => (
                SubscriptionState::Inactive,
                mem::take(&mut subscription.leaving),
            ),
            Some(Ok(())) => (SubscriptionState::Active, joining(subscription)),
            Some(Err(_)) => (SubscriptionState::Refused, joining(subscription)),
        };
        subscription.state = state;
        let tokens = tokens.into_iter();
        let mut events: Vec<Event> = tokens
            .map(|token| settled(token, outcome.clone()))
            .collect();
        if let (SubscriptionState::Refused, Some(Err(error))) = (state, answer) {
            let pattern = pattern.clone();
            events.push(Event::SubscriptionRefused { pattern, error });
        }
        events.extend(self.sweep());
        events
    }

    /// Settles every command that waits. Subscriptions stay wanted.
    pub(super) fn settle_waiting(&mut self) -> Vec<Event> {
        let joining = |known: &mut Subscription| mem::take(&mut known.joining);
        let joining = self.0.iter_mut().flat_map(joining);
        let mut events: Vec<Event> = joining
            .map(|joining| joining.given_up(NotSent::Ended))
            .collect();
        events.extend(self.sweep());
        events
    }

    /// Removes subscriptions without subscribers that the server does not have, and settles
    /// unsubscribes that need not be sent: of these, and of those with a new subscriber.
    fn sweep(&mut self) -> Vec<Event> {
        let mut left = Vec::new();
        self.0.retain_mut(|subscription| {
            let is_over = subscription.is_over();
            let is_wanted = !subscription.subscribers.is_empty()
                && subscription.state != SubscriptionState::Unsubscribing;
            if is_over || is_wanted {
                left.append(&mut subscription.leaving);
            }
            !is_over
        });
        let left = left.into_iter();
        left.map(|token| settled(token, Outcome::Done)).collect()
    }
}

impl Subscription {
    fn new(pattern: Pattern) -> Self {
        Self {
            pattern,
            state: SubscriptionState::Inactive,
            subscribers: Vec::new(),
            joining: Vec::new(),
            leaving: Vec::new(),
        }
    }

    /// The channel of the message that has to be sent, if any.
    fn to_send(&self) -> Option<&'static str> {
        match (self.state, self.subscribers.is_empty()) {
            (SubscriptionState::Inactive | SubscriptionState::Uncertain, false) => Some(SUBSCRIBE),
            (SubscriptionState::Active | SubscriptionState::Uncertain, true) => Some(UNSUBSCRIBE),
            _ => None,
        }
    }

    fn sent(&mut self, channel: &str) {
        if channel == UNSUBSCRIBE {
            self.state = SubscriptionState::Unsubscribing;
            return;
        }
        self.state = SubscriptionState::Subscribing;
        for joining in &mut self.joining {
            joining.is_sent = true;
        }
    }

    fn is_over(&self) -> bool {
        let is_unknown = matches!(
            self.state,
            SubscriptionState::Inactive | SubscriptionState::Refused
        );
        self.subscribers.is_empty() && is_unknown
    }
}

impl Joining {
    fn given_up(self, why: NotSent) -> Event {
        let outcome = match self.is_sent {
            true => Outcome::Unknown,
            false => Outcome::NotSent(why),
        };
        settled(self.token, outcome)
    }
}

/// A command has ended.
pub(super) fn settled(token: Token, outcome: Outcome) -> Event {
    Event::Settled { token, outcome }
}
