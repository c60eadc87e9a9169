//! Which tools the project needs (`xtask/setup.toml`), and how each is found or installed.
//!
//! | file | what it installs |
//! |---|---|
//! | `needs` | nothing: it reads the list |
//! | `system` | system packages: Node.js, browsers and their drivers |
//! | `rust` | the standard library for WebAssembly, and its sources |
//! | `tool` | programs of one exact version, into the user's cache folder |
//! | `npm` | npm packages, into the checkout |

mod needs;
mod npm;
mod rust;
mod system;
mod tool;

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
    let needs = Needs::read(purpose)?;
    let programs = system::ensure(&needs.package)?;
    rust::ensure_target()?;
    let mut folders = Vec::new();
    for tool in &needs.tool {
        folders.extend(tool.ensure()?);
    }
    for npm in &needs.npm {
        let folder = project::root().join(&npm.folder);
        npm::ensure(&folder)?;
        if npm.has_tools {
            folders.push(folder.join("node_modules/.bin"));
        }
    }
    Tools::new(folders, programs)
}

/// The command `setup`: installs everything.
///
/// # Errors
/// As for [`ensure`].
pub(crate) fn run() -> Result<()> {
    ensure(Purpose::Everything)?;
    println!("Everything is installed. Next: cargo xtask demo, cargo xtask test");
    Ok(())
}
