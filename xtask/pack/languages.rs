//! The languages of the widget: the translations, packed into the page while it is built.

use std::fs;
use std::path::Path;

use anyhow::{Result, anyhow};

mod pack;
mod placeholders;

/// The language that is compiled into the widget.
const ENGLISH: &str = "en.txt";

/// Writes the files into a page.
///
/// # Errors
/// A translation lacks a message, or a file can't be read or written.
pub(crate) fn add_to(page: &Path) -> Result<()> {
    // The widget looks for them beside the bindings of the WebAssembly (`data-target-path` in index.html).
    let folder = page.join("core/locales");
    fs::create_dir_all(&folder)?;
    for (name, packed) in packed()? {
        fs::write(folder.join(name), packed)?;
    }
    Ok(())
}

/// The names of the files.
#[cfg(test)]
pub(crate) fn names() -> Result<Vec<String>> {
    Ok(packed()?.into_iter().map(|(name, _)| name).collect())
}

/// Every translation, and the keys, packed, with the names of the files.
fn packed() -> Result<Vec<(String, String)>> {
    let folder = crate::root().join("locales");
    let english = fs::read_to_string(folder.join(ENGLISH))?;
    let keys = pack::keys(&english).map_err(|error| anyhow!("{ENGLISH}: {error}"))?;
    let mut all = vec![("keys.txt".to_owned(), keys)];
    for file in fs::read_dir(&folder)? {
        let path = file?.path();
        let name = name_of(&path);
        if name.ends_with(".txt") && name != ENGLISH {
            let packed = pack::pack(&english, &fs::read_to_string(&path)?);
            all.push((
                name,
                packed.map_err(|error| anyhow!("{}: {error}", path.display()))?,
            ));
        }
    }
    Ok(all)
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sizes::brotli;

    #[test]
    fn every_language_is_within_its_budget() {
        /// In bytes, after brotli. A page loads one on demand.
        const BUDGET: u64 = 4_000;
        let mut sizes: Vec<_> = packed()
            .unwrap()
            .into_iter()
            .map(|(name, packed)| (brotli(packed.as_bytes()).unwrap(), name))
            .collect();
        sizes.sort();
        assert!(sizes.last().unwrap().0 <= BUDGET, "{sizes:?}");
    }
}
