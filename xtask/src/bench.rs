//! `cargo xtask bench`: builds the widget and the pages it is compared with, and runs `benches/widget`.

use anyhow::{Context, Result};
use clap::Args;

use crate::setup::{self, Purpose};
use crate::{page, process, project};

/// The pages that the widget is compared with, and their npm packages.
const PAGES: &str = "benches/widget/pages";

/// Options of `cargo xtask bench`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How often to measure each page.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Measures only this row: start, message, burst, memory, cpu, network, people or tabs. May be repeated.
    #[arg(long, value_name = "ROW")]
    only: Vec<String>,
    /// Measures one short round, to check that everything can be measured.
    #[arg(long)]
    quick: bool,
    /// Writes the tables into README.md and docs/performance.md.
    #[arg(long)]
    write: bool,
    /// Also measures another build of the widget, such as a copy of `dist` from before a change.
    #[arg(long, value_name = "FOLDER", conflicts_with = "write")]
    beside: Option<std::path::PathBuf>,
    /// Writes a CPU profile of the widget handling single messages, for the browser's developer tools.
    #[arg(long, value_name = "FILE")]
    profile: Option<std::path::PathBuf>,
}

/// Builds the pages, and measures.
///
/// # Errors
/// Something can't be built, installed or measured.
pub(crate) fn run(options: &Options) -> Result<()> {
    let tools = setup::ensure(Purpose::Benchmark)?;
    println!("==> Building the page (the first time about 2 minutes)");
    process::run(page::build(&tools)).context("the page could not be built")?;
    let bundles = project::root().join("target/bench");
    let pages = project::root().join(PAGES);
    let mut bundle = tools.command(pages.join("node_modules/.bin/esbuild"));
    bundle.args([pages.join("dom.js"), pages.join("react.jsx")]);
    bundle.args(["--bundle", "--minify", "--format=esm", "--target=es2022"]);
    bundle.args([
        "--jsx=automatic",
        r#"--define:process.env.NODE_ENV="production""#,
    ]);
    bundle.arg(format!("--outdir={}", bundles.display()));
    process::run(bundle).context("the other pages could not be bundled")?;
    // Without optimising: the benchmark only serves prepared responses, the same to all pages.
    println!("==> Building the benchmark (the first time about a minute)");
    let mut cargo = tools.cargo();
    cargo.args(["run", "--quiet", "--package", "bench-widget"]);
    cargo.args(["--example", "bench-widget", "--"]);
    cargo.arg("--dist").arg(page::folder());
    cargo.arg("--bundles").arg(bundles);
    cargo.arg("--rounds").arg(options.rounds.to_string());
    for row in &options.only {
        cargo.args(["--only", row]);
    }
    if options.quick {
        cargo.arg("--quick");
    }
    if options.write {
        cargo.arg("--write").arg(project::root());
    }
    if let Some(folder) = &options.beside {
        cargo.arg("--beside").arg(folder);
    }
    if let Some(file) = &options.profile {
        cargo.arg("--profile").arg(file);
    }
    process::run(cargo)
}
