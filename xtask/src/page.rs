//! The demo page, built the way it is shipped: optimised, and measured.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use pack::sizes::Sizes;

use crate::project;
use crate::tools::Tools;

/// Where the built page is.
pub(crate) fn folder() -> PathBuf {
    project::root().join("dist")
}

/// The command that builds the page.
pub(crate) fn build(tools: &Tools) -> Command {
    let mut trunk = tools.trunk();
    trunk.args(["build", "--release"]);
    trunk
}

/// Measures the page that was built.
pub(crate) fn sizes() -> Result<Sizes> {
    Sizes::measure(&folder(), &project::root().join("src/view/style"))
}
