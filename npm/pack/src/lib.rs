//! What is done with the built page: its files as embedders get them, their sizes, and the npm package.
//!
//! | file | holds |
//! |---|---|
//! | [`languages`] | the translations, packed into the page |
//! | [`scripts`] | the scripts, without comments |
//! | [`integrity`] | the hash of the WebAssembly, in the shell |
//! | [`sizes`] | what the files weigh, and the budgets |
//! | `interface` | what a page can use of `<listen-in>`, in one table |
//! | [`describe`] | the descriptions that are written from it |
//! | `licences` | the licences of the libraries in the WebAssembly |
//! | `entries` | the scripts of the package that are made from others |
//! | [`package`] | the npm package, put together; `tarball`, its archive |

#![forbid(unsafe_code)]

pub mod describe;
mod entries;
pub mod integrity;
mod interface;
pub mod languages;
mod licences;
pub mod package;
pub mod scripts;
pub mod sizes;
mod tarball;

use std::path::Path;

/// The root of the checkout.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // This package is two levels below it.
    here.ancestors().nth(2).unwrap_or(here)
}
