//! The emulator under load: `cargo xtask bench emulator`, which hands everything on to the program
//! of `benches/emulator`.

use anyhow::Result;
use clap::Args;

use crate::{process, project};

/// Options of `cargo xtask bench emulator`.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// How much load; `--help` lists it.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds the emulator and the load as they are shipped, and runs them.
pub(crate) fn run(options: &Options) -> Result<()> {
    println!("==> Building the emulator and its load (the first time about 2 minutes)");
    // Both at once: the load starts the emulator that lies beside it.
    let mut cargo = project::cargo();
    cargo.args(["build", "--release", "--package", "gws-emulator"]);
    cargo.args(["--package", "bench-emulator"]);
    process::run(cargo)?;
    let mut cargo = project::cargo();
    cargo.args([
        "run",
        "--release",
        "--quiet",
        "--package",
        "bench-emulator",
        "--",
    ]);
    cargo.args(&options.arguments);
    process::run(cargo)
}
