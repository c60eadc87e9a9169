//! The example application for Leptos, built without optimising.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::setup::TARGET;
use crate::tools::Tools;
use crate::{process, project};

const PACKAGE: &str = "example-leptos";

/// The files that are served unchanged.
const FILES: [&str; 3] = ["index.html", "start.js", "style.css"];

/// The folder of the built example.
pub(crate) fn folder() -> PathBuf {
    project::root().join("target/examples/leptos")
}

/// Compiles the example.
pub(crate) fn compile() -> Command {
    process::cargo(&["build", "--package", PACKAGE, "--target", TARGET])
}

/// Makes the page of the compiled example; `run` runs a command.
pub(crate) fn bundle(tools: &Tools, run: impl FnOnce(&mut Command) -> Result<()>) -> Result<()> {
    let compiled = project::root().join("target").join(TARGET).join("debug");
    let mut bindgen = tools.command("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript", "--out-name", "app"]);
    bindgen.arg("--out-dir").arg(folder());
    bindgen.arg(compiled.join(PACKAGE).with_extension("wasm"));
    run(&mut bindgen)?;
    for file in FILES {
        let source = project::root().join("examples/leptos").join(file);
        fs::copy(&source, folder().join(file))
            .with_context(|| format!("{} cannot be copied", source.display()))?;
    }
    Ok(())
}
