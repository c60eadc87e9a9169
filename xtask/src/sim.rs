//! The CometD machines and the supervision machine in simulated storms: `cargo xtask sim`, which hands everything on to the
//! program of `tests/simulator`.

use anyhow::Result;
use clap::Args;

use crate::{process, project};

/// Options of `cargo xtask sim`.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// What the simulator is to do; `--help` lists it.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds and runs the simulator.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut cargo = project::cargo();
    cargo.args(["run", "--release", "--quiet", "--package", "simulator"]);
    cargo.args(["--bin", "simulate", "--"]);
    cargo.args(&options.arguments);
    process::run(cargo)
}
