//! Observers of elements: of their contents, their size, or whether they are in view.

use std::rc::Rc;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::Node;

use crate::property;

#[wasm_bindgen]
extern "C" {
    /// What all classes of observers have in common.
    type Observing;

    #[wasm_bindgen(method, catch)]
    fn observe(this: &Observing, node: &Node, options: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method)]
    fn disconnect(this: &Observing);
}

/// Calls back with what was observed, until this is dropped. The callback is released then: otherwise it would keep the
/// elements alive that it refers to.
pub(crate) struct Observer {
    /// None: the platform has no such class.
    observing: Option<Observing>,
    _callback: Rc<Callback>,
}

type Callback = dyn Fn(Array);

impl Observer {
    /// An observer of a class of the platform's, such as `MutationObserver`.
    pub(crate) fn new(class: &str, callback: impl Fn(Array) + 'static) -> Self {
        Self::shared(class, Rc::new(callback))
    }

    fn shared(class: &str, callback: Rc<Callback>) -> Self {
        // Some browsers call back once more after the observer was disconnected.
        let called = Rc::downgrade(&callback);
        let on_entries: Closure<dyn FnMut(Array)> = Closure::new(move |entries| {
            if let Some(callback) = called.upgrade() {
                callback(entries);
            }
        });
        let arguments = Array::of1(&on_entries.into_js_value());
        let class: Function = property::global(class).unchecked_into();
        let observer = Reflect::construct(&class, &arguments).ok();
        Self {
            observing: observer.map(JsCast::unchecked_into),
            _callback: callback,
        }
    }

    /// Observes the size of an element, or whether it is in view.
    pub(crate) fn observe(&self, element: &Node) {
        self.observe_with(element, &JsValue::UNDEFINED);
    }

    /// Observes changes of these attributes in a node and all within it, and whether nodes are added or removed.
    pub(crate) fn observe_within(&self, node: &Node, attributes: &[&str], adds_nodes: bool) {
        let names = Array::new();
        for name in attributes {
            names.push(&JsValue::from(*name));
        }
        let options = Object::new();
        property::set(&options, "subtree", &JsValue::TRUE);
        property::set(&options, "attributeFilter", &names);
        property::set(&options, "childList", &adds_nodes.into());
        self.observe_with(node, &options);
    }

    fn observe_with(&self, node: &Node, options: &JsValue) {
        if let Some(observing) = &self.observing {
            // The options are valid together.
            let _ = observing.observe(node, options);
        }
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        if let Some(observing) = &self.observing {
            observing.disconnect();
        }
    }
}
