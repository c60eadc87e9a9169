//! Callbacks for promises. Futures would need an executor, and a state machine each.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

use crate::property;

#[wasm_bindgen]
extern "C" {
    /// Any promise.
    type Thenable;

    #[wasm_bindgen(method)]
    fn then(this: &Thenable, callback: &JsValue);

    #[wasm_bindgen(js_name = queueMicrotask)]
    fn queue_microtask(callback: &JsValue);
}

/// Why a promise was rejected, or its value.
pub(crate) type Outcome = Result<JsValue, JsValue>;

/// Calls back when a promise is settled.
pub(crate) fn settled(promise: &Promise, callback: impl FnOnce(Outcome) + 'static) {
    boxed(promise, Box::new(callback));
}

/// One instance of the generic code for all promises.
#[inline(never)]
fn boxed(promise: &Promise, callback: Box<dyn FnOnce(Outcome)>) {
    // This promise is never rejected: so there is one callback, which is freed when it has been called.
    let all: Thenable = Promise::all_settled(&Array::of1(promise)).unchecked_into();
    all.then(&Closure::once_into_js(move |all: Array| {
        let outcome = all.get(0);
        callback(match JsValue::from("reason").js_in(&outcome) {
            true => Err(property::read(&outcome, "reason")),
            false => Ok(property::read(&outcome, "value")),
        });
    }));
}

/// Runs a function after the current task.
pub(crate) fn soon(run: impl FnOnce() + 'static) {
    boxed_soon(Box::new(run));
}

#[inline(never)]
fn boxed_soon(run: Box<dyn FnOnce()>) {
    queue_microtask(&Closure::once_into_js(run));
}
