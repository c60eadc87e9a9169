//! `cargo xtask demo`: one emulator serves both the page and the API on one origin, like an agent
//! desktop and its contact centre.

use std::env;
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::emulator::{self, ContactCentre};
use crate::page;
use crate::process::{self, Child};
use crate::setup::{self, Purpose};

/// Options of `cargo xtask demo`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The port that the page and the API are served on.
    #[arg(long, default_value_t = emulator::PORT)]
    port: u16,

    #[command(flatten)]
    centre: ContactCentre,

    /// Opens the page in your browser.
    #[arg(long)]
    open: bool,
}

/// Builds the page, serves it, and goes on until Ctrl-C.
pub(crate) fn run(options: &Options) -> Result<()> {
    emulator::ensure_free(
        options.port,
        &emulator::choose_another("demo", options.port),
    )?;
    let tools = setup::ensure(Purpose::Page)?;
    println!("==> Building the page into dist/ (the first time about 3 minutes)");
    process::run(page::build(&tools)).context("the page could not be built")?;
    println!("{}", page::sizes(&page::folder(), page::Build::Plain)?);
    emulator::build()?;
    let mut emulator = emulator::start(options.port, &options.centre, Some(&page::folder()))?;
    println!("\nThe demo is at {} (Ctrl-C ends it)\n", emulator.url);
    // Held until the end: some of these programs stay as long as the browser does.
    let _opener = options.open.then(|| open(&emulator.url)).flatten();
    process::until_interrupted(&mut [&mut emulator.child])?;
    println!("\nStopping the demo.");
    Ok(())
}

/// Opens the user's browser. The demo works without it, so a failure is only reported.
fn open(url: &str) -> Option<Child> {
    let mut command: Command = process::command(match env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    });
    command.arg(url);
    Child::spawn(command)
        .inspect_err(|error| eprintln!("The browser cannot be opened: {error:#}"))
        .ok()
}
