//! Deliberate faults in the machines: each must be caught by the simulator's storms or by the
//! crate's own tests. A fault that nothing catches reveals a gap in them.
//!
//! | file | holds |
//! |---|---|
//! | `mutations` | what a mutation is, and the lists of them |
//! | `schemata` | all mutations of a source file in one text, chosen at run time |
//! | `build` | the copy of the project with all of them: compiled once, run once each |

#![forbid(unsafe_code)]

mod build;
mod mutations;
mod schemata;

use std::panic::resume_unwind;
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;

use crate::build::{Build, Trial, Verdict};

/// Inserts deliberate faults into a copy of the machines, and expects each to be caught.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask sim --mutations")]
struct Options {
    /// Only mutations whose names contain this text, or those of a crate: `bayeux` or
    /// `supervision`.
    #[arg(long, value_name = "WORDS")]
    only: Option<String>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Tries the mutations, and returns whether all were caught.
fn run(options: &Options) -> Result<bool> {
    let mut trials = build::trials();
    if let Some(words) = &options.only {
        trials.retain(|trial| trial.mutation.name.contains(words) || trial.target.name == words);
    }
    let start = Instant::now();
    let build = Build::new(&trials)?;
    println!(
        "{} mutations compiled in {} s",
        trials.len(),
        start.elapsed().as_secs()
    );
    let verdicts = try_all(&build, &trials)?;
    let missed = verdicts
        .iter()
        .filter(|(_, verdict)| *verdict == Verdict::Passed);
    let missed = missed.count();
    println!(
        "{missed} of {} mutations not caught, in {} s",
        verdicts.len(),
        start.elapsed().as_secs()
    );
    Ok(missed == 0)
}

/// Tries mutations two at a time.
fn try_all<'a>(build: &Build, trials: &'a [Trial]) -> Result<Vec<(&'a Trial, Verdict)>> {
    const AT_ONCE: usize = 2;
    let queue = Mutex::new(trials.iter());
    let next = || queue.lock().unwrap_or_else(|e| e.into_inner()).next();
    let work = || -> Result<Vec<(&Trial, Verdict)>> {
        let mut verdicts = Vec::new();
        while let Some(trial) = next() {
            let verdict = build.run(trial)?;
            let caught = match verdict {
                Verdict::Passed => "NOT CAUGHT".to_owned(),
                _ => format!("caught by {verdict}"),
            };
            println!("{:<72} {caught}", trial.mutation.name);
            verdicts.push((trial, verdict));
        }
        Ok(verdicts)
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let mut verdicts = Vec::new();
        for worker in workers {
            verdicts.extend(worker.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(verdicts)
    })
}
