//! `/meta/subscribe` and `/meta/unsubscribe`.
//!
//! | channel | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|---|
//! | both | channel, clientId, subscription | ext, id | channel, successful, subscription | error, advice, ext, id, clientId, timestamp |
//!
//! Several channels in one message are dealt with one after another; at the first that is refused
//! the rest is left, and what was done stays.
//!
//! Assumption: an empty list of channels is taken for a missing one. CometD answers it without
//! saying whether it was successful.

use super::Server;
use super::incoming::Incoming;
use super::policy::{self, Caller};
use super::sessions::Key;
use crate::channel::Pattern;
use crate::time::Instant;

impl Server {
    pub(super) fn take_subscribe(
        &mut self,
        key: Key,
        message: &Incoming<'_>,
        now: Instant,
    ) -> Result<(), String> {
        for pattern in patterns(message)? {
            self.subscribe(key, pattern, now)?;
        }
        Ok(())
    }

    fn subscribe(&mut self, key: Key, pattern: Pattern, now: Instant) -> Result<(), String> {
        if policy::is_meta(&pattern) {
            return Err("403::subscribe_failed".to_owned());
        }
        let Some(session) = self.sessions.get(key) else {
            return Err("403::subscribe_failed".to_owned());
        };
        let caller = Caller {
            owner: &session.owner,
            session: Some(&session.client),
        };
        if !self.channels.exists(pattern.as_str()) {
            self.policy
                .can_create(caller, &pattern)
                .map_err(|denied| format!("403:{}:create_denied", denied.reason()))?;
        }
        self.policy
            .can_subscribe(caller, &pattern)
            .map_err(|denied| format!("403:{}:subscribe_denied", denied.reason()))?;
        let period = self.options.sweep_period;
        self.channels.touch(pattern.as_str(), period, now);
        // The server keeps no subscription to service channels.
        if !pattern.as_str().starts_with("/service/") {
            self.channels.subscribe(pattern.as_str(), key);
            self.sessions.update(key, &self.options, |session| {
                if !session.subscriptions.contains(&pattern) {
                    session.subscriptions.push(pattern);
                }
            });
        }
        Ok(())
    }

    pub(super) fn take_unsubscribe(
        &mut self,
        key: Key,
        message: &Incoming<'_>,
        now: Instant,
    ) -> Result<(), String> {
        for pattern in patterns(message)? {
            if policy::is_meta(&pattern) {
                return Err("403::unsubscribe_failed".to_owned());
            }
            if !self.channels.exists(pattern.as_str()) {
                return Err("400::channel_missing".to_owned());
            }
            let period = self.options.sweep_period;
            self.channels
                .unsubscribe(pattern.as_str(), key, period, now);
            self.sessions.update(key, &self.options, |session| {
                session.subscriptions.retain(|known| *known != pattern);
            });
        }
        Ok(())
    }
}

/// What is to be subscribed to, or not any more.
fn patterns(message: &Incoming<'_>) -> Result<Vec<Pattern>, String> {
    let missing = || "403::subscription_missing".to_owned();
    let invalid = || "403::subscription_invalid".to_owned();
    if message.subscription.is_none() {
        return Err(missing());
    }
    let names = message.subscriptions().ok_or_else(invalid)?;
    if names.is_empty() {
        return Err(missing());
    }
    let patterns: Result<Vec<_>, _> = names.into_iter().map(Pattern::new).collect();
    patterns.map_err(|_| invalid())
}
