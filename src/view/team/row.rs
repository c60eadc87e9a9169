//! A row of the list: a person with a telephone, what they are doing and for how long; or a number.

use crate::view::markup::view;
use gws::DeviceId;
use leptos::prelude::*;
use supervision::{Bound, Entry, Shortlist};

use super::combobox::Offer;
use super::{Team, texts};
use crate::reactive::{Memo, Signal};
use crate::view::choice::Picked;
use crate::view::format;
use crate::view::icon::{Icon, fixed};
use crate::view::parts::Parts;
use crate::view::pieces::{flag, text};
use crate::view::texts::say;

/// All that a row shows but for the time.
#[derive(Clone, PartialEq)]
pub(super) struct Row {
    what: Picked,
    row: usize,
    count: usize,
    is_active: bool,
    is_chosen: bool,
    tag: String,
    watch: String,
    /// Whether long states are marked: most rows need no mark.
    are_marked: bool,
}

impl Row {
    /// The row there, as it is to be shown.
    pub(super) fn at(row: usize, active: Memo<Option<usize>>, team: Team) -> Option<Self> {
        let chosen = team.choice.picked();
        let monitored = team.monitored.get();
        let are_marked = team.parts.thresholds.with(|all| !all.is_empty());
        let is_active = active.get() == Some(row);
        team.read(|combobox| {
            let offer = combobox.offered.offer(row)?;
            let (tag, watch) = match offer {
                Offer::Person(entry) => (
                    tag(entry, &combobox.listing.shortlist),
                    watch(entry, &monitored, team.parts),
                ),
                Offer::Number(_) => Default::default(),
            };
            Some(Self {
                what: offer.picked(),
                row,
                count: combobox.offered.count(),
                is_active,
                is_chosen: chosen.is_some_and(|chosen| chosen.is(offer)),
                tag,
                watch,
                are_marked,
            })
        })
    }

    pub(super) fn view(self, id: &dyn Fn(usize) -> String, parts: Parts) -> AnyView {
        let (row, count) = (self.row, self.count);
        let (is_active, is_chosen) = (self.is_active, self.is_chosen);
        let what = match self.what {
            Picked::Person(entry) => person(entry, self.tag, self.watch, self.are_marked, parts),
            Picked::Number(number) => {
                view! { class = "li", <span class="name">{texts::monitor_number(&number)}</span> }
                    .into_any()
            }
        };
        view! { class = "li",
            <div class="row" role="option" id=id(row)
                class:is-active=is_active
                aria-selected=is_chosen.to_string()
                aria-posinset=(row + 1).to_string()
                aria-setsize=count.to_string()>
                {what}
            </div>
        }
        .into_any()
    }
}

fn person(entry: Entry, tag: String, watch: String, are_marked: bool, parts: Parts) -> AnyView {
    let (name, number) = (entry.name.clone(), entry.number.clone());
    let presence = texts::presence(&entry.presence);
    let sign = Icon::of_presence(&entry.presence);
    let of_time = entry.clone();
    // Each second only the texts are written that have changed.
    let time = text(move || in_state(&of_time, parts));
    let (is_long, warning) = match are_marked {
        true => {
            let of_warning = entry.clone();
            let is_long = flag(move || is_long(&entry, parts));
            (is_long, text(move || too_long(&of_warning, parts)))
        }
        false => (Signal::stored(false), Signal::stored(String::new())),
    };
    let mark = are_marked.then(|| {
        view! { class = "li",
            <span class="long"><span class:absent=flag(move || !is_long.get())>{fixed(Icon::Warning)}</span>
                <span class="unseen">{warning}</span></span>
        }
        .into_any()
    });
    let watch_sign = (!watch.is_empty()).then(|| fixed(Icon::Listening));
    view! { class = "li",
        <span class="who">
            <span class="name" title=name.clone()>{name}</span>
            <span class="tag">{tag}</span>
            <bdi class="number" dir="ltr" title=number.clone()>{number}</bdi>
        </span>
        <span class="doing" class:is-long=is_long>
            <span class="presence" title=presence.clone()>{fixed(sign)} {presence}</span>
            <span class="time" title=warning>{time}</span>
            {mark}
            <span class="watched" title=watch.clone()>{watch_sign} {watch}</span>
        </span>
    }
    .into_any()
}

/// Why the row is so far up.
fn tag(entry: &Entry, shortlist: &Shortlist) -> String {
    let id = entry.id();
    if shortlist.is_pinned(&id) {
        say!("pinned")
    } else if shortlist.recent().contains(&id) {
        say!("recent")
    } else {
        String::new()
    }
}

/// Who monitors them, where that is known.
fn watch(entry: &Entry, monitored: &[DeviceId], parts: Parts) -> String {
    if monitored.contains(&entry.device) {
        return say!("monitored-by-you");
    }
    // The rows are looked at again when the directory has changed.
    let names: Vec<String> = untrack(|| {
        parts.directory(|directory| {
            let names = directory.monitors_of(entry);
            names.map(str::to_owned).collect()
        })
    });
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names.is_empty() {
        false => say!("monitored-by", names = texts::names(&names)),
        true if entry.is_listened_to => say!("monitored"),
        true => String::new(),
    }
}

/// A shorter time than that only says when the list was read for the first time.
const LEAST: u64 = 5;

/// For how long they have been doing it: to the minute where a change was seen, as that is between two
/// readings.
fn in_state(entry: &Entry, parts: Parts) -> String {
    let now = parts.now.get();
    let span = parts.directory(|directory| directory.in_state_for(entry, now));
    let Some((span, since)) = span.zip(entry.since) else {
        return String::new();
    };
    match since.bound() {
        Bound::Exact if span.as_secs() < 60 => say!("under-a-minute"),
        Bound::Exact => format::rough_span(span),
        Bound::AtLeast if span.as_secs() < LEAST => String::new(),
        bound => texts::bounded(bound, format::span(span)),
    }
}

fn is_long(entry: &Entry, parts: Parts) -> bool {
    let now = parts.now.get();
    let thresholds = parts.thresholds;
    thresholds
        .with(|thresholds| parts.directory(|directory| directory.is_long(entry, thresholds, now)))
}

/// That it is longer than it should be, in words.
fn too_long(entry: &Entry, parts: Parts) -> String {
    let most = parts
        .thresholds
        .with(|thresholds| thresholds.of(&entry.presence));
    match most.filter(|_| is_long(entry, parts)) {
        Some(most) => say!("longer-than", span = format::span(most)),
        None => String::new(),
    }
}

/// The row that is highlighted, in full, if it is so long that it may be cut.
pub(super) fn highlighted(team: Team) -> String {
    /// So many characters of a name with its number, and of a state beside the time, have place in the
    /// narrowest list.
    const SHORT: (usize, usize) = (28, 12);
    team.read(|combobox| {
        let offer = combobox
            .active()
            .and_then(|row| combobox.offered.offer(row));
        let is_longer = |text: &str, short: usize| text.chars().count() > short;
        match offer {
            Some(Offer::Person(entry)) => {
                let title = texts::title_within(&entry.name, &entry.number);
                let presence = texts::presence(&entry.presence);
                let is_cut = is_longer(&title, SHORT.0) || is_longer(&presence, SHORT.1);
                let whole = is_cut.then(|| texts::title(&title, &presence));
                whole.unwrap_or_default()
            }
            Some(Offer::Number(number)) => {
                let whole = texts::monitor_number(number);
                if is_longer(&whole, SHORT.0) {
                    whole
                } else {
                    String::new()
                }
            }
            None => String::new(),
        }
    })
}
