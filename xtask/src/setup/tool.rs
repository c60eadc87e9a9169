//! A tool of one exact version: found on PATH, or installed into its own folder.
//!
//! The folder is `listen-in/tools/<name>-<version>` in the user's cache. It is filled under another
//! name and renamed when complete, so that an interrupted installation is not mistaken for a tool.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, ensure};

use super::needs::Tool;
use crate::process::{self, Interrupted};
use crate::tools::Tools;

impl Tool {
    /// Finds or installs the tool. Returns its folder if that is not on PATH yet.
    pub(super) fn ensure(&self) -> Result<Option<PathBuf>> {
        if self.is_in(Path::new("")) {
            return Ok(None);
        }
        let folder = cache()?.join(format!("{}-{}", self.name, self.version));
        let programs = folder.join("bin");
        if !self.is_in(&programs) {
            self.install(&folder).with_context(|| {
                format!(
                    "{} {} could not be installed. Do the command again when the reason is out of \
                     the way, or put this version on PATH yourself",
                    self.name, self.version
                )
            })?;
        }
        Ok(Some(programs))
    }

    /// Whether a folder has all its programs in its version; without a name, whether PATH has.
    fn is_in(&self, folder: &Path) -> bool {
        self.programs.iter().all(|program| {
            let mut command = process::command(folder.join(program));
            command.arg("--version");
            let answer = process::output(command).unwrap_or_default();
            answer.split_whitespace().any(|word| word == self.version)
        })
    }

    fn install(&self, folder: &Path) -> Result<()> {
        let Self {
            name,
            version,
            takes,
            why,
            ..
        } = self;
        let place = folder.display();
        println!("==> Installing {name} {version} into {place} (takes {takes}): it {why}.");
        let cache = folder.parent().context("the tools have no folder")?;
        fs::create_dir_all(cache).with_context(|| format!("{} cannot be made", cache.display()))?;
        let unfinished = tempfile::tempdir_in(cache)
            .with_context(|| format!("cannot write in {}", cache.display()))?;
        match self.compile(unfinished.path(), Some("--locked")) {
            // A registry may lack a version that the tool's lock file names: yanked, or not mirrored yet.
            Err(error) if !error.is::<Interrupted>() => {
                println!("==> Once more, with the newest dependencies that {name} allows.");
                self.compile(unfinished.path(), None)?;
            }
            compiled => compiled?,
        }
        let fits = self.is_in(&unfinished.path().join("bin"));
        ensure!(
            fits,
            "what was installed has other programs or another version"
        );
        if folder.exists() {
            fs::remove_dir_all(folder)
                .with_context(|| format!("{place} has a wrong version and can't be removed"))?;
        }
        fs::rename(unfinished.path(), folder)
            .with_context(|| format!("{place} cannot be put into place"))
    }

    /// Compiles the crate, and puts its programs into `folder/bin`.
    fn compile(&self, folder: &Path, lock: Option<&str>) -> Result<()> {
        // Inside the folder, so that it is removed along with an interrupted installation.
        let compiled = folder.join("compiled");
        // With the programs on PATH; otherwise cargo would advise adding this temporary folder to PATH.
        let equipped = Tools::new(vec![folder.join("bin")], Vec::new())?;
        let mut cargo = equipped.cargo(&["install", &self.package]);
        // Outside the project, whose settings do not apply to the tool.
        cargo.current_dir(folder).args(lock);
        cargo.env("CARGO_TARGET_DIR", &compiled);
        cargo.arg("--root").arg(folder);
        cargo.arg("--version").arg(format!("={}", self.version));
        process::run(&mut cargo)?;
        fs::remove_dir_all(&compiled)
            .with_context(|| format!("{} cannot be removed", compiled.display()))
    }
}

/// `$XDG_CACHE_HOME/listen-in/tools`, by default `~/.cache/listen-in/tools`.
fn cache() -> Result<PathBuf> {
    // The XDG Base Directory Specification says to ignore relative paths.
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|it| it.is_absolute());
    let cache = cache.or_else(|| Some(env::home_dir()?.join(".cache")));
    let cache = cache.context("no home directory for the tools: set HOME or XDG_CACHE_HOME")?;
    Ok(cache.join("listen-in/tools"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// Checks a tool with two programs of version 1.2.0, given the output of each for `--version`.
    fn check(answers: &[(&str, &str)], expect: bool) {
        let folder = tempfile::tempdir().unwrap();
        for (program, answer) in answers {
            let file = folder.path().join(program);
            fs::write(&file, format!("#!/bin/sh\necho '{answer}'\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let tool: Tool = toml::from_str(
            "name = 'tool'\nversion = '1.2.0'\nprograms = ['tool', 'tool-runner']\n\
             crate = 'tool'\nsince = 'page'\nwhy = 'is for tests'\ntakes = 'no time'",
        )
        .unwrap();
        assert_eq!(tool.is_in(folder.path()), expect, "{answers:?}");
    }

    #[test]
    fn a_tool_is_usable_if_all_its_programs_have_its_version() {
        let right = ("tool", "tool 1.2.0 (0abc 2026-01-01)");
        check(&[right, ("tool-runner", "runner 1.2.0")], true);
        check(&[right], false);
        check(&[right, ("tool-runner", "runner 1.2.01")], false);
        check(&[right, ("tool-runner", "who knows")], false);
    }
}
