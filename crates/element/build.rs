//! Sets the size of the WebAssembly's stack.
//!
//! The stack has 64 kB instead of the linker's default of a megabyte, which a page would keep as
//! long as it lives. The maximum use is 15 kB, for JSON of the maximum nesting depth and its
//! display; building the whole view takes 11. (If Leptos does not box its views, see
//! `.cargo/config.toml`, that takes 32.) The stack is below everything else, so an overflow causes
//! a trap. Without optimisation frames are many times as large, and the linker's default applies.

use std::env;

const BYTES: u32 = 64 * 1024;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=OPT_LEVEL");
    let is = |variable, value| env::var(variable).is_ok_and(|it| it == value);
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") && !is("OPT_LEVEL", "0") {
        println!("cargo::rustc-link-arg-bins=-zstack-size={BYTES}");
    }
}
