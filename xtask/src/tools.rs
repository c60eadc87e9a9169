//! The installed tools.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// Where the tools are. Commands made here find them before others on PATH.
pub(crate) struct Tools {
    path: OsString,
    /// Browsers and their drivers, each with the environment variable that says where it is.
    programs: Vec<(String, PathBuf)>,
}

impl Tools {
    /// Tools in these folders, before those on PATH.
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

    /// The project's cargo, for commands whose runner is one of the tools.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = process::cargo();
        self.equip(&mut cargo);
        cargo
    }

    /// Trunk.
    pub(crate) fn trunk(&self) -> Command {
        let mut command = self.command("trunk");
        // Trunk 0.21 takes NO_COLOR for an option of its own, and `1`, which everyone writes,
        // for a mistake.
        match env::var_os("NO_COLOR") {
            Some(value) if !value.is_empty() => command.env("NO_COLOR", "true"),
            _ => command.env_remove("NO_COLOR"),
        };
        // Its version is pinned.
        command.env("TRUNK_SKIP_VERSION_CHECK", "true");
        command
    }

    /// The path of a program.
    pub(crate) fn find(&self, program: impl AsRef<OsStr>) -> Option<PathBuf> {
        which::which_in_global(program, Some(&self.path))
            .ok()?
            .next()
    }

    /// Has a command find the tools.
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
