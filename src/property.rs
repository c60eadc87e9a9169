//! Properties of objects, by name: those that web-sys lacks.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// The value of a property. None if reading it throws.
pub(crate) fn read(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &name.into()).ok()
}

/// The value of a global variable.
pub(crate) fn global(name: &str) -> Option<JsValue> {
    read(&js_sys::global(), name)
}

/// Sets a property of an object that accepts it, as a fresh one does.
pub(crate) fn set(of: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(of, &name.into(), value);
}
