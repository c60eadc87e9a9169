//! Where the project is, and its `cargo`.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::process;

/// The root of the checkout.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is a folder of the project")
}

/// The `cargo` that runs this program, for use in the project's root.
pub(crate) fn cargo() -> Command {
    process::command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
