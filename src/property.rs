//! Properties of objects, by name: those that web-sys lacks. The window and its document.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Window};

#[wasm_bindgen]
extern "C" {
    /// The window of a page: the widget runs nowhere else.
    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static WINDOW: Window;
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    static DOCUMENT: Document;
}

/// The window. (That of web-sys may be none, and is looked for in other places, too.)
pub(crate) fn window() -> Window {
    WINDOW.with(Clone::clone)
}

/// The document of the page.
pub(crate) fn document() -> Document {
    DOCUMENT.with(Clone::clone)
}

/// The value of a property. Undefined if there is none, or reading it throws.
#[inline(never)]
pub(crate) fn read(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or_default()
}

/// Whether the value of a property counts as true.
pub(crate) fn is_true(of: &JsValue, name: &str) -> bool {
    read(of, name).is_truthy()
}

/// The value of a global variable.
pub(crate) fn global(name: &str) -> JsValue {
    WINDOW.with(|window| read(window, name))
}

/// The texts of a list.
pub(crate) fn texts(list: &Array) -> Vec<String> {
    let mut texts = Vec::new();
    for at in 0..list.length() {
        texts.extend(list.get(at).as_string());
    }
    texts
}

/// Sets a property of an object that accepts it, as a fresh one does.
pub(crate) fn set(of: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(of, &name.into(), value);
}
