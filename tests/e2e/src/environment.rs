//! Which page, browser and driver: what `cargo xtask test` says, or else what is usual.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

/// Where everything is.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The directory with the built page (`LISTEN_IN_DIST`).
    pub page: PathBuf,
    /// The browser (`LISTEN_IN_CHROMIUM`).
    pub chromium: PathBuf,
    /// The driver (`CHROMEDRIVER`).
    pub driver: PathBuf,
}

impl Environment {
    /// Finds everything.
    ///
    /// # Errors
    /// Something is not there.
    pub fn find() -> Result<Self> {
        let found = Self {
            page: path("LISTEN_IN_DIST", root().join("dist")),
            chromium: path("LISTEN_IN_CHROMIUM", "/usr/bin/chromium".into()),
            driver: path("CHROMEDRIVER", "/usr/bin/chromedriver".into()),
        };
        let page = found.page.join("index.html");
        for (what, file) in [
            ("built page", &page),
            ("browser", &found.chromium),
            ("driver of the browser", &found.driver),
        ] {
            ensure!(
                file.is_file(),
                "there is no {what} at {}; run `cargo xtask test`, which sees to it",
                file.display()
            );
        }
        Ok(found)
    }

    /// Where pictures of failed tests go.
    pub fn screenshots() -> PathBuf {
        root().join("target/e2e-screenshots")
    }
}

fn path(variable: &str, default: PathBuf) -> PathBuf {
    std::env::var_os(variable).map_or(default, PathBuf::from)
}

/// The project's root.
fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // This package is two levels below it.
    here.ancestors().nth(2).unwrap_or(here)
}
