//! Timers.

use gloo_timers::callback::Timeout;

/// Runs a function once after some milliseconds, unless the timer is dropped before.
pub(crate) fn later(millis: u32, run: impl FnOnce() + 'static) -> Timeout {
    boxed(millis, Box::new(run))
}

/// One instance of the generic code for all timers.
#[inline(never)]
fn boxed(millis: u32, run: Box<dyn FnOnce()>) -> Timeout {
    Timeout::new(millis, run)
}
