//! The example application for Leptos, built without optimising.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::project;
use crate::setup::TARGET;
use crate::tools::Tools;

const PACKAGE: &str = "example-leptos";

/// The files that are served unchanged.
const FILES: [&str; 3] = ["index.html", "start.js", "style.css"];

/// The folder of the built example.
pub(crate) fn folder() -> PathBuf {
    project::root().join("target/examples/leptos")
}

/// Builds the example; `run` runs each command.
pub(crate) fn build(tools: &Tools, mut run: impl FnMut(Command) -> Result<()>) -> Result<()> {
    let mut cargo = tools.cargo();
    cargo.args(["build", "--package", PACKAGE, "--target", TARGET]);
    run(cargo)?;
    let compiled = project::root().join("target").join(TARGET).join("debug");
    let mut bindgen = tools.command("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript", "--out-name", "app"]);
    bindgen.arg("--out-dir").arg(folder());
    bindgen.arg(compiled.join(PACKAGE).with_extension("wasm"));
    run(bindgen)?;
    for file in FILES {
        let source = project::root().join("examples/leptos").join(file);
        fs::copy(&source, folder().join(file))
            .with_context(|| format!("{} cannot be copied", source.display()))?;
    }
    Ok(())
}
