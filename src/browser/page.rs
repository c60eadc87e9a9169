//! The life of the page, reported. What follows from it is the machine's business.

use gloo_events::EventListener;
use supervision::Page;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{PageTransitionEvent, VisibilityState};

/// Calls back for as long as the listeners are kept.
pub(super) fn listen(on: impl Fn(Page) + Clone + 'static) -> Vec<EventListener> {
    let (Some(window), Some(document)) = (web_sys::window(), document()) else {
        return Vec::new();
    };
    let gone = {
        let on = on.clone();
        EventListener::new(&window, "pagehide", move |event| {
            // A page that may come back keeps its session: it is known again, or a new one begins.
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

/// Whether a page that is hidden may come back, or one that is shown has come back.
fn persisted(event: &web_sys::Event) -> bool {
    event
        .dyn_ref::<PageTransitionEvent>()
        .is_some_and(PageTransitionEvent::persisted)
}

/// Calls back when there is somebody for whom the page is: at once, or, if the browser has loaded it on
/// the chance that it will be visited, when it is; for as long as the listener is kept. Before, it can
/// have no part of what tabs share.
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

/// Of a property that web-sys does not have.
fn is_true(of: &JsValue, property: &str) -> bool {
    js_sys::Reflect::get(of, &property.into()).is_ok_and(|value| value.is_truthy())
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
