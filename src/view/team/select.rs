//! The selects above the list of people.

use tolerant_json::text::{decimal, number};

use super::Team;
use crate::reactive::{RwSignal, Signal};
use crate::view::markup::{Markup, view};
use crate::view::pieces::{chosen, flag, list, listener, on};
use crate::view::texts::{self, Message, Text};

/// Lists other people, or in another order, and announces how many.
pub(super) fn list_anew(team: Team, is_announced: bool) {
    team.list_anew();
    team.all().window.scroll_to(0);
    if is_announced {
        let count = team.read(|combobox| combobox.offered.people());
        team.parts().announce(texts::listed(count));
    }
}

/// An option of a select.
pub(super) fn choosable(
    at: usize,
    text: Signal<Text>,
    is_absent: Signal<bool>,
    chosen: RwSignal<usize>,
) -> Markup {
    let is_selected = flag(move || chosen.get() == at);
    view! {
        <option value=Text::from(decimal(at as u64)) hidden=is_absent prop:selected=is_selected>{text}</option>
    }
}

/// A select, whose options are given by position.
pub(super) fn select(
    name: Message<0>,
    part: &'static str,
    is_absent: Signal<bool>,
    options: impl Fn() -> Vec<Markup> + 'static,
    choose: impl Fn(usize) + 'static,
) -> Markup {
    let options = list(options);
    let change = move |event: &web_sys::Event| {
        if let Some(at) = number(&chosen(event)) {
            choose(at as usize);
        }
    };
    view! {
        <select part=part class:absent=is_absent aria-label=name use:on=listener("change", change)>{options}</select>
    }
}
