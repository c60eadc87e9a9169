//! `cargo xtask pack`: the npm package, made of the built page, and tested.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;
use pack::package::Package;
use pack::sizes;

use crate::setup::{self, Purpose};
use crate::{page, process, project};

/// Options of `cargo xtask pack`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A folder with a page that was built already, which is packed instead of a new one.
    #[arg(long)]
    page: Option<PathBuf>,
    /// Installs the package, checks it, builds the examples with it, and opens them in Chromium.
    #[arg(long)]
    test: bool,
}

/// Makes the package.
///
/// # Errors
/// The page can't be built, is older than its sources, or does not give the same bytes twice.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let tools = setup::ensure(match options.test {
        true => Purpose::Everything,
        false => Purpose::Page,
    })?;
    let page = match &options.page {
        Some(page) => page.canonicalize().context("there is no such page")?,
        None => {
            process::run(page::build(&tools)).context("the page could not be built")?;
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
        let mut tests = tools.cargo();
        tests.args(["test", "--package", "package"]);
        tests.env("LISTEN_IN_DIST", &page);
        process::run(tests)?;
    }
    Ok(ExitCode::SUCCESS)
}
