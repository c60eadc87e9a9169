//! The size of the list: whether there is room to show it all the time.

use super::All;
use crate::observer::Observer;
use crate::view::pieces::effect;

/// Calls back when the field or the list is resized, until the reactive owner is dropped.
pub(super) fn watch_size(team: &All, run: impl Fn() + 'static) {
    let observer = Observer::new("ResizeObserver", move |_| run());
    let (root, list) = (team.root, team.window.list);
    effect(move || {
        for element in [root.get(), list.get()].iter().flatten() {
            observer.observe(element);
        }
    });
}

/// Whether the style sheet keeps the list below the field all the time.
pub(super) fn has_room(team: &All) -> bool {
    let style = team.root.get_untracked().and_then(|root| {
        let window = crate::property::window();
        window.get_computed_style(&root).ok().flatten()
    });
    let value = style.and_then(|style| style.get_property_value("--has-room").ok());
    value.is_some_and(|value| value.trim() == "1")
}
