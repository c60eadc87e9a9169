//! npm packages: the servers and clients of the interoperability tests, what the benchmark
//! compares with, axe-core, and wasm-opt. Scripts look for packages beside themselves, so those go into the
//! checkout, into folders that git ignores.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{process, project, tools};

/// The servers and clients of the interoperability tests.
pub(super) const INTEROP: &str = "tests/interop";
/// What the benchmark compares with, and its bundler.
pub(super) const BENCHMARK: &str = "benches/widget/pages";
/// What the end-to-end tests have look at each state.
pub(super) const E2E: &str = "tests/e2e";
/// The package that brings wasm-opt.
const TOOLS: &str = "xtask/tools";

/// Installs the packages of a folder's lock file, unless they are installed: a copy of the lock file
/// is kept beside them.
pub(super) fn ensure(folder: &str) -> Result<()> {
    let folder = project::root().join(folder);
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("{} cannot be read", lock.display()))?;
    let installed = folder.join("node_modules/.installed-package-lock.json");
    if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("==> Installing the npm packages of {}", folder.display());
    install(&folder)?;
    fs::write(&installed, wanted)
        .with_context(|| format!("{} cannot be written", installed.display()))
}

/// Installs the packages with wasm-opt into another folder.
pub(super) fn install_tools(folder: &Path) -> Result<()> {
    for file in ["package.json", "package-lock.json"] {
        let original = project::root().join(TOOLS).join(file);
        fs::copy(&original, folder.join(file))
            .with_context(|| format!("{} cannot be copied", original.display()))?;
    }
    install(folder)
}

/// The version of wasm-opt, by its package.
pub(super) fn binaryen() -> Result<String> {
    let package = fs::read(project::root().join(TOOLS).join("package.json"))?;
    let package: Value = serde_json::from_slice(&package)?;
    let version = package["dependencies"]["binaryen"].as_str();
    // The package is 132.0.0, and its programs say 132.
    let version = version.and_then(|version| version.strip_suffix(".0.0"));
    Ok(version
        .with_context(|| format!("{TOOLS}/package.json pins no `binaryen` like 132.0.0"))?
        .to_owned())
}

/// Installs what the lock file in a folder asks for, and nothing else.
fn install(folder: &Path) -> Result<()> {
    let npm = tools::on_path("npm");
    ensure!(npm.is_some(), "npm is not installed; it comes with Node.js");
    let mut npm = process::command("npm");
    npm.current_dir(folder).args(["ci", "--ignore-scripts"]);
    // Reports a Node.js that is too old now, rather than when a script fails.
    npm.args(["--engine-strict", "--no-audit", "--no-fund"]);
    process::run(npm).context(
        "the npm packages could not be installed; the reason stands above. Do the command again \
         when it is out of the way",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_files_have_checksums_and_name_no_registry() {
        for (folder, least) in [(INTEROP, 4), (BENCHMARK, 1), (E2E, 1), (TOOLS, 1)] {
            let lock = project::root().join(folder).join("package-lock.json");
            let lock = fs::read_to_string(lock).unwrap();
            assert!(!lock.contains("\"resolved\""), "{folder}");
            let lock: Value = serde_json::from_str(&lock).unwrap();
            let packages = lock["packages"].as_object().unwrap();
            // The one without a name is the project itself.
            let packages = packages.iter().filter(|(place, _)| !place.is_empty());
            let packages: Vec<_> = packages.map(|(_, package)| package).collect();
            assert!(packages.len() >= least, "{folder}");
            assert!(
                packages
                    .iter()
                    .all(|package| package["integrity"].is_string())
            );
        }
    }

    #[test]
    fn trunk_is_told_the_same_wasm_opt() {
        let settings = fs::read_to_string(project::root().join("Trunk.toml")).unwrap();
        let wanted = format!("wasm_opt = \"version_{}\"", binaryen().unwrap());
        assert!(settings.contains(&wanted), "{wanted}");
    }
}
