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
    pub(crate) fn new(folders: &[PathBuf], programs: Vec<(String, PathBuf)>) -> Result<Self> {
        let ours = folders.iter().cloned();
        let theirs = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(ours.chain(env::split_paths(&theirs)))
            .context("the folder of the tools has a name that PATH can't hold")?;
        Ok(Self { path, programs })
    }

    /// A command in the project's root.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = process::command(program);
        self.equip(&mut command);
        command
    }

    /// The project's cargo, for commands that use one of the tools as runner.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = process::cargo();
        self.equip(&mut cargo);
        cargo
    }

    /// Trunk.
    pub(crate) fn trunk(&self) -> Command {
        let mut command = self.command("trunk");
        // Trunk 0.21 reads NO_COLOR as an option, and rejects `1`, which everyone writes.
        match env::var_os("NO_COLOR") {
            Some(value) if !value.is_empty() => command.env("NO_COLOR", "true"),
            _ => command.env_remove("NO_COLOR"),
        };
        // The version is pinned.
        command.env("TRUNK_SKIP_VERSION_CHECK", "true");
        command
    }

    /// The path of a program.
    pub(crate) fn find(&self, program: impl AsRef<OsStr>) -> Option<PathBuf> {
        which::which_in_global(program, Some(&self.path))
            .ok()?
            .next()
    }

    /// Makes a command find the tools.
    pub(crate) fn equip(&self, command: &mut Command) {
        command.env("PATH", &self.path);
        let programs = self.programs.iter();
        command.envs(programs.map(|(variable, file)| (variable, file)));
    }
}

/// A program on PATH.
pub(crate) fn on_path(program: impl AsRef<OsStr>) -> Option<PathBuf> {
    which::which(program).ok()
}
