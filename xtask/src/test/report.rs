//! The steps of `cargo xtask test`: their output, a table of how long each took, and the sum.

use std::fmt;
use std::ops::AddAssign;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::process::{self, Interrupted};

/// The numbers of passed and failed tests. A step without tests counts as one.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Tally {
    pub(super) const fn new(passed: u64, failed: u64) -> Self {
        Self { passed, failed }
    }

    /// Parses the last line of a test binary, native or in a browser:
    /// `test result: ok. 3 passed; 0 failed; 0 ignored; …`.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let result = line.trim().strip_prefix("test result: ")?;
        let count = |name| result.split_once(name)?.0.rsplit(' ').next()?.parse().ok();
        Some(Self::new(count(" passed;")?, count(" failed;")?))
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// A step that takes longer hangs. The longest step compiles everything, on a slow machine.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// The output of a step, printed in one piece when the step is done.
#[derive(Debug, Default)]
pub(super) struct Output(String);

impl Output {
    /// Runs a command to its end.
    ///
    /// # Errors
    /// It fails, or [`Interrupted`].
    pub(super) fn run(&mut self, command: &mut Command) -> Result<()> {
        let name = process::line(command);
        let status = process::capture(command, LIMIT, &mut self.0)?;
        ensure!(status.success(), "`{name}` failed ({status})");
        Ok(())
    }

    /// Runs tests and counts them. A failure outside of a test (the compiler, a driver that doesn't start, a
    /// browser that never answers) counts as one.
    ///
    /// # Errors
    /// The tests can't be run, or [`Interrupted`].
    pub(super) fn count(&mut self, command: &mut Command) -> Result<Tally> {
        let name = process::line(command);
        let before = self.0.len();
        let status = process::capture(command, LIMIT, &mut self.0)?;
        let mut sum = Tally::default();
        for tally in self.0[before..].lines().filter_map(Tally::parse) {
            sum += tally;
        }
        if !status.success() && sum.failed == 0 {
            self.line(format_args!(
                "`{name}` failed ({status}), though no test did"
            ));
            sum += Tally::new(0, 1);
        }
        Ok(sum)
    }

    /// Runs a cargo as in [`Self::run`], and returns the messages that it writes as JSON.
    pub(super) fn messages(&mut self, cargo: &mut Command) -> Result<String> {
        let before = self.0.len();
        let outcome = self.run(cargo);
        let written = self.0.split_off(before);
        let (messages, others): (Vec<_>, Vec<_>) = written
            .split_inclusive('\n')
            .partition(|line| line.starts_with('{'));
        self.0.extend(others);
        outcome.map(|()| messages.concat())
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.lines()
    }

    /// Adds a line.
    pub(super) fn line(&mut self, text: impl fmt::Display) {
        self.0.push_str(&format!("{text}\n"));
    }
}

/// The finished steps. Steps may run in parallel.
#[derive(Debug, Default)]
pub(super) struct Report {
    rows: Mutex<Vec<(&'static str, Tally, Duration)>>,
}

impl Report {
    /// Runs a step that passes or fails as a whole, and returns its result if it passed.
    ///
    /// # Errors
    /// [`Interrupted`]. A failing step is only recorded.
    pub(super) fn check<T>(
        &self,
        step: &'static str,
        work: impl FnOnce(&mut Output) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut made = None;
        self.tests(step, |output| {
            made = Some(work(output)?);
            Ok(Tally::new(1, 0))
        })?;
        Ok(made)
    }

    /// Runs a step that counts tests.
    ///
    /// # Errors
    /// As for [`Self::check`].
    pub(super) fn tests(
        &self,
        step: &'static str,
        work: impl FnOnce(&mut Output) -> Result<Tally>,
    ) -> Result<()> {
        println!("... {step}");
        let started = Instant::now();
        let mut output = Output::default();
        let tally = match work(&mut output) {
            Ok(tally) => tally,
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => {
                output.line(format_args!("{step}: {error:#}"));
                Tally::new(0, 1)
            }
        };
        let took = started.elapsed();
        // In one piece, so that the output of other steps does not mix in.
        print!("\n==> {step}, {} s\n{}", took.as_secs(), output.0);
        self.rows().push((step, tally, took));
        Ok(())
    }

    fn rows(&self) -> MutexGuard<'_, Vec<(&'static str, Tally, Duration)>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sum over all the steps.
    pub(super) fn sum(&self) -> Tally {
        let mut sum = Tally::default();
        for (_, tally, _) in self.rows().iter() {
            sum += *tally;
        }
        sum
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (step, Tally { passed, failed }, time) in self.rows().iter() {
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

    #[test]
    fn the_last_line_of_a_test_binary_is_counted() {
        let check = |line, expect: Option<Tally>| assert_eq!(Tally::parse(line), expect, "{line}");
        let native =
            "test result: FAILED. 2 passed; 10 failed; 1 ignored; 0 measured; 3 filtered out";
        check(native, Some(Tally::new(2, 10)));
        let browser = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 filtered out\n";
        check(browser, Some(Tally::new(3, 0)));
        check("test report::tests::the_test_result ... ok", None);
        check("test result: ok.", None);
        check("the test result: ok. 1 passed; 0 failed", None);
    }

    #[test]
    fn every_step_counts_and_a_failing_one_stops_nothing() {
        let report = Report::default();
        assert_eq!(report.check("fmt", |_| Ok(7)).unwrap(), Some(7));
        let made = report.check("clippy", |_| Err::<(), _>(anyhow!("a lint")));
        assert_eq!(made.unwrap(), None);
        report
            .tests("native tests", |_| Ok(Tally::new(10, 2)))
            .unwrap();
        assert_eq!(report.sum(), Tally::new(11, 3));
        let table = report.to_string();
        assert!(table.contains("10 passed, 2 FAILED"), "{table}");
    }

    #[test]
    fn an_interruption_ends_the_whole_run() {
        let report = Report::default();
        let error = report.check("fmt", |_| Err::<(), _>(Interrupted.into()));
        assert!(error.unwrap_err().is::<Interrupted>());
    }
}
