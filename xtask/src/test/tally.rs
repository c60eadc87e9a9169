//! How many tests passed and failed, read from what the test harnesses print.

use std::ops::AddAssign;

/// Passed and failed, counted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Tally {
    /// What a step counts that has no tests of its own.
    pub(super) fn of_one(passed: bool) -> Self {
        Self {
            passed: u64::from(passed),
            failed: u64::from(!passed),
        }
    }

    /// Reads the line with which a test binary ends, be it native or in a browser:
    /// `test result: ok. 3 passed; 0 failed; 0 ignored; …`.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (_, counts) = line
            .trim()
            .strip_prefix("test result: ")?
            .split_once(". ")?;
        let count = |name: &str| {
            counts.split(';').find_map(|part| {
                let (number, what) = part.trim().split_once(' ')?;
                (what == name).then(|| number.parse().ok())?
            })
        };
        Some(Self {
            passed: count("passed")?,
            failed: count("failed")?,
        })
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Option<(u64, u64)>) {
        let expect = expect.map(|(passed, failed)| Tally { passed, failed });
        assert_eq!(Tally::parse(line), expect, "{line}");
    }

    #[test]
    fn the_last_line_of_a_native_test_binary_is_counted() {
        check(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.05s\n",
            Some((12, 0)),
        );
        check(
            "test result: FAILED. 2 passed; 10 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            Some((2, 10)),
        );
    }

    #[test]
    fn the_last_line_of_a_browser_test_binary_is_counted() {
        check(
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.21s",
            Some((3, 0)),
        );
    }

    #[test]
    fn other_lines_count_nothing() {
        check("running 3 tests", None);
        check("test tally::tests::the_test_result ... ok", None);
        check("test result: ok.", None);
        check("the test result: ok. 1 passed; 0 failed", None);
        check("", None);
    }
}
