//! What is done with the built page: its files as embedders get them, and their sizes.
//!
//! | file | holds |
//! |---|---|
//! | [`languages`] | the translations, packed into the page |
//! | [`scripts`] | the scripts, without comments |
//! | [`sizes`] | what the files weigh, and the budgets |

pub mod languages;
pub mod scripts;
pub mod sizes;

use std::path::Path;

/// The root of the checkout.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // This package is two levels below it.
    here.ancestors().nth(2).unwrap_or(here)
}
