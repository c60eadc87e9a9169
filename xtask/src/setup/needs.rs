//! The needs of the project, read from `xtask/setup.toml`.

use std::env::{self, consts::ARCH};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::project;
use crate::tools::on_path;

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

/// The list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Needs {
    package: Vec<Package>,
    tool: Vec<Tool>,
    npm: Vec<Npm>,
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

/// A program of one exact version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tool {
    /// Its name, which its folder's name starts with.
    pub(super) name: String,
    /// The exact version, as `--version` prints it.
    #[serde(default)]
    pub(super) version: String,
    since: Purpose,
    /// Its programs. All must have this version.
    pub(super) programs: Vec<String>,
    pub(super) source: Source,
    /// The reason that the project needs it.
    pub(super) why: String,
    /// Roughly how long it takes to install.
    pub(super) takes: String,
}

/// Where a tool comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Source {
    /// Compiled by `cargo install` from the crate of this name.
    Crate(String),
    /// The npm packages that this folder's `package.json` names.
    Npm(PathBuf),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Npm {
    folder: PathBuf,
    since: Purpose,
}

impl Needs {
    /// Reads the list.
    pub(super) fn read() -> Result<Self> {
        let file = project::root().join("xtask/setup.toml");
        let text = fs::read_to_string(&file)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        let mut needs: Self = toml::from_str(&text).context("xtask/setup.toml")?;
        for tool in needs.tool.iter_mut().filter(|it| it.version.is_empty()) {
            tool.version = in_lock_file(&tool.name)?;
        }
        Ok(needs)
    }

    pub(super) fn packages(&self, purpose: Purpose) -> Vec<&Package> {
        let packages = self.package.iter();
        packages.filter(|it| purpose >= it.since).collect()
    }

    pub(super) fn tools(&self, purpose: Purpose) -> impl Iterator<Item = &Tool> {
        self.tool.iter().filter(move |it| purpose >= it.since)
    }

    pub(super) fn npm_folders(&self, purpose: Purpose) -> impl Iterator<Item = &PathBuf> {
        let folders = self.npm.iter().filter(move |it| purpose >= it.since);
        folders.map(|it| &it.folder)
    }

    /// The paths of the programs that are found, and the names of the others.
    pub(super) fn programs(&self, purpose: Purpose) -> Vec<PathBuf> {
        let packages = self.packages(purpose).into_iter();
        let found = packages
            .flat_map(|it| &it.programs)
            .filter_map(Program::find);
        let tools = self.tools(purpose).flat_map(|it| &it.programs);
        found.chain(tools.map(PathBuf::from)).collect()
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
            .or_else(|| names.find_map(on_path))
    }
}

/// The version of a crate in Cargo.lock.
fn in_lock_file(name: &str) -> Result<String> {
    let lock = fs::read_to_string(project::root().join("Cargo.lock"))?;
    let lock: toml::Table = lock.parse()?;
    let packages = lock.get("package").and_then(|packages| packages.as_array());
    let mut versions = packages.into_iter().flatten().filter_map(|package| {
        let is_it = package.get("name")?.as_str()? == name;
        package.get("version")?.as_str().filter(|_| is_it)
    });
    let version = versions.next();
    let version = version.with_context(|| format!("Cargo.lock has no `{name}`"))?;
    ensure!(
        versions.next().is_none(),
        "Cargo.lock has more than one `{name}`; `cargo tree --invert {name}` tells where they come \
         from"
    );
    Ok(version.to_owned())
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
        for tool in Needs::read().unwrap().tool {
            let mut numbers = tool.version.split('.').map(|number| number.parse::<u32>());
            assert!(numbers.all(|number| number.is_ok()), "{tool:?}");
        }
    }

    #[test]
    fn files_that_other_programs_read_ask_for_the_same_versions() {
        let needs = Needs::read().unwrap();
        let version = |name| {
            let tool = needs.tool.iter().find(|tool| tool.name == name);
            tool.map(|tool| tool.version.as_str()).unwrap()
        };
        let trunk: toml::Table = text("Trunk.toml").parse().unwrap();
        let wanted = format!("={}", version("trunk"));
        assert_eq!(trunk["trunk-version"].as_str(), Some(wanted.as_str()));
        let wanted = format!("version_{}", version("binaryen"));
        assert_eq!(trunk["tools"]["wasm_opt"].as_str(), Some(wanted.as_str()));
        let package: Value = serde_json::from_str(&text("xtask/tools/package.json")).unwrap();
        // The package is 132.0.0, and its programs say 132.
        let wanted = format!("{}.0.0", version("binaryen"));
        assert_eq!(package["dependencies"]["binaryen"], wanted);
    }
}
