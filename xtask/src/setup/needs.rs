//! The needs of the project, read from `xtask/setup.toml`.

use std::env::{self, consts::ARCH};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::project;

/// The purpose of the tools; only the tools it needs are installed. Each purpose includes those before
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Purpose {
    /// Checks without a browser.
    Checks,
    /// Building the page.
    Page,
    /// Measuring the widget and other clients in a browser.
    Benchmark,
    /// The page and every check.
    Everything,
}

/// The list, as far as a purpose needs it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Needs {
    pub(super) package: Vec<Package>,
    pub(super) tool: Vec<Tool>,
    pub(super) npm: Vec<Npm>,
}

/// A Debian package.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) why: String,
    since: Purpose,
    pub(super) programs: Vec<Program>,
}

/// A program of a package.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Program {
    /// The environment variable that may hold its path.
    pub(super) variable: Option<String>,
    /// Its possible names on PATH.
    names: Vec<String>,
}

/// Programs of one exact version, compiled by `cargo install`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tool {
    /// Its name, which its folder's name starts with.
    pub(super) name: String,
    /// The crate that has the programs.
    #[serde(rename = "crate")]
    pub(super) package: String,
    /// The exact version, as `--version` prints it.
    #[serde(default)]
    pub(super) version: String,
    since: Purpose,
    /// Its programs. All must have this version.
    pub(super) programs: Vec<String>,
    /// The reason that the project needs it.
    pub(super) why: String,
    /// Roughly how long it takes to install.
    pub(super) takes: String,
}

/// A folder with a `package-lock.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Npm {
    pub(super) folder: PathBuf,
    since: Purpose,
    /// Whether its packages' programs belong on PATH.
    #[serde(default)]
    pub(super) has_tools: bool,
}

impl Needs {
    /// Reads the list.
    pub(super) fn read(purpose: Purpose) -> Result<Self> {
        let mut needs: Self =
            toml::from_str(include_str!("../../setup.toml")).context("xtask/setup.toml")?;
        needs.package.retain(|it| purpose >= it.since);
        needs.tool.retain(|it| purpose >= it.since);
        needs.npm.retain(|it| purpose >= it.since);
        for tool in needs.tool.iter_mut().filter(|it| it.version.is_empty()) {
            tool.version = in_lock_file(&tool.name)?;
        }
        Ok(needs)
    }
}

impl Program {
    /// Its path: from the environment variable or, without it, the first of its names on PATH.
    pub(super) fn find(&self) -> Option<PathBuf> {
        let named = self.variable.as_ref().and_then(env::var_os);
        let mut names = self.names.iter().map(|name| name.replace("{arch}", ARCH));
        named
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
            .or_else(|| names.find_map(|name| which::which(name).ok()))
    }
}

/// The version of a crate in Cargo.lock.
fn in_lock_file(name: &str) -> Result<String> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
    }
    let lock: Lock = toml::from_str(&fs::read_to_string(project::root().join("Cargo.lock"))?)?;
    let package = lock.package.into_iter().find(|it| it.name == name);
    Ok(package
        .with_context(|| format!("Cargo.lock has no `{name}`"))?
        .version)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn text(file: &str) -> String {
        fs::read_to_string(project::root().join(file)).unwrap()
    }

    #[test]
    fn every_tool_has_an_exact_version() {
        for tool in Needs::read(Purpose::Everything).unwrap().tool {
            let mut numbers = tool.version.split('.').map(|number| number.parse::<u32>());
            assert!(numbers.all(|number| number.is_ok()), "{tool:?}");
        }
    }

    #[test]
    fn files_that_other_programs_read_ask_for_the_same_versions() {
        let tools = Needs::read(Purpose::Everything).unwrap().tool;
        let tool = tools.iter().find(|tool| tool.name == "trunk").unwrap();
        let trunk: toml::Table = text("Trunk.toml").parse().unwrap();
        let wanted = format!("={}", tool.version);
        assert_eq!(trunk["trunk-version"].as_str(), Some(wanted.as_str()));
        let package: Value = serde_json::from_str(&text("xtask/tools/package.json")).unwrap();
        let binaryen = package["dependencies"]["binaryen"].as_str().unwrap();
        // The package is 132.0.0, and its programs say 132.
        let wanted = format!("version_{}", binaryen.trim_end_matches(".0.0"));
        assert_eq!(trunk["tools"]["wasm_opt"].as_str(), Some(wanted.as_str()));
    }
}
