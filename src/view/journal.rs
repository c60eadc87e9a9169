//! What happened, the latest first; and the one place from which a screen reader hears of it.

use leptos::prelude::*;
use supervision::JournalEntry;

use super::desk::DeskHandle;
use super::format;
use super::parts::Parts;
use super::pieces::text;
use super::words;

/// How many entries are shown.
const SHOWN: usize = 12;

pub(super) fn section(parts: Parts, desk: DeskHandle) -> impl IntoView {
    let entries = move || {
        parts.journal.with(|journal| {
            journal
                .entries()
                .rev()
                .take(SHOWN)
                .map(|entry| {
                    let wall = desk.ask(|desk| desk.wall(entry.at));
                    view! { class = "li",
                        <li>
                            <time>{format::time_of_day(wall, true)}</time>
                            <span>{sentence(parts, entry)}</span>
                        </li>
                    }
                })
                .collect::<Vec<_>>()
        })
    };
    view! { class = "li",
        <section class="journal" part="journal" aria-label="What happened">
            <h2>"What happened"</h2>
            <ol>{entries}</ol>
        </section>
    }
}

/// Tells a screen reader the latest entry. There from the beginning, empty, and never replaced:
/// otherwise it would not be heard.
pub(super) fn announcer(parts: Parts) -> impl IntoView {
    let latest = text(move || {
        parts.journal.with(|journal| {
            let entry = journal.entries().next_back();
            entry
                .map(|entry| sentence(parts, entry))
                .unwrap_or_default()
        })
    });
    view! { class = "li",
        <div class="unseen" role="status">{latest}</div>
    }
}

fn sentence(parts: Parts, entry: &JournalEntry) -> String {
    words::happening(&entry.what, |device| parts.name_of(Some(device), None))
}
