//! The ways in which a tool gets into its folder: cargo and npm.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::pins::NPM_FOLDER;
use super::version::Version;
use crate::process::{self, Interrupted};
use crate::project;
use crate::tools::{self, Tools};

/// Compiles a crate, and puts its programs into `folder/bin`.
pub(super) fn from_crate(name: &str, version: &Version, folder: &Path) -> Result<()> {
    // In the folder, so that it goes when an interrupted installation is cleared away.
    let compiled = folder.join("compiled");
    // With its programs on PATH, or cargo would advise to put this passing folder there.
    let equipped = Tools::new(&[folder.join("bin")], None)?;
    let install = |locked: bool| {
        let mut cargo = equipped.cargo();
        // Outside the project: its settings are not the tool's.
        cargo.current_dir(folder).arg("install");
        cargo.env("CARGO_TARGET_DIR", &compiled);
        if locked {
            cargo.arg("--locked");
        }
        cargo.arg("--root").arg(folder);
        cargo.arg("--version").arg(format!("={version}")).arg(name);
        process::run(cargo)
    };
    // Its own lock file is what its authors tested. An old one may ask for versions that have
    // been withdrawn since.
    match install(true) {
        Err(error) if !error.is::<Interrupted>() => {
            println!("==> That failed ({error:#}). Again, without the crate's own lock file.");
            install(false)?;
        }
        outcome => outcome?,
    }
    fs::remove_dir_all(&compiled)
        .with_context(|| format!("{} cannot be cleared away", compiled.display()))
}

/// Installs the npm packages of xtask/tools, whose checksums its lock file holds.
pub(super) fn from_npm(folder: &Path) -> Result<()> {
    for file in ["package.json", "package-lock.json"] {
        let original = project::root().join(NPM_FOLDER).join(file);
        fs::copy(&original, folder.join(file))
            .with_context(|| format!("{} cannot be copied", original.display()))?;
    }
    npm_ci(folder)
}

/// Installs what the lock file in a folder asks for, and nothing else.
pub(super) fn npm_ci(folder: &Path) -> Result<()> {
    let Some(npm) = tools::on_path("npm") else {
        bail!("npm isn't there; it comes with Node.js");
    };
    let mut npm = process::command(npm);
    npm.current_dir(folder).args([
        "ci",
        "--ignore-scripts",
        // Too old a Node.js is to be told now, not when a script fails.
        "--engine-strict",
        "--no-audit",
        "--no-fund",
    ]);
    process::run(npm)
}
