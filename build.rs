//! How much stack the widget has: 64 kB instead of the megabyte that a linker gives, which a page
//! would keep as long as it lives. What needs most of it is JSON nested as deep as it may be, with
//! what is shown of that, 15 kB; building the whole view takes 11. (Where Leptos does not box its
//! views, see `.cargo/config.toml`, that takes 32.) The stack lies below everything else: one that
//! overflows ends in a trap. Without optimisation frames are many times as large, and the linker's
//! default stands.

use std::env;

const BYTES: u32 = 64 * 1024;

fn main() {
    // Of the files only this one matters, and Cargo knows of it.
    println!("cargo::rerun-if-env-changed=OPT_LEVEL");
    let is = |variable, value| env::var(variable).is_ok_and(|it| it == value);
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") && !is("OPT_LEVEL", "0") {
        println!("cargo::rustc-link-arg-cdylib=-zstack-size={BYTES}");
    }
}
