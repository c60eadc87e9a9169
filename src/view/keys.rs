//! Decides which key and edit events reach the embedding page. Outside the shadow root every key event seems
//! to come from the element, which is not a field, so text typed into the widget would trigger the page's
//! shortcuts.

use std::cell::Cell;

use crate::reactive::NodeRef;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

use super::pieces::listen;

const EVENTS: &str = "keydown keypress keyup beforeinput input paste cut copy compositionstart compositionupdate \
    compositionend";
/// Keys that move the caret, the choice, or the page.
const MOVING: &str = "ArrowUp ArrowDown ArrowLeft ArrowRight Home End PageUp PageDown";
/// Controls that text is typed into.
const FIELD: &str = "input:not([type=radio]), select";

/// Stops the events of keys that the widget uses. Listens on the panel, after everything in it.
pub(super) fn keep(panel: NodeRef) {
    let has_used_escape = Cell::new(false);
    listen(panel, EVENTS, move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
            // Editing events concern only the field itself.
            if is_from(event, FIELD) {
                event.stop_propagation();
            }
            return;
        };
        if event.type_() == "keydown" {
            let is_escape = event.key() == "Escape";
            // If held down, it undoes one step only.
            if is_escape && event.repeat() && has_used_escape.get() {
                event.prevent_default();
            }
            // It closes a dialog by itself.
            let is_used = event.default_prevented() || is_from(event, "dialog, dialog *");
            has_used_escape.set(is_escape && is_used);
            // If held down, it would press any button to which the focus moves.
            if event.repeat() && event.key() == "Enter" && is_from(event, "button") {
                event.prevent_default();
            }
        }
        if !is_for_page(event, has_used_escape.get()) {
            event.stop_propagation();
        }
    });
}

/// Whether an input method is handling the key, so that it does not have its own meaning.
pub(super) fn is_composed(event: &KeyboardEvent) -> bool {
    // The key code of a key that an input method handles.
    const PROCESS: u32 = 229;
    event.is_composing() || event.key_code() == PROCESS
}

fn is_for_page(event: &KeyboardEvent, has_used_escape: bool) -> bool {
    if is_composed(event) {
        return false;
    }
    // AltGr, which may be reported as Ctrl+Alt, types letters.
    let has_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
    if has_modifier && !event.get_modifier_state("AltGraph") {
        return !(is_edit(event) && is_from(event, FIELD));
    }
    match event.key().as_str() {
        key if is_among("Tab Control Alt Meta", key) => true,
        "Escape" => !has_used_escape,
        "Enter" | " " => false,
        key if is_among(MOVING, key) => false,
        // F1 to F24.
        key if key.len() > 1 && key.starts_with('F') => true,
        _ => !is_from(event, FIELD),
    }
}

/// Whether with Ctrl, Alt or Meta the key moves the caret, selects, deletes, copies or undoes.
fn is_edit(event: &KeyboardEvent) -> bool {
    let key = event.key();
    match key.as_str() {
        key if is_among(MOVING, key) || is_among("Backspace Delete Insert", key) => true,
        // On keyboards without Latin letters the position of the key counts.
        key if key.is_ascii() => is_among("a c v x y z", &key.to_ascii_lowercase()),
        _ => is_among("KeyA KeyC KeyV KeyX KeyY KeyZ", &event.code()),
    }
}

/// Whether a key is one of these, which are separated by spaces.
pub(super) fn is_among(keys: &str, key: &str) -> bool {
    tolerant_json::text::split(keys, " ").any(|it| it == key)
}

fn is_from(event: &Event, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into().ok());
    target.is_some_and(|target: Element| target.matches(selector).unwrap_or(false))
}
