//! Which people are listed, and in which order; and pinning the picked person.

use crate::reactive::{RwSignal, Signal, untrack};
use crate::view::markup::{Markup, view};
use supervision::{EntryId, PresenceKind, Show, Sort};

use super::Team;
use super::select::{choosable, list_anew, select};
use crate::view::pieces::{Button, Variant, effect, flag, flag_of, label, text_of};
use crate::view::texts::{Message, message, say};

/// The filters, with their labels.
static SHOWS: [(Show, Message<0>); 8] = [
    (Show::Everyone, message!("show-everyone")),
    (Show::LoggedIn, message!("logged-in")),
    (Show::Only(PresenceKind::OnCall), message!("on-call")),
    (Show::Only(PresenceKind::Ready), message!("ready")),
    (Show::Only(PresenceKind::NotReady), message!("not-ready")),
    (
        Show::Only(PresenceKind::AfterCallWork),
        message!("after-call-work"),
    ),
    (Show::Only(PresenceKind::LoggedOut), message!("logged-out")),
    (Show::Long, message!("show-long")),
];

/// The orders, with their labels.
static SORTS: [(Sort, Message<0>); 3] = [
    (Sort::Name, message!("sort-name")),
    (Sort::Number, message!("sort-number")),
    (Sort::Longest, message!("sort-longest")),
];

pub(super) fn view(team: Team) -> Markup {
    let (show, sort) = (RwSignal::new(0_usize), RwSignal::new(0_usize));
    let group = super::group::view(team);
    let mut last = None;
    effect(move || {
        let thresholds = team.parts().limits(|limits| limits.thresholds.clone());
        if thresholds.is_empty() && SHOWS[show.get_untracked()].0 == Show::Long {
            // Its option is hidden, and nobody would be listed.
            show.set(0);
        }
        let (show, sort) = (SHOWS[show.get()].0, SORTS[sort.get()].0);
        let last = last.replace((show, sort));
        let is_chosen = last.is_some_and(|last| last != (show, sort));
        untrack(|| {
            let all = team.all();
            let mut combobox = all.combobox.borrow_mut();
            combobox.listing.show = show;
            combobox.listing.sort = sort;
            combobox.listing.thresholds = thresholds;
            drop(combobox);
            list_anew(team, is_chosen);
        });
    });
    let has_thresholds = flag_of(team.parts(), |parts| {
        !parts.limits(|limits| limits.thresholds.is_empty())
    });
    let shows = move || {
        let mut options = Vec::new();
        for &(shown, text) in &SHOWS {
            let is_absent = flag(move || shown == Show::Long && !has_thresholds.get());
            options.push(choosable(options.len(), label(text), is_absent, show));
        }
        options
    };
    let sorts = move || {
        let mut options = Vec::new();
        for &(_, text) in &SORTS {
            let is_absent = Signal::stored(false);
            options.push(choosable(options.len(), label(text), is_absent, sort));
        }
        options
    };
    let is_absent = Signal::stored(false);
    view! {
        <div class="toolbar">
            {group}
            {select(message!("filter"), "filter", is_absent, shows, move |at| show.set(at))}
            {select(message!("sort"), "sort", is_absent, sorts, move |at| sort.set(at))}
        </div>
    }
}

/// Pins or unpins the picked person.
pub(super) fn pin(team: Team) -> Vec<Markup> {
    let toggle = move || {
        if let Some(id) = untrack(|| picked(team)) {
            super::shortlist::toggle_pins(team, &[id]);
        }
    };
    let mut pin = Button::new(message!("pin"), "pin", toggle);
    pin.variant = Variant::Link;
    pin.name = Some(text_of(team, |team| {
        say!("pin-who", who = team.choice().who())
    }));
    pin.is_absent = Some(flag_of(team, |team| is_pinned(team) != Some(false)));
    pin.counterpart = Some("unpin");
    let mut unpin = Button::new(message!("unpin"), "unpin", toggle);
    unpin.variant = Variant::Link;
    unpin.name = Some(text_of(team, |team| {
        say!("unpin-who", who = team.choice().who())
    }));
    unpin.is_absent = Some(flag_of(team, |team| is_pinned(team) != Some(true)));
    unpin.counterpart = Some("pin");
    vec![pin.view(), unpin.view()]
}

/// The person who was picked.
pub(super) fn picked(team: Team) -> Option<EntryId> {
    team.choice().person(|picked| Some(picked.id()))
}

/// Whether the person who was picked is pinned; none: nobody was picked.
fn is_pinned(team: Team) -> Option<bool> {
    let id = picked(team)?;
    Some(team.read(|combobox| combobox.listing.shortlist.is_pinned(&id)))
}
