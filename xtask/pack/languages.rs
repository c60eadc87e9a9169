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
    use std::collections::BTreeSet;

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

    #[test]
    fn the_widget_knows_every_language() {
        let widget = crate::root().join("src/view/texts/language.rs");
        let widget = fs::read_to_string(widget).unwrap();
        let mut lines = widget.lines();
        let known = lines.find(|it| it.starts_with("const LANGUAGES"));
        let known: Vec<_> = known.unwrap().split(['"', ' ']).collect();
        for name in names().unwrap().iter().filter(|it| *it != "keys.txt") {
            let code = name.trim_end_matches(".txt");
            assert!(known.contains(&code), "{code}");
        }
    }

    #[test]
    fn every_message_is_used_and_occurs_once() {
        let mut used = BTreeSet::new();
        add_used(&crate::root().join("src/view"), &mut used);
        let english = crate::root().join("locales").join(ENGLISH);
        let english = fs::read_to_string(english).unwrap();
        let lines = english.lines().filter(|line| !line.starts_with('#'));
        let names = lines.filter_map(|line| Some(line.split_once(" = ")?.0));
        let mut keys: Vec<_> = names.filter_map(|it| it.split('.').next()).collect();
        // The forms of a message stand together.
        keys.dedup();
        // The compiler checks that every key in the code has a message.
        let mut unseen = used.clone();
        for key in keys {
            assert!(used.contains(key), "{key} is not used");
            assert!(unseen.remove(key), "{key} stands twice");
        }
        assert!(!used.is_empty() && unseen.is_empty(), "{unseen:?}");
    }

    /// Adds the keys of all messages that the sources in a folder use. `catalogue.rs` has only examples.
    fn add_used(folder: &Path, used: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                add_used(&path, used);
            } else if !path.ends_with("texts/catalogue.rs") {
                let source = fs::read_to_string(&path).unwrap();
                let calls = ["message!(", "say!("].map(|call| source.split(call).skip(1));
                for rest in calls.into_iter().flatten() {
                    let key = rest.trim_start().strip_prefix('"');
                    used.extend(key.and_then(|it| Some(it.split_once('"')?.0.to_owned())));
                }
            }
        }
    }
}
