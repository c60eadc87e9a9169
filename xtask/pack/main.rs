//! Packs the page that Trunk is building, as a Trunk hook (Trunk.toml); and updates the tables in the documents.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use pack::describe::documents;

/// Packs the widget.
#[derive(Parser)]
enum Command {
    /// Adds the translations to the page that Trunk is building, and prepares its scripts; run by Trunk.
    Page,
    /// Updates the tables in README.md and docs/ from the table of the interface.
    Tables,
}

fn main() -> Result<()> {
    match Command::parse() {
        Command::Page => {
            let page =
                env::var_os("TRUNK_STAGING_DIR").context("this is run by Trunk, as a hook")?;
            let page = PathBuf::from(page);
            let is_release = env::var_os("TRUNK_PROFILE").is_some_and(|it| it == "release");
            pack::finish(&page, is_release)
        }
        Command::Tables => {
            for document in documents::renew(pack::root())? {
                println!("{document} has changed");
            }
            Ok(())
        }
    }
}
