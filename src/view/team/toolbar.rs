//! Which people are listed, and in which order; and pinning whoever is picked.

use crate::reactive::{RwSignal, Signal};
use crate::view::markup::view;
use leptos::prelude::*;
use supervision::{EntryId, PresenceKind, Show, Sort};

use super::Team;
use crate::view::announcer::Announcer;
use crate::view::choice::Picked;
use crate::view::pieces::{Button, Variant, effect, flag, label, listener, on};
use crate::view::texts::{self, Message, message};

/// Who can be listed, in words.
const SHOWS: [(Show, fn() -> Message<0>); 8] = [
    (Show::Everyone, || message!("show-everyone")),
    (Show::LoggedIn, || message!("logged-in")),
    (Show::Only(PresenceKind::OnCall), || message!("on-call")),
    (Show::Only(PresenceKind::Ready), || message!("ready")),
    (Show::Only(PresenceKind::NotReady), || message!("not-ready")),
    (Show::Only(PresenceKind::AfterCallWork), || {
        message!("after-call-work")
    }),
    (Show::Only(PresenceKind::LoggedOut), || {
        message!("logged-out")
    }),
    (Show::Long, || message!("show-long")),
];

/// The orders, in words.
const SORTS: [(Sort, fn() -> Message<0>); 3] = [
    (Sort::Name, || message!("sort-name")),
    (Sort::Number, || message!("sort-number")),
    (Sort::Longest, || message!("sort-longest")),
];

/// What can be chosen, in words, and whether it is not offered.
type Choosable = (fn() -> Message<0>, Signal<bool>);

pub(super) fn view(team: Team, announcer: &Announcer) -> AnyView {
    let (show, sort) = (RwSignal::new(0_usize), RwSignal::new(0_usize));
    let announcer = announcer.clone();
    let mut is_first = true;
    effect(move || {
        let thresholds = team.parts.thresholds.get();
        let (show, sort) = (SHOWS[show.get()].0, SORTS[sort.get()].0);
        untrack(|| {
            team.change(|combobox, directory| {
                combobox.listing.show = show;
                combobox.listing.sort = sort;
                combobox.listing.thresholds = thresholds;
                combobox.list_anew(directory);
            });
            team.window.scroll_to(0);
            if !core::mem::take(&mut is_first) {
                let count = team.read(|combobox| combobox.offered.people());
                announcer.polite(texts::listed(count));
            }
        });
    });
    let has_thresholds = flag(move || !team.parts.thresholds.with(|all| all.is_empty()));
    let shows = SHOWS.map(|(show, text)| {
        let is_absent = flag(move || show == Show::Long && !has_thresholds.get());
        (text, is_absent)
    });
    let sorts = SORTS.map(|(_, text)| (text, Signal::stored(false)));
    view! { class = "li",
        <div class="toolbar">
            {select(message!("filter"), "filter", &shows, show)}
            {select(message!("sort"), "sort", &sorts, sort)}
        </div>
    }
    .into_any()
}

fn select(
    name: Message<0>,
    part: &'static str,
    options: &[Choosable],
    chosen: RwSignal<usize>,
) -> AnyView {
    let option = |(at, (text, is_absent)): (usize, &Choosable)| {
        let is_selected = flag(move || chosen.get() == at);
        view! { class = "li",
            <option value=at.to_string() hidden=*is_absent prop:selected=is_selected>{label(text())}</option>
        }
        .into_any()
    };
    let options: Vec<_> = options.iter().enumerate().map(option).collect();
    let change = move |event: &web_sys::Event| {
        if let Ok(at) = event_target_value(event).parse() {
            chosen.set(at);
        }
    };
    view! { class = "li",
        <select part=part aria-label=label(name) use:on=listener(&["change"], change)>{options}</select>
    }
    .into_any()
}

/// Pins whoever is picked, or ends that.
pub(super) fn pin(team: Team) -> impl IntoView {
    let picked = move || match team.choice.picked() {
        Some(Picked::Person(entry)) => Some(entry.id()),
        _ => None,
    };
    let is_pinned =
        move |id: &EntryId| team.read(|combobox| combobox.listing.shortlist.is_pinned(id));
    let toggle = move || {
        if let Some(id) = untrack(picked) {
            super::shortlist::change(team, |shortlist| shortlist.toggle_pin(&id));
        }
    };
    let pin = Button {
        variant: Variant::Link,
        is_absent: flag(move || picked().is_none_or(|id| is_pinned(&id))),
        counterpart: Some("unpin"),
        ..Button::new(message!("pin"), "pin", toggle)
    };
    let unpin = Button {
        variant: Variant::Link,
        is_absent: flag(move || !picked().is_some_and(|id| is_pinned(&id))),
        counterpart: Some("pin"),
        ..Button::new(message!("unpin"), "unpin", toggle)
    };
    (pin.view(), unpin.view())
}
