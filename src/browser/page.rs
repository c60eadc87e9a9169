//! Reports the life of the page. The machine decides what follows from it.

use gloo_events::EventListener;
use supervision::Page;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{PageTransitionEvent, VisibilityState};

/// Calls back until the listeners are dropped.
pub(super) fn listen(on: impl Fn(Page) + Clone + 'static) -> Vec<EventListener> {
    let (Some(window), Some(document)) = (web_sys::window(), document()) else {
        return Vec::new();
    };
    let gone = {
        let on = on.clone();
        EventListener::new(&window, "pagehide", move |event| {
            // A page that may come back keeps its session: the server still knows it, or a new one
            // begins.
            on(Page::Leaving {
                kept: persisted(event),
            });
        })
    };
    let shown = {
        let on = on.clone();
        EventListener::new(&window, "pageshow", move |event| {
            if persisted(event) {
                on(Page::Resumed);
            }
        })
    };
    let online = {
        let on = on.clone();
        EventListener::new(&window, "online", move |_| on(Page::Online))
    };
    let offline = {
        let on = on.clone();
        EventListener::new(&window, "offline", move |_| on(Page::Offline))
    };
    let frozen = {
        let on = on.clone();
        EventListener::new(&document, "freeze", move |_| on(Page::Frozen))
    };
    let resumed = {
        let on = on.clone();
        EventListener::new(&document, "resume", move |_| on(Page::Resumed))
    };
    let visibility = EventListener::new(&document, "visibilitychange", move |_| {
        on(if is_visible() {
            Page::Visible
        } else {
            Page::Hidden
        });
    });
    vec![gone, shown, online, offline, frozen, resumed, visibility]
}

/// Whether a hidden page may come back, or a shown one has come back.
fn persisted(event: &web_sys::Event) -> bool {
    event
        .dyn_ref::<PageTransitionEvent>()
        .is_some_and(PageTransitionEvent::persisted)
}

/// Runs `begin` now, or on activation if the page is prerendering, unless the listener is dropped
/// before. A prerendered page must not take part in what tabs share.
pub(super) fn when_visited(begin: impl FnOnce() + 'static) -> Option<EventListener> {
    match document().filter(|document| is_true(document, "prerendering")) {
        Some(document) => {
            let visited = "prerenderingchange";
            Some(EventListener::once(&document, visited, |_| begin()))
        }
        None => {
            begin();
            None
        }
    }
}

/// Reads a property that web-sys lacks.
fn is_true(of: &JsValue, property: &str) -> bool {
    js_sys::Reflect::get(of, &property.into()).is_ok_and(|value| value.is_truthy())
}

pub(super) fn is_visible() -> bool {
    document().is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// `url` as the page resolves it: absolute, without a trailing slash.
pub(crate) fn absolute(url: &str) -> String {
    let resolved = document().and_then(|document| {
        let anchor = document.create_element("a").ok()?;
        anchor.set_attribute("href", url).ok()?;
        // Unlike `URL`, an anchor resolves addresses without a failure to handle.
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
