//! Listeners of events.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

use crate::reactive::Handle;

/// Handles the events of one name until it is dropped.
#[derive(Debug)]
pub(crate) struct EventListener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut(&Event)>,
}

impl EventListener {
    pub(crate) fn new(
        target: &EventTarget,
        event: &'static str,
        handler: impl Fn(&Event) + 'static,
    ) -> Self {
        Self::boxed(target, event, Box::new(handler))
    }

    fn boxed(target: &EventTarget, event: &'static str, handler: Box<dyn Handle>) -> Self {
        let callback = Closure::new(move |event: &Event| handler.handle(event));
        // A target accepts any function.
        let function = Closure::as_ref(&callback).unchecked_ref();
        let _ = target.add_event_listener_with_callback(event, function);
        let target = target.clone();
        Self {
            target,
            event,
            callback,
        }
    }
}

impl Drop for EventListener {
    fn drop(&mut self) {
        let function = self.callback.as_ref().unchecked_ref();
        let _ = self
            .target
            .remove_event_listener_with_callback(self.event, function);
    }
}
