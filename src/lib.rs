#![doc = include_str!("../docs/leptos.md")]
#![forbid(unsafe_code)]

// On a page of any kind the widget is the custom element `<listen-in>`, whose class is JavaScript (`npm/listen-in.js`).
//
// | folder | holds |
// |---|---|
// | `browser` | carries out what `supervision::Machine` decides: requests, timer, page life |
// | `control` | commands of the view and of the page to the machine |
// | `view` | what a supervisor sees |
// | `language` | the language that the page asks for, loaded and shown |
// | `promise` | callbacks for promises |
// | `property` | properties that web-sys lacks |
// | `reactive` | signals, memos and effects of the view |
// | `timer`, `listener`, `observer` | timers, and listeners and observers that end when they are dropped |
// | `widget` | the view of a machine |
// | `component` | the Leptos component, its handle, and a hook without a view |
// | `element` | `<listen-in>` and its events (feature `element`) |

mod browser;
mod component;
mod control;
#[cfg(feature = "element")]
mod element;
mod language;
mod listener;
mod observer;
mod promise;
mod property;
mod reactive;
mod timer;
mod view;
mod widget;

// Unit tests run where the widget does.
#[cfg(all(test, not(target_arch = "wasm32")))]
use core::prelude::v1::test;
#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

pub use gws;
pub use supervision;

pub use component::{
    AskedFrom, BeforeRequest, Empty, Fetch, Footer, ListenIn, ListenInError, ListenInHandle,
    ListenInOptions, Model, MonitorOptions, Notice, Party, RequestEvent, use_listen_in,
};
#[cfg(feature = "element")]
pub use element::{Host, Mounted, locate, mount, style};
