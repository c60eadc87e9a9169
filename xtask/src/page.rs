//! The demo page in a release build; and its WebAssembly as it is packaged.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use pack::sizes::Build;

use crate::project;
use crate::setup::{self, TARGET};
use crate::tools::Tools;

/// The name of the page's WebAssembly file.
pub(crate) const WASM: &str = "listen-in_bg.wasm";

/// The options of wasm-opt, as in `index.html`. In a function with many locals, each local takes more bytes to encode; so
/// functions with one caller are not inlined, values may be computed twice, blocks have no results, and several ways for
/// locals to share a place are tried. The first kilobyte of memory, at the far end of the stack, is unused; so an offset
/// can be folded into a load.
const OPTIMISED: [&str; 9] = [
    "-O3",
    "--one-caller-inline-max-function-size=15",
    "--skip-pass=local-cse",
    "--skip-pass=simplify-locals",
    "--simplify-locals-nostructure",
    "--vacuum",
    "--skip-pass=coalesce-locals",
    "--coalesce-locals-learning",
    "--low-memory-unused",
];

/// The folder of the built page.
pub(crate) fn folder() -> PathBuf {
    project::root().join("dist")
}

/// The command that builds the page.
pub(crate) fn build(tools: &Tools) -> Command {
    tools.trunk(&["build", "--release"])
}

/// Builds the WebAssembly and its bindings into a folder, with function names if wanted; `run` runs each command.
///
/// # Errors
/// It can't be built.
pub(crate) fn webassembly(
    tools: &Tools,
    build: Build,
    folder: &Path,
    has_names: bool,
    mut run: impl FnMut(&mut Command) -> Result<()>,
) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let mut cargo = tools.cargo(&["rustc", "--package", "listen-in-element"]);
    cargo.args(["--profile", "widget", "--target", TARGET]);
    let built = match build {
        Build::Plain => project::root().join("target").join(TARGET),
        Build::Packaged => for_package(&mut cargo)?,
    };
    run(&mut cargo)?;
    let mut bindgen = tools.command("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript"]);
    bindgen
        .args(["--out-name", "listen-in", "--out-dir"])
        .arg(folder);
    run(bindgen.arg(built.join("widget/listen-in.wasm")))?;
    let mut optimise = tools.command("wasm-opt");
    optimise.args(OPTIMISED).arg(folder.join(WASM));
    optimise.arg("--output").arg(folder.join(WASM));
    if has_names {
        optimise.arg("--debuginfo");
    }
    run(&mut optimise)
}

/// Makes a command of cargo compile as for the package, and returns the folder into which it compiles.
fn for_package(cargo: &mut Command) -> Result<PathBuf> {
    setup::ensure_sources()?;
    let folder = project::root().join("target/packaged");
    cargo.arg("--target-dir").arg(&folder);
    cargo.arg("-Zbuild-std=std,panic_abort");
    cargo.arg("-Zbuild-std-features=optimize_for_size");
    cargo.env("RUSTC_BOOTSTRAP", "1");
    // Repeats the flags of .cargo/config.toml, because this variable replaces them. Without reference types the bindings keep
    // objects in an array: it takes less code in JavaScript than a table does in WebAssembly.
    cargo.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "--cfg erase_components -Zunstable-options -Cpanic=immediate-abort \
         -Zlocation-detail=none -Zfmt-debug=none -Ctarget-feature=-reference-types",
    );
    // At the last step, functions with one caller stay apart, for the same reason as in `OPTIMISED`, loops keep their
    // variables, and what is larger than a number is copied by `memory.copy`.
    cargo.args([
        "--",
        "-Cllvm-args=-inline-threshold=-14900",
        "-Cllvm-args=-disable-lsr",
        "-Cllvm-args=-max-store-memcpy=1",
    ]);
    Ok(folder.join(TARGET))
}

/// The folder of the page as it is packaged.
pub(crate) fn packaged_folder() -> PathBuf {
    project::root().join("target/packaged/page")
}

/// Turns the built page into the packaged one, with the smaller WebAssembly; `run` runs each command.
///
/// # Errors
/// There is no built page, or the WebAssembly can't be built.
pub(crate) fn make_packaged(
    tools: &Tools,
    run: impl FnMut(&mut Command) -> Result<()>,
) -> Result<()> {
    let packaged = packaged_folder();
    copy(&folder(), &packaged).context("the page that was built can't be copied")?;
    webassembly(tools, Build::Packaged, &packaged.join("core"), false, run)?;
    // The scripts from the sources, because the built ones are finished.
    for script in pack::scripts::HANDWRITTEN {
        let source = project::root().join("npm").join(script);
        fs::copy(source, packaged.join(script))?;
    }
    pack::finish(&packaged, true)
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
