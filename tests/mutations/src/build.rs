//! The copy of the project in which mutations are compiled and run.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fmt, fs};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::mutations::{CaughtBy, Mutation, TARGETS, Target};
use crate::schemata;

/// How long all storms of a mutation may take, in seconds: a mutation can cause an endless loop.
const LIMIT: u32 = 900;

/// The folder of the copied crates. Cargo distinguishes crates in one target folder by their paths in
/// the workspace, so these must differ from the project's.
const COPY: &str = "mutated";

/// The exit code of `timeout` if it had to end the program.
const TIMED_OUT: i32 = 124;

/// A mutation to try, with its number and crate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trial {
    pub(crate) number: usize,
    pub(crate) target: &'static Target,
    pub(crate) mutation: &'static Mutation,
}

/// The result of storms or tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The first storm that failed, and the violated invariant.
    Storm { seed: u64, violation: String },
    /// A test that failed.
    Test(String),
    /// A machine's panic.
    Panic(String),
    /// No failure.
    Passed,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Storm { seed, violation } => write!(f, "seed {seed}: {violation}"),
            Self::Test(name) => write!(f, "test {name}"),
            Self::Panic(message) => f.write_str(message),
            Self::Passed => f.write_str("passed"),
        }
    }
}

/// A copy of the machines and the simulator with all mutations compiled in.
#[derive(Debug)]
pub(crate) struct Build {
    simulator: PathBuf,
    /// The test programs of each crate that has mutations for tests.
    tests: BTreeMap<&'static str, Vec<Program>>,
}

/// A test program, and its working directory.
#[derive(Debug)]
struct Program {
    file: PathBuf,
    folder: PathBuf,
}

/// The project's root.
pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every mutation, numbered.
pub(crate) fn trials() -> Vec<Trial> {
    let of_target = |target: &'static Target| {
        let mutations = target.lists.iter().copied().flatten();
        mutations.map(move |mutation| (target, mutation))
    };
    let all = TARGETS.iter().flat_map(of_target).enumerate();
    all.map(|(number, (target, mutation))| Trial {
        number,
        target,
        mutation,
    })
    .collect()
}

impl Build {
    /// Copies the project with these mutations to `target/mutations`, and compiles what the trials
    /// need. Dependencies are those that the project has compiled.
    ///
    /// # Errors
    /// A mutation can't be inserted, the copy can't be written, does not compile, or its tests fail
    /// without a mutation.
    pub(crate) fn new(trials: &[Trial]) -> Result<Self> {
        let project = project();
        let target = env::var_os("CARGO_TARGET_DIR");
        let target = target.map_or_else(|| project.join("target"), PathBuf::from);
        let folder = target.join("mutations");
        fs::create_dir_all(&folder)?;
        let whole = fs::read_to_string(project.join("Cargo.toml"))?;
        write(&folder.join("Cargo.toml"), &manifest(&whole))?;
        let lock = "Cargo.lock";
        fs::copy(project.join(lock), folder.join(lock))?;
        let mutated = mutated_files(&project, trials)?;
        for part in ["crates", "tests/simulator"] {
            copy(&project, Path::new(part), &folder.join(COPY), &mutated)?;
        }
        // The project's lock file has everything that the copy needs, so the copy needs no network.
        let fetched = cargo(&project, &["fetch", "--locked"]).status()?;
        ensure!(fetched.success(), "the dependencies could not be fetched");
        let mut build = Self {
            simulator: folder.join("simulate"),
            tests: BTreeMap::new(),
        };
        let needs_storms = |trial: &Trial| trial.mutation.caught_by == CaughtBy::Storms;
        if trials.iter().any(needs_storms) {
            let programs = compile(&folder, &target, &["build", "--package", "simulator"])?;
            let program = programs.first().context("there is no simulator")?;
            // Another build may replace the file.
            fs::copy(&program.file, &build.simulator)?;
        }
        for trial in trials.iter().filter(|trial| !needs_storms(trial)) {
            let name = trial.target.name;
            if build.tests.contains_key(name) {
                continue;
            }
            let test = ["test", "--package", name, "--tests", "--no-run"];
            build.tests.insert(name, compile(&folder, &target, &test)?);
            let verdict = build.tests(trial.target, None, None)?;
            ensure!(
                verdict == Verdict::Passed,
                "without a mutation, {name} fails: {verdict}"
            );
        }
        Ok(build)
    }

    /// Runs what must catch a mutation. The storm that catches it must pass without the mutation.
    ///
    /// # Errors
    /// A program can't be run, or the storm fails without the mutation, too.
    pub(crate) fn run(&self, trial: &Trial) -> Result<Verdict> {
        let target = trial.target;
        let scenario = target.scenario(trial.mutation);
        let verdict = match trial.mutation.caught_by {
            CaughtBy::Storms => {
                let first = trial.mutation.seed;
                self.storms(scenario, Some(trial.number), first..first + target.storms)?
            }
            CaughtBy::Tests(first) => match self.tests(target, Some(trial.number), Some(first))? {
                Verdict::Passed => self.tests(target, Some(trial.number), None)?,
                caught => caught,
            },
        };
        if let Verdict::Storm { seed, .. } = &verdict {
            let without = self.storms(scenario, None, *seed..seed + 1)?;
            ensure!(
                without == Verdict::Passed,
                "without a mutation, {} fails: {without}",
                target.name
            );
        }
        Ok(verdict)
    }

    /// Runs storms, with a mutation or without.
    fn storms(
        &self,
        scenario: &str,
        mutation: Option<usize>,
        seeds: Range<u64>,
    ) -> Result<Verdict> {
        let mut simulate = Command::new("timeout");
        simulate.arg(LIMIT.to_string());
        simulate.arg(&self.simulator);
        simulate.args(["--first", &seeds.start.to_string()]);
        simulate.args(["--seeds", &(seeds.end - seeds.start).to_string()]);
        simulate.args(["--scenario", scenario]);
        let Output { status, stderr, .. } = activate(simulate, mutation).output()?;
        if status.success() {
            return Ok(Verdict::Passed);
        }
        ensure!(
            status.code() != Some(TIMED_OUT),
            "the storms did not end within {LIMIT} s: a machine loops"
        );
        let stderr = String::from_utf8_lossy(&stderr);
        let failure = stderr
            .lines()
            .find_map(|line| line.strip_prefix("scenario ")?.split_once(", seed "))
            .and_then(|(_, rest)| rest.split_once(": "))
            .and_then(|(seed, violation)| Some((seed.parse().ok()?, violation.to_owned())));
        if let Some((seed, violation)) = failure {
            return Ok(Verdict::Storm { seed, violation });
        }
        // A panic in a machine is a catch; a simulator that can't run is not.
        match stderr.lines().find(|line| line.contains("panicked at")) {
            Some(panic) => Ok(Verdict::Panic(panic.to_owned())),
            None => bail!("the simulator could not be run: {stderr}"),
        }
    }

    /// Runs the crate's tests, or only the one of this name, with a mutation or without, until a program fails.
    fn tests(
        &self,
        target: &Target,
        mutation: Option<usize>,
        only: Option<&str>,
    ) -> Result<Verdict> {
        let programs = self.tests.get(target.name);
        let programs = programs.context("there are no tests")?;
        for Program { file, folder } in programs {
            let mut test = activate(Command::new(file), mutation);
            if let Some(name) = only {
                test.args(["--exact", name]);
            }
            let Output { status, stdout, .. } = test.current_dir(folder).output()?;
            if status.success() {
                continue;
            }
            let stdout = String::from_utf8_lossy(&stdout);
            let mut lines = stdout.lines();
            let failed =
                lines.find_map(|line| line.strip_prefix("---- ")?.strip_suffix(" stdout ----"));
            let failed = failed.with_context(|| format!("no test could be run: {stdout}"))?;
            return Ok(Verdict::Test(failed.to_owned()));
        }
        Ok(Verdict::Passed)
    }
}

/// Compiles something of the copy, and returns the programs.
fn compile(folder: &Path, target: &Path, arguments: &[&str]) -> Result<Vec<Program>> {
    let built = cargo(folder, arguments)
        .args(["--offline", "--message-format", "json-render-diagnostics"])
        .env("CARGO_TARGET_DIR", target)
        .output()?;
    let errors = String::from_utf8_lossy(&built.stderr);
    ensure!(
        built.status.success(),
        "the mutations do not compile:\n{errors}"
    );
    let messages = String::from_utf8_lossy(&built.stdout);
    let program = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        let manifest = Path::new(message["manifest_path"].as_str()?);
        Some(Program {
            file: message["executable"].as_str()?.into(),
            folder: manifest.parent()?.to_owned(),
        })
    };
    Ok(messages.lines().filter_map(program).collect())
}

fn cargo(folder: &Path, arguments: &[&str]) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments).arg("--quiet").current_dir(folder);
    cargo
}

fn activate(mut command: Command, mutation: Option<usize>) -> Command {
    match mutation {
        Some(number) => command.env(schemata::ACTIVE, number.to_string()),
        None => command.env_remove(schemata::ACTIVE),
    };
    command
}

/// The files that differ from the project's, by their path in the project, with all mutations.
fn mutated_files(project: &Path, trials: &[Trial]) -> Result<BTreeMap<PathBuf, String>> {
    let mut by_file: BTreeMap<PathBuf, Vec<(usize, &Mutation)>> = BTreeMap::new();
    for target in &TARGETS {
        let lib = Path::new("crates").join(target.name).join("src/lib.rs");
        by_file.insert(lib, Vec::new());
    }
    for trial in trials {
        let source = Path::new("crates").join(trial.target.name).join("src");
        let file = by_file.entry(source.join(trial.mutation.file)).or_default();
        file.push((trial.number, trial.mutation));
    }
    let mutate = |(file, mutations): (PathBuf, Vec<_>)| {
        let source = fs::read_to_string(project.join(&file))
            .with_context(|| format!("{} can't be read", file.display()))?;
        let mut text = schemata::with_mutations(&source, &mutations)?;
        if file.ends_with("lib.rs") {
            text += &schemata::switch();
        }
        Ok((file, text))
    };
    by_file.into_iter().map(mutate).collect()
}

/// The manifest of the copy: what the workspace's members inherit, and how the project's tests are
/// optimised.
fn manifest(whole: &str) -> String {
    let members = format!("\"{COPY}/crates/*\", \"{COPY}/tests/*\"");
    // It needs the widget, which is not copied.
    let without = format!("\"{COPY}/crates/element\"");
    let mut manifest =
        format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\nexclude = [{without}]\n\n");
    let whole = whole.replace("path = \"crates/", &format!("path = \"{COPY}/crates/"));
    let mut is_inherited = false;
    for line in whole.lines() {
        if line.starts_with('[') {
            is_inherited = line.starts_with("[workspace.") || line.starts_with("[profile.dev");
        }
        if is_inherited {
            manifest.push_str(line);
            manifest.push('\n');
        }
    }
    manifest
}

/// Makes a folder of the copy equal to the project's, apart from mutations. Unchanged files keep their
/// times, so that builds stay incremental.
fn copy(
    project: &Path,
    folder: &Path,
    to: &Path,
    mutated: &BTreeMap<PathBuf, String>,
) -> Result<()> {
    let (from, copied) = (project.join(folder), to.join(folder));
    fs::create_dir_all(&copied)?;
    for entry in fs::read_dir(&copied)? {
        let entry = entry?;
        if !from.join(entry.file_name()).exists() {
            match entry.file_type()?.is_dir() {
                true => fs::remove_dir_all(entry.path())?,
                false => fs::remove_file(entry.path())?,
            }
        }
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(project, &path, to, mutated)?;
        } else if let Some(text) = mutated.get(&path) {
            write(&to.join(&path), text)?;
        } else {
            write(&to.join(&path), &fs::read_to_string(entry.path())?)?;
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|known| known == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("{} can't be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutation_can_be_inserted_into_its_file() {
        let put = |trial| mutated_files(&project(), &[trial]).err();
        let errors = trials().into_iter().filter_map(put);
        let errors: Vec<_> = errors.map(|error| format!("{error:#}")).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}
