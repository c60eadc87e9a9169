//! The style sheet, without comments and indentation, and how much stack the widget has.
//!
//! That is 64 kB instead of the megabyte that a linker gives, which a page
//! would keep as long as it lives. What needs most of it is JSON nested as deep as it may be, with
//! what is shown of that, 15 kB; building the whole view takes 11. (Where Leptos does not box its
//! views, see `.cargo/config.toml`, that takes 32.) The stack lies below everything else: one that
//! overflows ends in a trap. Without optimisation frames are many times as large, and the linker's
//! default stands.

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

/// The rules without comments, which no text in them looks like, and without indentation.
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
