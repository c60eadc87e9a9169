//! Channel names, and patterns for subscriptions. Source: Bayeux 1.0, *Channel Name* and *Channel
//! Globbing*.

use core::fmt;
use std::sync::Arc;

/// The name of a channel: one or more `/segment`, such as `/v2/me/devices`. Clones share it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Channel(Arc<str>);

/// A pattern to subscribe to: a channel's name, or all channels one level (`/a/*`) or any number of
/// levels (`/a/**`) below a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pattern(String);

/// The text is not a channel name, or not a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidChannel(String);

impl Channel {
    /// Checks a name.
    ///
    /// # Errors
    /// If `name` is not one or more of a slash and a segment of letters, digits, or `-_!~()$@`.
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidChannel> {
        let name = name.into();
        if is_name(&name) {
            Ok(Self(name.into()))
        } else {
            Err(InvalidChannel(name))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is one of the protocol's own channels.
    pub fn is_meta(&self) -> bool {
        self.0.starts_with("/meta/")
    }

    /// Whether messages on this channel are between one client and the server.
    pub fn is_service(&self) -> bool {
        self.0.starts_with("/service/")
    }
}

impl Pattern {
    /// Checks a pattern.
    ///
    /// # Errors
    /// If `pattern` is not a channel's name, or one with `*` or `**` as its last segment.
    pub fn new(pattern: impl Into<String>) -> Result<Self, InvalidChannel> {
        let pattern = pattern.into();
        let stem = pattern
            .strip_suffix("/**")
            .or_else(|| pattern.strip_suffix("/*"))
            .unwrap_or(&pattern);
        let is_wild = stem.len() < pattern.len();
        if is_name(stem) || (is_wild && stem.is_empty()) {
            Ok(Self(pattern))
        } else {
            Err(InvalidChannel(pattern))
        }
    }

    /// The pattern.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the pattern matches `channel`.
    ///
    /// ```
    /// # use bayeux::{Channel, Pattern};
    /// let matches = |pattern: &str, channel: &str| {
    ///     Pattern::new(pattern).unwrap().matches(&Channel::new(channel).unwrap())
    /// };
    /// assert!(matches("/foo/*", "/foo/bar"));
    /// assert!(!matches("/foo/*", "/foo/bar/boo"));
    /// assert!(matches("/foo/**", "/foo/bar/boo"));
    /// assert!(!matches("/foo/**", "/foo"));
    /// ```
    pub fn matches(&self, channel: &Channel) -> bool {
        let below = |stem: &str| {
            channel
                .0
                .strip_prefix(stem)
                .and_then(|rest| rest.strip_prefix("/"))
        };
        if let Some(stem) = self.0.strip_suffix("/**") {
            below(stem).is_some()
        } else if let Some(stem) = self.0.strip_suffix("/*") {
            below(stem).is_some_and(|rest| !tolerant_json::text::contains(rest, "/"))
        } else {
            self.0 == *channel.0
        }
    }
}

/// Interned channels: a known name is neither checked nor copied again.
#[derive(Debug, Default)]
pub(crate) struct KnownChannels(Vec<Channel>);

impl KnownChannels {
    /// Capacity. Frequent channels are among the first.
    const MOST: usize = 16;

    /// The channel with this name.
    pub(crate) fn channel(&mut self, name: &str) -> Result<Channel, InvalidChannel> {
        if let Some(known) = self.0.iter().find(|known| known.as_str() == name) {
            return Ok(known.clone());
        }
        let channel = Channel::new(name)?;
        if self.0.len() < Self::MOST {
            self.0.push(channel.clone());
        }
        Ok(channel)
    }
}

impl From<Channel> for Pattern {
    fn from(channel: Channel) -> Self {
        Self(channel.as_str().to_owned())
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for InvalidChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‘{}’ is no channel", self.0)
    }
}

impl core::error::Error for InvalidChannel {}

fn is_name(name: &str) -> bool {
    name.strip_prefix("/")
        .is_some_and(|rest| tolerant_json::text::split(rest, "/").all(is_segment))
}

fn is_segment(segment: &str) -> bool {
    !segment.is_empty()
        && segment
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_!~()$@".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_grammar() {
        for name in ["/a", "/v2/me/devices", "/a-_!~()$@/9"] {
            assert!(Channel::new(name).is_ok(), "{name}");
        }
        for name in ["", "/", "a", "/a/", "//a", "/a b", "/a/*", "/ä", "/a#b"] {
            assert!(Channel::new(name).is_err(), "{name}");
        }
    }

    #[test]
    fn only_the_last_segment_of_a_pattern_may_be_wild() {
        for pattern in ["/a", "/*", "/**", "/a/*", "/a/b/**"] {
            assert!(Pattern::new(pattern).is_ok(), "{pattern}");
        }
        for pattern in ["*", "/*/a", "/a*", "/a/***", "/a/**/b", "/a//*", ""] {
            assert!(Pattern::new(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn a_double_wildcard_matches_every_channel() {
        let channel = Channel::new("/v2/me/devices").unwrap();
        assert!(Pattern::new("/**").unwrap().matches(&channel));
        assert!(!Pattern::new("/*").unwrap().matches(&channel));
        assert!(Pattern::from(channel.clone()).matches(&channel));
    }
}
