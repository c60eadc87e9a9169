//! Prepares the style sheet, without comments and indentation.

use std::path::Path;
use std::{env, fs, io};

/// The parts of the style sheet, in their order.
const STYLE: [&str; 4] = ["base", "regions", "choice", "team"];

fn main() -> io::Result<()> {
    let mut style = String::new();
    for part in STYLE {
        let file = format!("src/view/style/{part}.css");
        println!("cargo::rerun-if-changed={file}");
        style.push_str(&plain(&fs::read_to_string(file)?));
    }
    let folder = env::var_os("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&folder).join("style.css"), style)
}

/// The rules without comments and the space between them; no text in them looks like a comment, and lines end only where
/// no space is needed.
fn plain(css: &str) -> String {
    let mut parts = css.split("/*");
    let mut rules = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let behind = part.split_once("*/").map_or("", |(_, behind)| behind);
        rules.push_str(behind);
    }
    let lines: String = rules.lines().map(str::trim).collect();
    lines.replace(": ", ":")
}
