//! System packages: Node.js, browsers and their drivers, fonts.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::needs::Package;
use crate::process;

/// Installs the missing packages, by apt if this user may. Returns each environment variable with
/// the program to set it to.
pub(super) fn ensure(packages: &[Package]) -> Result<Vec<(String, PathBuf)>> {
    let missing: Vec<_> = packages.iter().filter(|it| is_missing(it)).collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    let programs = packages.iter().flat_map(|package| &package.programs);
    let programs = programs.filter_map(|program| Some((program.variable.clone()?, program)));
    let found = programs.map(|(variable, program)| {
        let file = program.find();
        let file = file.with_context(|| format!("no program for {variable} is on PATH"))?;
        Ok((variable, file))
    });
    found.collect()
}

/// Whether one of its programs is not found. A package without programs is missing if `dpkg-query`
/// is there and says so.
fn is_missing(package: &Package) -> bool {
    if !package.programs.is_empty() || which::which("dpkg-query").is_err() {
        return package.programs.iter().any(|it| it.find().is_none());
    }
    let mut query = process::command("dpkg-query");
    query.args(["--show", "--showformat=${db:Status-Status}", &package.name]);
    process::output(query).is_none_or(|status| status.trim() != "installed")
}

fn install(missing: &[&Package]) -> Result<()> {
    println!("==> System packages are missing:");
    for Package { name, why, .. } in missing {
        println!("    {name}: {why}");
    }
    let names: Vec<_> = missing.iter().map(|it| it.name.as_str()).collect();
    let by_hand = format!("apt-get install {}", names.join(" "));
    ensure!(
        which::which("apt-get").is_ok(),
        "only apt is supported. Install these under the names that they have on your system, and \
         run the command again"
    );
    ensure!(
        nix::unistd::geteuid().is_root(),
        "only root may install packages. Run this, then repeat the command:\n\n    \
         sudo {by_hand}\n"
    );
    println!("==> Installing them with apt (about a minute)");
    // The package lists may be old or missing, in which case apt finds nothing.
    process::run(&mut apt(&["update"])).context("the lists of packages could not be fetched")?;
    let mut install = apt(&["install", "--yes", "--no-install-recommends"]);
    process::run(install.args(&names))
        .with_context(|| format!("the packages could not be installed; try `{by_hand}` by hand"))
}

fn apt(arguments: &[&str]) -> Command {
    let mut apt = process::command("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive")
        .args(["-q", "-o", "Dpkg::Use-Pty=0"])
        .args(arguments);
    apt
}
