//! The test binaries: those of a target all compiled by one `cargo`, so that nothing is compiled twice with
//! different features, and then run by themselves, so that no lock of cargo's keeps steps apart.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use cargo_metadata::Message;
use cargo_metadata::camino::Utf8PathBuf;

use super::report::{Output, Tally};

/// Compiled tests and benchmarks.
#[derive(Debug)]
pub(super) struct Binaries(Vec<Binary>);

#[derive(Debug)]
struct Binary {
    package: String,
    target: String,
    executable: Utf8PathBuf,
    /// Where cargo would run it.
    folder: Utf8PathBuf,
}

impl Binaries {
    /// Compiles what this `cargo test` would run.
    ///
    /// # Errors
    /// The compiler fails, or cargo's messages can't be read.
    pub(super) fn build(mut cargo: Command, output: &mut Output) -> Result<Self> {
        cargo.args(["--no-run", "--message-format=json-render-diagnostics"]);
        let messages = output.messages(cargo)?;
        let messages = Message::parse_stream(messages.as_bytes());
        let binaries = messages.filter_map(|message| message.map(Binary::of).transpose());
        Ok(Self(binaries.collect::<Result<_, _>>()?))
    }

    /// Runs the binaries of some packages, each by the command that `run` makes of its file, and counts
    /// their tests.
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
        for binary in self.0.iter().filter(|binary| is_wanted(&binary.package)) {
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
    /// What a message of cargo's says; `None` if it is not about a test binary.
    fn of(message: Message) -> Option<Self> {
        let Message::CompilerArtifact(artifact) = message else {
            return None;
        };
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
