//! The test binaries. One `cargo` compiles all of a target, so that nothing is compiled twice with different features. They
//! run without cargo, because its lock would make steps wait for each other.
//!
//! Clippy runs as the compiler: as a separate check it would compile all dependencies once more, which takes longer.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::diagnostic::DiagnosticLevel;
use cargo_metadata::{Artifact, CompilerMessage, Message};

use super::report::{Output, Tally};

/// Compiled tests and benchmarks, and Clippy's findings.
#[derive(Debug, Default)]
pub(super) struct Binaries {
    binaries: Vec<Binary>,
    warnings: BTreeSet<String>,
}

#[derive(Debug)]
struct Binary {
    package: String,
    target: String,
    executable: Utf8PathBuf,
    /// The directory that cargo would run it in.
    folder: Utf8PathBuf,
}

impl Binaries {
    /// Compiles the tests that this `cargo test` would run, or builds this `cargo build`.
    ///
    /// # Errors
    /// The compiler fails, or cargo's messages can't be read.
    pub(super) fn build(mut cargo: Command, output: &mut Output) -> Result<Self> {
        cargo.arg("--message-format=json");
        cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
        let (outcome, messages) = output.messages(cargo);
        let mut all = Self::default();
        for message in Message::parse_stream(messages.as_bytes()) {
            match message? {
                Message::CompilerMessage(CompilerMessage { message, .. }) => {
                    let text = message.rendered.unwrap_or(message.message);
                    match message.level {
                        DiagnosticLevel::Warning => drop(all.warnings.insert(text)),
                        _ => output.line(text),
                    }
                }
                Message::CompilerArtifact(artifact) => all.binaries.extend(Binary::of(artifact)),
                _ => {}
            }
        }
        outcome.map(|()| all)
    }

    /// Checks that the compiler and Clippy reported no warnings.
    ///
    /// # Errors
    /// There are warnings; they are written to the output.
    pub(super) fn without_warnings(&self, output: &mut Output) -> Result<()> {
        for warning in &self.warnings {
            output.line(warning);
        }
        let count = self.warnings.len();
        ensure!(count == 0, "{count} warnings");
        Ok(())
    }

    /// Runs the test binaries of some packages, each with the command that `run` makes from its file, and counts their
    /// tests.
    ///
    /// # Errors
    /// One can't be run, or there are no tests.
    pub(super) fn run(
        &self,
        is_wanted: impl Fn(&str) -> bool,
        run: impl Fn(&Path) -> Command,
        output: &mut Output,
    ) -> Result<Tally> {
        let mut sum = Tally::default();
        for binary in self
            .binaries
            .iter()
            .filter(|binary| is_wanted(&binary.package))
        {
            output.line(format_args!("\n{}: {}", binary.package, binary.target));
            let mut command = run(binary.executable.as_std_path());
            command.current_dir(&binary.folder);
            sum += output.count(command)?;
        }
        ensure!(sum != Tally::default(), "there are no such tests");
        Ok(sum)
    }
}

impl Binary {
    /// Reads cargo's message about something that it compiled; `None` if that is not a test binary.
    fn of(artifact: Artifact) -> Option<Self> {
        let folder = artifact.manifest_path.parent()?.to_owned();
        // The package id ends with `…/folder#name@version`, or without the name if the folder has it.
        let (path, name) = artifact.package_id.repr.rsplit_once('#')?;
        let package = match name.split_once('@') {
            Some((name, _)) => name,
            None => path.rsplit_once('/')?.1,
        };
        Some(Self {
            package: package.to_owned(),
            executable: artifact.executable.filter(|_| artifact.profile.test)?,
            target: artifact.target.name,
            folder,
        })
    }
}
