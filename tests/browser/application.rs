//! A Leptos application in a page, and its server.

use std::cell::Cell;
use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use listen_in::supervision::LinkPhase;
use listen_in::{ListenIn, ListenInHandle};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::page::{body, document, install, is_held, region, until};

/// A Leptos application in a separate place in the page, removed when this is dropped.
pub(crate) struct Application {
    pub(crate) place: HtmlElement,
    pub(crate) handle: ListenInHandle,
    mounted: Option<Box<dyn core::any::Any>>,
    _look: Closure<dyn Fn() -> String>,
}

impl Application {
    /// Opens the result of `make`, which gets the address of the fake server.
    pub(crate) fn open<V: IntoView + 'static>(
        make: impl FnOnce(String, ListenInHandle) -> V + 'static,
    ) -> Self {
        Self::open_in(element("div"), make)
    }

    pub(crate) fn open_in<V: IntoView + 'static>(
        place: HtmlElement,
        make: impl FnOnce(String, ListenInHandle) -> V + 'static,
    ) -> Self {
        if place.parent_node().is_none() {
            body().append_child(&place).unwrap();
        }
        let look = Closure::new(String::new);
        let base = install(&look);
        let handle = Rc::new(Cell::new(None));
        let made = Rc::clone(&handle);
        let mounted = mount_to(place.clone(), move || {
            let handle = ListenInHandle::new();
            made.set(Some(handle));
            make(base, handle)
        });
        Self {
            place,
            handle: handle.get().unwrap(),
            mounted: Some(Box::new(mounted)),
            _look: look,
        }
    }

    /// Opens only the widget, and waits until it is live.
    pub(crate) async fn live() -> Self {
        let app = Self::open(|base, handle| view! { <ListenIn base_url=base handle lang="en" /> });
        app.is_live().await;
        app
    }

    pub(crate) async fn is_live(&self) {
        let phase = || self.handle.with_state(|state| state.connection().phase);
        until("live", || phase() == LinkPhase::Live).await;
        until("a held connect", is_held).await;
    }

    /// Waits until a request is pending.
    pub(crate) async fn has_requested(&self) {
        let pending = || {
            self.handle
                .with_state(|state| state.requests().pending().count())
        };
        until("a request", || pending() == 1).await;
    }

    pub(crate) async fn says(&self, name: &str, words: &str) {
        until(words, || region(&self.place, name).contains(words)).await;
    }

    pub(crate) fn find(&self, selector: &str) -> HtmlElement {
        let found = self.place.query_selector(selector).unwrap();
        found
            .unwrap_or_else(|| panic!("no {selector}"))
            .unchecked_into()
    }

    pub(crate) fn unmount(&mut self) {
        self.mounted.take();
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        self.unmount();
        self.place.remove();
    }
}

pub(crate) fn element(name: &str) -> HtmlElement {
    document().create_element(name).unwrap().unchecked_into()
}
