//! The widget in a real browser, its server replaced within the page. What a supervisor does with
//! it is in `tests/e2e`; here is what only shows from within: the order of things, what an embedding
//! page can do to the element, and what only a server can cause that the emulator is not.
//!
//! | file | holds |
//! |---|---|
//! | `page` | an element in a page, and its server |
//! | `element` | attributes, properties, coming and going |
//! | `focus` | where the focus is |
//! | `forecast` | what the forecast and the question say |
//! | `keys` | which keys reach the page around |
//! | `picker` | finding and picking agents |
//! | `announcements` | what a screen reader announces |
//! | `texts` | long texts, other scripts, dates |
//! | `times` | times, shown and copied, in whatever zone |
//! | `transport` | how requests travel |
#![cfg(target_arch = "wasm32")]

mod announcements;
mod element;
mod focus;
mod forecast;
mod keys;
mod page;
mod picker;
mod texts;
mod times;
mod transport;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
