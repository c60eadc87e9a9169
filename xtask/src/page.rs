//! The demo page, built the way it is shipped: optimised, and measured.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::sizes::Sizes;
use crate::tools::Tools;
use crate::{process, project};

/// Where the built page is.
pub(crate) fn folder() -> PathBuf {
    project::root().join("dist")
}

/// Builds the page and measures what came out.
pub(crate) fn build(tools: &Tools) -> Result<Sizes> {
    println!("==> Building the page into dist/ (the first time about 3 minutes)");
    let mut trunk = tools.trunk();
    trunk.args(["build", "--release"]);
    process::run(trunk).context("the page could not be built; the reason stands above")?;
    Sizes::measure(&folder(), &project::root().join("src/view/style.css"))
}
