//! `cargo xtask pack`: makes the npm package from the built page and tests it; builds the crates as they are published.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Args;
use pack::package::Package;
use pack::sizes;

use crate::setup::{self, Purpose, TARGET};
use crate::{page, process, project};

/// The published crates of the widget, which is built for browsers.
const WIDGET: [&str; 6] = [
    "tolerant-json",
    "bayeux",
    "gws-contract",
    "supervision",
    "listen-in-markup",
    "listen-in",
];

/// The published crates of the emulator.
const EMULATOR: [&str; 4] = ["tolerant-json", "bayeux", "gws-contract", "gws-emulator"];

/// Options of `cargo xtask pack`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The folder of a page built earlier, to pack instead of a new one.
    #[arg(long)]
    page: Option<PathBuf>,
    /// Installs the package, checks it, builds the examples with it and opens them in Chromium; builds the published
    /// crates from their archives.
    #[arg(long)]
    test: bool,
}

/// Makes the package.
///
/// # Errors
/// The page can't be built, is older than its sources, or two builds of the package differ.
pub(crate) fn run(options: &Options) -> Result<()> {
    let tools = setup::ensure(match options.test {
        true => Purpose::Everything,
        false => Purpose::Page,
    })?;
    let page = match &options.page {
        Some(page) => page.canonicalize().context("there is no such page")?,
        None => {
            process::run(&mut page::build(&tools)).context("the page could not be built")?;
            page::make_packaged(&tools, process::run)?;
            page::packaged_folder()
        }
    };
    let package = Package::of(&page)?;
    let archive = package.archive()?;
    ensure!(
        archive == Package::of(&page)?.archive()?,
        "the package has other bytes the second time"
    );
    let folder = project::root().join("target/package");
    package.write(&folder.join("listen-in"))?;
    let file = folder.join(package.file_name());
    fs::write(&file, &archive)?;
    print!("{}", package.listing());
    println!("{}: {}", file.display(), sizes::kilobytes(archive.len()));
    if options.test {
        let mut tests = tools.cargo(&["test", "--package", "package"]);
        process::run(tests.env("LISTEN_IN_DIST", &page))?;
        build_crates()?;
    }
    Ok(())
}

/// Builds the crates from the archives that `cargo publish` would upload. The crates of one target are packaged together:
/// Cargo then takes them from each other's archives, not from crates.io.
fn build_crates() -> Result<()> {
    // Cargo keeps what it unpacked and compiled for a target folder, and takes it for the same version again.
    let fresh = tempfile::tempdir_in(project::root().join("target"))?;
    for (crates, target) in [(&WIDGET[..], &["--target", TARGET][..]), (&EMULATOR, &[])] {
        let mut package = process::cargo(&["package", "--allow-dirty"]);
        package.args(target).env("CARGO_TARGET_DIR", fresh.path());
        package.args(crates.iter().flat_map(|name| ["--package", name]));
        process::run(&mut package)?;
    }
    Ok(())
}
