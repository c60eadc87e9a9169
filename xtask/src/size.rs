//! `cargo xtask size`: where the bytes of the widget's WebAssembly go.

use anyhow::{Context, Result};
use clap::Args;
use pack::sizes::Build;

use crate::setup::{self, Purpose};
use crate::{page, process, project};

/// Options of `cargo xtask size`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many of the largest functions to list.
    #[arg(long, default_value_t = 0)]
    functions: usize,
    /// Measures the packaged build, which also compiles Rust's standard library.
    #[arg(long)]
    packaged: bool,
}

/// Builds the WebAssembly with the names of its functions, and prints a table by kind and one by crate.
///
/// # Errors
/// Something can't be built, installed or measured.
pub(crate) fn run(options: &Options) -> Result<()> {
    let tools = setup::ensure(Purpose::Page)?;
    let build = match options.packaged {
        true => Build::Packaged,
        false => Build::Plain,
    };
    let folder = project::root().join("target/size");
    page::webassembly(&tools, build, &folder, true, process::run)
        .context("the WebAssembly could not be built")?;
    let mut cargo = process::cargo(&["run", "--quiet", "--package", "bench-size", "--"]);
    cargo.arg(folder.join(page::WASM));
    cargo.arg("--functions").arg(options.functions.to_string());
    process::run(&mut cargo)
}
