//! The npm package, assembled from a built page.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::integrity::{self, WASM};
use crate::scripts::{self, BINDINGS, HANDWRITTEN};
use crate::{bindings, describe, entries, licences};

/// Files that are taken unchanged from the page, besides the handwritten scripts.
const FROM_PAGE: [&str; 3] = ["frame.html", BINDINGS, WASM];
/// The folder of the translations in the page.
const LOCALES: &str = "core/locales";

/// Files that are taken unchanged from `npm/`, and from the checkout's root.
const FROM_NPM: [&str; 5] = [
    "listen-in.d.ts",
    "manual.d.ts",
    "connection.d.ts",
    "frame-host.d.ts",
    "wwe.d.ts",
];
const FROM_ROOT: [&str; 3] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];

/// The files of the package, by path.
#[derive(Debug)]
pub struct Package {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) name: String,
    pub(crate) version: String,
}

impl Package {
    /// Assembles the package from a built page.
    ///
    /// # Errors
    /// The page is incomplete, or older than its sources.
    pub fn of(page: &Path) -> Result<Self> {
        let root = crate::root();
        let npm = root.join("npm");
        let mut files = BTreeMap::new();
        for name in HANDWRITTEN.into_iter().chain(FROM_PAGE) {
            files.insert(name.to_owned(), read(&page.join(name))?);
        }
        for file in fs::read_dir(page.join(LOCALES)).context("the page has no translations")? {
            let file = file?;
            let name = file.file_name().to_string_lossy().into_owned();
            files.insert(format!("{LOCALES}/{name}"), read(&file.path())?);
        }
        for name in FROM_NPM {
            files.insert(name.to_owned(), read(&npm.join(name))?);
        }
        for name in FROM_ROOT {
            files.insert(name.to_owned(), read(&root.join(name))?);
        }
        files.insert("README.md".to_owned(), read(&npm.join("README.npm.md"))?);
        let licences = licences::text().context("the licences of the libraries")?;
        files.insert(
            "LICENSES-OF-LIBRARIES.txt".to_owned(),
            licences.into_bytes(),
        );
        let manifest = manifest(&npm)?;
        let fields: Value = serde_json::from_str(&manifest)?;
        let field = |key: &str| {
            let value = fields[key].as_str().map(str::to_owned);
            value.with_context(|| format!("package.json has no {key}"))
        };
        let (name, version) = (field("name")?, field("version")?);
        files.insert("package.json".to_owned(), manifest.into_bytes());
        for (file, text) in describe::files(&version) {
            files.insert(file.to_owned(), text.into_bytes());
        }
        for (file, text) in scripts(&npm, &files)? {
            files.insert(file.to_owned(), text.into_bytes());
        }
        files.insert("integrity.json".to_owned(), hashes(&files).into_bytes());
        Ok(Self {
            files,
            name,
            version,
        })
    }

    /// Writes the files into an empty folder.
    ///
    /// # Errors
    /// They can't be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        for (name, bytes) in &self.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(&path, bytes)
                .with_context(|| format!("{} can't be written", path.display()))?;
        }
        Ok(())
    }
}

/// The scripts that are generated from others, and handwritten ones that the page does not have.
fn scripts(
    npm: &Path,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<BTreeMap<&'static str, String>> {
    let source = |name: &str| -> Result<String> { Ok(String::from_utf8(read(&npm.join(name))?)?) };
    let mut all = BTreeMap::new();
    for name in HANDWRITTEN
        .into_iter()
        .chain(["manual.js", "connection.js"])
    {
        all.insert(name, source(name)?);
    }
    let shell = integrity::with_hash(&all["listen-in.js"], &files[WASM])?;
    let bindings = bindings::as_function(str::from_utf8(&files[BINDINGS])?)?;
    let (widget, words) = (&all["core/widget.js"], &all["core/words.js"]);
    let bundle = entries::bundle(&shell, &source("bundle.js")?, &bindings, widget, words)?;
    all.insert("bundle.js", bundle);
    all.insert("core/bindings.js", bindings);
    all.insert("core/element.js", entries::element(&shell)?);
    all.insert("listen-in.js", shell);
    let mut all = scripts::minified(all)?;
    for name in HANDWRITTEN {
        let is_current = all.remove(name).map(String::into_bytes).as_ref() == files.get(name);
        ensure!(
            is_current,
            "{name} of the page is not that of npm/: build the page anew, for release"
        );
    }
    Ok(all)
}

/// `package.json` as it is published; the one in the checkout is private, so that nobody publishes the checkout. The
/// order of its exports matters.
fn manifest(npm: &Path) -> Result<String> {
    const PRIVATE: &str = "  \"private\": true,\n";
    let manifest = String::from_utf8(read(&npm.join("package.json"))?)?;
    ensure!(
        manifest.contains(PRIVATE),
        "package.json of the checkout is not private"
    );
    Ok(manifest.replace(PRIVATE, ""))
}

/// `integrity.json`: the hash of each file that a browser loads.
fn hashes(files: &BTreeMap<String, Vec<u8>>) -> String {
    let loaded = files.iter().filter(|(name, _)| {
        let endings = [".js", ".wasm"];
        endings.iter().any(|ending| name.ends_with(ending)) || name.starts_with(LOCALES)
    });
    let hashes = loaded.map(|(name, bytes)| (name.clone(), integrity::hash(bytes).into()));
    format!("{:#}\n", Value::Object(hashes.collect()))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} can't be read", path.display()))
}
