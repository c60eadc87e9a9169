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
    /// Options of the benchmark: `--only ROW`, `--rounds N`, `--quick`, `--beside FOLDER`, `--write`, `--profile FILE`.
    /// `cargo run -p bench-widget --example bench-widget -- --help` describes them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds the pages, and measures.
///
/// # Errors
/// Something can't be built, installed or measured.
pub(crate) fn run(options: &Options) -> Result<()> {
    let tools = setup::ensure(Purpose::Benchmark)?;
    println!("==> Building the page (the first time about 2 minutes)");
    process::run(&mut page::build(&tools)).context("the page could not be built")?;
    let bundles = project::root().join("target/bench");
    let pages = project::root().join(PAGES);
    let mut bundle = tools.command(pages.join("node_modules/.bin/esbuild"));
    bundle.args([pages.join("dom.js"), pages.join("react.jsx")]);
    bundle.args(["--bundle", "--minify", "--format=esm", "--target=es2022"]);
    bundle.arg("--jsx=automatic");
    bundle.arg(r#"--define:process.env.NODE_ENV="production""#);
    bundle.arg(format!("--outdir={}", bundles.display()));
    process::run(&mut bundle).context("the other pages could not be bundled")?;
    // Without optimising: the benchmark only serves prepared responses, the same to all pages.
    println!("==> Building the benchmark (the first time about a minute)");
    let mut cargo = tools.cargo(&["run", "--quiet", "--package", "bench-widget"]);
    cargo.args(["--example", "bench-widget", "--"]);
    cargo.arg("--dist").arg(page::folder());
    cargo.arg("--bundles").arg(bundles);
    process::run(cargo.args(&options.arguments))
}
