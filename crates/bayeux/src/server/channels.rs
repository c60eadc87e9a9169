//! The channels that exist, and who is subscribed to them.
//!
//! A channel comes into being by the first subscription or message. One that nobody is subscribed
//! to is forgotten after a few sweeps.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use super::sessions::Key;
use crate::channel::Channel;
use crate::time::Instant;

/// For how many sweeps a channel without subscribers is remembered.
const SWEEPS: u32 = 3;

#[derive(Debug, Default)]
pub(super) struct Channels {
    known: BTreeMap<String, Known>,
    idle: BTreeSet<(Instant, String)>,
}

#[derive(Debug, Default)]
struct Known {
    subscribers: BTreeSet<Key>,
    /// When it is forgotten.
    idle_until: Option<Instant>,
}

impl Channels {
    pub(super) fn exists(&self, channel: &str) -> bool {
        self.known.contains_key(channel)
    }

    /// A channel is used: it exists from now on, if it did not before.
    pub(super) fn touch(&mut self, channel: &str, sweep_period: Duration, now: Instant) {
        let known = self.known.entry(channel.to_owned()).or_default();
        if known.subscribers.is_empty() {
            let until = now + sweep_period * SWEEPS;
            if let Some(before) = known.idle_until.replace(until) {
                self.idle.remove(&(before, channel.to_owned()));
            }
            self.idle.insert((until, channel.to_owned()));
        }
    }

    pub(super) fn subscribe(&mut self, channel: &str, key: Key) {
        let known = self.known.entry(channel.to_owned()).or_default();
        known.subscribers.insert(key);
        if let Some(until) = known.idle_until.take() {
            self.idle.remove(&(until, channel.to_owned()));
        }
    }

    pub(super) fn unsubscribe(
        &mut self,
        channel: &str,
        key: Key,
        sweep_period: Duration,
        now: Instant,
    ) {
        if let Some(known) = self.known.get_mut(channel)
            && known.subscribers.remove(&key)
        {
            self.touch(channel, sweep_period, now);
        }
    }

    /// Who gets a message on that channel.
    pub(super) fn subscribers(&self, channel: &Channel) -> BTreeSet<Key> {
        takers(channel.as_str())
            .filter_map(|pattern| self.known.get(&pattern))
            .flat_map(|known| known.subscribers.iter().copied())
            .collect()
    }

    /// Forgets channels that nobody has used for a while.
    pub(super) fn sweep(&mut self, now: Instant) {
        while self.idle.first().is_some_and(|(until, _)| *until <= now) {
            if let Some((_, channel)) = self.idle.pop_first() {
                self.known.remove(&channel);
            }
        }
    }
}

/// The channel itself, and every pattern that takes it in, the nearest first.
fn takers(channel: &str) -> impl Iterator<Item = String> {
    let above = |end: usize| &channel[..end];
    let parent = channel.rfind('/').unwrap_or_default();
    let ancestors = channel.rmatch_indices('/').map(move |(at, _)| above(at));
    [channel.to_owned(), format!("{}/*", above(parent))]
        .into_iter()
        .chain(ancestors.map(|ancestor| format!("{ancestor}/**")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Pattern;

    #[test]
    fn every_pattern_that_takes_a_channel_in_is_looked_up() {
        let check = |channel: &str, expect: &[&str]| {
            assert_eq!(takers(channel).collect::<Vec<_>>(), expect, "{channel}");
            let channel = Channel::new(channel).unwrap();
            for pattern in expect {
                assert!(Pattern::new(*pattern).unwrap().matches(&channel));
            }
        };
        check("/a", &["/a", "/*", "/**"]);
        check("/a/b/c", &["/a/b/c", "/a/b/*", "/a/b/**", "/a/**", "/**"]);
    }

    #[test]
    fn a_channel_nobody_uses_is_forgotten() {
        let period = Duration::from_millis(997);
        let mut channels = Channels::default();
        channels.touch("/a", period, Instant::from_millis(0));
        channels.sweep(Instant::from_millis(2_990));
        assert!(channels.exists("/a"));
        channels.touch("/a", period, Instant::from_millis(2_990));
        channels.sweep(Instant::from_millis(2_991));
        assert!(channels.exists("/a"));
        channels.sweep(Instant::from_millis(2_990 + 2_991));
        assert!(!channels.exists("/a"));
        assert!(channels.idle.is_empty() && channels.known.is_empty());
    }
}
