//! Properties of objects, by name: those that web-sys lacks. The window.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::Window;

#[wasm_bindgen]
extern "C" {
    // What js-sys and web-sys have for these also looks for them in workers and in Node.js.
    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL: JsValue;
    #[wasm_bindgen(thread_local_v2, js_name = window)]
    static WINDOW: Option<Window>;
}

/// The window. None in Node.js, where unit tests run.
pub(crate) fn window() -> Option<Window> {
    WINDOW.with(Clone::clone)
}

/// The value of a property. None if reading it throws.
pub(crate) fn read(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &name.into()).ok()
}

/// The value of a global variable.
pub(crate) fn global(name: &str) -> Option<JsValue> {
    GLOBAL.with(|global| read(global, name))
}

/// Sets a property of an object that accepts it, as a fresh one does.
pub(crate) fn set(of: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(of, &name.into(), value);
}
