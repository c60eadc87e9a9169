//! Runs storms by the thousand, or replays one: `cargo xtask sim`.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use simulator::{Detail, Failure, Report, Rule, Scenario};

/// Simulates the CometD client and server, and the supervision machine on top of them, in storms:
/// by seed, in virtual time.
#[derive(Debug, Parser)]
#[command(name = "simulate", bin_name = "cargo xtask sim")]
struct Options {
    /// How many seeds to run.
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    seeds: u64,

    /// The first of them.
    #[arg(long, default_value_t = 0, value_name = "S")]
    first: u64,

    /// The kind of storm; with `all` or `cometd`, the seeds take turns with the kinds.
    #[arg(long, value_parser = scenarios, default_value = "all")]
    scenario: Scenarios,

    /// With --scenario supervision: checks only this invariant.
    #[arg(long, requires = "scenario")]
    rule: Option<Rule>,

    /// Continues after a failure, and counts failures by kind.
    #[arg(long)]
    keep_going: bool,

    /// Runs only this seed.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,

    /// With --seed: shows everything that happens.
    #[arg(long, requires = "seed")]
    trace: bool,
}

/// Kinds of storms, with which the seeds take turns.
#[derive(Clone, Debug)]
struct Scenarios(Vec<Scenario>);

fn scenarios(name: &str) -> Result<Scenarios, String> {
    let mut kinds = Scenario::COMETD.to_vec();
    if name == "cometd" {
        return Ok(Scenarios(kinds));
    }
    kinds.push(Scenario::SUPERVISION);
    if name == "all" {
        return Ok(Scenarios(kinds));
    }
    let named = kinds.iter().find(|kind| kind.name == name);
    named.map(|kind| Scenarios(vec![*kind])).ok_or_else(|| {
        let names: Vec<_> = kinds.iter().map(|kind| kind.name).collect();
        format!("there are all, cometd, {}", names.join(", "))
    })
}

fn main() -> ExitCode {
    let options = Options::parse();
    let outcome = match options.seed {
        Some(seed) => one(&options, seed),
        None => many(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

impl Options {
    fn scenario(&self, seed: u64) -> Scenario {
        let Scenarios(kinds) = &self.scenario;
        let kind = usize::try_from(seed % kinds.len() as u64).unwrap_or_default();
        Scenario {
            rule: self.rule,
            ..kinds[kind]
        }
    }
}

fn one(options: &Options, seed: u64) -> Result<(), Box<Failure>> {
    let detail = if options.trace {
        Detail::Whole
    } else {
        Detail::End
    };
    let (report, trace) = simulator::replay(&options.scenario(seed), seed, detail)?;
    print!("{trace}");
    println!("seed {seed}: {report:?}");
    Ok(())
}

/// The result of all threads.
#[derive(Default)]
struct Tally {
    next: AtomicU64,
    is_over: AtomicBool,
    whole: Mutex<(u64, Report)>,
    failure: Mutex<Option<Box<Failure>>>,
    /// How often each kind of failure occurred, and its first seed.
    kinds: Mutex<BTreeMap<String, (u64, u64)>>,
}

fn many(options: &Options) -> Result<(), Box<Failure>> {
    const THREADS: usize = 2;
    let tally = Tally::default();
    let begin = Instant::now();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS)
            .map(|_| scope.spawn(|| work(options, &tally)))
            .collect();
        while std::io::stdout().is_terminal() && !workers.iter().all(|worker| worker.is_finished())
        {
            thread::park_timeout(Duration::from_millis(250));
            print!("\r{}", summary(&tally, begin));
            // A progress line that can't be printed is no reason to stop.
            std::io::stdout().flush().unwrap_or_default();
        }
    });
    println!("\r{}", summary(&tally, begin));
    let (_, whole) = *lock(&tally.whole);
    println!(
        "{} requests, {} sessions, {} messages; {} sessions and {} messages with acknowledgement",
        whole.requests,
        whole.sessions,
        whole.messages,
        whole.acknowledged,
        whole.acknowledged_messages,
    );
    let [confirmed, refused, unknown] = whole.operations;
    if confirmed + refused + unknown > 0 {
        println!(
            "{confirmed} operations confirmed, {refused} refused, {unknown} of unknown outcome"
        );
    }
    if options.keep_going {
        for (kind, (count, seed)) in &*lock(&tally.kinds) {
            println!("{count:>8} × {kind} (the first time by seed {seed})");
        }
    }
    lock(&tally.failure).take().map_or(Ok(()), Err)
}

fn summary(tally: &Tally, begin: Instant) -> String {
    let (done, whole) = *lock(&tally.whole);
    let hours = whole.virtual_millis as f64 / 3_600_000.0;
    let seconds = begin.elapsed().as_secs_f64().max(0.001);
    format!(
        "{done} seeds, {hours:.1} virtual hours in {seconds:.1} s ({:.1} a second)",
        hours / seconds
    )
}

/// The first line of a violation, without its numbers.
fn kind_of(failure: &Failure) -> String {
    let line = failure.violation.lines().next().unwrap_or_default();
    let violation = line.chars().take(100);
    let mut kind: String = violation
        .map(|c| if c.is_ascii_digit() { '#' } else { c })
        .collect();
    while kind.contains("##") {
        kind = kind.replace("##", "#");
    }
    kind
}

fn work(options: &Options, tally: &Tally) {
    while !tally.is_over.load(Ordering::Relaxed) {
        let number = tally.next.fetch_add(1, Ordering::Relaxed);
        if number >= options.seeds {
            return;
        }
        let seed = options.first.wrapping_add(number);
        match simulator::run(&options.scenario(seed), seed) {
            Ok(report) => {
                let (done, whole) = &mut *lock(&tally.whole);
                *done += 1;
                *whole += report;
            }
            Err(failure) => {
                tally.is_over.store(!options.keep_going, Ordering::Relaxed);
                let mut kinds = lock(&tally.kinds);
                kinds.entry(kind_of(&failure)).or_insert((0, seed)).0 += 1;
                lock(&tally.failure).get_or_insert(failure);
            }
        }
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(|e| e.into_inner())
}
