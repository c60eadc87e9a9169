//! The test binaries. One `cargo` compiles all of a target, so that nothing is compiled twice with different features. They
//! run without cargo, because its lock would make steps wait for each other.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::{Artifact, Message};

use super::report::{Output, Tally};

/// Compiled tests and benchmarks.
#[derive(Debug, Default)]
pub(super) struct Binaries {
    binaries: Vec<Binary>,
    /// Whether the compiler, Clippy or cargo reported a warning.
    pub(super) has_warnings: bool,
}

#[derive(Debug)]
struct Binary {
    target: String,
    executable: Utf8PathBuf,
    /// The directory of the package, in which cargo would run it.
    folder: Utf8PathBuf,
}

impl Binaries {
    /// Compiles what these cargo commands build.
    ///
    /// # Errors
    /// The compiler fails, or cargo's messages can't be read.
    pub(super) fn build(cargos: Vec<Command>, output: &mut Output) -> Result<Self> {
        let mut all = Self::default();
        for mut cargo in cargos {
            cargo.arg("--message-format=json-render-diagnostics");
            let messages = output.messages(&mut cargo)?;
            for message in Message::parse_stream(messages.as_bytes()) {
                if let Message::CompilerArtifact(artifact) = message? {
                    all.binaries.extend(Binary::of(artifact));
                }
            }
        }
        all.has_warnings = output.lines().any(|line| line.starts_with("warning"));
        Ok(all)
    }

    /// Runs the test binaries of some packages, named by their folders, each with the command that `run` makes from its
    /// file, and counts their tests.
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
        for binary in &self.binaries {
            let package = binary
                .folder
                .file_name()
                .context("a package in no folder")?;
            if is_wanted(package) {
                output.line(format_args!("\n{package}: {}", binary.target));
                let mut command = run(binary.executable.as_std_path());
                sum += output.count(command.current_dir(&binary.folder))?;
            }
        }
        ensure!(sum != Tally::default(), "there are no such tests");
        Ok(sum)
    }
}

impl Binary {
    /// Reads cargo's message about something that it compiled; `None` if that is not a test binary.
    fn of(artifact: Artifact) -> Option<Self> {
        Some(Self {
            executable: artifact.executable.filter(|_| artifact.profile.test)?,
            target: artifact.target.name,
            folder: artifact.manifest_path.parent()?.to_owned(),
        })
    }
}
