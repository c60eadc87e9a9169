//! Keeps the focus from getting lost. When what has it goes, as a button does that is not offered
//! any more, a browser leaves it on the page's body, and whoever works with the keyboard has lost
//! their place. It is handed on: to the next button of the region, or else to the region.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, HtmlElement, MutationObserver, MutationObserverInit};

use super::pieces::{effect, listen};

/// What has the focus, and the region it is in.
#[derive(Default)]
struct Focused(RefCell<Option<(Element, Option<Element>)>>);

/// Watches over the focus in `panel`.
pub(super) fn keep(panel: NodeRef<html::Div>) {
    let focused = Rc::new(Focused::default());
    let noted = Rc::clone(&focused);
    let element = move || Some((*panel.get()?).clone().into());
    listen(element, &["focusin", "focusout"], move |event| {
        noted.note(event)
    });
    effect(move || {
        if let Some(panel) = panel.get() {
            let panel: HtmlElement = (*panel).clone();
            let focused = Rc::clone(&focused);
            watch(&panel.clone(), move || focused.hand_on(&panel));
        }
    });
}

impl Focused {
    fn note(&self, event: &Event) {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let Some(target) = target else {
            return;
        };
        if event.type_() == "focusin" {
            // A valid selector finds something or nothing.
            let region = target.closest("section").ok().flatten();
            self.0.replace(Some((target, region)));
        } else if is_there(&target) {
            self.0.replace(None);
        }
    }

    fn hand_on(&self, panel: &HtmlElement) {
        let gone = self
            .0
            .borrow_mut()
            .take_if(|(element, _)| !is_there(element));
        let Some((_, region)) = gone else {
            return;
        };
        let region = region.filter(is_there);
        let region = region.as_ref().unwrap_or(panel);
        let next = region
            .query_selector("button:not(.absent, .absent *)")
            .ok()
            .flatten();
        if next.is_none() {
            // It is the region's own, and takes any attribute.
            let _ = region.set_attribute("tabindex", "-1");
        }
        let next = next.unwrap_or_else(|| region.clone());
        // What can't take the focus leaves it where it is.
        let _ = next.unchecked_into::<HtmlElement>().focus();
    }
}

/// Whether it is in the page, and can be seen.
fn is_there(element: &Element) -> bool {
    element.is_connected()
        && element
            .closest(".absent")
            .is_ok_and(|absent| absent.is_none())
}

/// Calls back when something in an element has come or gone, as long as the element exists.
fn watch(element: &Element, callback: impl FnMut() + 'static) {
    let callback: Closure<dyn FnMut()> = Closure::new(callback);
    let options = MutationObserverInit::new();
    options.set_subtree(true);
    options.set_child_list(true);
    options.set_attributes(true);
    options.set_attribute_filter(&Array::of1(&"class".into()));
    // Neither is refused: the callback is a function, and the options go together.
    if let Ok(observer) = MutationObserver::new(callback.into_js_value().unchecked_ref()) {
        let _ = observer.observe_with_options(element, &options);
    }
}
