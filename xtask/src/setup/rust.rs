//! Installed by rustup: the standard library for WebAssembly, and its sources.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::{process, tools};

/// The target that the widget is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Installs the target's standard library.
pub(super) fn ensure_target() -> Result<()> {
    let mut rustc = process::command("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    if process::output(rustc).is_some_and(|folder| Path::new(folder.trim()).is_dir()) {
        return Ok(());
    }
    println!("==> Installing Rust's standard library for {TARGET} (about 10 seconds)");
    rustup(&["target", "add", TARGET])
}

/// Installs the sources of the standard library, which the packaged build compiles.
pub(crate) fn ensure_sources() -> Result<()> {
    let mut rustc = process::command("rustc");
    rustc.args(["--print", "sysroot"]);
    let sources = "lib/rustlib/src/rust/library/std";
    let are_there = |sysroot: String| Path::new(sysroot.trim()).join(sources).is_dir();
    if process::output(rustc).is_some_and(are_there) {
        return Ok(());
    }
    println!("==> Installing the sources of Rust's standard library (about 10 seconds)");
    rustup(&["component", "add", "rust-src"])
}

fn rustup(arguments: &[&str]) -> Result<()> {
    ensure!(
        tools::on_path("rustup").is_some(),
        "there is no rustup to add it. Install Rust by rustup (https://rustup.rs), or add it by \
         your system's packages (Debian: libstd-rust-dev-wasm32 for the WebAssembly target)"
    );
    let mut rustup = process::command("rustup");
    rustup.args(arguments);
    process::run(rustup).with_context(|| {
        format!(
            "it could not be installed; `rustup {}` by hand tells more",
            arguments.join(" ")
        )
    })
}
