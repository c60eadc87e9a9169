//! The custom element `<listen-in>`, whose class is JavaScript (`npm/listen-in.js`) because a Rust structure can't
//! extend `HTMLElement`.
//!
//! The class has `npm/core/widget.js` call [`mount`] and the methods of the returned object; the shadow root adopts
//! [`style`]. Calls of [`changed`](Mounted::changed) and [`unmount`](Mounted::unmount) never nest.
//!
//! | file | holds |
//! |---|---|
//! | `attributes` | attributes and the property `texts` |
//! | `events` | events for the page; `detail`: how details are written |
//! | `requests` | requests of the page, and the event before a request |

mod attributes;
mod detail;
mod events;
mod requests;

use std::rc::Rc;

use js_sys::{Array, Promise};

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, RequestInit};

use crate::browser::{self, Dispatch, Fetch, locate_locales};
use crate::control::{self, Control};
use crate::reactive::{ArcRwSignal, ArcTrigger, Owner};
use crate::view::markup::view;
use crate::view::{Commands, STYLE, Triggers};
use crate::widget::{Settings, Widget, widget};

/// The style sheet of the widget.
#[wasm_bindgen]
pub fn style() -> String {
    STYLE.to_owned()
}

/// Sets the addresses of the files with translations, in the order of their names.
#[wasm_bindgen]
pub fn locate(addresses: Array) {
    locate_locales(addresses);
}

#[wasm_bindgen]
extern "C" {
    /// The functions that the element provides for its widget (`npm/core/widget.js`).
    pub type Host;
    /// Dispatches an event.
    #[wasm_bindgen(method, catch)]
    fn emit(this: &Host, name: &str, detail: &JsValue) -> Result<(), JsValue>;
    /// Dispatches the event before a request. Returns whether the page allows it.
    #[wasm_bindgen(method, catch)]
    fn allows(this: &Host, detail: &JsValue, can_prevent: bool) -> Result<bool, JsValue>;
    /// Sends a request.
    #[wasm_bindgen(method, catch)]
    fn fetch(this: &Host, url: &str, init: &RequestInit, is_poll: bool)
    -> Result<Promise, JsValue>;
}

/// Mounts a widget in `place`, with the attributes of `element`.
#[wasm_bindgen]
pub fn mount(place: HtmlElement, element: HtmlElement, host: Host) -> Mounted {
    let limits = attributes::limits(&element);
    let options = attributes::options(&element, &limits);
    let settings = Settings {
        limits: ArcRwSignal::new(limits),
        texts: ArcRwSignal::new(attributes::texts(&element)),
        moved: ArcTrigger::new(),
    };
    let owner = Owner::new();
    let triggers = owner.with(|| Triggers::new(browser::now()));
    let control = Control::start(options, bound(host), move |changes| {
        triggers.notify(changes, browser::now());
    });
    let empty = |place: &Element| {
        let slot = view! { <slot name="empty"></slot> };
        slot.show(place, None);
    };
    let view = widget(
        &place,
        owner,
        Rc::clone(&control),
        triggers,
        settings.clone(),
        Box::new(empty),
    );
    Mounted {
        view,
        control,
        element,
        settings,
    }
}

/// A host whose functions do not throw: exceptions of listeners are reported by the browser, where the page's author
/// looks for them.
fn bound(host: Host) -> control::Host {
    let host = Rc::new(host);
    let (before, fetch) = (Rc::clone(&host), Rc::clone(&host));
    control::Host {
        on_event: Some(Box::new(move |state, event| {
            let (name, detail) = events::event(state, event)?;
            let host = Rc::clone(&host);
            let dispatch: Dispatch = Box::new(move || {
                let _ = host.emit(name, &detail);
            });
            Some(dispatch)
        })),
        before: Some(Box::new(move |state, operation, from| {
            let detail = requests::before(state, operation, from);
            let can_prevent = !operation.is_way_out();
            let host = Rc::clone(&before);
            Box::new(move || host.allows(&detail, can_prevent).unwrap_or(true))
        })),
        fetch: Fetch(Some(Rc::new(move |request, init| {
            fetch.fetch(&request.url, init, request.is_poll)
        }))),
    }
}

/// A mounted widget. Ends with [`unmount`](Self::unmount).
#[wasm_bindgen]
pub struct Mounted {
    view: Widget,
    control: Rc<Control>,
    element: HtmlElement,
    settings: Settings,
}

#[wasm_bindgen]
impl Mounted {
    /// Applies an attribute, or the property `texts`, that has changed; `lang` may be that of an ancestor. Returns false
    /// if the widget must be remounted instead.
    pub fn changed(&self, attribute: &str) -> bool {
        match attribute {
            "lang" => self.settings.moved.notify(),
            "limit" | "limit-until" | "shortcuts" | "thresholds" => self.take_limits(),
            "texts" => self.take_texts(),
            "device-id" => {
                self.control.want_device(attributes::device(&self.element));
            }
            _ => return false,
        }
        true
    }

    /// The state: a new object, with the details of the events.
    pub fn state(&self) -> JsValue {
        events::snapshot(&self.control.state())
    }

    /// The names of the custom states, separated by spaces.
    pub fn states(&self) -> String {
        events::states(&self.control.state()).join(" ")
    }

    /// Retries now whatever is waiting to be retried.
    pub fn retry(&self) {
        self.control.retry_now();
    }

    /// Takes the widget out of the page, ends its requests and disconnects from the server.
    pub fn unmount(self) {
        self.view.remove();
    }

    fn own_limit(&self) -> u32 {
        self.settings.limits.with_untracked(|limits| limits.limit)
    }

    fn take_texts(&self) {
        let texts = attributes::texts(&self.element);
        if self.settings.texts.with_untracked(|now| texts != *now) {
            self.settings.texts.set(texts);
        }
    }

    fn take_limits(&self) {
        let limits = attributes::limits(&self.element);
        if self.settings.limits.with_untracked(|now| limits != *now) {
            self.settings.limits.set(limits);
        }
    }
}

impl core::fmt::Debug for Mounted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Mounted").finish_non_exhaustive()
    }
}
