//! A tool of one exact version: found on PATH, or installed into its own folder.
//!
//! The folder is `listen-in/tools/<name>-<version>` in the user's cache. It is filled under another
//! name and renamed when complete, so that an interrupted installation is not mistaken for a tool.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};

use super::needs::{Source, Tool};
use super::npm;
use crate::process::Interrupted;
use crate::tools::{self, Tools};
use crate::{process, project};

impl Tool {
    /// Finds or installs the tool. Returns its folder if that is not on PATH yet.
    pub(super) fn ensure(&self) -> Result<Option<PathBuf>> {
        if self.fault(|program| tools::on_path(program)).is_none() {
            return Ok(None);
        }
        let folder = cache()?.join(format!("{}-{}", self.name, self.version));
        if self.fault_in(&folder).is_some() {
            self.install(&folder)?;
        }
        Ok(Some(folder.join(self.programs_folder())))
    }

    fn install(&self, folder: &Path) -> Result<()> {
        let Self { name, version, .. } = self;
        println!(
            "==> Installing {name} {version} into {} (takes {}): it {}.",
            folder.display(),
            self.takes,
            self.why
        );
        let cache = folder.parent().context("the tools have no folder")?;
        fs::create_dir_all(cache).with_context(|| format!("{} cannot be made", cache.display()))?;
        let unfinished = tempfile::tempdir_in(cache)
            .with_context(|| format!("cannot write in {}", cache.display()))?;
        match &self.source {
            Source::Crate(name) => from_crate(name, version, unfinished.path()),
            Source::Npm(from) => npm::install_from(&project::root().join(from), unfinished.path()),
        }
        .with_context(|| {
            format!(
                "{name} {version} could not be installed; the reason stands above. Do the command \
                 again when it is out of the way, or put this version on PATH yourself"
            )
        })?;
        if let Some(fault) = self.fault_in(unfinished.path()) {
            bail!("{name} was installed, but can't be used: {fault}");
        }
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| {
                format!(
                    "{} has a wrong version and can't be removed",
                    folder.display()
                )
            })?;
        }
        fs::rename(unfinished.path(), folder)
            .with_context(|| format!("{} cannot be put into place", folder.display()))
    }

    fn programs_folder(&self) -> &'static str {
        match &self.source {
            Source::Crate(_) => "bin",
            Source::Npm(_) => "node_modules/.bin",
        }
    }

    fn fault_in(&self, folder: &Path) -> Option<String> {
        let folder = folder.join(self.programs_folder());
        self.fault(|program| which::which_in_global(program, Some(&folder)).ok()?.next())
    }

    /// The reason that the programs can't be used; `None` if all have the right version.
    fn fault(&self, find: impl Fn(&str) -> Option<PathBuf>) -> Option<String> {
        self.programs.iter().find_map(|program| {
            let Some(file) = find(program) else {
                return Some(format!("{program} is missing"));
            };
            let mut command = process::command(&file);
            command.arg("--version");
            let answer = process::output(command).unwrap_or_default();
            let is_right = answer.split_whitespace().any(|word| word == self.version);
            (!is_right).then(|| {
                format!(
                    "{} is not version {}: {answer:?}",
                    file.display(),
                    self.version
                )
            })
        })
    }
}

/// Compiles a crate, and puts its programs into `folder/bin`.
fn from_crate(name: &str, version: &str, folder: &Path) -> Result<()> {
    // Inside the folder, so that it is removed along with an interrupted installation.
    let compiled = folder.join("compiled");
    // With the programs on PATH; otherwise cargo would advise adding this temporary folder to PATH.
    let equipped = Tools::new(&[folder.join("bin")], Vec::new())?;
    let install = |lock: Option<&str>| {
        let mut cargo = equipped.cargo();
        // Outside the project, whose settings do not apply to the tool.
        cargo.current_dir(folder).arg("install").args(lock);
        cargo.env("CARGO_TARGET_DIR", &compiled);
        cargo.arg("--root").arg(folder);
        cargo.arg("--version").arg(format!("={version}")).arg(name);
        process::run(cargo)
    };
    match install(Some("--locked")) {
        // A registry may lack a version that the tool's lock file names: yanked, or not mirrored yet.
        Err(error) if !error.is::<Interrupted>() => {
            println!("==> Once more, with the newest dependencies that {name} allows.");
            install(None)?;
        }
        installed => installed?,
    }
    fs::remove_dir_all(&compiled)
        .with_context(|| format!("{} cannot be removed", compiled.display()))
}

/// `$XDG_CACHE_HOME/listen-in/tools`, by default `~/.cache/listen-in/tools`.
fn cache() -> Result<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        // The XDG Base Directory Specification says to ignore relative paths.
        .filter(|folder| folder.is_absolute())
        .or_else(|| Some(env::home_dir()?.join(".cache")))
        .context("no home directory for the tools: set HOME or XDG_CACHE_HOME")?;
    Ok(cache.join("listen-in").join("tools"))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// Checks a tool with two programs of version 1.2.0, given the output of each for `--version`.
    fn check(answers: &[(&str, &str)], expect: Option<&str>) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        for (program, answer) in answers {
            let file = folder.path().join("bin").join(program);
            fs::write(&file, format!("#!/bin/sh\necho '{answer}'\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let tool: Tool = toml::from_str(
            "name = 'tool'\nversion = '1.2.0'\nprograms = ['tool', 'tool-runner']\n\
             source = { crate = 'tool' }\nsince = 'page'\nwhy = 'is for tests'\ntakes = 'no time'",
        )
        .unwrap();
        let fault = tool.fault_in(folder.path());
        let is_expected = match (&fault, expect) {
            (Some(fault), Some(expect)) => fault.contains(expect),
            (fault, expect) => fault.is_none() && expect.is_none(),
        };
        assert!(is_expected, "{fault:?} instead of {expect:?}");
    }

    #[test]
    fn a_tool_is_usable_if_all_its_programs_have_its_version() {
        let right = ("tool", "tool 1.2.0 (0abc 2026-01-01)");
        check(&[right, ("tool-runner", "runner 1.2.0")], None);
        check(&[right], Some("tool-runner is missing"));
        check(
            &[right, ("tool-runner", "runner 1.2.01")],
            Some("is not version 1.2.0"),
        );
        check(
            &[right, ("tool-runner", "who knows")],
            Some("is not version 1.2.0"),
        );
    }
}
