//! The demo page, built the way it is shipped: optimised, and measured; and its WebAssembly as it is packaged.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use pack::sizes::{Build, Sizes};

use crate::project;
use crate::setup::{self, TARGET};
use crate::tools::Tools;

/// The WebAssembly's name in the page.
pub(crate) const WASM: &str = "listen-in_bg.wasm";

/// What wasm-opt is told, as in `index.html`. In functions with many locals each takes more bytes to name: those with
/// one caller stay apart, and so do values that are computed twice; which locals share a place is tried
/// in several ways. Nothing lies in the first kilobyte of memory, which is
/// the far end of the stack: so an offset can be a load's own.
const OPTIMISED: [&str; 6] = [
    "-O3",
    "--one-caller-inline-max-function-size=15",
    "--skip-pass=local-cse",
    "--skip-pass=coalesce-locals",
    "--coalesce-locals-learning",
    "--low-memory-unused",
];

/// Where the built page is.
pub(crate) fn folder() -> PathBuf {
    project::root().join("dist")
}

/// The command that builds the page.
pub(crate) fn build(tools: &Tools) -> Command {
    let mut trunk = tools.trunk();
    trunk.args(["build", "--release"]);
    trunk
}

/// The commands that build the WebAssembly and its bindings into a folder; with the names of its functions, if
/// these are to be looked at.
pub(crate) fn webassembly(
    tools: &Tools,
    build: Build,
    folder: &Path,
    has_names: bool,
) -> Result<Vec<Command>> {
    fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let target = project::root().join(match build {
        Build::Plain => "target",
        Build::Packaged => "target/packaged",
    });
    let mut cargo = tools.cargo();
    cargo.args(["build", "--package", "listen-in", "--lib"]);
    cargo.args([
        "--features",
        "element",
        "--profile",
        "widget",
        "--target",
        TARGET,
    ]);
    cargo.arg("--target-dir").arg(&target);
    if build == Build::Packaged {
        cargo.args([
            "-Zbuild-std=std,panic_abort",
            "-Zbuild-std-features=optimize_for_size",
        ]);
        cargo.env("RUSTC_BOOTSTRAP", "1");
        // Besides those of .cargo/config.toml, which they replace.
        cargo.env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            "--cfg erase_components -Zunstable-options -Cpanic=immediate-abort \
             -Zlocation-detail=none -Zfmt-debug=none",
        );
    }
    let mut bindgen = tools.command("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript"]);
    bindgen
        .args(["--out-name", "listen-in", "--out-dir"])
        .arg(folder);
    bindgen.arg(target.join(TARGET).join("widget/listen_in.wasm"));
    let mut optimise = tools.command("wasm-opt");
    optimise.args(OPTIMISED).arg(folder.join(WASM));
    optimise.arg("--output").arg(folder.join(WASM));
    if has_names {
        optimise.arg("--debuginfo");
    }
    Ok(vec![cargo, bindgen, optimise])
}

/// Where the page is as it is packaged.
pub(crate) fn packaged_folder() -> PathBuf {
    project::root().join("target/packaged/page")
}

/// Makes the files of the page that was built what is packaged: with the smaller WebAssembly; `run` carries out commands.
///
/// # Errors
/// There is no page, or the WebAssembly can't be built.
pub(crate) fn make_packaged(
    tools: &Tools,
    mut run: impl FnMut(Command) -> Result<()>,
) -> Result<()> {
    setup::ensure_sources()?;
    let packaged = packaged_folder();
    copy(&folder(), &packaged).context("the page that was built can't be copied")?;
    let core = packaged.join("core");
    for step in webassembly(tools, Build::Packaged, &core, false)? {
        run(step).context("the WebAssembly could not be built")?;
    }
    // Without the hash of the other WebAssembly.
    let shell = "listen-in.js";
    fs::copy(
        project::root().join("npm").join(shell),
        packaged.join(shell),
    )?;
    pack::finish(&packaged)
}

/// Measures a page that was built.
pub(crate) fn sizes(folder: &Path, build: Build) -> Result<Sizes> {
    Sizes::measure(folder, &project::root().join("src/view/style"), build)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &to)?,
            false => fs::copy(entry.path(), to).map(drop)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_the_package_are_optimised_alike() {
        let page = fs::read_to_string(project::root().join("index.html")).unwrap();
        let level = format!("data-wasm-opt=\"{}\"", &OPTIMISED[0][2..]);
        assert!(page.contains(&level), "{level}");
        let parameters = format!("data-wasm-opt-params=\"{}\"", OPTIMISED[1..].join(" "));
        assert!(page.contains(&parameters), "{parameters}");
    }
}
