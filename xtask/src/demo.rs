//! `cargo xtask demo`: one emulator serves both the page and the API on one origin, like an agent
//! desktop and its contact centre.

use anyhow::{Context, Result};
use clap::Args;
use pack::sizes::Build;

use crate::emulator::{self, ContactCentre};
use crate::example;
use crate::page;
use crate::process;
use crate::setup::{self, Purpose};

/// Options of `cargo xtask demo`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The port of the page and the API.
    #[arg(long, default_value_t = emulator::PORT)]
    port: u16,

    #[command(flatten)]
    centre: ContactCentre,

    /// Shows the example application for Leptos instead of the demo page.
    #[arg(long)]
    leptos: bool,

    /// Opens the page in your browser.
    #[arg(long)]
    open: bool,
}

/// Builds the page, and serves it until Ctrl-C.
pub(crate) fn run(options: &Options) -> Result<()> {
    emulator::ensure_free(
        options.port,
        &emulator::choose_another("demo", options.port),
    )?;
    let tools = setup::ensure(Purpose::Page)?;
    let folder = match options.leptos {
        true => {
            println!("==> Building examples/leptos (the first time about 2 minutes)");
            example::build(&tools, process::run).context("the example could not be built")?;
            example::folder()
        }
        false => {
            println!("==> Building the page into dist/ (the first time about 3 minutes)");
            process::run(page::build(&tools)).context("the page could not be built")?;
            println!("{}", page::sizes(&page::folder(), Build::Plain)?);
            page::folder()
        }
    };
    emulator::build()?;
    let mut emulator = emulator::start(options.port, &options.centre, Some(&folder))?;
    println!("\nThe demo is at {} (Ctrl-C ends it)\n", emulator.url);
    if options.open
        && let Err(error) = open::that_detached(&emulator.url)
    {
        eprintln!("The browser cannot be opened: {error}");
    }
    process::until_interrupted(&mut [&mut emulator.child])?;
    println!("\nStopping the demo.");
    Ok(())
}
