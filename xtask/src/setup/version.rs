//! Versions, as tools print them and as we pin them.

use std::fmt;

use anyhow::{Context, Result};

/// A version of a few numbers: `0.2.130`, or just `132`.
#[derive(Debug, Clone)]
pub(super) struct Version {
    text: String,
    numbers: Vec<u64>,
}

impl Version {
    /// A version that stands alone.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let numbers = text
            .split('.')
            .map(|number| number.parse().ok())
            .collect::<Option<Vec<u64>>>()
            .with_context(|| format!("{text:?} is no exact version"))?;
        Ok(Self {
            text: text.to_owned(),
            numbers,
        })
    }

    /// The version in what a tool answers to `--version`: the first word that is one.
    pub(super) fn in_answer(answer: &str) -> Option<Self> {
        answer
            .split_whitespace()
            .find_map(|word| Self::parse(word).ok())
    }

    /// The first number, which browser and driver must have in common.
    pub(super) fn major(&self) -> u64 {
        self.numbers[0]
    }

    /// The numbers that matter: binaryen's npm package is 132.0.0, and its tools say 132.
    fn significant(&self) -> &[u64] {
        let length = self.numbers.iter().rposition(|&it| it != 0);
        &self.numbers[..length.map_or(0, |last| last + 1)]
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.significant() == other.significant()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: &str, expect: Option<&str>) {
        let version = Version::in_answer(answer).map(|it| it.to_string());
        assert_eq!(version.as_deref(), expect, "{answer}");
    }

    #[test]
    fn the_version_is_found_in_what_the_tools_answer() {
        check("trunk 0.21.14\n", Some("0.21.14"));
        check("wasm-bindgen 0.2.130\n", Some("0.2.130"));
        check(
            "wasm-bindgen 0.2.130 (c35cc9369 2026-01-01)\n",
            Some("0.2.130"),
        );
        check("wasm-opt version 132 (version_132)\n", Some("132"));
        check(
            "Chromium 156.0.8078.79 built on Debian\n",
            Some("156.0.8078.79"),
        );
        check("wasm-opt: command not found", None);
        check("", None);
    }

    #[test]
    fn zeros_at_the_end_make_no_difference() {
        let parse = |text| Version::parse(text).unwrap();
        assert_eq!(parse("132"), parse("132.0.0"));
        assert_ne!(parse("0.2.13"), parse("0.2.130"));
        assert_ne!(parse("0.2.1"), parse("0.2.1.1"));
    }

    #[test]
    fn a_range_is_no_exact_version() {
        for range in ["^132.0.0", "0.21.*", "~1", "", "1.0.0-beta.1"] {
            assert!(Version::parse(range).is_err(), "{range}");
        }
    }
}
