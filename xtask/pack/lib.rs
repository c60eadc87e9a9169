//! Processes the built page: its files for embedders, their sizes, and the npm package.
//!
//! | file | holds |
//! |---|---|
//! | `languages` | the translations, packed into the page |
//! | `imports` | shortens the names between bindings and WebAssembly |
//! | `order` | the order of the WebAssembly's functions |
//! | `locals` | the numbers of their locals |
//! | `scripts` | the scripts, without comments |
//! | `integrity` | the hash of the WebAssembly, in the shell |
//! | [`sizes`] | the sizes of the files, and the budgets |
//! | `interface` | the interface of `<listen-in>`, in one table |
//! | [`describe`] | the descriptions that are generated from it |
//! | `licences` | the licences of the libraries in the WebAssembly |
//! | `entries` | the scripts of the package that are generated from others |
//! | [`package`] | the npm package; `tarball`: its archive |

#![forbid(unsafe_code)]

pub mod describe;
mod entries;
mod imports;
mod integrity;
mod interface;
mod languages;
mod licences;
mod locals;
mod order;
pub mod package;
mod scripts;
pub mod sizes;
mod tarball;

use std::path::Path;

use anyhow::Result;

/// Shrinks the WebAssembly of a page that was built for release. Comes before [`finish`].
///
/// # Errors
/// A file is missing, or can't be read or written; or this was done before.
pub fn shrink(page: &Path) -> Result<()> {
    let core = page.join("core");
    imports::shorten(&core)?;
    order::arrange(&core)
}

/// Prepares the files of a built page for embedders: adds the translations and the hash of the WebAssembly, and strips comments
/// from the scripts.
///
/// # Errors
/// A file is missing, or can't be written; or this was done before.
pub fn finish(page: &Path) -> Result<()> {
    languages::add_to(page)?;
    scripts::strip(page)?;
    integrity::fill(page)
}

/// The root of the checkout.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}
