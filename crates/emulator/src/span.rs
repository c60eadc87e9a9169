//! Durations, written as `500ms`, `2s`, `1m 30s`, `1h`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A duration: numbers with units, such as `500ms`, `2s`, `1m 30s`; at most a year.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Span(Duration);

const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(Duration::ZERO);

    /// In milliseconds.
    pub fn millis(self) -> u64 {
        // At most a year.
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }

    /// As the standard library's type.
    pub fn duration(self) -> Duration {
        self.0
    }
}

/// An invalid duration.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_with_units() {
        for (text, milliseconds) in [("0s", 0), ("500ms", 500), ("2s", 2_000), ("1m 30s", 90_000)] {
            let span: Span = text.parse().expect("a span");
            assert_eq!(span.duration(), Duration::from_millis(milliseconds));
            assert_eq!(span.to_string(), text);
        }
    }

    #[test]
    fn an_invalid_span_is_refused_with_an_example() {
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
