//! Subscriptions by channel.

use std::collections::{BTreeMap, BTreeSet};

use crate::channel::{Channel, Pattern};

/// Subscribers, by pattern.
#[derive(Debug)]
pub(super) struct Channels<K>(BTreeMap<String, BTreeSet<K>>);

impl<K> Default for Channels<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Copy + Ord> Channels<K> {
    pub(super) fn subscribe(&mut self, pattern: &Pattern, key: K) {
        let subscribers = self.0.entry(pattern.as_str().to_owned()).or_default();
        subscribers.insert(key);
    }

    pub(super) fn unsubscribe(&mut self, pattern: &Pattern, key: K) {
        if let Some(subscribers) = self.0.get_mut(pattern.as_str()) {
            subscribers.remove(&key);
            if subscribers.is_empty() {
                self.0.remove(pattern.as_str());
            }
        }
    }

    /// The subscribers of a channel.
    pub(super) fn subscribers(&self, channel: &Channel) -> BTreeSet<K> {
        matching(channel.as_str())
            .filter_map(|pattern| self.0.get(&pattern))
            .flatten()
            .copied()
            .collect()
    }
}

/// The channel itself, and every pattern that matches it, most specific first.
fn matching(channel: &str) -> impl Iterator<Item = String> {
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

    #[test]
    fn every_matching_pattern_is_looked_up() {
        let check = |channel: &str, expect: &[&str]| {
            assert_eq!(matching(channel).collect::<Vec<_>>(), expect, "{channel}");
            let channel = Channel::new(channel).unwrap();
            for pattern in expect {
                assert!(Pattern::new(*pattern).unwrap().matches(&channel));
            }
        };
        check("/a", &["/a", "/*", "/**"]);
        check("/a/b/c", &["/a/b/c", "/a/b/*", "/a/b/**", "/a/**", "/**"]);
    }
}
