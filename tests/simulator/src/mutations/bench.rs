//! Trying faults out, one after another, on a copy of the project.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{Mutation, Net};

/// What became of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A storm revealed it: by which seed, and how.
    Caught {
        /// The first seed that failed.
        seed: u64,
        /// The invariant it broke.
        violation: String,
    },
    /// A test did.
    Failed(String),
    /// The machine panicked.
    Crashed(String),
    /// No storm did.
    NotCaught,
    /// Its text does not occur exactly once.
    Stale,
    /// It does not compile.
    DoesNotBuild(String),
}

/// A copy of the machines and the simulator, to put faults into.
#[derive(Debug)]
pub struct Bench {
    project: PathBuf,
    copy: PathBuf,
}

impl Bench {
    /// Copies what is needed of the project, to a folder of that name.
    ///
    /// # Errors
    ///
    /// If the project can't be read, or the copy not be written.
    pub fn new(name: &str) -> io::Result<Self> {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let target = std::env::var_os("CARGO_TARGET_DIR");
        let target = target.map_or_else(|| project.join("target"), PathBuf::from);
        let bench = Self {
            project,
            copy: target.join("mutations").join(name),
        };
        let whole = fs::read_to_string(bench.project.join("Cargo.toml"))?;
        fs::create_dir_all(&bench.copy)?;
        write(&bench.copy.join("Cargo.toml"), &manifest(&whole))?;
        fs::copy(
            bench.project.join("Cargo.lock"),
            bench.copy.join("Cargo.lock"),
        )?;
        for part in ["crates", "tests/simulator"] {
            copy(&bench.project.join(part), &bench.copy.join(part))?;
        }
        Ok(bench)
    }

    /// Puts a fault into the copy, runs up to `seeds` storms, or tests, and takes it out again.
    ///
    /// # Errors
    ///
    /// If files can't be read or written, or programs not be started.
    pub fn try_out(&self, mutation: &Mutation, seeds: u64) -> io::Result<Verdict> {
        let source = Path::new(mutation.net.sources()).join(mutation.file);
        let text = fs::read_to_string(self.project.join(&source))?;
        if text.matches(mutation.find).count() != 1 {
            return Ok(Verdict::Stale);
        }
        let faulty = text.replace(mutation.find, mutation.replace);
        write(&self.copy.join(&source), &faulty)?;
        let verdict = self.run(mutation.net, seeds);
        write(&self.copy.join(&source), &text)?;
        verdict
    }

    /// Runs storms, or tests, on the copy as it is. Without a fault none should fail.
    ///
    /// # Errors
    ///
    /// If programs can't be started.
    pub fn run(&self, net: Net, seeds: u64) -> io::Result<Verdict> {
        let build: &[&str] = match net {
            Net::Cometd => &["build", "--bin", "simulate", "--no-default-features"],
            Net::Supervision => &["build", "--bin", "simulate"],
            Net::Behaviour => &["test", "--package", "supervision", "--no-run"],
        };
        let built = self.cargo(build)?;
        if !built.status.success() {
            let text = String::from_utf8_lossy(&built.stderr);
            let error = text.lines().find(|line| line.starts_with("error"));
            return Ok(Verdict::DoesNotBuild(error.unwrap_or(&text).to_owned()));
        }
        match net {
            // One fault shows in one storm of ten thousand.
            Net::Cometd => self.storms(&[], seeds * 3 / 2),
            // They take longer.
            Net::Supervision => self.storms(&["--scenario", "supervision"], seeds / 4),
            Net::Behaviour => self.tests(),
        }
    }

    fn cargo(&self, arguments: &[&str]) -> io::Result<Output> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Command::new(cargo)
            .args(arguments)
            .args(["--offline", "--quiet"])
            .current_dir(&self.copy)
            .env("CARGO_TARGET_DIR", self.copy.join("target"))
            .output()
    }

    fn tests(&self) -> io::Result<Verdict> {
        let run = self.cargo(&["test", "--package", "supervision", "--no-fail-fast"])?;
        if run.status.success() {
            return Ok(Verdict::NotCaught);
        }
        let said = String::from_utf8_lossy(&run.stdout);
        let mut names = said
            .lines()
            .filter_map(|line| line.strip_prefix("---- ")?.strip_suffix(" stdout ----"));
        match names.next() {
            Some(name) => Ok(Verdict::Failed(name.to_owned())),
            None => Err(io::Error::other(format!("no test could be run: {said}"))),
        }
    }

    fn storms(&self, scenario: &[&str], seeds: u64) -> io::Result<Verdict> {
        let run = Command::new(self.copy.join("target/debug/simulate"))
            .args(["--seeds", &seeds.to_string()])
            .args(scenario)
            .output()?;
        if run.status.success() {
            return Ok(Verdict::NotCaught);
        }
        let said = String::from_utf8_lossy(&run.stderr);
        let failure = said
            .lines()
            .find_map(|line| line.strip_prefix("scenario ")?.split_once(", seed "))
            .and_then(|(_, rest)| rest.split_once(": "))
            .and_then(|(seed, violation)| Some((seed.parse().ok()?, violation.to_owned())));
        match failure {
            Some((seed, violation)) => Ok(Verdict::Caught { seed, violation }),
            // A machine that crashes is noticed, too; a simulator that can't run is not a catch.
            None => match said.lines().find(|line| line.contains("panicked at")) {
                Some(panic) => Ok(Verdict::Crashed(panic.to_owned())),
                None => Err(io::Error::other(format!("no storm could be run: {said}"))),
            },
        }
    }
}

/// The manifest of the copy: what the workspace's members inherit.
fn manifest(whole: &str) -> String {
    let mut manifest =
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\", \"tests/*\"]\n\n".to_owned();
    let mut is_inherited = false;
    for line in whole.lines() {
        if line.starts_with('[') {
            is_inherited = line.starts_with("[workspace.");
        }
        if is_inherited {
            manifest.push_str(line);
            manifest.push('\n');
        }
    }
    manifest.push_str("\n[profile.dev]\nopt-level = 1\ndebug = false\n");
    manifest
}

/// Makes a folder a copy of another; files that are the same already keep their time, so that builds
/// stay incremental.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(to)? {
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
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            write(&target, &fs::read_to_string(entry.path())?)?;
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|known| known == text) {
        return Ok(());
    }
    fs::write(path, text)
}
