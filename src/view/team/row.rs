//! A row of the list: a person with a telephone, their state and its duration; or a number.

use crate::reactive::{Signal, untrack};
use crate::view::markup::{Markup, view};
use supervision::{Bound, Entry, Shortlist};
use tolerant_json::text::{decimal, split};

use super::combobox::Offer;
use super::{Team, texts};
use crate::view::format;
use crate::view::icon::{Icon, fixed};
use crate::view::parts::Parts;
use crate::view::pieces::{flag, not, text};
use crate::view::texts::{Text, say};

pub(super) struct Row<'a> {
    pub(super) offer: Offer<'a>,
    pub(super) row: usize,
    pub(super) count: usize,
    pub(super) id: Text,
    pub(super) is_active: bool,
    pub(super) is_chosen: bool,
    pub(super) shortlist: &'a Shortlist,
    /// The ids of the devices that the supervisor monitors, a line each.
    pub(super) monitored: Signal<Text>,
}

impl Row<'_> {
    pub(super) fn view(self, parts: Parts) -> Markup {
        let what = match self.offer {
            Offer::Person(entry) => {
                let tag = tag(entry, self.shortlist);
                let watch = watch(entry, self.monitored, parts);
                person(entry, tag, watch, parts)
            }
            Offer::Number(number) => {
                view! { <span class="name">{texts::monitor_number(number)}</span> }
            }
        };
        view! {
            <div class="row" role="option" id=self.id
                class:is-active=self.is_active
                aria-selected=if self.is_chosen { "true" } else { "false" }
                aria-posinset=Text::from(decimal(self.row as u64 + 1))
                aria-setsize=Text::from(decimal(self.count as u64))>
                {what}
            </div>
        }
    }
}

fn person(entry: &Entry, tag: Text, watch: Text, parts: Parts) -> Markup {
    let (name, number) = (Text::from(&*entry.name), Text::from(&*entry.number));
    let presence = texts::presence(&entry.presence);
    let sign = Icon::of_presence(&entry.presence);
    let of_time = entry.clone();
    // The rows are created again when the thresholds have changed: most rows need no mark.
    let are_marked = untrack(|| parts.limits(|limits| !limits.thresholds.is_empty()));
    let marks = are_marked.then(|| {
        let (of_mark, of_warning) = (entry.clone(), entry.clone());
        let is_long = flag(move || is_long(&of_mark, parts));
        (is_long, text(move || too_long(&of_warning, parts)))
    });
    let (is_long, warning) = marks.unzip();
    let mark = marks.map(|(is_long, warning)| {
        view! {
            <span class="long"><span class:absent=not(is_long)>{fixed(Icon::Warning)}</span>
                <span class="unseen" text=warning></span></span>
        }
    });
    let watch_sign = (!watch.is_empty()).then(|| fixed(Icon::Listening));
    view! {
        <span class="who">
            <span class="name" title=name.clone() text=name></span>
            <span class="tag" text=tag></span>
            <bdi class="number" dir="ltr" title=number.clone() text=number></bdi>
        </span>
        <span class="doing" class:is-long=is_long>
            <span class="presence" title=presence.clone()>{fixed(sign)} {presence.clone()}</span>
            <span class="time" title=warning text=move || in_state(&of_time, parts)></span>
            {mark}
            <span class="watched" title=watch.clone()>{watch_sign} {watch.clone()}</span>
        </span>
    }
}

/// Why the row is at the top.
fn tag(entry: &Entry, shortlist: &Shortlist) -> Text {
    let id = entry.id();
    if shortlist.is_pinned(&id) {
        say!("pinned")
    } else if shortlist.recent().contains(&id) {
        say!("recent")
    } else {
        Text::default()
    }
}

/// Who monitors them, where that is known.
fn watch(entry: &Entry, monitored: Signal<Text>, parts: Parts) -> Text {
    let mine = monitored.get();
    let mut mine = split(&mine, "\n");
    // Each is behind a line end.
    mine.next();
    let is_mine = mine.any(|id| id == entry.device.as_str());
    // The rows are created again when the directory has changed.
    let others = parts.read(|state| {
        let names = state.directory().monitors_of(entry);
        match names.is_empty() {
            false => say!("monitored-by", names = texts::all_names(&names)),
            true if entry.is_listened_to && !is_mine => say!("monitored"),
            true => Text::default(),
        }
    });
    match is_mine {
        true => texts::beside(say!("monitored-by-you"), others),
        false => others,
    }
}

/// A shorter time only says when the list was first read.
const LEAST: u64 = 5;

/// How long they have been in the state: in minutes if the change was seen, because it lies between
/// two readings.
fn in_state(entry: &Entry, parts: Parts) -> Text {
    let now = parts.now();
    let span = parts.directory(|directory| directory.in_state_for(entry, now));
    let Some((span, since)) = span.zip(entry.since) else {
        return Text::default();
    };
    match since.bound() {
        Bound::Exact if span.as_secs() < 60 => say!("under-a-minute"),
        Bound::Exact => format::rough_span(span),
        Bound::AtLeast if span.as_secs() < LEAST => Text::default(),
        bound => texts::bounded(bound, format::span(span)),
    }
}

fn is_long(entry: &Entry, parts: Parts) -> bool {
    let now = parts.now();
    parts.limits(|limits| {
        parts.directory(|directory| directory.is_long(entry, &limits.thresholds, now))
    })
}

/// Says that it lasts too long.
fn too_long(entry: &Entry, parts: Parts) -> Text {
    let most = parts.limits(|limits| limits.thresholds.of(&entry.presence));
    match most.filter(|_| is_long(entry, parts)) {
        Some(most) => say!("longer-than", span = format::span(most)),
        None => Text::default(),
    }
}

/// The full text of the highlighted row, if it is so long that it may be cut off.
pub(super) fn highlighted(team: Team) -> Text {
    /// How many characters of a name with its number, and of a state beside the time, fit into the
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
                match is_cut {
                    true => texts::beside(title, presence),
                    false => Text::default(),
                }
            }
            Some(Offer::Number(number)) => {
                let whole = texts::monitor_number(number);
                if is_longer(&whole, SHORT.0) {
                    whole
                } else {
                    Text::default()
                }
            }
            None => Text::default(),
        }
    })
}
