//! npm packages, at the versions in their lock files. Scripts look for packages next to themselves, so the
//! packages go into the checkout, into folders that git ignores.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::process;

/// Installs the packages of a folder's lock file, unless they are installed already: a copy of the lock
/// file is kept next to them.
pub(super) fn ensure(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("{} cannot be read", lock.display()))?;
    let installed = folder.join("node_modules/.installed-package-lock.json");
    if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("==> Installing the npm packages of {}", folder.display());
    let mut npm = process::command("npm");
    npm.current_dir(folder).args(["ci", "--ignore-scripts"]);
    // Reports an outdated Node.js now, rather than when a script fails.
    npm.args(["--engine-strict", "--no-audit", "--no-fund"]);
    process::run(&mut npm).context(
        "the npm packages could not be installed; the reason stands above. Do the command again \
         when it is out of the way",
    )?;
    fs::write(&installed, wanted)
        .with_context(|| format!("{} cannot be written", installed.display()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::project;
    use crate::setup::needs::{Needs, Npm, Purpose};

    #[test]
    fn the_lock_files_have_checksums_and_name_no_registry() {
        for Npm { folder, .. } in Needs::read(Purpose::Everything).unwrap().npm {
            let lock = project::root().join(&folder).join("package-lock.json");
            let lock = fs::read_to_string(lock).unwrap();
            assert!(!lock.contains("\"resolved\""), "{folder:?}");
            let lock: Value = serde_json::from_str(&lock).unwrap();
            let packages = lock["packages"].as_object().unwrap();
            // The entry without a name is the project itself.
            let packages = packages.iter().filter(|(place, _)| !place.is_empty());
            let packages: Vec<_> = packages.map(|(_, package)| package).collect();
            assert!(!packages.is_empty(), "{folder:?}");
            let have_checksums = packages.iter().all(|it| it["integrity"].is_string());
            assert!(have_checksums, "{folder:?}");
        }
    }
}
