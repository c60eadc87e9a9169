//! The project's commands, run as `cargo xtask <command>`.
//!
//! | file      | holds                                                                |
//! |-----------|----------------------------------------------------------------------|
//! | `setup`   | which tools the project needs, and how each is found or installed    |
//! | `tools`   | the installed tools: PATH, the browser                               |
//! | `page`    | how the demo page is built                                           |
//! | `pack`    | the npm package, made and tested                                     |
//! | `example` | the example application for Leptos                                   |
//! | `size`    | where the bytes of the WebAssembly go                                |
//! | `demo`    | page and API from one emulator                                       |
//! | `dev`     | the page from `trunk serve`, the API from an emulator                |
//! | `sim`     | the simulator, and the mutations that it must catch                  |
//! | `bench`   | the widget beside cometd.js with bare DOM and with React             |
//! | `test`    | every check, and how many passed                                     |
//! | `process` | child processes: started, watched, always ended                      |

mod bench;
mod demo;
mod dev;
mod emulator;
mod example;
mod pack;
mod page;
mod process;
mod project;
mod setup;
mod sim;
mod size;
mod test;
mod tools;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::process::Interrupted;

/// What shells report for a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// Builds, shows and checks the listen-in widget.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Installs the missing tools that the other commands need.
    ///
    /// Uses tools on PATH if they have the right version, and installs the others into
    /// ~/.cache/listen-in/tools. If everything is installed, this takes about a second.
    Setup,

    /// Builds the demo page and serves it together with the emulated contact centre.
    Demo(demo::Options),

    /// Makes the npm package of the built page in target/package/; with --test, tests it.
    Pack(pack::Options),

    /// Serves the demo page with live reload, for working on the widget.
    Dev(dev::Options),

    /// Simulates the machines in storms, by seed and in virtual time; with --mutations first, checks that tests
    /// and simulator catch deliberate faults.
    Sim(sim::Options),

    /// Measures the widget against the same job done with cometd.js and bare DOM, and with cometd.js and React,
    /// in headless Chromium.
    ///
    /// All get the same responses over loopback, in turn. Takes about ten minutes, and a few more to compile
    /// the first time. On a busy machine the ranges are wide.
    Bench(bench::Options),

    /// Prints where the bytes of the widget's WebAssembly go: by kind, by crate, by function.
    Size(size::Options),

    /// Runs every check and test; the last line says how many passed and failed.
    Test(test::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) if error.is::<Interrupted>() => {
            eprintln!("{Interrupted}");
            ExitCode::from(INTERRUPTED)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    process::catch_interrupts()?;
    match command {
        Command::Setup => setup::run()?,
        Command::Pack(options) => pack::run(&options)?,
        Command::Demo(options) => demo::run(&options)?,
        Command::Dev(options) => dev::run(&options)?,
        Command::Size(options) => size::run(&options)?,
        Command::Sim(options) => sim::run(&options)?,
        Command::Bench(options) => bench::run(&options)?,
        Command::Test(options) => return test::run(&options),
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
