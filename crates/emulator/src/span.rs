//! Time as people write it: spans (`500ms`, `2s`, `1m 30s`, `1h`), and by how much a clock is wrong.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A span of time: a number and its unit, such as `500ms`, `2s`, `1m 30s`; at most a year.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Span(Duration);

const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(Duration::ZERO);

    /// A span of so many seconds, which must be fewer than a year has.
    pub(crate) const fn seconds(seconds: u32) -> Self {
        Self(Duration::from_secs(seconds as u64))
    }

    /// In milliseconds.
    pub fn millis(self) -> u64 {
        // A year at most.
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }

    /// The same for the standard library.
    pub fn duration(self) -> Duration {
        self.0
    }
}

/// Why something is no span of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no span of time; write a number and its unit, such as `500ms`, `2s` or `1m 30s`")]
pub struct NoSpan(String);

impl FromStr for Span {
    type Err = NoSpan;

    fn from_str(text: &str) -> Result<Self, NoSpan> {
        match humantime::parse_duration(text) {
            Ok(span) if span <= LONGEST => Ok(Self(span)),
            _ => Err(NoSpan(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Span {
    type Error = NoSpan;

    fn try_from(text: String) -> Result<Self, NoSpan> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(self.0).fmt(f)
    }
}

/// By how much a clock is wrong: a span, with `-` before it if the clock is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Skew {
    is_behind: bool,
    span: Span,
}

impl Skew {
    /// In milliseconds; negative if the clock is behind.
    pub fn millis(self) -> i64 {
        // A span is a year at most.
        let millis = i64::try_from(self.span.duration().as_millis()).unwrap_or(i64::MAX);
        if self.is_behind { -millis } else { millis }
    }
}

impl FromStr for Skew {
    type Err = NoSpan;

    fn from_str(text: &str) -> Result<Self, NoSpan> {
        let (is_behind, span) = match text.strip_prefix('-') {
            Some(span) => (true, span),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let span = span.parse()?;
        Ok(Self { is_behind, span })
    }
}

impl TryFrom<String> for Skew {
    type Error = NoSpan;

    fn try_from(text: String) -> Result<Self, NoSpan> {
        text.parse()
    }
}

impl From<Skew> for String {
    fn from(skew: Skew) -> Self {
        skew.to_string()
    }
}

impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_behind { "-" } else { "+" };
        write!(f, "{sign}{}", self.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_as_people_write_them() {
        for (text, milliseconds) in [("0s", 0), ("500ms", 500), ("2s", 2_000), ("1m 30s", 90_000)] {
            let span: Span = text.parse().expect("a span");
            assert_eq!(span.duration(), Duration::from_millis(milliseconds));
            assert_eq!(span.to_string(), text);
        }
    }

    #[test]
    fn clocks_are_ahead_or_behind() {
        for (text, millis) in [("1h", 3_600_000), ("+2s", 2_000), ("-1m", -60_000)] {
            let skew: Skew = text.parse().expect("a skew");
            assert_eq!(skew.millis(), millis);
            assert_eq!(skew.to_string().parse(), Ok(skew));
        }
        assert!("--1h".parse::<Skew>().is_err());
    }

    #[test]
    fn what_is_no_span_is_refused_with_an_example() {
        for text in [
            "",
            "2",
            "s",
            "-1s",
            "2 parsecs",
            "99999999999999999999s",
            "1000y",
        ] {
            let refusal = text.parse::<Span>().expect_err(text).to_string();
            assert!(refusal.contains("`2s`"), "{refusal}");
        }
    }
}
