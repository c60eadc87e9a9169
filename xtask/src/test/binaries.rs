//! The native test binaries: all compiled by one `cargo`, so that nothing is compiled twice with
//! different features, and then run by themselves, so that no lock of cargo's keeps steps apart.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::Value;

use super::report::{Output, Tally};
use crate::process;

/// Compiled tests and benchmarks of the workspace.
#[derive(Debug)]
pub(super) struct Binaries(Vec<Binary>);

#[derive(Debug)]
struct Binary {
    package: String,
    target: String,
    executable: PathBuf,
    /// Where cargo would run it.
    folder: PathBuf,
}

impl Binaries {
    /// Compiles all of them.
    ///
    /// # Errors
    /// The compiler fails, or cargo's messages can't be read.
    pub(super) fn build(output: &mut Output) -> Result<Self> {
        let mut cargo = process::cargo();
        cargo.args(["test", "--workspace", "--all-targets", "--no-run"]);
        cargo.arg("--message-format=json-render-diagnostics");
        let messages = output.messages(cargo)?;
        let binaries = messages.lines().filter_map(Binary::parse);
        Ok(Self(binaries.collect()))
    }

    /// Runs the binaries of some packages, each prepared, and counts their tests.
    ///
    /// # Errors
    /// One can't be run, or there are no tests.
    pub(super) fn run(
        &self,
        is_wanted: impl Fn(&str) -> bool,
        prepare: impl Fn(&mut Command),
        output: &mut Output,
    ) -> Result<Tally> {
        let mut sum = Tally::default();
        for binary in self.0.iter().filter(|binary| is_wanted(&binary.package)) {
            output.line(format_args!("\n{}: {}", binary.package, binary.target));
            let mut command = process::command(&binary.executable);
            command.current_dir(&binary.folder);
            prepare(&mut command);
            sum += output.count(command)?;
        }
        ensure!(sum != Tally::default(), "there are no such tests");
        Ok(sum)
    }
}

impl Binary {
    /// Reads a message of cargo's; `None` if it is not about a test binary.
    fn parse(message: &str) -> Option<Self> {
        let message: Value = serde_json::from_str(message).ok()?;
        let is_test = message["profile"]["test"] == true;
        let executable = message["executable"].as_str().filter(|_| is_test)?;
        let folder = PathBuf::from(message["manifest_path"].as_str()?);
        let folder = folder.parent()?.to_owned();
        // The package id ends with `…/folder#name@version`, or without the name if the folder has it.
        let (path, name) = message["package_id"].as_str()?.rsplit_once('#')?;
        let package = match name.split_once('@') {
            Some((name, _)) => name,
            None => path.rsplit_once('/')?.1,
        };
        Some(Self {
            package: package.to_owned(),
            target: message["target"]["name"].as_str()?.to_owned(),
            executable: executable.into(),
            folder,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, expect: Option<(&str, &str)>) {
        let binary = Binary::parse(message);
        let found = binary
            .as_ref()
            .map(|it| (it.package.as_str(), it.target.as_str()));
        assert_eq!(found, expect, "{message}");
    }

    #[test]
    fn a_test_binary_is_found_among_the_messages() {
        let message = |id: &str, test: bool| {
            format!(
                r#"{{"reason":"compiler-artifact","package_id":"{id}","manifest_path":"/p/xtask/Cargo.toml","target":{{"kind":["test"],"name":"behaviour"}},"profile":{{"test":{test}}},"executable":"/p/target/behaviour-1"}}"#
            )
        };
        let id = "path+file:///p/xtask#0.1.0";
        check(&message(id, true), Some(("xtask", "behaviour")));
        check(&message(id, false), None);
        let id = "path+file:///p/emulator#gws-emulator@0.1.0";
        check(&message(id, true), Some(("gws-emulator", "behaviour")));
        check(r#"{"reason":"build-finished","success":true}"#, None);
        check("no JSON", None);
    }
}
