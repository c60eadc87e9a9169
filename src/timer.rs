//! Timers.

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::property::window;

/// Runs a function once after some milliseconds, unless the timer is dropped before.
pub(crate) fn later(millis: u32, run: impl FnOnce() + 'static) -> Timeout {
    boxed(millis, Box::new(run))
}

/// One instance of the generic code for all timers.
#[inline(never)]
fn boxed(millis: u32, run: Box<dyn FnOnce()>) -> Timeout {
    Timeout::new(millis, run)
}

/// Runs a function before the next frame is shown.
pub(crate) fn next_frame(run: impl FnOnce() + 'static) {
    boxed_next_frame(Box::new(run));
}

#[inline(never)]
fn boxed_next_frame(run: Box<dyn FnOnce()>) {
    let run = Closure::once_into_js(run);
    // It fails only if the function is none.
    let _ = window().request_animation_frame(run.unchecked_ref());
}
