//! Locations in the project: those that `cargo xtask test` sets, or else the defaults.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// The directory with the built page (`LISTEN_IN_DIST`).
///
/// # Errors
/// It is not built.
pub(crate) fn page() -> Result<PathBuf> {
    let built = std::env::var_os("LISTEN_IN_DIST");
    let built = built.map_or_else(|| root().join("dist"), PathBuf::from);
    let page = built.join("index.html");
    ensure!(
        page.is_file(),
        "there is no built page at {}; run `cargo xtask test`, which sees to it",
        page.display()
    );
    Ok(built)
}

/// The directory with the built example application for Leptos (`LISTEN_IN_EXAMPLE`).
///
/// # Errors
/// It is not built.
pub(crate) fn example() -> Result<PathBuf> {
    let built = std::env::var_os("LISTEN_IN_EXAMPLE");
    let built = built.map_or_else(|| root().join("target/examples/leptos"), PathBuf::from);
    ensure!(
        built.join("app.js").is_file(),
        "there is no built example at {}; run `cargo xtask test`, which sees to it",
        built.display()
    );
    Ok(built)
}

/// axe-core, as installed by npm.
pub(crate) fn axe() -> PathBuf {
    root().join("tests/e2e/node_modules/axe-core/axe.min.js")
}

/// The text of zone.js, which Angular uses.
///
/// # Errors
/// It is not installed.
pub fn zone() -> Result<String> {
    let file = root().join("tests/e2e/node_modules/zone.js/bundles/zone.umd.min.js");
    std::fs::read_to_string(&file).with_context(|| {
        let file = file.display();
        format!("there is no {file}; run `cargo xtask setup`, which installs it")
    })
}

/// The accessibility trees of the main states.
pub(crate) fn snapshots() -> PathBuf {
    root().join("tests/e2e/snapshots")
}

/// The folder for pictures of failed tests.
pub(crate) fn screenshots() -> PathBuf {
    root().join("target/e2e-screenshots")
}

/// The project's root.
fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // This package is two levels below it.
    here.ancestors().nth(2).unwrap_or(here)
}
