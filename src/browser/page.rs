//! The life of the page: when it goes away for good we say good-bye, and when it comes back, or
//! the network does, whatever waits is tried at once.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{PageTransitionEvent, VisibilityState};

/// Something that happened to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageEvent {
    /// It goes away and will not come back.
    Gone,
    /// It can be seen again, or the network is back: a good moment to try.
    Back,
}

/// Calls back for as long as the listeners are kept.
pub(super) fn listen(on: impl Fn(PageEvent) + Clone + 'static) -> Vec<EventListener> {
    let (Some(window), Some(document)) = (web_sys::window(), document()) else {
        return Vec::new();
    };
    let gone = {
        let on = on.clone();
        EventListener::new(&window, "pagehide", move |event| {
            // A page that may come back keeps its session: it is known again, or a new one begins.
            let may_come_back = event
                .dyn_ref::<PageTransitionEvent>()
                .is_some_and(PageTransitionEvent::persisted);
            if !may_come_back {
                on(PageEvent::Gone);
            }
        })
    };
    let shown = {
        let on = on.clone();
        EventListener::new(&window, "pageshow", move |_| on(PageEvent::Back))
    };
    let online = {
        let on = on.clone();
        EventListener::new(&window, "online", move |_| on(PageEvent::Back))
    };
    let visible = EventListener::new(&document, "visibilitychange", move |_| {
        if is_visible() {
            on(PageEvent::Back);
        }
    });
    vec![gone, shown, online, visible]
}

pub(super) fn is_visible() -> bool {
    document().is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// `url` as the page understands it: absolute, without a slash behind.
pub(crate) fn absolute(url: &str) -> String {
    let resolved = document().and_then(|document| {
        let anchor = document.create_element("a").ok()?;
        anchor.set_attribute("href", url).ok()?;
        // The one place where a browser resolves addresses without a failure to handle.
        js_sys::Reflect::get(&anchor, &"href".into())
            .ok()?
            .as_string()
    });
    let resolved = resolved.filter(|resolved| !resolved.is_empty());
    let url = resolved.unwrap_or_else(|| url.to_owned());
    url.trim_end_matches('/').to_owned()
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}
