//! What came of the steps: a table, and the sum.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use super::tally::Tally;
use crate::process::Interrupted;

/// The steps so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    step: &'static str,
    tally: Tally,
    counts: Counts,
    time: Duration,
}

/// What the numbers of a row count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counts {
    Tests,
    Itself,
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
        self.step(step, Counts::Itself, || {
            made = Some(work()?);
            Ok(Tally::of_one(true))
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
        self.step(step, Counts::Tests, work)
    }

    /// Counts a step as failed that cannot be done.
    pub(super) fn not_done(&mut self, step: &'static str, reason: &str) -> Result<()> {
        self.check(step, || Err::<(), _>(anyhow!("not done: {reason}")))
            .map(drop)
    }

    /// The sum over all the steps.
    pub(super) fn sum(&self) -> Tally {
        let mut sum = Tally::default();
        for row in &self.rows {
            sum += row.tally;
        }
        sum
    }

    fn step(
        &mut self,
        step: &'static str,
        counts: Counts,
        work: impl FnOnce() -> Result<Tally>,
    ) -> Result<()> {
        println!("\n==> {step}");
        let started = Instant::now();
        let (tally, counts) = match work() {
            Ok(tally) => (tally, counts),
            Err(error) if error.is::<Interrupted>() => return Err(error),
            Err(error) => {
                println!("{step}: {error:#}");
                (Tally::of_one(false), Counts::Itself)
            }
        };
        self.rows.push(Row {
            step,
            tally,
            counts,
            time: started.elapsed(),
        });
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            writeln!(
                f,
                "{:<28}{:<28}{:>6} s",
                row.step,
                row.outcome(),
                row.time.as_secs_f64().round()
            )?;
        }
        Ok(())
    }
}

impl Row {
    fn outcome(&self) -> String {
        let Tally { passed, failed } = self.tally;
        match (self.counts, failed) {
            (Counts::Itself, 0) => "passed".to_owned(),
            (Counts::Itself, _) => "FAILED".to_owned(),
            (Counts::Tests, 0) => format!("{passed} passed"),
            (Counts::Tests, _) => format!("{passed} passed, {failed} FAILED"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn every_step_counts_and_a_failing_one_stops_nothing() {
        let mut report = Report::default();
        let made = report.check("fmt", || Ok(7)).unwrap();
        assert_eq!(made, Some(7));
        let made = report.check("clippy", || Err::<(), _>(anyhow!("a lint")));
        assert_eq!(made.unwrap(), None);
        report.tests("native tests", || Ok(tally(10, 2))).unwrap();
        report.not_done("browser tests", "no browser").unwrap();
        assert_eq!(report.sum(), tally(11, 4));
    }

    #[test]
    fn the_table_tells_tests_from_steps() {
        let mut report = Report::default();
        report.check("fmt", || Ok(())).unwrap();
        report.not_done("page", "no tools").unwrap();
        report.tests("native tests", || Ok(tally(10, 2))).unwrap();
        let outcomes: Vec<_> = report.rows.iter().map(Row::outcome).collect();
        assert_eq!(outcomes, ["passed", "FAILED", "10 passed, 2 FAILED"]);
    }

    #[test]
    fn an_interruption_ends_it_all() {
        let mut report = Report::default();
        let error = report.check("fmt", || Err::<(), _>(Interrupted.into()));
        assert!(error.unwrap_err().is::<Interrupted>());
    }
}
