//! The compiler's WebAssembly target.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{process, tools};

/// The target that the widget is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Installs the target's standard library by rustup.
pub(super) fn ensure() -> Result<()> {
    if is_there() {
        return Ok(());
    }
    println!(
        "==> Installing Rust's standard library for {TARGET} (about 10 seconds): \
         the widget is compiled for it."
    );
    if tools::on_path("rustup").is_none() {
        bail!(
            "Rust's standard library for {TARGET} is missing, and there is no rustup to add it. \
             Install Rust by rustup (https://rustup.rs), or your distribution's package of it \
             (Debian: libstd-rust-dev-wasm32)"
        );
    }
    let mut rustup = process::command("rustup");
    rustup.args(["target", "add", TARGET]);
    process::run(rustup).with_context(|| {
        format!("the target could not be added; `rustup target add {TARGET}` by hand tells more")
    })
}

fn is_there() -> bool {
    let mut rustc = process::command("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    process::output(rustc).is_some_and(|folder| Path::new(folder.trim()).is_dir())
}
