//! The style sheet in the page.

use js_sys::Array;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, HtmlElement, ShadowRoot};

use crate::view::STYLE;

thread_local! {
    /// One for all widgets; none: the browser has no constructable style sheets.
    static SHEET: Option<CssStyleSheet> = made().ok();
}

/// Has the shadow root around a place adopt the style sheet, or else the document, once. No policy forbids that. Without
/// constructable style sheets the widget has no look, but works.
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

/// The adopted style sheets and that one, if it is not among them.
fn with(adopted: &JsValue, sheet: &CssStyleSheet) -> Option<Array> {
    let sheets = Array::from(adopted);
    let is_new = !sheets.includes(sheet, 0);
    is_new.then(|| {
        sheets.push(sheet);
        sheets
    })
}
