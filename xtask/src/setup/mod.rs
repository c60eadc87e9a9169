//! Which tools the project needs (`xtask/setup.toml`), and how each is found or installed.
//!
//! | file | what it installs |
//! |---|---|
//! | `needs` | nothing: it reads the list |
//! | `system` | system packages: Node.js, browsers and their drivers |
//! | `rust` | the standard library for WebAssembly, and its sources |
//! | `tool` | programs of one exact version, into the user's cache folder |
//! | `npm` | the npm packages that tests and benchmarks use, into the checkout |

mod needs;
mod npm;
mod rust;
mod system;
mod tool;

use std::path::Path;

use anyhow::Result;

use self::needs::Needs;
pub(crate) use self::needs::Purpose;
pub(crate) use self::rust::{TARGET, ensure_sources};
use crate::project;
use crate::tools::Tools;

/// Installs what is missing.
///
/// # Errors
/// Something cannot be installed; the message says what to do.
pub(crate) fn ensure(purpose: Purpose) -> Result<Tools> {
    let needs = Needs::read()?;
    let programs = system::ensure(&needs.packages(purpose))?;
    rust::ensure_target()?;
    let mut folders = Vec::new();
    for tool in needs.tools(purpose) {
        folders.extend(tool.ensure()?);
    }
    for folder in needs.npm_folders(purpose) {
        npm::ensure(&project::root().join(folder))?;
    }
    Tools::new(&folders, programs)
}

/// The command `setup`: installs everything, and prints a list of it.
///
/// # Errors
/// As for [`ensure`].
pub(crate) fn report() -> Result<()> {
    let tools = ensure(Purpose::Everything)?;
    for program in Needs::read()?.programs(Purpose::Everything) {
        if let Some(file) = tools.find(&program) {
            let name = Path::new(file.file_name().unwrap_or_default());
            println!("{:<28} {}", name.display(), file.display());
        }
    }
    println!("Everything is installed. Next: cargo xtask demo, cargo xtask test");
    Ok(())
}
