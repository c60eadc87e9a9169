//! Processes the built page: its files for embedders, their sizes, and the npm package.
//!
//! | file | holds |
//! |---|---|
//! | `languages` | the translations, packed into the page |
//! | `bindings` | how the bindings load the WebAssembly; the bindings as a function |
//! | `names` | shortens the names between bindings and WebAssembly |
//! | `order` | the order of the WebAssembly's functions |
//! | `locals` | the numbers of their locals |
//! | [`scripts`] | the scripts, minified |
//! | `integrity` | the hash of the WebAssembly, in the shell |
//! | [`sizes`] | the sizes of the files, and the budgets |
//! | `interface` | the interface of `<listen-in>`, in one table |
//! | [`describe`] | the descriptions that are generated from it |
//! | `licences` | the licences of the libraries in the WebAssembly |
//! | `entries` | the scripts of the package that are generated from others |
//! | [`package`] | the npm package; `tarball`: its archive |

#![forbid(unsafe_code)]

mod bindings;
pub mod describe;
mod entries;
mod integrity;
mod interface;
mod languages;
mod licences;
mod locals;
mod names;
mod order;
pub mod package;
pub mod scripts;
pub mod sizes;
mod tarball;

use std::path::Path;

use anyhow::Result;

/// Prepares the files of a built page for embedders: adds the translations and the hash of the WebAssembly; for a release,
/// also shrinks the WebAssembly and the scripts.
///
/// # Errors
/// A file is missing, or can't be read or written; esbuild is not installed; or this was done before.
pub fn finish(page: &Path, is_release: bool) -> Result<()> {
    let core = page.join("core");
    bindings::trim(&core)?;
    if is_release {
        names::shorten(&core)?;
        order::arrange(&core)?;
    }
    languages::add_to(page)?;
    integrity::fill(page)?;
    if is_release {
        scripts::minify(page)?;
    }
    Ok(())
}

/// The root of the checkout.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}
