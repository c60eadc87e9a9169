//! Reports the life of the page. The machine decides what follows from it.

use std::cell::Cell;
use std::rc::Rc;

use supervision::Page;
use wasm_bindgen::JsValue;
use web_sys::{Event, EventTarget, VisibilityState};

use crate::listener::EventListener;
use crate::property;

/// Calls back until the listeners are dropped.
pub(super) fn listen(on: impl Fn(Page) + 'static) -> Vec<EventListener> {
    let Some(document) = document() else {
        return Vec::new();
    };
    let on = Rc::new(on);
    let listen = |target: &EventTarget, event: &'static str| {
        let on = Rc::clone(&on);
        EventListener::new(target, event, move |event| {
            if let Some(page) = reported(event) {
                on(page);
            }
        })
    };
    let of_window = ["pagehide", "pageshow", "online", "offline"];
    let of_document = ["freeze", "resume", "visibilitychange"];
    let mut listeners = Vec::new();
    listeners.extend(of_window.map(|event| listen(&property::window(), event)));
    listeners.extend(of_document.map(|event| listen(&document, event)));
    listeners
}

/// What an event says of the page.
fn reported(event: &Event) -> Option<Page> {
    Some(match &*event.type_() {
        // A page that may come back keeps its session: the server still knows it, or a new one begins.
        "pagehide" => Page::Leaving {
            kept: persisted(event),
        },
        "pageshow" if !persisted(event) => return None,
        "pageshow" | "resume" => Page::Resumed,
        "online" => Page::Online,
        "offline" => Page::Offline,
        "freeze" => Page::Frozen,
        _ if is_visible() => Page::Visible,
        _ => Page::Hidden,
    })
}

/// Whether a hidden page may come back, or a shown one has come back.
fn persisted(event: &Event) -> bool {
    is_true(event, "persisted")
}

/// Runs `begin` now, or on activation if the page is prerendering, unless the listener is dropped
/// before. A prerendered page must not take part in what tabs share.
pub(super) fn when_visited(begin: impl FnOnce() + 'static) -> Option<EventListener> {
    match document().filter(|document| is_true(document, "prerendering")) {
        Some(document) => {
            let begin = Cell::new(Some(begin));
            let visited = move |_: &Event| {
                if let Some(begin) = begin.take() {
                    begin();
                }
            };
            Some(EventListener::new(&document, "prerenderingchange", visited))
        }
        None => {
            begin();
            None
        }
    }
}

fn is_true(of: &JsValue, name: &str) -> bool {
    property::read(of, name).is_some_and(|value| value.is_truthy())
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
        property::read(&anchor, "href")?.as_string()
    });
    let resolved = resolved.filter(|resolved| !resolved.is_empty());
    let url = resolved.unwrap_or_else(|| url.to_owned());
    tolerant_json::text::trim_end(&url, "/").to_owned()
}

fn document() -> Option<web_sys::Document> {
    property::window().document()
}
