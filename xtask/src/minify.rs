//! The scripts of the page, ours and the bindings, made small.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::{imports, process, setup};

/// All of them, in the page.
const SCRIPTS: [&str; 3] = ["listen-in.js", "core/widget.js", "core/listen-in.js"];

/// Comments that bundlers read.
const KEPT: &str = "/webpackIgnore|@vite-ignore/";

/// Makes the scripts of the page small that Trunk is building for release: it runs `package` as a hook.
pub(crate) fn run() -> Result<()> {
    let page = env::var_os("TRUNK_STAGING_DIR").context("this is run by Trunk, as a hook")?;
    if env::var_os("TRUNK_PROFILE").is_none_or(|profile| profile != "release") {
        return Ok(());
    }
    imports::shorten(&PathBuf::from(&page).join("core"))?;
    for script in SCRIPTS {
        minify(&PathBuf::from(&page).join(script))?;
    }
    Ok(())
}

/// Makes a script small, in its place.
pub(crate) fn minify(script: &Path) -> Result<()> {
    ensure!(script.exists(), "there is no {}", script.display());
    let mut terser = setup::ensure_minifier()?.command("terser");
    terser.arg(script).args(["--module", "--comments", KEPT]);
    // Packaging writes the hash of the WebAssembly there.
    terser.args(["--mangle", "reserved=[INTEGRITY]"]);
    terser.args(["--compress", "passes=2,reduce_vars=false"]);
    terser.arg("--output").arg(script);
    process::run(terser).with_context(|| format!("{} can't be minified", script.display()))
}
