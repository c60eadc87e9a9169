//! The widget in a real browser, with a fake server in the page. `tests/e2e` tests a supervisor's
//! tasks. Here are things that are only visible from within: the order of requests and rendering,
//! what an embedding page can do to the element, and servers that the emulator can't simulate.
//!
//! | file | holds |
//! |---|---|
//! | `page` | an element in a page, and its server |
//! | `application` | a Leptos application in a page, and its server |
//! | `api` | methods, state, slots |
//! | `requests` | headers, tokens and `fetch` of the page |
//! | `component` | the Leptos component, its handle, and the hook without a view |
//! | `element` | attributes, properties, insertion and removal |
//! | `focus` | the keyboard focus |
//! | `forecast` | forecasts and confirmations |
//! | `keys` | which keys reach the embedding page |
//! | `team` | finding and picking agents |
//! | `people` | agents' states, filters and order of the list |
//! | `announcements` | live regions |
//! | `layout` | the places of controls |
//! | `languages` | the language of the widget |
//! | `texts` | long texts, other scripts, dates |
//! | `times` | times, shown and copied, in other time zones |
//! | `transport` | requests |
#![cfg(target_arch = "wasm32")]

mod announcements;
mod api;
mod application;
mod component;
mod element;
mod focus;
mod forecast;
mod keys;
mod languages;
mod layout;
mod page;
mod people;
mod requests;
mod shortcuts;
mod team;
mod texts;
mod times;
mod transport;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
