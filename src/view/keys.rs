//! Which keys the page around hears of. Outside the shadow root every key seems to come from the
//! element, which is no field: what is typed into the widget would press the page's shortcuts.

use std::cell::Cell;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::pieces::listen;

/// Keeps from the page the keys that the widget uses. Listens at its boundary, behind everything
/// in it.
pub(super) fn keep(panel: NodeRef<html::Div>) {
    let has_used_escape = Cell::new(false);
    let element = move || Some((*panel.get()?).clone().into());
    listen(element, &["keydown", "keypress", "keyup"], move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        if event.type_() == "keydown" {
            has_used_escape.set(event.key() == "Escape" && event.default_prevented());
            // Held down, it would press whatever button the focus is handed on to.
            if event.repeat() && event.key() == "Enter" && is_from(event, "button") {
                event.prevent_default();
            }
        }
        if !is_for_page(event, has_used_escape.get()) {
            event.stop_propagation();
        }
    });
}

/// Whether an input method is at work on the key: then it means something else, or nothing yet.
pub(super) fn is_composed(event: &KeyboardEvent) -> bool {
    // The key code of a key that an input method has taken.
    const PROCESS: u32 = 229;
    event.is_composing() || event.key_code() == PROCESS
}

fn is_for_page(event: &KeyboardEvent, has_used_escape: bool) -> bool {
    if is_composed(event) {
        return false;
    }
    // With AltGr, which may come as Ctrl+Alt, letters are typed.
    let has_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
    if has_modifier && !event.get_modifier_state("AltGraph") {
        return true;
    }
    match event.key().as_str() {
        "Tab" | "Control" | "Alt" | "Meta" => true,
        "Escape" => !has_used_escape,
        "Enter" | " " | "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "Home" | "End"
        | "PageUp" | "PageDown" => false,
        // F1 to F24.
        key if key.len() > 1 && key.starts_with('F') => true,
        _ => !is_from(event, "input:not([type=radio]), select"),
    }
}

fn is_from(event: &KeyboardEvent, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into().ok());
    target.is_some_and(|target: Element| target.matches(selector).unwrap_or(false))
}
