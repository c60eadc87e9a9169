//! Prepares the style sheet, without comments and indentation, and sets the size of the widget's
//! stack.
//!
//! The stack has 64 kB instead of the linker's default of a megabyte, which a page would keep as
//! long as it lives. The maximum use is 15 kB, for JSON of the maximum nesting depth and its
//! display; building the whole view takes 11. (If Leptos does not box its views, see
//! `.cargo/config.toml`, that takes 32.) The stack is below everything else, so an overflow causes
//! a trap. Without optimisation frames are many times as large, and the linker's default applies.

use std::path::Path;
use std::{env, fs, io};

const BYTES: u32 = 64 * 1024;

/// The parts of the style sheet, in their order.
const STYLE: [&str; 4] = ["base", "regions", "choice", "team"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=OPT_LEVEL");
    let is = |variable, value| env::var(variable).is_ok_and(|it| it == value);
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") && !is("OPT_LEVEL", "0") {
        println!("cargo::rustc-link-arg-cdylib=-zstack-size={BYTES}");
    }
    let mut style = String::new();
    for part in STYLE {
        let file = format!("src/view/style/{part}.css");
        println!("cargo::rerun-if-changed={file}");
        style.push_str(&plain(&fs::read_to_string(file)?));
    }
    let folder = env::var_os("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&folder).join("style.css"), style)
}

/// The rules without indentation and comments; no text in them looks like a comment.
fn plain(css: &str) -> String {
    let mut parts = css.split("/*");
    let mut rules = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let behind = part.split_once("*/").map_or("", |(_, behind)| behind);
        rules.push_str(behind);
    }
    let lines = rules.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}
