//! The installed tools.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// The paths of the tools. Commands made here prefer them to others on PATH.
pub(crate) struct Tools {
    path: OsString,
    /// Browsers and their drivers, each with the environment variable that holds its path.
    programs: Vec<(String, PathBuf)>,
}

impl Tools {
    /// The tools in these folders take precedence over those on PATH.
    pub(crate) fn new(folders: Vec<PathBuf>, programs: Vec<(String, PathBuf)>) -> Result<Self> {
        let others = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(folders.into_iter().chain(env::split_paths(&others)))
            .context("the folder of the tools has a name that PATH can't hold")?;
        Ok(Self { path, programs })
    }

    /// A command in the project's root.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        self.equip(process::command(program))
    }

    /// The project's cargo, for commands that use one of the tools as runner.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        self.equip(process::cargo(arguments))
    }

    /// Trunk.
    pub(crate) fn trunk(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("trunk");
        command.args(arguments);
        // Trunk 0.21 reads NO_COLOR as an option, and rejects `1`, which everyone writes.
        match env::var_os("NO_COLOR") {
            Some(value) if !value.is_empty() => command.env("NO_COLOR", "true"),
            _ => command.env_remove("NO_COLOR"),
        };
        // The version is pinned.
        command.env("TRUNK_SKIP_VERSION_CHECK", "true");
        command
    }

    /// Makes a command find the tools.
    fn equip(&self, mut command: Command) -> Command {
        command.env("PATH", &self.path);
        command.envs(
            self.programs
                .iter()
                .map(|(variable, file)| (variable, file)),
        );
        command
    }
}
