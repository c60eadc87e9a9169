//! A tool of which exactly one version will do: found on PATH, or kept in a folder of our own.
//!
//! The folder is `listen-in/tools/<name>-<version>` in the user's cache. It is made under another
//! name and moved into place when complete, so an interrupted installation leaves nothing that
//! looks like a tool; and what is there is asked for its version each time.

use std::path::{Path, PathBuf};
use std::{env, fmt, fs};

use anyhow::{Context, Result, ensure};

use super::install;
use super::version::Version;
use crate::{process, tools};

/// A tool, and all there is to know for installing it.
#[derive(Debug)]
pub(super) struct Tool {
    /// What it is called, and how its folder begins.
    pub(super) name: &'static str,
    /// The version that it must have.
    pub(super) version: Version,
    /// The programs that it brings. All must be there, in this version.
    pub(super) programs: &'static [&'static str],
    /// Where it comes from.
    pub(super) source: Source,
    /// What it does for us.
    pub(super) why: &'static str,
    /// Roughly how long it takes to install.
    pub(super) takes: &'static str,
}

/// Where a tool comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    /// Compiled by `cargo install` from the crate of this name.
    Crate(&'static str),
    /// The npm package that `xtask/tools/package.json` asks for.
    Npm,
}

impl Source {
    /// Where the programs are in the tool's folder.
    fn programs(self) -> &'static str {
        match self {
            Self::Crate(_) => "bin",
            Self::Npm => "node_modules/.bin",
        }
    }
}

impl Tool {
    /// Finds the tool, or installs it.
    pub(super) fn ensure(&self) -> Result<Found> {
        if self.wrong(tools::on_path).is_none() {
            return Ok(self.found(None));
        }
        let folder = cache()?.join(format!("{}-{}", self.name, self.version));
        if self
            .wrong(|program| self.program_in(&folder, program))
            .is_some()
        {
            self.install(&folder)?;
        }
        Ok(self.found(Some(folder.join(self.source.programs()))))
    }

    fn install(&self, folder: &Path) -> Result<()> {
        println!(
            "==> Installing {} {} into {} (takes {}): it {}.",
            self.name,
            self.version,
            folder.display(),
            self.takes,
            self.why
        );
        let tools = folder.parent().context("the tools have no folder")?;
        fs::create_dir_all(tools).with_context(|| format!("{} cannot be made", tools.display()))?;
        let unfinished = tempfile::Builder::new()
            .prefix(&format!("{}-{}.unfinished-", self.name, self.version))
            .tempdir_in(tools)
            .with_context(|| format!("cannot write in {}", tools.display()))?;
        match self.source {
            Source::Crate(name) => install::from_crate(name, &self.version, unfinished.path()),
            Source::Npm => install::from_npm(unfinished.path()),
        }
        .with_context(|| {
            format!(
                "{} {} could not be installed; the reason stands above. Do the command again when \
                 it is out of the way, or put this version on PATH yourself",
                self.name, self.version
            )
        })?;
        let wrong = self.wrong(|program| self.program_in(unfinished.path(), program));
        ensure!(
            wrong.is_none(),
            "{} was installed, but {}",
            self.name,
            wrong.unwrap_or_default()
        );
        self.move_into_place(unfinished.path(), folder)
    }

    fn move_into_place(&self, unfinished: &Path, folder: &Path) -> Result<()> {
        if folder.exists() {
            // Another setup may have been faster.
            if self
                .wrong(|program| self.program_in(folder, program))
                .is_none()
            {
                return Ok(());
            }
            fs::remove_dir_all(folder)
                .with_context(|| format!("{} is broken, but stays", folder.display()))?;
        }
        fs::rename(unfinished, folder)
            .with_context(|| format!("{} cannot be put into place", folder.display()))
    }

    /// What is wrong with the programs, wherever they are; `None` when all are as they must be.
    fn wrong(&self, find: impl Fn(&str) -> Option<PathBuf>) -> Option<String> {
        self.programs.iter().find_map(|program| {
            let Some(file) = find(program) else {
                return Some(format!("{program} isn't there"));
            };
            match version_of(&file) {
                Some(version) if version == self.version => None,
                Some(version) => Some(format!(
                    "{} is version {version} instead of {}",
                    file.display(),
                    self.version
                )),
                None => Some(format!("{} doesn't tell its version", file.display())),
            }
        })
    }

    fn program_in(&self, folder: &Path, program: &str) -> Option<PathBuf> {
        let name = format!("{program}{}", env::consts::EXE_SUFFIX);
        let file = folder.join(self.source.programs()).join(name);
        file.is_file().then_some(file)
    }

    fn found(&self, folder: Option<PathBuf>) -> Found {
        Found {
            tool: format!("{} {}", self.name, self.version),
            folder,
        }
    }
}

/// A tool that is there.
#[derive(Debug)]
pub(super) struct Found {
    tool: String,
    folder: Option<PathBuf>,
}

impl Found {
    /// The folder that must be in PATH, if it isn't yet.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        self.folder.clone()
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<24} ", self.tool)?;
        match &self.folder {
            Some(folder) => write!(f, "{}", folder.display()),
            None => f.write_str("on PATH"),
        }
    }
}

/// What a program answers to `--version`.
pub(super) fn version_of(program: &Path) -> Option<Version> {
    let mut command = process::command(program);
    command.arg("--version");
    Version::in_answer(&process::output(command)?)
}

/// `$XDG_CACHE_HOME/listen-in/tools`, by default `~/.cache/listen-in/tools`.
fn cache() -> Result<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        // Relative ones are to be ignored, says the XDG Base Directory Specification.
        .filter(|folder| folder.is_absolute());
    let cache = match cache {
        Some(cache) => cache,
        None => env::home_dir()
            .context("no home directory for the tools: set HOME or XDG_CACHE_HOME")?
            .join(".cache"),
    };
    Ok(cache.join("listen-in").join("tools"))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn tool(version: &str) -> Tool {
        Tool {
            name: "tool",
            version: Version::parse(version).unwrap(),
            programs: &["tool", "tool-runner"],
            source: Source::Crate("tool"),
            why: "is for tests",
            takes: "no time",
        }
    }

    /// A folder with a program for each answer, the way `cargo install --root` leaves it.
    fn installed(answers: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        for (program, answer) in answers {
            let file = folder.path().join("bin").join(program);
            fs::write(&file, format!("#!/bin/sh\necho '{answer}'\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        folder
    }

    fn check(answers: &[(&str, &str)], expect: Option<&str>) {
        let (tool, folder) = (tool("1.2"), installed(answers));
        let wrong = tool.wrong(|program| tool.program_in(folder.path(), program));
        match (&wrong, expect) {
            (None, None) => {}
            (Some(wrong), Some(expect)) if wrong.contains(expect) => {}
            _ => panic!("{wrong:?} instead of {expect:?}"),
        }
    }

    #[test]
    fn a_tool_is_right_when_all_its_programs_have_its_version() {
        check(
            &[("tool", "tool 1.2"), ("tool-runner", "runner 1.2.0")],
            None,
        );
        check(&[("tool", "tool 1.2")], Some("tool-runner isn't there"));
        check(
            &[("tool", "tool 1.2"), ("tool-runner", "runner 1.3")],
            Some("is version 1.3 instead of 1.2"),
        );
        check(
            &[("tool", "who knows"), ("tool-runner", "runner 1.2")],
            Some("doesn't tell its version"),
        );
    }

    #[test]
    fn a_broken_installation_is_replaced() {
        let right = [("tool", "tool 1.2"), ("tool-runner", "runner 1.2")];
        let (tool, fresh, broken) = (tool("1.2"), installed(&right), installed(&[]));
        tool.move_into_place(fresh.path(), broken.path()).unwrap();
        assert_eq!(tool.wrong(|it| tool.program_in(broken.path(), it)), None);
    }
}
