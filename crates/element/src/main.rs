//! The WebAssembly of the custom element: what `src/element` exports.

#![cfg_attr(target_family = "wasm", no_main)]

#[cfg(target_family = "wasm")]
use listen_in as _;

/// Smaller than the standard library's. It is here because a library leaves that choice to the program.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[cfg(not(target_family = "wasm"))]
fn main() {}
