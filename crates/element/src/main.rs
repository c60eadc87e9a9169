//! The WebAssembly of the custom element: what `src/element` exports.

#![cfg_attr(target_family = "wasm", no_main)]

#[cfg(target_family = "wasm")]
use listen_in as _;

#[cfg(not(target_family = "wasm"))]
fn main() {}
