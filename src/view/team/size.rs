//! The size of the list: whether there is room to show it all the time.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};

use super::All;
use crate::reactive::StoredValue;
use crate::view::pieces::effect;

/// Calls back when the field or the list is resized, until the reactive owner is dropped.
pub(super) fn watch_size(team: &All, run: impl Fn() + 'static) {
    let on_size: Closure<dyn Fn()> = Closure::new(run);
    let observer = ResizeObserver::new(on_size.as_ref().unchecked_ref()).ok();
    let kept = StoredValue::new(SizeObserver {
        observer,
        _on_size: on_size,
    });
    let (root, list) = (team.root, team.window.list);
    effect(move || {
        let elements: [Option<Element>; 2] = [
            root.get().map(|root| (*root).clone().unchecked_into()),
            list.get().map(|list| (*list).clone().unchecked_into()),
        ];
        kept.with_value(|SizeObserver { observer, .. }| {
            for element in elements.iter().flatten() {
                if let Some(observer) = observer {
                    observer.observe(element);
                }
            }
        });
    });
}

struct SizeObserver {
    observer: Option<ResizeObserver>,
    _on_size: Closure<dyn Fn()>,
}

impl Drop for SizeObserver {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// Whether the style sheet keeps the list below the field all the time.
pub(super) fn has_room(team: &All) -> bool {
    let style = team.root.try_get_untracked().flatten().and_then(|root| {
        let window = web_sys::window()?;
        window.get_computed_style(&root).ok().flatten()
    });
    let value = style.and_then(|style| style.get_property_value("--has-room").ok());
    value.is_some_and(|value| value.trim() == "1")
}
