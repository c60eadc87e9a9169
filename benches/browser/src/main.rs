//! Measures our CometD client beside the official cometd.js: in headless Chromium, on one machine,
//! in one run, alternating (A B A B …). Both get the same responses over loopback, each as soon as
//! the client sends its next connect.
//!
//! | file | holds |
//! |---|---|
//! | `responses` | their content: notifications of the emulator's contact centre |
//! | `feeder` | the server, which also measures the time from a response to the next connect |
//! | `page` | a client's page in the browser, and Chromium's figures about it |
//! | `rounds` | what is measured, how often, in which order |
//! | `figures` | medians and ranges, as a table |
//! | `listen-in/`, `cometd/` | the two clients |
//!
//! `cargo xtask bench` builds what is needed and runs this. A failed measurement ends
//! the run.

mod feeder;
mod figures;
mod page;
mod responses;
mod rounds;
mod sample;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::feeder::Feeder;

#[derive(Parser)]
#[command(about = "Measures our CometD client beside cometd.js; run it by `cargo xtask bench`")]
struct Arguments {
    /// The folder of our side's page, as Trunk built it.
    #[arg(long)]
    ours: PathBuf,
    /// The folder of the other side's page, with its npm packages.
    #[arg(long)]
    theirs: PathBuf,
    /// How often each client is measured.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: nothing was measured: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(arguments: Arguments) -> Result<()> {
    let (ours, theirs) = (&arguments.ours, &arguments.theirs);
    let feeders = [
        Feeder::start(ours, theirs).await?,
        Feeder::start(ours, theirs).await?,
    ];
    let outcome = rounds::run(&feeders, arguments.rounds).await?;
    println!("\n{outcome}");
    Ok(())
}
