//! `cargo xtask demo`: one emulator serves both the page and the API on one origin, like an agent
//! desktop and its contact centre.

use anyhow::{Context, Result};
use clap::Args;
use pack::sizes::{Build, Sizes};

use crate::setup::{self, Purpose};
use crate::{emulator, example, page, process};

/// Options of `cargo xtask demo`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The port of the page and the API.
    #[arg(long, default_value_t = emulator::PORT)]
    port: u16,

    /// Shows the example application for Leptos instead of the demo page.
    #[arg(long)]
    leptos: bool,

    /// Options of the emulator, such as `-- --agents 100`; `cargo run -p gws-emulator -- --help` lists them.
    #[arg(last = true)]
    emulator: Vec<String>,
}

/// Builds the page, and serves it until Ctrl-C.
pub(crate) fn run(options: &Options) -> Result<()> {
    emulator::ensure_free(options.port, "choose another with --port")?;
    let tools = setup::ensure(Purpose::Page)?;
    let folder = match options.leptos {
        true => {
            println!("==> Building examples/leptos (the first time about 2 minutes)");
            process::run(&mut example::compile()).context("the example could not be built")?;
            example::bundle(&tools, process::run)?;
            example::folder()
        }
        false => {
            println!("==> Building the page into dist/ (the first time about 3 minutes)");
            process::run(&mut page::build(&tools)).context("the page could not be built")?;
            println!("{}", Sizes::measure(&page::folder(), Build::Plain)?);
            page::folder()
        }
    };
    let emulator = emulator::start(options.port, Some(&folder), &options.emulator)?;
    println!(
        "\nThe demo is at http://127.0.0.1:{}/ (Ctrl-C ends it)\n",
        options.port
    );
    process::until_interrupted(vec![emulator])
}
