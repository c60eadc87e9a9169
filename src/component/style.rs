//! The style sheet in the page.

use js_sys::Array;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, HtmlElement, ShadowRoot};

use crate::view::STYLE;

thread_local! {
    /// Shared by all widgets; none if the browser has no constructable style sheets.
    static SHEET: Option<CssStyleSheet> = made().ok();
}

/// Adds the style sheet once to those adopted by the shadow root around a place, or else by the document. No policy
/// forbids that. Without constructable style sheets the widget is unstyled, but works.
pub(super) fn adopt(place: &HtmlElement) {
    let Some(sheet) = SHEET.with(Clone::clone) else {
        return;
    };
    let root = place.get_root_node();
    match root.dyn_ref::<ShadowRoot>() {
        Some(root) => {
            if let Some(sheets) = with(&root.adopted_style_sheets(), &sheet) {
                root.set_adopted_style_sheets(&sheets);
            }
        }
        None => {
            if let Some(sheets) = with(&document().adopted_style_sheets(), &sheet) {
                document().set_adopted_style_sheets(&sheets);
            }
        }
    }
}

fn made() -> Result<CssStyleSheet, JsValue> {
    let sheet = CssStyleSheet::new()?;
    sheet.replace_sync(STYLE)?;
    Ok(sheet)
}

/// The adopted style sheets plus this one, unless it is among them.
fn with(adopted: &JsValue, sheet: &CssStyleSheet) -> Option<Array> {
    let sheets = Array::from(adopted);
    let is_new = !sheets.includes(sheet, 0);
    is_new.then(|| {
        sheets.push(sheet);
        sheets
    })
}
