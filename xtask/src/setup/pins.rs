//! The exact versions of the tools, read from the files that pin them anyway.

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use toml::Table;

use super::version::Version;
use crate::project;

/// Where the npm package of wasm-opt, and its checksum, are written down.
pub(super) const NPM_FOLDER: &str = "xtask/tools";

/// The pinned versions.
#[derive(Debug)]
pub(super) struct Pins {
    /// The `wasm-bindgen` of Cargo.lock: crate and command-line tool must be the same.
    pub(super) wasm_bindgen: Version,
    /// The `trunk-version` of Trunk.toml.
    pub(super) trunk: Version,
    /// The `binaryen` of xtask/tools/package.json.
    pub(super) binaryen: Version,
    /// The `geckodriver` of tests/e2e/Cargo.toml.
    pub(super) geckodriver: Version,
}

impl Pins {
    /// Reads the files of this project.
    pub(super) fn read() -> Result<Self> {
        Ok(Self {
            wasm_bindgen: read("Cargo.lock", locked_wasm_bindgen)?,
            trunk: read("Trunk.toml", required_trunk)?,
            binaryen: read(&format!("{NPM_FOLDER}/package.json"), npm_binaryen)?,
            geckodriver: read("tests/e2e/Cargo.toml", |manifest| {
                required_tool(manifest, "geckodriver")
            })?,
        })
    }
}

/// The `cargo-fuzz` of tests/fuzzing/fuzz/Cargo.toml. Apart from the others: who doesn't fuzz
/// needs none.
pub(super) fn fuzzer() -> Result<Version> {
    read("tests/fuzzing/fuzz/Cargo.toml", |manifest| {
        required_tool(manifest, "cargo-fuzz")
    })
}

fn read(file: &str, pin: impl Fn(&str) -> Result<Version>) -> Result<Version> {
    fs::read_to_string(project::root().join(file))
        .context("cannot be read")
        .and_then(|text| pin(&text))
        .with_context(|| format!("{file}, which pins the version of a tool"))
}

fn locked_wasm_bindgen(lock: &str) -> Result<Version> {
    let lock: Table = lock.parse()?;
    let packages = lock.get("package").and_then(|it| it.as_array());
    let mut versions = packages
        .into_iter()
        .flatten()
        .filter(|package| field(package, "name") == Some("wasm-bindgen"))
        .filter_map(|package| field(package, "version"));
    let version = versions
        .next()
        .context("no `wasm-bindgen` in it: the widget should depend on it")?;
    ensure!(
        versions.next().is_none(),
        "more than one `wasm-bindgen` in it: `cargo tree --invert wasm-bindgen` tells where they come from"
    );
    Version::parse(version)
}

fn required_trunk(settings: &str) -> Result<Version> {
    let settings: Table = settings.parse()?;
    let requirement = settings
        .get("trunk-version")
        .and_then(|it| it.as_str())
        .context("no `trunk-version` in it")?;
    let Some(version) = requirement.strip_prefix('=') else {
        bail!("`trunk-version` should be exact, like \"=0.21.14\", not {requirement:?}");
    };
    Version::parse(version.trim())
}

/// A version among the tools of a manifest's metadata.
fn required_tool(manifest: &str, name: &str) -> Result<Version> {
    let manifest: Table = manifest.parse()?;
    let requirement = ["package", "metadata", "tools"]
        .iter()
        .try_fold(&toml::Value::Table(manifest), |table, key| table.get(key))
        .and_then(|tools| field(tools, name).map(str::to_owned))
        .with_context(|| format!("no `{name}` among the tools of its metadata"))?;
    let Some(version) = requirement.strip_prefix('=') else {
        bail!("`{name}` should be exact, like \"=0.13.2\", not {requirement:?}");
    };
    Version::parse(version)
}

fn npm_binaryen(package: &str) -> Result<Version> {
    let package: serde_json::Value = serde_json::from_str(package)?;
    let version = package["dependencies"]["binaryen"]
        .as_str()
        .context("no `binaryen` among its dependencies")?;
    Version::parse(version)
}

fn field<'a>(package: &'a toml::Value, name: &str) -> Option<&'a str> {
    package.get(name)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
        version = 4
        [[package]]
        name = "wasm-bindgen"
        version = "0.2.130"
        dependencies = ["wasm-bindgen-macro"]
        [[package]]
        name = "wasm-bindgen-macro"
        version = "0.2.131"
    "#;

    #[test]
    fn the_wasm_bindgen_of_cargo_lock_counts() {
        assert_eq!(locked_wasm_bindgen(LOCK).unwrap().to_string(), "0.2.130");
    }

    #[test]
    fn a_lock_without_wasm_bindgen_is_refused() {
        let error = locked_wasm_bindgen("version = 4").unwrap_err();
        assert!(error.to_string().contains("no `wasm-bindgen`"), "{error}");
    }

    #[test]
    fn two_wasm_bindgens_are_one_too_many() {
        let twice = format!("{LOCK}\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.1\"");
        let error = locked_wasm_bindgen(&twice).unwrap_err();
        assert!(error.to_string().contains("more than one"), "{error}");
    }

    #[test]
    fn trunk_is_pinned_exactly() {
        let version = required_trunk("trunk-version = \"=0.21.14\"").unwrap();
        assert_eq!(version.to_string(), "0.21.14");
        assert!(required_trunk("trunk-version = \"0.21\"").is_err());
    }

    #[test]
    fn tools_of_a_manifest_are_pinned_exactly() {
        assert_eq!(fuzzer().unwrap().to_string().split('.').count(), 3);
        let loose = "[package.metadata.tools]\ncargo-fuzz = \"0.13\"";
        assert!(required_tool(loose, "cargo-fuzz").is_err());
        let none = required_tool("[package]", "cargo-fuzz").unwrap_err();
        assert!(none.to_string().contains("no `cargo-fuzz`"), "{none}");
    }

    #[test]
    fn the_projects_own_files_agree_about_wasm_opt() {
        let settings = fs::read_to_string(project::root().join("Trunk.toml")).unwrap();
        let settings: Table = settings.parse().unwrap();
        let package = project::root().join(NPM_FOLDER).join("package.json");
        let pinned = npm_binaryen(&fs::read_to_string(package).unwrap()).unwrap();
        let wanted = settings["tools"]["wasm_opt"].as_str().unwrap();
        let wanted = Version::parse(wanted.strip_prefix("version_").unwrap()).unwrap();
        assert_eq!(wanted, pinned);
    }
}
