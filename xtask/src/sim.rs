//! `cargo xtask sim`: runs the machines in simulated storms (the program in `tests/simulator`);
//! with `--mutations`, puts deliberate faults into them (the program in `tests/mutations`).

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::process;

/// Options of `cargo xtask sim`.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// Arguments of the simulator; `--help` lists them. With `--mutations` first, deliberate faults
    /// are put into the machines, and tests and simulator must catch each.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds and runs the simulator, or the mutations.
pub(crate) fn run(options: &Options) -> Result<()> {
    let cargo = match options.arguments.as_slice() {
        [first, rest @ ..] if first == "--mutations" => {
            let mut cargo = mutations();
            cargo.args(rest);
            cargo
        }
        all => {
            let mut cargo = process::cargo();
            cargo.args(["run", "--quiet", "--release", "--package", "simulator"]);
            cargo.arg("--").args(all);
            cargo
        }
    };
    process::run(cargo)
}

/// The program that tries all mutations; it takes options.
pub(crate) fn mutations() -> Command {
    let mut cargo = process::cargo();
    cargo.args(["run", "--quiet", "--package", "mutations", "--"]);
    cargo
}
