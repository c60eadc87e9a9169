//! The widget's scripts for browsers: minified by esbuild.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The handwritten scripts of the widget in a page, by their paths there and in `npm/`.
pub const HANDWRITTEN: [&str; 9] = [
    "listen-in.js",
    "frame.js",
    "frame-host.js",
    "wwe.js",
    "core/widget.js",
    "core/polls.js",
    "core/bridge.js",
    "core/storage-access.js",
    "core/words.js",
];

/// The bindings of the WebAssembly in a page.
pub(crate) const BINDINGS: &str = "core/listen-in.js";

/// esbuild, installed by `cargo xtask setup`.
const ESBUILD: &str = "xtask/tools/node_modules/.bin/esbuild";

/// An import that bundlers leave alone, and what stands for it meanwhile: esbuild removes comments.
const IMPORT: (&str, &str) = (
    "import(/* @vite-ignore */ /* webpackIgnore: true */ ",
    "importedAsItIs(",
);

/// Minifies the scripts in a page.
///
/// # Errors
/// A script is missing, invalid, or can't be written; or esbuild is not installed.
pub(crate) fn minify(page: &Path) -> Result<()> {
    let names = HANDWRITTEN.into_iter().chain([BINDINGS]);
    minify_files(page, &names.collect::<Vec<_>>())
}

/// The scripts, minified, by name.
///
/// # Errors
/// A script is invalid; or esbuild is not installed.
pub(crate) fn minified(
    scripts: BTreeMap<&'static str, String>,
) -> Result<BTreeMap<&'static str, String>> {
    let folder = tempfile::tempdir()?;
    for (name, script) in &scripts {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().context("a script has no folder")?)?;
        fs::write(path, script)?;
    }
    let names: Vec<_> = scripts.into_keys().collect();
    minify_files(folder.path(), &names)?;
    let read = |name| Ok((name, fs::read_to_string(folder.path().join(name))?));
    names.into_iter().map(read).collect()
}

fn minify_files(folder: &Path, names: &[&str]) -> Result<()> {
    replace(folder, names, IMPORT.0, IMPORT.1)?;
    let esbuild = crate::root().join(ESBUILD);
    let mut command = Command::new(&esbuild);
    command.current_dir(folder).args(names);
    command.args(["--outdir=.", "--outbase=.", "--allow-overwrite"]);
    // The browsers that have what the shell asks for know all of ES2022.
    command.args(["--minify", "--format=esm", "--target=es2022"]);
    command.args(["--charset=utf8", "--log-level=warning"]);
    let status = command.status().with_context(|| {
        let missing = "can't be run; `cargo xtask setup` installs it";
        format!("{} {missing}", esbuild.display())
    })?;
    ensure!(status.success(), "esbuild could not minify the scripts");
    replace(folder, names, IMPORT.1, IMPORT.0)
}

fn replace(folder: &Path, names: &[&str], from: &str, to: &str) -> Result<()> {
    for name in names {
        let path = folder.join(name);
        let script =
            fs::read_to_string(&path).with_context(|| format!("there is no {}", path.display()))?;
        fs::write(path, script.replace(from, to))?;
    }
    Ok(())
}
