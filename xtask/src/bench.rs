//! `cargo xtask bench`: builds our CometD client's page with the widget's settings, and runs
//! `benches/browser`, which compares it with cometd.js.

use anyhow::{Context, Result};
use clap::Args;

use crate::setup::{self, Purpose};
use crate::{process, project};

/// The page of cometd.js, with its npm packages.
const THEIRS: &str = "benches/browser/cometd";

/// The source of our client's page.
const OURS: &str = "benches/browser/listen-in/index.html";

/// Options of `cargo xtask bench`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How often each of the two clients is measured.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
}

/// Builds both pages, and measures.
///
/// # Errors
/// Something can't be built, installed or measured.
pub(crate) fn run(options: &Options) -> Result<()> {
    let tools = setup::ensure(Purpose::Benchmark)?;
    let ours = project::root().join("target/bench/listen-in");
    println!("==> Building our client's page (the first time about 2 minutes)");
    let mut trunk = tools.trunk();
    trunk.args(["build", "--release", "--public-url", "./", "--dist"]);
    trunk.arg(&ours).arg(OURS);
    process::run(trunk).context("the page could not be built; the reason is shown above")?;
    // Not optimised: it serves prepared responses, the same to both.
    println!("==> Building the benchmark (the first time about a minute)");
    let mut cargo = tools.cargo();
    cargo.args(["run", "--quiet", "--package", "bench-bayeux", "--"]);
    cargo.arg("--ours").arg(ours);
    cargo.arg("--theirs").arg(project::root().join(THEIRS));
    cargo.arg("--rounds").arg(options.rounds.to_string());
    process::run(cargo)
}
