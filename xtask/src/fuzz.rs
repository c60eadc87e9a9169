//! `cargo xtask fuzz`: the targets of `tests/fuzzing/fuzz`, each for a minute.
//!
//! What the fuzzer makes of the corpus goes to `target/fuzz`; the corpus that is committed only
//! grows by hand, with what is worth keeping. Each of its files is a test, too.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, fs};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::tools::Tools;
use crate::{process, project, setup};

/// Compiling everything with the fuzzer's instruments takes this much longer than the fuzzing.
const TO_COMPILE: Duration = Duration::from_secs(15 * 60);

/// What one input may need: a machine that holds on to more is a finding.
const MEGABYTES: u32 = 512;
/// Seconds that one input may take.
const SECONDS: u32 = 10;

/// Options of `cargo xtask fuzz`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The target; all of them if none is named.
    target: Option<Target>,

    /// For how long each target runs.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,

    /// Runs the target once, on this file.
    #[arg(long, requires = "target", conflicts_with = "seconds")]
    input: Option<PathBuf>,
}

/// What is fuzzed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    /// One body of any bytes, for client and server.
    Messages,
    /// A client, and whatever may happen to it.
    Replies,
    /// A server, and whatever may be asked of it.
    Requests,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Messages => "messages",
            Self::Replies => "replies",
            Self::Requests => "requests",
        })
    }
}

/// Builds and runs the targets.
///
/// # Errors
/// A target can't be built, or an input breaks it: the message says which, and what to do with it.
pub(crate) fn run(options: &Options) -> Result<()> {
    let tools = setup::ensure_fuzzer()?;
    if let (Some(target), Some(input)) = (options.target, &options.input) {
        let input = fs::canonicalize(input)
            .with_context(|| format!("{} can't be read", input.display()))?;
        let mut command = fuzz(&tools, target);
        command.arg(input);
        return process::run(command);
    }
    let mut done = Vec::new();
    for target in [Target::Messages, Target::Replies, Target::Requests] {
        if options.target.is_none_or(|only| only == target) {
            let executions = run_target(&tools, target, options.seconds)?;
            done.push(format!("{target}: {executions} executions, nothing found"));
        }
    }
    println!("\n{}", done.join("\n"));
    Ok(())
}

/// Runs a target; how many executions it came to.
fn run_target(tools: &Tools, target: Target, seconds: u32) -> Result<u64> {
    println!("==> {target}, for {seconds} seconds");
    let name = target.to_string();
    let found = output().join("corpus").join(&name);
    fs::create_dir_all(&found).with_context(|| format!("{} can't be made", found.display()))?;
    let mut command = fuzz(tools, target);
    // The fuzzer writes to the first, and only reads the second.
    command.arg(&found).arg(folder().join("corpus").join(&name));
    command.arg("--");
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-timeout={SECONDS}"));
    command.arg(format!("-rss_limit_mb={MEGABYTES}"));
    command.args(["-max_len=4096", "-print_final_stats=1", "-verbosity=1"]);
    let words = folder().join(format!("{name}.dict"));
    if words.exists() {
        command.arg(format!("-dict={}", words.display()));
    }
    let mut ending = Ending::default();
    let limit = TO_COMPILE + Duration::from_secs(seconds.into());
    let status = process::stream_errors(command, limit, |line| ending.read(line))?;
    match (status.success(), ending) {
        (
            true,
            Ending {
                executions: Some(executions),
                ..
            },
        ) => Ok(executions),
        (
            _,
            Ending {
                input: Some(input), ..
            },
        ) => bail!("{}", finding(target, &input)),
        _ => bail!("{target} could not be built or run ({status}); the reason stands above"),
    }
}

/// What to do with an input that broke something.
fn finding(target: Target, input: &str) -> String {
    let kept = match target {
        Target::Messages => "json",
        Target::Replies | Target::Requests => "txt",
    };
    let root = project::root();
    let input = Path::new(input);
    let input = input.strip_prefix(root).unwrap_or(input).display();
    let corpus = folder();
    let corpus = corpus.strip_prefix(root).unwrap_or(&corpus).display();
    format!(
        "{target} found something; what, stands above. The input: {input}\n\
         Again:        cargo xtask fuzz {target} --input {input}\n\
         As a test:    cp {input} {corpus}/corpus/{target}/what-it-shows.{kept}\n\
         \x20             cargo test --package fuzzing"
    )
}

/// What the fuzzer writes at its end.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ending {
    executions: Option<u64>,
    /// The file with the input that broke something.
    input: Option<String>,
}

impl Ending {
    fn read(&mut self, line: &str) {
        let line = line.trim_end();
        if let Some(count) = line.strip_prefix("stat::number_of_executed_units:") {
            self.executions = count.trim().parse().ok();
        }
        if let Some((_, file)) = line.split_once("Test unit written to ") {
            self.input = Some(file.to_owned());
        }
    }
}

/// The command that builds and runs a target. Without a sanitizer: there is no unsafe code in what
/// is fuzzed, and it is several times as fast.
fn fuzz(tools: &Tools, target: Target) -> std::process::Command {
    let mut command = tools.command("cargo-fuzz");
    command.env("RUSTUP_TOOLCHAIN", setup::NIGHTLY);
    // Set by the cargo that runs us, which is not the nightly one.
    command.env_remove("CARGO");
    command.args(["fuzz", "run", "--sanitizer", "none", "--fuzz-dir"]);
    command.arg(folder());
    command.arg("--target-dir").arg(output());
    command.arg(target.to_string());
    command
}

/// The crate with the targets.
fn folder() -> PathBuf {
    project::root().join("tests/fuzzing/fuzz")
}

/// Where everything goes that need not stay.
fn output() -> PathBuf {
    project::root().join("target/fuzz")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fuzzers_last_words_are_understood() {
        let mut ending = Ending::default();
        for line in [
            "#12\tDONE   cov: 1 ft: 1 corp: 1/1b lim: 4 exec/s: 0 rss: 30Mb\n",
            "stat::number_of_executed_units: 4711\n",
            "artifact_prefix='/a/'; Test unit written to /a/crash-0abc\n",
        ] {
            ending.read(line);
        }
        let expected = Ending {
            executions: Some(4711),
            input: Some("/a/crash-0abc".to_owned()),
        };
        assert_eq!(ending, expected);
    }

    #[test]
    fn a_finding_comes_with_what_to_do() {
        let input = project::root().join("tests/fuzzing/fuzz/artifacts/replies/crash-1");
        let text = finding(Target::Replies, &input.display().to_string());
        assert!(text.contains(
            "cargo xtask fuzz replies --input tests/fuzzing/fuzz/artifacts/replies/crash-1"
        ));
        assert!(text.contains("tests/fuzzing/fuzz/corpus/replies/what-it-shows.txt"));
    }
}
