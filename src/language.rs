//! The language that the page asks for: found, loaded and shown.

use std::cell::RefCell;

use web_sys::{Element, HtmlElement, console};

use crate::browser::{self, LanguageObserver};
use crate::view::Language;

thread_local! {
    /// What was asked for last; none: nothing yet, which is English.
    static WANTED: RefCell<Option<Language>> = RefCell::default();
}

/// Shows the widget in the language of where `panel` stands, while the result is kept.
pub(crate) fn follow(panel: &HtmlElement) -> LanguageObserver {
    let panel: Element = panel.clone().into();
    update(&panel);
    let place = panel.clone();
    LanguageObserver::start(&panel, move || update(&place))
}

fn update(panel: &Element) {
    let language = Language::best(&browser::languages_at(panel));
    let before = WANTED.replace(Some(language.clone()));
    if before.as_ref() == Some(&language) {
        return;
    }
    match language.file() {
        None => language.show(),
        Some(file) => leptos::task::spawn_local(load(language, file)),
    }
}

/// Loads a language and shows it, unless another one is wanted by then. If it can't be loaded, English is
/// shown, and the developer's console has one line on it.
async fn load(language: Language, file: String) {
    let text = browser::text_beside(&file).await;
    let is_loaded = language.file().is_none() || text.is_some_and(|text| language.load(text));
    if !is_loaded {
        let report = format!("listen-in: {file} could not be loaded, so the widget is in English");
        console::warn_1(&report.into());
    }
    if WANTED.with_borrow(|wanted| wanted.as_ref() == Some(&language)) {
        match is_loaded {
            true => language.show(),
            false => Language::english().show(),
        }
    }
}
