//! The two ways into a page: the custom element `<listen-in>`, whose class is a small ES module
//! beside this file because a Rust structure can't extend `HTMLElement`, and the Leptos component
//! [`ListenIn`].

mod attributes;
mod events;

use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyViewState;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::browser::Dispatch;
use crate::view::{OwnTexts, STYLE};
use crate::widget::{Limits, Options, widget};

#[wasm_bindgen(module = "/src/element/listen-in.js")]
extern "C" {
    fn define(css: &str, mount: &Closure<MountFn>);
    #[wasm_bindgen(js_name = adoptStyle)]
    fn adopt_style(css: &str);
}

/// Called by the element's class: where to mount, the element with its attributes, and how to dispatch
/// an event.
type MountFn = dyn Fn(HtmlElement, HtmlElement, js_sys::Function) -> Mounted;

/// Defines the custom element `<listen-in>`. Runs by itself when the module is loaded; calling it
/// again does no harm.
#[wasm_bindgen(start)]
pub fn define_element() {
    let mount: Closure<MountFn> = Closure::new(mount);
    define(STYLE, &mount);
    // The definition lasts as long as the page.
    mount.forget();
}

/// A mounted widget. Ends with [`unmount`](Self::unmount).
#[wasm_bindgen]
pub struct Mounted {
    handle: Option<UnmountHandle<AnyViewState>>,
    element: HtmlElement,
    limits: ArcRwSignal<Limits>,
    texts: ArcRwSignal<OwnTexts>,
    moved: ArcTrigger,
}

#[wasm_bindgen]
impl Mounted {
    /// Takes the widget out of the page, ends its requests and disconnects from the server.
    pub fn unmount(&mut self) {
        self.handle = None;
    }

    /// Takes over the attributes `limit` and `limit-until`, if they have changed.
    #[wasm_bindgen(js_name = takeLimits)]
    pub fn take_limits(&self) {
        let limits = attributes::limits(&self.element);
        if limits != self.limits.get_untracked() {
            self.limits.set(limits);
        }
    }

    /// Takes over the property `texts`, if it has changed.
    #[wasm_bindgen(js_name = takeTexts)]
    pub fn take_texts(&self) {
        let texts = attributes::texts(&self.element);
        if texts != self.texts.get_untracked() {
            self.texts.set(texts);
        }
    }

    /// Takes over the language of where the element stands now.
    #[wasm_bindgen(js_name = takeLanguage)]
    pub fn take_language(&self) {
        self.moved.notify();
    }
}

impl core::fmt::Debug for Mounted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Mounted").finish_non_exhaustive()
    }
}

fn mount(place: HtmlElement, element: HtmlElement, emit: js_sys::Function) -> Mounted {
    let options = attributes::options(&element);
    let limits = ArcRwSignal::new(attributes::limits(&element));
    let texts = ArcRwSignal::new(attributes::texts(&element));
    let moved = ArcTrigger::new();
    let (followed, own, moves) = (limits.clone(), texts.clone(), moved.clone());
    let handle = mount_to(place, move || {
        let (limits, texts) = (followed.into(), own.into());
        let view = widget(options, limits, texts, moves, move |state, event| {
            let (name, detail) = events::event(state, event)?;
            let emit = emit.clone();
            let dispatch: Dispatch = Box::new(move || {
                // A listener that throws is reported by the browser where the page's author looks
                // for it.
                let _ = emit.call2(&JsValue::UNDEFINED, &name.into(), &detail);
            });
            Some(dispatch)
        });
        view.into_any()
    });
    Mounted {
        handle: Some(handle),
        element,
        limits,
        texts,
        moved,
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
    texts: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    adopt_style(STYLE);
    let options = Options {
        base_url,
        device_id,
        sip_cluster,
        limit,
        limit_until,
    };
    let limits = Signal::stored(Limits::of(&options));
    let texts = Signal::derive(move || OwnTexts(texts.get()));
    widget(options, limits, texts, ArcTrigger::new(), |_, _| None)
}
