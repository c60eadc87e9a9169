//! The languages that a page asks for, and the files with the translations.

use std::cell::RefCell;

use tolerant_json::text::split;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Node, Response, ShadowRoot, Url};

use crate::listener::EventListener;
use crate::observer::Observer;
use crate::promise::settled;
use crate::property::{texts, window};

#[wasm_bindgen]
extern "C" {
    /// The address of the module that loaded the WebAssembly.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static MODULE: String;
}

/// The files with translations, in the order in which their addresses are given (`npm/listen-in.js`).
const LOCALES: &str = "ar de es fr ja keys pt";

thread_local! {
    /// The addresses of [`LOCALES`], where they are known.
    static ADDRESSES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The language tags that apply to an element, best first: those of its ancestors from the closest one up, through
/// shadow roots, then the browser's.
pub(crate) fn languages_at(element: &Element) -> Vec<String> {
    let mut languages = Vec::new();
    let mut place: Option<Node> = element.parent_node();
    while let Some(node) = place {
        if let Some(element) = node.dyn_ref::<Element>() {
            languages.extend(element.get_attribute("lang"));
        }
        place = node.parent_node().or_else(|| host(&node));
    }
    languages.append(&mut texts(&window().navigator().languages()));
    languages
}

/// The element of a shadow root.
fn host(node: &Node) -> Option<Node> {
    let root: &ShadowRoot = node.dyn_ref()?;
    Some(root.host().into())
}

/// Calls back when [`languages_at`] may have changed, until it is dropped.
pub(crate) struct LanguageObserver {
    _on_mutation: Observer,
    _on_change: EventListener,
}

impl LanguageObserver {
    pub(crate) fn start(element: &Element, callback: impl Fn() + Clone + 'static) -> Self {
        let changed = callback.clone();
        let on_change = EventListener::new(&window(), "languagechange", move |_| changed());
        let on_mutation = Observer::new("MutationObserver", move |_| callback());
        let mut place = Some(element.get_root_node());
        while let Some(root) = place {
            on_mutation.observe_within(&root, &["lang"], false);
            place = host(&root).map(|host| host.get_root_node());
        }
        Self {
            _on_mutation: on_mutation,
            _on_change: on_change,
        }
    }
}

/// Sets the addresses of the files with translations, in the order of [`LOCALES`]. By default they are in `locales/`
/// beside the module that loaded the WebAssembly, which is wrong where a bundler has moved the files.
#[cfg(feature = "element")]
pub(crate) fn locate_locales(addresses: js_sys::Array) {
    let mut all = Vec::new();
    for address in addresses {
        all.push(js_sys::Object::from(address).to_string().into());
    }
    ADDRESSES.set(all);
}

/// Calls back with the text of the file with a translation; none if it can't be loaded.
pub(crate) fn locale(name: &str, then: impl FnOnce(Option<String>) + 'static) {
    let Some(url) = address(name) else {
        return then(None);
    };
    settled(&window().fetch_with_str(&url), move |response| {
        let response = response.ok().and_then(|it| it.dyn_into::<Response>().ok());
        let response = response.filter(Response::ok);
        match response.and_then(|response| response.text().ok()) {
            Some(text) => settled(&text, |text| then(text.ok().and_then(|it| it.as_string()))),
            None => then(None),
        }
    });
}

fn address(name: &str) -> Option<String> {
    let position = split(LOCALES, " ").position(|it| it == name);
    let known = ADDRESSES.with_borrow(|addresses| addresses.get(position?).cloned());
    known.or_else(|| {
        let path = ["locales/", name, ".txt"].concat();
        let url = MODULE.with(|module| Url::new_with_base(&path, module));
        Some(url.ok()?.href())
    })
}
