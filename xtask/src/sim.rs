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
    /// Puts deliberate faults into the machines; tests and simulator must catch each. Comes before other arguments.
    #[arg(long)]
    mutations: bool,
    /// Arguments of the simulator, or of the mutations; `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds and runs the simulator, or the mutations.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut cargo = match options.mutations {
        true => mutations(),
        false => process::cargo(&[
            "run",
            "--quiet",
            "--release",
            "--package",
            "simulator",
            "--",
        ]),
    };
    process::run(cargo.args(&options.arguments))
}

/// The program that tries all mutations; it takes options.
pub(crate) fn mutations() -> Command {
    process::cargo(&["run", "--quiet", "--package", "mutations", "--"])
}
