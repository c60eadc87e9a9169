//! The npm packages that are no tools but libraries: CometD's and faye's servers and clients, with
//! which the interoperability tests speak, and beside which the benchmark measures. Scripts look for
//! them beside themselves; so they go into the checkout, into folders that git ignores.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::install;
use crate::project;

/// What the interoperability tests speak with.
pub(super) const INTEROP: Packages = Packages {
    name: "interop packages",
    folder: "tests/interop",
    why: "the interoperability tests speak with them",
};

/// What the benchmark measures beside our own.
pub(super) const BENCHMARK: Packages = Packages {
    name: "benchmark packages",
    folder: "benches/browser/cometd",
    why: "the benchmark measures beside them",
};

/// The packages of one `package.json`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packages {
    pub(super) name: &'static str,
    /// The folder with `package.json` and its lock file.
    folder: &'static str,
    why: &'static str,
}

impl Packages {
    /// Where the packages go.
    pub(super) fn modules(&self) -> PathBuf {
        project::root().join(self.folder).join("node_modules")
    }

    /// Installs the packages if those that are there are not those that are asked for.
    pub(super) fn ensure(&self) -> Result<()> {
        let folder = project::root().join(self.folder);
        if is_installed(&folder)? {
            return Ok(());
        }
        let modules = self.modules();
        println!(
            "==> Installing npm packages into {} (takes a few seconds): {}.",
            modules.display(),
            self.why
        );
        install::npm_ci(&folder).context(
            "the npm packages could not be installed; the reason stands above. Do the command again \
             when it is out of the way",
        )?;
        ensure!(
            is_installed(&folder)?,
            "npm says that it is done, but {} is not what {}/package-lock.json asks for",
            modules.display(),
            self.folder
        );
        Ok(())
    }
}

/// Whether the lock file is fulfilled. npm notes what it has installed when it is done with all of
/// it, so an interrupted installation is none.
fn is_installed(folder: &Path) -> Result<bool> {
    let wanted = packages(&folder.join("package-lock.json"))?;
    let noted = folder.join("node_modules/.package-lock.json");
    Ok(noted.is_file() && packages(&noted).is_ok_and(|there| there == wanted))
}

/// The packages in a lock file: place and checksum.
fn packages(lock: &Path) -> Result<Vec<(String, String)>> {
    let text = fs::read(lock).with_context(|| format!("{} cannot be read", lock.display()))?;
    let lock_file: Value = serde_json::from_slice(&text)
        .with_context(|| format!("{} is no lock file", lock.display()))?;
    let packages = lock_file["packages"]
        .as_object()
        .with_context(|| format!("{} has no packages", lock.display()))?;
    let mut packages: Vec<_> = packages
        .iter()
        // The one without a name is the project itself.
        .filter(|(place, _)| !place.is_empty())
        .map(|(place, package)| {
            let checksum = package["integrity"].as_str().unwrap_or_default();
            (place.clone(), checksum.to_owned())
        })
        .collect();
    packages.sort_unstable();
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with a lock file and, if there is one, the note of an installation.
    fn check(installed: Option<&str>, expect: bool) {
        let folder = tempfile::tempdir().unwrap();
        let lock = r#"{"packages": {
            "": {"name": "tests"},
            "node_modules/faye": {"version": "1.4.3", "integrity": "sha512-abc"}
        }}"#;
        fs::write(folder.path().join("package-lock.json"), lock).unwrap();
        if let Some(installed) = installed {
            let modules = folder.path().join("node_modules");
            fs::create_dir(&modules).unwrap();
            fs::write(modules.join(".package-lock.json"), installed).unwrap();
        }
        let is_installed = is_installed(folder.path()).unwrap();
        assert_eq!(is_installed, expect, "{installed:?}");
    }

    #[test]
    fn packages_are_installed_when_npm_has_noted_each() {
        let right = r#"{"packages": {"node_modules/faye": {"integrity": "sha512-abc"}}}"#;
        check(Some(right), true);
        check(None, false);
        check(Some("{}"), false);
        check(Some("interr"), false);
        check(Some(&right.replace("abc", "abd")), false);
        check(Some(r#"{"packages": {}}"#), false);
    }

    #[test]
    fn the_lock_files_name_no_registry() {
        for (wanted, least) in [(INTEROP, 4), (BENCHMARK, 1)] {
            let lock = project::root()
                .join(wanted.folder)
                .join("package-lock.json");
            let places = packages(&lock).unwrap();
            assert!(places.len() >= least, "{places:?}");
            assert!(places.iter().all(|(_, checksum)| !checksum.is_empty()));
            assert!(!fs::read_to_string(lock).unwrap().contains("\"resolved\""));
        }
    }
}
