//! The notes below the field and the list: what the picked agent was doing, why a text names no agent,
//! how old the list is, and why it can't be read.

use crate::reactive::untrack;
use crate::view::markup::{Markup, view};
use supervision::Presence;

use super::combobox::Leave;
use super::{All, Team};
use crate::view::choice::Choice;
use crate::view::format;
use crate::view::icon::{Icon, icon};
use crate::view::parts::Parts;
use crate::view::pieces::{Button, Variant, flag_of, is_empty, text_of};
use crate::view::texts::{self, Text, message, say};

/// What the picked agent was doing, and when; or why a text names no agent.
pub(super) fn view(team: Team) -> Markup {
    let sign = icon(team, |team| {
        presence(team).map_or(Icon::Off, |presence| Icon::of_presence(&presence))
    });
    let note = text_of(team, |team| {
        let All {
            parts,
            choice,
            dropped,
            ..
        } = *team.all();
        let dropped = dropped.get().map(|left| not_picked(&left, choice));
        if let Some(note) = dropped.or_else(|| choice.has_left()) {
            return note;
        }
        let read_at = parts.directory(|directory| directory.read_at);
        match (presence(team), read_at) {
            (Some(presence), Some(at)) => {
                let age = say!("ago", span = format::span(parts.now().since(at)));
                texts::beside(texts::presence(&presence), age)
            }
            _ => Text::default(),
        }
    });
    let has_no_sign = flag_of(team, |team| {
        let All {
            choice, dropped, ..
        } = *team.all();
        dropped.with(Option::is_some) || choice.has_left().is_some()
    });
    view! {
        <span class="presence" class:absent=is_empty(note) title=note>
            <span class:absent=has_no_sign>{sign}</span>
            <span>{note}</span>
        </span>
    }
}

/// Why a typed text names no agent, and who stays picked.
pub(super) fn not_picked(left: &Leave, choice: Choice) -> Text {
    let kept = untrack(|| choice.title_within());
    match left {
        Leave::Dropped(typed, number) => texts::not_picked(typed.trim(), number.as_deref(), kept),
        Leave::Unsearched(typed) => texts::not_picked_unsearched(typed.trim(), kept),
        Leave::Changed(typed, entry) => {
            let who = texts::title_within(&entry.name, &entry.number);
            texts::not_picked_changed(typed.trim(), who, kept)
        }
        Leave::Nothing | Leave::Emptied | Leave::Named(_) => Text::default(),
    }
}

/// What the picked agent is doing.
fn presence(team: Team) -> Option<Presence> {
    let All { parts, choice, .. } = *team.all();
    choice.person(|picked| {
        parts.directory(|directory| Some(directory.find(&picked.id())?.presence.clone()))
    })
}

/// How many people are listed, and when the list was read.
pub(super) fn foot(team: Team) -> Text {
    let parts = team.parts();
    let count = team.read(|combobox| {
        let offered = &combobox.offered;
        offered.is_read.then(|| offered.people())
    });
    let read_at = parts.directory(|directory| directory.listed_at());
    match (count, read_at) {
        (Some(count), Some(at)) if count > 0 => {
            let age = say!("ago", span = format::span(parts.now().since(at)));
            texts::beside(texts::listed(count), age)
        }
        _ => Text::default(),
    }
}

/// That the contact centre has more people than are listed, and the state of the server's search.
pub(super) fn server(team: Team) -> Text {
    let query = team.read(|combobox| {
        let is_shown = combobox.is_shown();
        is_shown.then(|| combobox.query().unwrap_or_default().to_owned())
    });
    team.parts().directory(|directory| {
        let found = &directory.found;
        match query {
            Some(query) if directory.is_cut => match &found.trouble {
                _ if query.is_empty() && found.are_some_unread => texts::kept_unread(),
                _ if query.is_empty() => say!("list-cut"),
                _ if !directory.is_searched(&query) => say!("searching"),
                Some(trouble) => texts::search_trouble(trouble),
                None if found.has_more => {
                    let so_far = || [&*texts::count(found.count() as u32), "+"].concat().into();
                    let count = found.total.map_or_else(so_far, texts::count);
                    say!("found-more", count = texts::isolated(&count))
                }
                None if found.is_cut => say!("list-cut"),
                None => Text::default(),
            },
            _ => Text::default(),
        }
    })
}

/// The pinned people who are not in the list any more, and what unpins them.
pub(super) fn gone(team: Team) -> Markup {
    let note = text_of(team, |team| {
        match team.read(|combobox| combobox.gone.len()) {
            0 => Text::default(),
            count => say!("pinned-gone", count = texts::count(count as u32)),
        }
    });
    team.parts().announcer().changes(move || Some(note.get()));
    let is_nobody = is_empty(note);
    let mut unpin = Button::new(message!("unpin"), "unpin", move || {
        let gone = untrack(|| team.read(|combobox| combobox.gone.clone()));
        super::shortlist::toggle_pins(team, &gone);
    });
    unpin.variant = Variant::Link;
    unpin.is_absent = Some(is_nobody);
    view! {
        <p class="gone" class:absent=is_nobody><span>{note}</span> {unpin.view()}</p>
    }
}

/// Why the list can't be read.
pub(super) fn trouble(parts: Parts) -> Text {
    // Without tracking the seconds.
    let now = parts.now_untracked();
    parts.directory(|directory| {
        let wait = directory.next_try.map(|at| at.since(now));
        let wait = wait.filter(|wait| wait.as_secs() >= 30);
        let (trouble, was_read) = directory.trouble();
        let text = trouble.map(|trouble| texts::directory_trouble(trouble, was_read, wait));
        text.unwrap_or_default()
    })
}

/// Announces that the picked agent has left, and trouble with the list: once, however often it recurs,
/// while the list is open.
pub(super) fn announce(team: Team) {
    let announcer = team.parts().announcer();
    announcer.changes(move || {
        let is_open = team.read(|combobox| combobox.is_open);
        Some(server(team)).filter(|note| is_open && *note != say!("searching"))
    });
    announcer.changes(move || Some(team.choice().has_left().unwrap_or_default()));
    announcer.changes(move || {
        let is_open = team.read(|combobox| combobox.is_open);
        let (trouble, was_read, is_of_group) = team.parts().directory(|directory| {
            let (trouble, was_read) = directory.trouble();
            let is_of_group = directory.groups.trouble.is_some();
            (trouble.cloned(), was_read, is_of_group)
        });
        // A group may be chosen while the list is not open.
        let is_news = is_open || is_of_group || trouble.is_none();
        let text = |trouble| texts::directory_trouble(trouble, was_read, None);
        is_news.then(|| trouble.as_deref().map(text).unwrap_or_default())
    });
}
