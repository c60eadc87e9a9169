//! Measures our CometD client beside the official cometd.js: in one headless Chromium, on one
//! machine, in one run, in turn (A B A B …), fed the same responses over loopback as fast as the
//! next connect comes.
//!
//! | file | holds |
//! |---|---|
//! | `responses` | what they are fed: notifications as the emulator's contact centre makes them |
//! | `feeder` | the server that feeds them, and times from a response to the next connect |
//! | `page` | a contestant's page in the browser, and what Chromium says it cost |
//! | `contest` | what is measured, how often, in which order |
//! | `figures` | medians and ranges, as a table and as JSON |
//! | `listen-in/`, `cometd/` | the contestants |
//!
//! `cargo xtask bench bayeux` builds what is needed and runs this. Whatever can't be measured ends
//! the run: there is no figure that was not.

mod contest;
mod feeder;
mod figures;
mod page;
mod responses;
mod sample;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use crate::feeder::Feeder;

#[derive(Parser)]
#[command(
    about = "Measures our CometD client beside cometd.js; run it by `cargo xtask bench bayeux`"
)]
struct Arguments {
    /// The folder of our side's page, as Trunk built it.
    #[arg(long)]
    ours: PathBuf,
    /// The folder of the other side's page, with its npm packages.
    #[arg(long)]
    theirs: PathBuf,
    /// How often each contestant has its turn.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Also writes every sample as JSON into this file.
    #[arg(long)]
    json: Option<PathBuf>,
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
    let outcome = contest::run(&feeders, arguments.rounds).await?;
    println!("\n{outcome}");
    if let Some(file) = arguments.json {
        std::fs::write(&file, outcome.to_json())
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}
