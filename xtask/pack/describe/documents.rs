//! The tables in the project's documents, between two comments each, and `llms.txt`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::interface::{
    ABOUT, ATTRIBUTES, CODES, CUSTOM_PROPERTIES, EVENTS, METHODS, Named, PARTS, PROPERTIES, SLOTS,
    STATES,
};

/// The documents with tables.
const DOCUMENTS: [&str; 3] = ["README.md", "docs/embedding.md", "docs/looks.md"];

/// What closes a table.
const END: &str = "<!-- end -->";

/// The tables, by the names in the comments before them.
fn tables() -> [(&'static str, String); 8] {
    [
        ("attributes", attributes()),
        ("methods", methods()),
        ("events", events()),
        ("slots", named("slot", "what is in it", SLOTS)),
        ("states", named("state", "when", STATES)),
        ("parts", named("part", "what it is", PARTS)),
        ("custom properties", custom_properties()),
        ("codes", named("code", "why", CODES)),
    ]
}

/// Updates the tables in the project's documents, and returns the names of the changed documents.
///
/// # Errors
/// A document can't be read or written, or has a table that is not closed or whose name is unknown.
pub fn renew(root: &Path) -> Result<Vec<&'static str>> {
    let mut changed = Vec::new();
    for document in DOCUMENTS {
        let path = root.join(document);
        let text = fs::read_to_string(&path)?;
        let renewed = renewed(&text).context(document)?;
        if renewed != text {
            fs::write(&path, renewed)?;
            changed.push(document);
        }
    }
    Ok(changed)
}

/// A document with up-to-date tables.
fn renewed(document: &str) -> Result<String> {
    let tables = tables();
    let mut text = String::new();
    let mut rest = document;
    while let Some((before, from)) = rest.split_once("<!-- interface: ") {
        let (name, from) = from.split_once(" -->").context("a comment is not closed")?;
        let table = tables.iter().find(|(known, _)| *known == name);
        let (_, table) = table.with_context(|| format!("there is no table of {name}"))?;
        let (_, after) = from
            .split_once(END)
            .with_context(|| format!("{END} is missing"))?;
        let _ = write!(text, "{before}<!-- interface: {name} -->\n{table}{END}");
        rest = after;
    }
    ensure!(!text.is_empty(), "it has no tables");
    Ok(text + rest)
}

/// The description for coding assistants.
pub(crate) fn llms() -> String {
    let mut text = format!(
        "# listen-in\n\n> {ABOUT}\n\nThe npm package `listen-in` defines the custom element `<listen-in>`. Importing it \
         does nothing else; the WebAssembly behind it is loaded when an element is inserted.\n\n\
         ```html\n<script type=\"module\" src=\"/listen-in/listen-in.js\"></script>\n\
         <listen-in base-url=\"/api/v2\"></listen-in>\n```\n\n```js\nimport \"listen-in\";\n\
         const element = document.querySelector(\"listen-in\");\n\
         element.addEventListener(\"listen-in-monitoring\", (event) => console.log(event.detail.state));\n\
         await element.listenIn({{ targetDeviceId }}); // settles when the supervisor's device shows it\n```\n\n\
         Promises of methods reject with an error that has a `code`. An event's `detail` has null for what is not known.\n"
    );
    for (name, table) in tables() {
        let (first, rest) = name.split_at(1);
        let _ = write!(text, "\n## {}{rest}\n\n{table}", first.to_uppercase());
    }
    text
}

fn attributes() -> String {
    let mut table = head(&["attribute", "property", "what it is"]);
    for it in ATTRIBUTES {
        row(&mut table, &[&code(it.name), &code(it.property), it.about]);
    }
    for it in PROPERTIES {
        row(&mut table, &["", &code(it.name), it.about]);
    }
    table
}

fn methods() -> String {
    let mut table = head(&["method", "what it does"]);
    for it in METHODS {
        let names: Vec<_> = it.parameters.iter().map(|(name, _, _)| *name).collect();
        let call = format!("{}({})", it.name, names.join(", "));
        row(&mut table, &[&code(&call), it.about]);
    }
    table
}

fn events() -> String {
    let mut table = head(&["event (`bubbles`, `composed`)", "`detail`"]);
    for it in EVENTS {
        row(&mut table, &[&code(it.name), it.about]);
    }
    table
}

fn custom_properties() -> String {
    let mut table = head(&["property", "what it colours or measures", "light", "dark"]);
    for it in CUSTOM_PROPERTIES {
        let dark = it.dark.map(code).unwrap_or_default();
        row(
            &mut table,
            &[&code(it.name), it.about, &code(it.light), &dark],
        );
    }
    table
}

fn named(what: &str, about: &str, all: &[Named]) -> String {
    let mut table = head(&[what, about]);
    for (name, about) in all {
        row(&mut table, &[&code(name), about]);
    }
    table
}

fn head(cells: &[&str]) -> String {
    let mut table = String::new();
    row(&mut table, cells);
    let _ = writeln!(table, "|{}", "---|".repeat(cells.len()));
    table
}

fn row(table: &mut String, cells: &[&str]) {
    for cell in cells {
        let space = if cell.is_empty() { "" } else { " " };
        let _ = write!(table, "|{space}{cell} ");
    }
    table.push_str("|\n");
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_in_the_documents_are_those_of_the_interface() {
        for document in DOCUMENTS {
            let text = fs::read_to_string(crate::root().join(document)).unwrap();
            let is_current = renewed(&text).unwrap() == text;
            assert!(
                is_current,
                "{document} is not current: run `cargo run -p xtask --bin pack -- tables`"
            );
        }
    }

    #[test]
    fn only_what_stands_between_the_comments_is_replaced() {
        let before = "One.\n<!-- interface: slots -->\nold\n<!-- end -->\nTwo.\n";
        let after = renewed(before).unwrap();
        assert!(after.starts_with("One.\n<!-- interface: slots -->\n| slot |"));
        assert!(after.ends_with(" |\n<!-- end -->\nTwo.\n"));
        assert!(renewed("<!-- interface: slots -->\n").is_err());
        assert!(renewed("<!-- interface: doors -->\n<!-- end -->").is_err());
    }
}
