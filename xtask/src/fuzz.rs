//! `cargo xtask fuzz`: the targets of `tests/fuzzing/fuzz`, each for a minute.
//!
//! What the fuzzer adds goes to `target/fuzz`; the committed corpus grows by hand only. Each of its
//! files is a test, too.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::setup::{self, Purpose};
use crate::tools::Tools;
use crate::{process, project};

/// The memory that one input may need; more is a finding.
const MEGABYTES: u32 = 512;
/// Seconds that one input may take.
const SECONDS: u32 = 10;

/// An arbitrary body, for client and server; a client and an arbitrary script.
const TARGETS: [&str; 2] = ["messages", "replies"];

/// Options of `cargo xtask fuzz`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The target; all of them if none is named.
    #[arg(value_parser = TARGETS)]
    target: Option<String>,

    /// For how long each target runs.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,

    /// Runs the target once, on this file.
    #[arg(long, requires = "target", conflicts_with = "seconds")]
    input: Option<PathBuf>,
}

/// Builds and runs the targets.
///
/// # Errors
/// A target can't be built, or an input breaks it: the message says which, and what to do with it.
pub(crate) fn run(options: &Options) -> Result<()> {
    let tools = setup::ensure(Purpose::Fuzzing)?;
    if let (Some(target), Some(input)) = (&options.target, &options.input) {
        let input = fs::canonicalize(input)
            .with_context(|| format!("{} can't be read", input.display()))?;
        let mut command = fuzz(&tools, target);
        command.arg(input);
        return process::run(command);
    }
    for target in TARGETS {
        if options.target.as_ref().is_none_or(|only| only == target) {
            run_target(&tools, target, options.seconds)?;
        }
    }
    println!("No findings.");
    Ok(())
}

fn run_target(tools: &Tools, target: &str, seconds: u32) -> Result<()> {
    println!("==> {target}, for {seconds} seconds");
    let found = output().join("corpus").join(target);
    fs::create_dir_all(&found).with_context(|| format!("{} can't be made", found.display()))?;
    let mut command = fuzz(tools, target);
    // The fuzzer writes to the first, and only reads the second.
    command
        .arg(&found)
        .arg(folder().join("corpus").join(target));
    command.arg("--");
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-timeout={SECONDS}"));
    command.arg(format!("-rss_limit_mb={MEGABYTES}"));
    command.args(["-max_len=4096", "-print_final_stats=1", "-verbosity=1"]);
    let words = folder().join(format!("{target}.dict"));
    if words.exists() {
        command.arg(format!("-dict={}", words.display()));
    }
    process::run(command).with_context(|| {
        format!(
            "{target} could not be built, or an input broke it; the reason and the input's FILE are \
             shown above.\n\
             To run it again: cargo xtask fuzz {target} --input FILE\n\
             To make it a test: copy FILE to tests/fuzzing/fuzz/corpus/{target} under a name that \
             says what it shows, and run cargo test --package fuzzing"
        )
    })
}

/// The command that builds and runs a target. Without a sanitizer: there is no unsafe code in what
/// is fuzzed, and it is several times as fast.
fn fuzz(tools: &Tools, target: &str) -> std::process::Command {
    let mut command = tools.command("cargo-fuzz");
    command.env("RUSTUP_TOOLCHAIN", setup::NIGHTLY);
    // Set by the cargo that runs us, which is not the nightly one.
    command.env_remove("CARGO");
    command.args(["fuzz", "run", "--sanitizer", "none", "--fuzz-dir"]);
    command.arg(folder());
    command.arg("--target-dir").arg(output());
    command.arg(target);
    command
}

/// The crate with the targets.
fn folder() -> PathBuf {
    project::root().join("tests/fuzzing/fuzz")
}

/// The folder for what is not committed.
fn output() -> PathBuf {
    project::root().join("target/fuzz")
}
