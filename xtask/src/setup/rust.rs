//! Installed by rustup: the standard library for WebAssembly, and its sources.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::process;

/// The target that the widget is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Installs the target's standard library.
pub(super) fn ensure_target() -> Result<()> {
    ensure("wasm32-unknown-unknown/lib", &["target", "add", TARGET])
}

/// Installs the sources of the standard library, which the packaged build compiles.
pub(crate) fn ensure_sources() -> Result<()> {
    ensure("src/rust/library/std", &["component", "add", "rust-src"])
}

/// Has rustup add something, unless its folder is there.
fn ensure(folder: &str, arguments: &[&str]) -> Result<()> {
    let mut rustc = process::command("rustc");
    rustc.args(["--print", "sysroot"]);
    let sysroot = process::output(rustc).context("there is no rustc on PATH")?;
    let folder = Path::new(sysroot.trim()).join("lib/rustlib").join(folder);
    if folder.is_dir() {
        return Ok(());
    }
    ensure!(
        which::which("rustup").is_ok(),
        "{} is missing, and there is no rustup to add it. Install Rust by rustup (https://rustup.rs), or add it by \
         your system's packages (Debian: libstd-rust-dev-wasm32 for the WebAssembly target)",
        folder.display()
    );
    let by_hand = format!("rustup {}", arguments.join(" "));
    println!("==> {by_hand} (about 10 seconds)");
    process::run(process::command("rustup").args(arguments))
        .with_context(|| format!("it could not be installed; `{by_hand}` by hand tells more"))
}
