//! What happened, the latest first, and a button that copies all of it.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use supervision::Receipt;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::announcer::Announcer;
use super::parts::Parts;
use super::pieces::{Button, Look, effect};
use super::words::{self, Subject};

/// How many lines are shown.
const SHOWN: usize = 12;

pub(super) fn section(parts: Parts, announcer: Announcer) -> impl IntoView {
    let lines = move || {
        let lines = lines(parts);
        let shown = lines.into_iter().rev().take(SHOWN);
        shown
            .map(|(time, line)| {
                view! { class = "li",
                    <li><time>{time}</time><span>{line}</span></li>
                }
            })
            .collect::<Vec<_>>()
    };
    let copy = Button {
        look: Look::Link,
        ..Button::new("Copy history", "copy-history", move || {
            let lines = untrack(|| lines_of_text(parts));
            copy(lines, announcer.clone());
        })
    };
    view! { class = "li",
        <section class="journal" part="journal" aria-label="What happened">
            <div class="line"><h2>"What happened"</h2> {copy.view()}</div>
            <ol>{lines}</ol>
        </section>
    }
}

/// Tells a screen reader every new line.
pub(super) fn announce(parts: Parts, announcer: Announcer) {
    let mut told = 0;
    effect(move || {
        let new: Vec<Receipt> = parts.history.with(|state| {
            let receipts = state.history().receipts();
            let new = receipts.filter(|receipt| receipt.number > told);
            new.cloned().collect()
        });
        for receipt in &new {
            // A change of names alone is not told again.
            let Some(line) = untrack(|| line(parts, receipt)) else {
                continue;
            };
            match words::is_urgent(&receipt.step) {
                true => announcer.assertive(line),
                false => announcer.polite(line),
            }
        }
        told = new.last().map_or(told, |receipt| receipt.number);
    });
}

/// Times and lines, the latest last.
fn lines(parts: Parts) -> Vec<(String, String)> {
    let receipts: Vec<Receipt> = parts
        .history
        .with(|state| state.history().receipts().cloned().collect());
    let receipts = receipts.iter();
    receipts
        .filter_map(|receipt| Some((parts.write(receipt.at, true), line(parts, receipt)?)))
        .collect()
}

fn line(parts: Parts, receipt: &Receipt) -> Option<String> {
    // As they were called then: the directory may tell of others by now.
    let known = receipt.agent.as_ref().map(|agent| {
        let names: Vec<&str> = agent.names.iter().map(String::as_str).collect();
        words::title(&words::names(&names), &words::isolated(&agent.number))
    });
    let name = |subject: Subject<'_>| match subject {
        Subject::Operation(_) | Subject::Monitored(_) if known.is_some() => {
            known.clone().unwrap_or_default()
        }
        Subject::Operation(operation) => parts.name_of_operation(operation),
        Subject::Monitored(monitored) => parts.name_of_monitored(monitored),
        Subject::Device(Some(device)) => parts.number_of_own(device),
        Subject::Device(None) => "an unknown device".to_owned(),
    };
    words::line(receipt, &name, &|moment| parts.write(moment, true))
}

fn lines_of_text(parts: Parts) -> String {
    let lines = lines(parts).into_iter();
    lines
        .map(|(time, line)| format!("{time}\t{line}\n"))
        .collect()
}

fn copy(lines: String, announcer: Announcer) {
    let written = write_to_clipboard(&lines);
    leptos::task::spawn_local(async move {
        let is_written = match written {
            Some(written) => JsFuture::from(written).await.is_ok(),
            None => false,
        };
        announcer.polite(match is_written {
            true => words::COPIED.to_owned(),
            false => words::NOT_COPIED.to_owned(),
        });
    });
}

/// None where the page may not: it came neither over HTTPS nor from this machine.
fn write_to_clipboard(text: &str) -> Option<Promise> {
    let property = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok();
    let navigator = property(&js_sys::global(), "navigator")?;
    let clipboard = property(&navigator, "clipboard")?;
    let write: Function = property(&clipboard, "writeText")?.dyn_into().ok()?;
    write.call1(&clipboard, &text.into()).ok()?.dyn_into().ok()
}
