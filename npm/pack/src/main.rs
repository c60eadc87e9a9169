//! Packs the page that Trunk is building: it runs this as a hook (Trunk.toml).

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};
use pack::{languages, scripts};

fn main() -> Result<()> {
    let page = env::var_os("TRUNK_STAGING_DIR").context("this is run by Trunk, as a hook")?;
    let page = PathBuf::from(page);
    languages::add_to(&page)?;
    scripts::strip(&page)
}
