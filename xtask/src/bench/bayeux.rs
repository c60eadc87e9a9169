//! The CometD client and cometd.js: builds our page with the widget's settings, and runs
//! `benches/browser`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use crate::setup::{self, Purpose};
use crate::tools::Tools;
use crate::{process, project};

/// The page of cometd.js, with its npm packages.
const THEIRS: &str = "benches/browser/cometd";

/// The source of our client's page.
const OURS: &str = "benches/browser/listen-in/index.html";

/// Options of `cargo xtask bench bayeux`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How often each of the two is measured.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,

    /// Also writes every sample as JSON into this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Builds both sides, and measures.
pub(crate) fn run(options: &Options) -> Result<()> {
    let tools = setup::ensure(Purpose::Benchmark)?;
    let ours = project::root().join("target/bench/listen-in");
    build(&tools, &ours)?;
    let browser = tools.browser()?;
    // Not optimised: it serves prepared responses, the same to both.
    println!("==> Building the benchmark (the first time about a minute)");
    let mut cargo = process::cargo();
    cargo.args(["run", "--quiet", "--package", "bench-bayeux", "--"]);
    cargo.arg("--ours").arg(ours);
    cargo.arg("--theirs").arg(project::root().join(THEIRS));
    cargo.env("LISTEN_IN_CHROMIUM", &browser.chromium);
    cargo.env("CHROMEDRIVER", &browser.driver);
    cargo.arg("--rounds").arg(options.rounds.to_string());
    if let Some(file) = &options.json {
        let file = std::path::absolute(file)
            .with_context(|| format!("{} is not a valid path", file.display()))?;
        cargo.arg("--json").arg(file);
    }
    process::run(cargo)
}

/// Builds our client's page with the widget's profile and tools.
fn build(tools: &Tools, folder: &Path) -> Result<()> {
    println!("==> Building our client's page (the first time about 2 minutes)");
    let mut trunk = tools.trunk();
    trunk.args(["build", "--release", "--public-url", "./", "--dist"]);
    trunk.arg(folder).arg(OURS);
    process::run(trunk).context("the page could not be built; the reason is shown above")
}
