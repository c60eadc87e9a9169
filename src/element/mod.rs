//! The two ways into a page: the custom element `<listen-in>`, whose class is JavaScript
//! (`npm/listen-in.js`) because a Rust structure can't extend `HTMLElement`, and the Leptos component
//! [`ListenIn`].
//!
//! The class has `npm/core/widget.js` call [`mount`] and the methods of what that returns; [`style`] is what it has the
//! shadow root adopt. [`changed`](Mounted::changed) and [`unmount`](Mounted::unmount) are never called while
//! another of them runs.
//!
//! | file | holds |
//! |---|---|
//! | `attributes` | what a page sets |
//! | `events` | what it is told; `detail`, how that is written |
//! | `requests` | what it asks for, and may prevent |

mod attributes;
mod detail;
mod events;
mod requests;

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use crate::reactive::{ArcRwSignal, Signal};
use js_sys::{Array, Promise};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyViewState;
use supervision::Thresholds;
use wasm_bindgen::prelude::*;
use web_sys::{CssStyleSheet, HtmlElement, Request};

use crate::browser::{Dispatch, Fetch};
use crate::view::{BadAttribute, Commands, OwnTexts, STYLE};
use crate::widget::{self, Control, Limits, Options, widget};

/// The style sheet of the widget.
#[wasm_bindgen]
pub fn style() -> String {
    STYLE.to_owned()
}

#[wasm_bindgen]
extern "C" {
    /// What the element does for its widget (`npm/core/widget.js`).
    pub type Host;
    /// Dispatches an event.
    #[wasm_bindgen(method, catch)]
    fn emit(this: &Host, name: &str, detail: &JsValue) -> Result<(), JsValue>;
    /// Dispatches the event before something is asked for. Says whether the page lets it happen.
    #[wasm_bindgen(method, catch)]
    fn allows(this: &Host, detail: &JsValue, can_prevent: bool) -> Result<bool, JsValue>;
    /// Sends a request.
    #[wasm_bindgen(method, catch)]
    fn fetch(this: &Host, request: &Request) -> Result<Promise, JsValue>;
}

/// Mounts a widget in `place`, with the attributes of `element`.
#[wasm_bindgen]
pub fn mount(place: HtmlElement, element: HtmlElement, host: Host) -> Mounted {
    let options = attributes::options(&element);
    let limits = ArcRwSignal::new(attributes::limits(&element));
    let texts = ArcRwSignal::new(attributes::texts(&element));
    let moved = ArcTrigger::new();
    let (followed, own, moves) = (limits.clone(), texts.clone(), moved.clone());
    let control = Rc::new(OnceCell::new());
    let made = Rc::clone(&control);
    let handle = mount_to(place, move || {
        let (limits, texts) = (followed.into(), own.into());
        let (control, view) = widget(options, limits, texts, moves, bound(host));
        // It is made once.
        let _ = made.set(control);
        view.into_any()
    });
    Mounted {
        handle,
        control,
        element,
        limits,
        texts,
        moved,
    }
}

/// A host whose functions throw nothing: what a listener throws is reported by the browser where the page's
/// author looks for it.
fn bound(host: Host) -> widget::Host {
    let host = Rc::new(host);
    let (before, fetch) = (Rc::clone(&host), Rc::clone(&host));
    widget::Host {
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
        fetch: Fetch(Some(Rc::new(move |request| fetch.fetch(request)))),
    }
}

/// A mounted widget. Ends with [`unmount`](Self::unmount).
#[wasm_bindgen]
pub struct Mounted {
    handle: UnmountHandle<AnyViewState>,
    control: Rc<OnceCell<Rc<Control>>>,
    element: HtmlElement,
    limits: ArcRwSignal<Limits>,
    texts: ArcRwSignal<OwnTexts>,
    moved: ArcTrigger,
}

#[wasm_bindgen]
impl Mounted {
    /// Takes over an attribute, or the property `texts`, that has changed; `lang` may be that of another ancestor. Returns
    /// whether it is possible: otherwise the widget must be mounted anew.
    pub fn changed(&self, attribute: &str) -> bool {
        match attribute {
            "lang" => self.moved.notify(),
            "limit" | "limit-until" | "shortcuts" | "thresholds" => self.take_limits(),
            "texts" => self.take_texts(),
            "device-id" => {
                let device = self.element.get_attribute(attribute);
                self.control().want_device(device);
            }
            _ => return false,
        }
        true
    }

    /// What there is to see: a new object, with the details of the events.
    pub fn state(&self) -> JsValue {
        events::snapshot(&self.control().state())
    }

    /// Tries again now whatever waits.
    pub fn retry(&self) {
        self.control().retry_now();
    }

    /// Takes the widget out of the page, ends its requests and disconnects from the server.
    pub fn unmount(self) {
        drop(self.handle);
    }

    fn control(&self) -> &Control {
        self.control.get().expect("mounting sets it")
    }

    fn own_limit(&self) -> u32 {
        self.limits.with_untracked(|limits| limits.limit)
    }

    fn take_texts(&self) {
        let texts = attributes::texts(&self.element);
        if texts != self.texts.get_untracked() {
            self.texts.set(texts);
        }
    }

    fn take_limits(&self) {
        let limits = attributes::limits(&self.element);
        if limits != self.limits.get_untracked() {
            self.limits.set(limits);
        }
    }
}

impl core::fmt::Debug for Mounted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Mounted").finish_non_exhaustive()
    }
}

/// The widget as a Leptos component. It brings its style sheet along and adopts it in the document.
///
/// ```no_run
/// use leptos::prelude::*;
/// use listen_in::ListenIn;
///
/// leptos::mount::mount_to_body(|| view! { <ListenIn base_url="/api/v2" /> });
/// ```
#[component]
#[allow(
    unreachable_pub,
    reason = "it is exported by the crate; the macro's own items are not"
)]
pub fn ListenIn(
    /// The address of the GWS API, such as `/api/v2`; absolute or relative to the page.
    #[prop(into)]
    base_url: String,
    /// The supervisor's device to listen with; otherwise the one that monitors somebody, or the first
    /// that can.
    #[prop(optional, into)]
    device_id: Option<String>,
    /// Whether the contact centre is a SIP Cluster with routing-point monitoring; otherwise that is
    /// learnt from refusals.
    #[prop(optional, into)]
    sip_cluster: Option<bool>,
    /// The time limit for *All calls* that is chosen at first, in minutes; 0: none.
    #[prop(optional)]
    limit: u32,
    /// Until when monitoring that is found at the start may go on, in milliseconds since 1970.
    #[prop(optional, into)]
    limit_until: Option<u64>,
    /// Texts in place of the widget's, by their keys: see docs/texts.md.
    #[prop(optional, into)]
    texts: leptos::prelude::Signal<Vec<(String, String)>>,
    /// Keys for what is done most, such as `listen-in=Alt+L stop=Alt+S answer=Alt+A mute=Alt+M help=?`.
    #[prop(optional, into)]
    shortcuts: String,
    /// After how long in a state agents are marked, such as `not-ready:10m after-call-work:3m`. Marks
    /// nobody if a part is not accepted.
    #[prop(optional, into)]
    thresholds: String,
) -> impl IntoView {
    adopt_style();
    let (thresholds, bad) = match Thresholds::parse(&thresholds) {
        Ok(thresholds) => (thresholds, None),
        Err(part) => {
            let bad = BadAttribute::Thresholds(part.to_owned());
            (Thresholds::default(), Some(bad))
        }
    };
    let options = Options {
        base_url,
        device_id,
        sip_cluster,
        limit,
        limit_until,
        shortcuts,
        thresholds,
    };
    let mut limits = Limits::of(&options);
    limits.bad.extend(bad);
    let limits = Signal::stored(limits);
    let texts = Signal::derive(move || OwnTexts(texts.get()));
    let host = widget::Host::default();
    widget(options, limits, texts, ArcTrigger::new(), host).1
}

/// Has the document adopt the style sheet, once.
fn adopt_style() {
    thread_local! {
        static IS_ADOPTED: Cell<bool> = const { Cell::new(false) };
    }
    if IS_ADOPTED.replace(true) {
        return;
    }
    let adopt = || {
        let sheet = CssStyleSheet::new()?;
        sheet.replace_sync(STYLE)?;
        let sheets = Array::from(&document().adopted_style_sheets());
        sheets.push(&sheet);
        document().set_adopted_style_sheets(&sheets);
        Ok::<_, JsValue>(())
    };
    // Without constructable style sheets the widget has no look, but works.
    let _ = adopt();
}
