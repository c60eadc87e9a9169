//! The licences of the libraries in the WebAssembly, which must be distributed with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// The package that is compiled to the WebAssembly.
const WIDGET: &str = "listen-in-element";

/// A text with the licences: the list of libraries, and each text once.
///
/// # Errors
/// Cargo can't be run, or a library has no licence.
pub(crate) fn text() -> Result<String> {
    let mut list = String::new();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for library in libraries()? {
        let field = |name: &str| library[name].as_str().unwrap_or_default();
        let title = format!("{} {}", field("name"), field("version"));
        let licence = field("license");
        ensure!(!licence.is_empty(), "{title} has no licence");
        list.push_str(&format!("{title}: {licence}\n"));
        for text in files(Path::new(field("manifest_path")))? {
            texts.entry(text).or_default().push(title.clone());
        }
    }
    let mut document = format!(
        "listen-in is licensed under MIT or Apache 2.0. Its WebAssembly is built of Rust's standard library\n\
         (MIT or Apache 2.0) and these libraries:\n\n{list}"
    );
    for (text, of) in texts {
        document.push_str(&format!(
            "\n----------------\n{}:\n\n{}\n",
            of.join(", "),
            text.trim()
        ));
    }
    Ok(document)
}

/// The libraries from which the widget is compiled, besides the workspace's own: normal dependencies for WebAssembly,
/// without those that only run in the compiler.
fn libraries() -> Result<Vec<Value>> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(crate::root());
    cargo.args(["metadata", "--format-version", "1", "--locked"]);
    cargo.args(["--filter-platform", "wasm32-unknown-unknown"]);
    let output = cargo.output().context("cargo can't be run")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo metadata failed: {errors}");
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let by_id = |list: &Value| -> BTreeMap<String, Value> {
        let all = list.as_array().into_iter().flatten();
        all.map(|it| (it["id"].as_str().unwrap_or_default().to_owned(), it.clone()))
            .collect()
    };
    let (packages, nodes) = (
        by_id(&metadata["packages"]),
        by_id(&metadata["resolve"]["nodes"]),
    );
    let widget = packages
        .iter()
        .find(|(_, package)| package["name"] == WIDGET);
    let (widget, _) = widget.context("there is no widget")?;
    let mut found = BTreeSet::new();
    let mut open = vec![widget.clone()];
    while let Some(id) = open.pop() {
        if is_for_compiler(&packages[&id]) || !found.insert(id.clone()) {
            continue;
        }
        for needed in nodes[&id]["deps"].as_array().into_iter().flatten() {
            let kinds = needed["dep_kinds"].as_array().into_iter().flatten();
            let is_normal = kinds.into_iter().any(|it| it["kind"].is_null());
            open.extend(
                needed["pkg"]
                    .as_str()
                    .filter(|_| is_normal)
                    .map(str::to_owned),
            );
        }
    }
    let mut libraries: Vec<_> = found.iter().map(|id| packages[id].clone()).collect();
    libraries.retain(|package| !package["source"].is_null());
    libraries.sort_by_key(|package| package["name"].as_str().map(str::to_owned));
    Ok(libraries)
}

fn is_for_compiler(package: &Value) -> bool {
    let targets = package["targets"].as_array().into_iter().flatten();
    targets.into_iter().any(|it| it["kind"][0] == "proc-macro")
}

/// The texts of the licences in a package's folder.
fn files(manifest: &Path) -> Result<BTreeSet<String>> {
    let folder = manifest.parent().context("a package has no folder")?;
    let mut texts = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        let is_licence = ["LICENSE", "LICENCE", "COPYING", "NOTICE"]
            .iter()
            .any(|it| name.starts_with(it));
        if is_licence && entry.file_type()?.is_file() {
            // Some have other line endings.
            texts.insert(fs::read_to_string(entry.path())?.replace("\r\n", "\n"));
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_libraries_are_those_in_the_webassembly() {
        let text = text().unwrap();
        for library in ["leptos 0.8", "wasm-bindgen 0.2", "talc 5.1"] {
            assert!(text.contains(&format!("\n{library}")), "{library}");
        }
        // These run in the compiler, or are for the tests and the emulator.
        for other in ["leptos_macro ", "axum ", "wasm-bindgen-test "] {
            assert!(!text.contains(&format!("\n{other}")), "{other}");
        }
        assert!(text.contains("Permission is hereby granted"));
    }
}
