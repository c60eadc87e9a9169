//! Functions behind a pointer. The table of a `dyn Fn` has three functions, of which one is called; these have one.

use web_sys::Event;

/// A function without parameters.
pub(crate) trait Call<T> {
    fn call(&self) -> T;
}

impl<T, F: Fn() -> T> Call<T> for F {
    fn call(&self) -> T {
        self()
    }
}

/// A function that changes what it has captured.
pub(crate) trait Run {
    fn run(&mut self);
}

impl<F: FnMut()> Run for F {
    fn run(&mut self) {
        self();
    }
}

/// A handler of events.
pub(crate) trait Handle {
    fn handle(&self, event: &Event);
}

impl<F: Fn(&Event)> Handle for F {
    fn handle(&self, event: &Event) {
        self(event);
    }
}
