//! Reports the life of the page. The machine decides what follows from it.

use std::rc::Rc;

use supervision::Page;
use web_sys::{Event, EventTarget};

use crate::listener::EventListener;
use crate::property::{document, is_true, read, window};

/// Calls back until the listeners are dropped.
pub(super) fn listen(on: impl Fn(Page) + 'static) -> Vec<EventListener> {
    let on = Rc::new(on);
    let listen = |target: &EventTarget, event: &'static str| {
        let on = Rc::clone(&on);
        EventListener::new(target, event, move |event| {
            if let Some(page) = reported(event) {
                on(page);
            }
        })
    };
    let mut listeners = Vec::new();
    for event in ["pagehide", "pageshow", "online", "offline"] {
        listeners.push(listen(&window(), event));
    }
    for event in ["freeze", "resume", "visibilitychange"] {
        listeners.push(listen(&document(), event));
    }
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
pub(super) fn when_visited(begin: impl Fn() + 'static) -> Option<EventListener> {
    let document = document();
    if !is_true(&document, "prerendering") {
        begin();
        return None;
    }
    let visited = move |_: &Event| begin();
    Some(EventListener::new(&document, "prerenderingchange", visited))
}

pub(super) fn is_visible() -> bool {
    !document().hidden()
}

/// `url` as the page resolves it: absolute, without a trailing slash.
pub(crate) fn absolute(url: &str) -> String {
    let resolved = document().create_element("a").ok().and_then(|anchor| {
        anchor.set_attribute("href", url).ok()?;
        // Unlike `URL`, an anchor resolves addresses without a failure to handle.
        read(&anchor, "href").as_string()
    });
    let resolved = resolved.filter(|resolved| !resolved.is_empty());
    let url = resolved.unwrap_or_else(|| url.to_owned());
    tolerant_json::text::trim_end(&url, "/").to_owned()
}
