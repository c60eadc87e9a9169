//! `/meta/subscribe` and `/meta/unsubscribe`.
//!
//! | channel | request MUST | request MAY | reply MUST | reply MAY |
//! |---|---|---|---|---|
//! | both | channel, clientId, subscription | ext, id | channel, successful, subscription | error, advice, ext, id, clientId, timestamp |
//!
//! Assumption: of several channels in one message, all are taken or none. CometD takes them one after
//! another, and when it refuses one, those before it stay taken.
//!
//! Assumption: an empty list of channels is taken for a missing one. CometD answers it without
//! saying whether it was successful.

use std::collections::BTreeSet;

use super::Server;
use super::incoming::Incoming;
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
        let patterns = patterns(message)?;
        let mut new = BTreeSet::new();
        for pattern in &patterns {
            self.may_subscribe(key, pattern, &mut new)?;
        }
        let period = self.options.sweep_period;
        for pattern in patterns {
            self.channels.touch(pattern.as_str(), period, now);
            if is_kept(&pattern) {
                self.channels.subscribe(pattern.as_str(), key);
                self.sessions.update(key, &self.options, |session| {
                    if !session.subscriptions.contains(&pattern) {
                        session.subscriptions.push(pattern);
                    }
                });
            }
        }
        Ok(())
    }

    /// `new` are those of the same message that come before.
    fn may_subscribe<'a>(
        &self,
        key: Key,
        pattern: &'a Pattern,
        new: &mut BTreeSet<&'a Pattern>,
    ) -> Result<(), String> {
        let session = self.sessions.get(key).filter(|_| !is_meta(pattern));
        let Some(session) = session else {
            return Err("403::subscribe_failed".to_owned());
        };
        let limits = &self.options.limits;
        let name = pattern.as_str();
        if !self.channels.exists(name) && name.len() > limits.channel_name {
            return Err("403:channel_name_too_long:create_denied".to_owned());
        }
        let others = session.subscriptions.len() + new.len();
        let is_new =
            is_kept(pattern) && !session.subscriptions.contains(pattern) && new.insert(pattern);
        if is_new && others >= limits.subscriptions {
            return Err("403:too_many_subscriptions:subscribe_denied".to_owned());
        }
        Ok(())
    }

    pub(super) fn take_unsubscribe(
        &mut self,
        key: Key,
        message: &Incoming<'_>,
        now: Instant,
    ) -> Result<(), String> {
        let patterns = patterns(message)?;
        if patterns.iter().any(is_meta) {
            return Err("403::unsubscribe_failed".to_owned());
        }
        let exists = |pattern: &Pattern| self.channels.exists(pattern.as_str());
        if !patterns.iter().all(exists) {
            return Err("400::channel_missing".to_owned());
        }
        let period = self.options.sweep_period;
        for pattern in &patterns {
            self.channels
                .unsubscribe(pattern.as_str(), key, period, now);
            self.sessions.update(key, &self.options, |session| {
                session.subscriptions.retain(|known| known != pattern);
            });
        }
        Ok(())
    }
}

fn is_meta(pattern: &Pattern) -> bool {
    pattern.as_str().starts_with("/meta/")
}

/// The server keeps no subscription to service channels.
fn is_kept(pattern: &Pattern) -> bool {
    !pattern.as_str().starts_with("/service/")
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
