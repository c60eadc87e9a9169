//! Measures the widget against two plain implementations of the same job, with cometd.js 9 and bare DOM and with
//! cometd.js 9 and React 19: device state, monitoring, call and connection of a supervisor. One server feeds all of
//! them the same responses, in headless Chromium, in turn.
//!
//! | file | holds |
//! |---|---|
//! | `scene` | the data the pages read and receive: replies and notifications of the emulator's contact centre |
//! | `files` | the pages' files, as a static host serves them |
//! | `server` | the server, which puts a given number of messages into a response |
//! | `page` | a page in the browser, and Chromium's metrics for it |
//! | `rows` | what is measured, how often, in which order |
//! | `figures` | medians and ranges, as tables |
//! | `pages/` | the two plain implementations; `measure.js`, which runs in all pages |
//!
//! `cargo xtask bench` builds everything needed and runs this. A failed measurement ends the run. Code that needs no
//! browser has unit tests; `page` and `rows` are tested by `cargo xtask bench --quick`, which takes a few samples of
//! everything.

mod figures;
mod files;
mod page;
mod rows;
mod scene;
mod server;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, ValueEnum};

use crate::figures::Outcome;
use crate::files::Page;
use crate::rows::{Amounts, Row};
use crate::scene::Scene;
use crate::server::Server;

#[derive(Parser)]
#[command(about = "Measures the widget beside cometd.js; run it by `cargo xtask bench`")]
struct Arguments {
    /// The folder of the built widget.
    #[arg(long)]
    dist: PathBuf,
    /// The folder of the other pages' bundled scripts.
    #[arg(long)]
    bundles: PathBuf,
    /// The folder of another build of the widget, which gets its own column.
    #[arg(long, conflicts_with = "write")]
    beside: Option<PathBuf>,
    /// How often to measure each page.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Measures only this row; may be repeated.
    #[arg(long, value_name = "ROW")]
    only: Vec<Row>,
    /// Measures one short round, to check that everything can be measured.
    #[arg(long)]
    quick: bool,
    /// Writes the tables into README.md and docs/performance.md of this project.
    #[arg(long, value_name = "PROJECT", num_args = 0..=1, default_missing_value = ".")]
    write: Option<PathBuf>,
    /// Measures nothing, but writes a CPU profile of the widget handling single messages.
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
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
    let rows = match arguments.only.as_slice() {
        [] => Row::value_variants(),
        only => only,
    };
    let amounts = match arguments.quick {
        true => Amounts {
            rounds: 1,
            messages: 4,
            burst: 20,
            many: 1_000,
        },
        false => Amounts {
            rounds: arguments.rounds,
            messages: 100,
            burst: 2_000,
            many: 100_000,
        },
    };
    let mut folders: Vec<(Page, &Path)> = vec![
        (Page::Widget, &arguments.dist),
        (Page::Dom, &arguments.bundles),
        (Page::React, &arguments.bundles),
    ];
    folders.extend(arguments.beside.iter().map(|it| (Page::Former, &**it)));
    let files = files::all(&folders)?;
    let pages: Vec<_> = folders.iter().map(|(page, _)| *page).collect();
    let sizes = pages.iter().map(|page| page.size(&files) as f64 / 1e3);
    let sizes: Vec<_> = pages.iter().copied().zip(sizes).collect();
    let large = match rows.contains(&Row::People) {
        true => Some(Scene::play(10_000).await?),
        false => None,
    };
    let server = Server::start(files, Scene::play(40).await?, large.as_ref()).await?;
    if let Some(file) = &arguments.profile {
        let profile = rows::profile(&server, amounts.messages).await?;
        std::fs::write(file, profile.to_string())?;
        println!("{} can be opened in the developer tools", file.display());
        return Ok(());
    }
    let mut outcome = Outcome::new(amounts.rounds, pages);
    for (page, size) in sizes {
        outcome.add("size, brotli, kB", page, size);
    }
    rows::run(&server, rows, amounts, &mut outcome).await?;
    println!("\n{}", outcome.table());
    if let Some(project) = arguments.write {
        figures::write(&project.join("README.md"), &outcome.summary())?;
        figures::write(&project.join("docs/performance.md"), &outcome.table())?;
    }
    Ok(())
}
