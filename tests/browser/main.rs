//! The widget in a real browser, its server replaced within the page. What a supervisor does with
//! it is in `tests/e2e`; here is what only shows from within: the order of things, what an embedding
//! page can do to the element, and what only a server can cause that the emulator is not.
//!
//! | file | holds |
//! |---|---|
//! | `page` | an element in a page, and its server |
//! | `element` | attributes, properties, coming and going |
//! | `focus` | where the focus is |
//! | `forecast` | what is said before something is asked for |
//! | `keys` | which keys the page around hears of |
//! | `picker` | finding and picking agents |
//! | `telling` | what a screen reader is told |
//! | `texts` | long texts, other scripts, dates |
//! | `times` | times, shown and copied, in whatever zone |
//! | `transport` | how requests travel |
#![cfg(target_arch = "wasm32")]

mod element;
mod focus;
mod forecast;
mod keys;
mod page;
mod picker;
mod telling;
mod texts;
mod times;
mod transport;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
