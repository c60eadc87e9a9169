//! Keeps the keyboard focus when the focused element disappears: the browser would move it to the page's body. It
//! goes to the button's counterpart (*Unmute* for *Mute*) as soon as that is shown, or else to the region, or to
//! *Monitoring* if the region disappears, too. It never goes to an unrelated button, because the next press would
//! do something else.

use core::mem;
use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use super::pieces::{effect, listen};
use crate::observer::Observer;
use crate::property;
use crate::reactive::NodeRef;

/// Where the focus is.
#[derive(Default)]
struct Focused(RefCell<Place>);

#[derive(Default)]
struct Place {
    /// The focused element, and its region.
    has: Option<(Element, Option<Element>)>,
    /// A region, and the part of the button that gets the focus from it as soon as the button appears.
    awaited: Option<(Element, String)>,
}

/// Keeps the focus in `panel`.
pub(super) fn keep(panel: NodeRef) {
    let focused = Rc::new(Focused::default());
    let noted = Rc::clone(&focused);
    listen(panel, "focusin focusout", move |event| noted.note(event));
    // Kept until the reactive owner is dropped.
    let mut watch = None;
    effect(move || {
        let now = panel.get().map(|panel| {
            let focused = Rc::clone(&focused);
            let of = panel.clone();
            let observer = Observer::new("MutationObserver", move |_| focused.hand_on(&of));
            observer.observe_within(&panel, &["class", "open"], true);
            observer
        });
        drop(mem::replace(&mut watch, now));
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
        let mut place = self.0.borrow_mut();
        if event.type_() == "focusin" {
            // The selector is valid.
            let region = target.closest("section").ok().flatten();
            place.has = Some((target, region));
        } else {
            if property::is_true(event, "relatedTarget") || is_there(&target) {
                *place = Place::default();
            }
        }
    }

    /// Moves the focus if its element is gone, or the awaited counterpart has appeared.
    fn hand_on(&self, panel: &HtmlElement) {
        let mut place = self.0.borrow_mut();
        let gone = place.has.take_if(|(element, _)| !is_there(element));
        let awaited = place.awaited.clone();
        drop(place);
        let Some((gone, region)) = gone else {
            if let Some(next) = awaited.and_then(|(region, part)| button(&region, &part)) {
                focus(&next);
            }
            return;
        };
        // The region *Call* disappears with its call; *Monitoring* is always there.
        let monitoring = || panel.query_selector("section.monitoring").ok().flatten();
        let region = region.filter(is_there).or_else(monitoring);
        let region = region.unwrap_or_else(|| panel.clone().into());
        let counterpart = gone.get_attribute("data-counterpart");
        let next = counterpart.as_ref().and_then(|part| button(&region, part));
        if let Some(next) = next {
            focus(&next);
            return;
        }
        // Setting an attribute with a valid name can't fail.
        let _ = region.set_attribute("tabindex", "-1");
        focus(&region);
        self.0.borrow_mut().awaited = counterpart.map(|part| (region, part));
    }
}

/// The button with this part, if it is visible.
pub(super) fn button(region: &Element, part: &str) -> Option<Element> {
    any_button(region, part).filter(is_there)
}

/// The button with this part, whether it is visible or not.
pub(super) fn any_button(region: &Element, part: &str) -> Option<Element> {
    let selector = ["button[part=", part, "]"].concat();
    // The selector is valid.
    region.query_selector(&selector).ok().flatten()
}

fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // An element that can't be focused leaves the focus as it is.
        let _ = element.focus();
    }
}

/// Whether an element is in the page and visible.
fn is_there(element: &Element) -> bool {
    element.is_connected()
        && element
            .closest(".absent, dialog:not([open])")
            .is_ok_and(|absent| absent.is_none())
}
