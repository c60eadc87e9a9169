//! What came of the steps: a table with how long each took, and the sum.

use std::fmt;
use std::ops::AddAssign;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::process::Interrupted;

/// Passed and failed, counted. A step without tests of its own counts as one.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Tally {
    pub(super) const PASSED: Self = Self {
        passed: 1,
        failed: 0,
    };
    pub(super) const FAILED: Self = Self {
        passed: 0,
        failed: 1,
    };

    /// Reads the line with which a test binary ends, be it native or in a browser:
    /// `test result: ok. 3 passed; 0 failed; 0 ignored; …`.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let result = line.trim().strip_prefix("test result: ")?;
        let (_, counts) = result.split_once(". ")?;
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

/// The steps so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    rows: Vec<(&'static str, Tally, Duration)>,
}

impl Report {
    /// Does a step that passes or fails as a whole. What it made is returned when it passed.
    ///
    /// # Errors
    /// [`Interrupted`]. That the step fails is no error: it is shown, and the next one's turn.
    pub(super) fn check<T>(
        &mut self,
        step: &'static str,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<Option<T>> {
        let mut made = None;
        self.tests(step, || {
            made = Some(work()?);
            Ok(Tally::PASSED)
        })?;
        Ok(made)
    }

    /// Does a step that counts tests.
    ///
    /// # Errors
    /// As for [`Self::check`].
    pub(super) fn tests(
        &mut self,
        step: &'static str,
        work: impl FnOnce() -> Result<Tally>,
    ) -> Result<()> {
        println!("\n==> {step}");
        let started = Instant::now();
        let tally = match work() {
            Ok(tally) => tally,
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => {
                println!("{step}: {error:#}");
                Tally::FAILED
            }
        };
        self.rows.push((step, tally, started.elapsed()));
        Ok(())
    }

    /// The sum over all the steps.
    pub(super) fn sum(&self) -> Tally {
        let mut sum = Tally::default();
        for (_, tally, _) in &self.rows {
            sum += *tally;
        }
        sum
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (step, Tally { passed, failed }, time) in &self.rows {
            let outcome = match failed {
                0 => format!("{passed} passed"),
                _ => format!("{passed} passed, {failed} FAILED"),
            };
            let seconds = time.as_secs_f64().round();
            writeln!(f, "{step:<28}{outcome:<28}{seconds:>6} s")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    fn tally(passed: u64, failed: u64) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn the_last_line_of_a_test_binary_is_counted() {
        let check = |line, expect: Option<Tally>| assert_eq!(Tally::parse(line), expect, "{line}");
        let native =
            "test result: FAILED. 2 passed; 10 failed; 1 ignored; 0 measured; 3 filtered out";
        check(native, Some(tally(2, 10)));
        let browser = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 filtered out\n";
        check(browser, Some(tally(3, 0)));
        check("test report::tests::the_test_result ... ok", None);
        check("test result: ok.", None);
        check("the test result: ok. 1 passed; 0 failed", None);
    }

    #[test]
    fn every_step_counts_and_a_failing_one_stops_nothing() {
        let mut report = Report::default();
        assert_eq!(report.check("fmt", || Ok(7)).unwrap(), Some(7));
        let made = report.check("clippy", || Err::<(), _>(anyhow!("a lint")));
        assert_eq!(made.unwrap(), None);
        report.tests("native tests", || Ok(tally(10, 2))).unwrap();
        assert_eq!(report.sum(), tally(11, 3));
        let table = report.to_string();
        assert!(table.contains("10 passed, 2 FAILED"), "{table}");
    }

    #[test]
    fn an_interruption_ends_it_all() {
        let mut report = Report::default();
        let error = report.check("fmt", || Err::<(), _>(Interrupted.into()));
        assert!(error.unwrap_err().is::<Interrupted>());
    }
}
