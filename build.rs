//! How much stack the widget has: a quarter of a megabyte instead of the whole one that a linker
//! gives, which a page would keep as long as it lives. What needs most of it is JSON nested as deep
//! as it may be, about 40 kB. Without optimisation frames are many times as large, and the linker's
//! default stands.

use std::env;

const BYTES: u32 = 256 * 1024;

fn main() {
    // Of the files only this one matters, and Cargo knows of it.
    println!("cargo::rerun-if-env-changed=OPT_LEVEL");
    let is = |variable, value| env::var(variable).is_ok_and(|it| it == value);
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") && !is("OPT_LEVEL", "0") {
        println!("cargo::rustc-link-arg-cdylib=-zstack-size={BYTES}");
    }
}
