//! The nightly compiler: only it instruments code for the fuzzer.

use anyhow::{Context, Result, bail};

use crate::{process, tools};

/// What rustup calls it. Any will do: nothing that is shipped is compiled by it.
pub(crate) const NIGHTLY: &str = "nightly";

/// Installs it by rustup.
pub(super) fn ensure() -> Result<()> {
    if tools::on_path("rustup").is_none() {
        bail!(
            "fuzzing needs the nightly compiler beside the stable one, and there is no rustup to \
             add it. Install Rust by rustup (https://rustup.rs)"
        );
    }
    if is_there() {
        return Ok(());
    }
    println!("==> Installing Rust's nightly compiler (about a minute): only it can fuzz.");
    let mut rustup = process::command("rustup");
    rustup.args(["toolchain", "install", NIGHTLY, "--profile", "minimal"]);
    process::run(rustup).with_context(|| {
        format!(
            "it could not be installed; `rustup toolchain install {NIGHTLY}` by hand tells more"
        )
    })
}

fn is_there() -> bool {
    let mut rustc = process::command("rustup");
    rustc.args(["run", NIGHTLY, "rustc", "--version"]);
    process::output(rustc).is_some()
}
