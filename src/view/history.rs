//! The history, latest first, and a button that copies all of it.

use crate::promise::{settled, soon};
use crate::property;
use crate::reactive::untrack;
use crate::view::markup::{Markup, view};
use js_sys::{Function, Promise};
use supervision::{Receipt, Step};
use tolerant_json::text;
use wasm_bindgen::JsCast;

use super::announcer::{Announcer, when_settled};
use super::format;
use super::parts::Parts;
use super::pieces::{Button, Variant, flag_of, list, sentence};
use super::texts::{self, Subject, Text, message, say};

/// The maximum number of lines.
const SHOWN: usize = 12;

pub(super) fn section(parts: Parts) -> Markup {
    let lines = list(move || {
        parts.history().with(|state| {
            let mut lines = Vec::new();
            for receipt in state.history().receipts().rev() {
                let Some(line) = line(parts, receipt) else {
                    continue;
                };
                let time = parts.write(receipt.at, true);
                let line = view! {
                    <li><time>{time}</time><span>{sentence(&line)}</span></li>
                };
                lines.push(line);
                if lines.len() == SHOWN {
                    break;
                }
            }
            lines
        })
    });
    let mut copy = Button::new(message!("copy-history"), "copy-history", move || {
        let lines = untrack(|| lines_of_text(parts));
        copy(lines, parts.announcer());
    });
    copy.variant = Variant::Link;
    view! {
           <section class="journal" part="journal" aria-label=message!("what-happened")
               class:absent=flag_of(parts, |parts| parts.history().with(|state| {
    state.history().receipts().next().is_none()
    }))>
               <div class="line"><h2 text=message!("what-happened")></h2> {copy.view()}</div>
               <ol tabindex="0" aria-label=message!("what-happened")>{lines}</ol>
           </section>
       }
}

/// Announces every new line.
pub(super) fn announce(parts: Parts) {
    let mut announced = 0;
    // The request that was announced last.
    let mut asked = Text::default();
    when_settled(move || {
        parts.history().with(|state| {
            let receipts = state.history().receipts();
            for receipt in receipts {
                if receipt.number <= announced {
                    continue;
                }
                // Lines without a text are left out, as in the list.
                let Some(mut line) = untrack(|| line(parts, receipt)) else {
                    continue;
                };
                if let Step::SignInNeeded(need) = &receipt.step {
                    // The region that says what to do is not live.
                    let is_third_party = state.connection().is_third_party;
                    line = texts::append(
                        texts::full_stop(&line),
                        texts::sign_in(*need, is_third_party),
                    );
                }
                if let Step::Asked(_) = &receipt.step {
                    asked.clone_from(&line);
                }
                match texts::is_urgent(&receipt.step) {
                    true => {
                        let announcer = parts.announcer();
                        announcer.withdraw(&asked);
                        announcer.assertive(line);
                    }
                    false => parts.announce(line),
                }
            }
            let last = state.history().receipts().next_back();
            announced = last.map_or(announced, |receipt| receipt.number.max(announced));
        });
    });
}

fn line(parts: Parts, receipt: &Receipt) -> Option<Text> {
    // The names at that time: the directory may have others by now.
    let known = receipt.agent.as_ref().map(|agent| {
        let mut names = Vec::new();
        for name in agent.names.iter() {
            names.push(name.as_str());
        }
        texts::beside(texts::names(&names), texts::isolated(&agent.number))
    });
    let name = |subject: Subject<'_>| match subject {
        Subject::Operation(_) | Subject::Monitored(_) if known.is_some() => {
            known.clone().unwrap_or_default()
        }
        Subject::Operation(operation) => parts.name_of_operation(operation),
        Subject::Monitored(monitored) => parts.name_of_monitored(monitored),
        Subject::Device(Some(device)) => parts.number_of_own(device),
        Subject::Device(None) => say!("part-unknown-device"),
        Subject::OtherDevice(device) => device
            .filter(|device| !parts.is_used(device))
            .map(|device| parts.number_of_own(device))
            .unwrap_or_default(),
        Subject::Party(number) => parts.name_of_number(number),
    };
    // The line has the date already.
    texts::line(receipt, &name, &|moment| {
        parts.write_beside(moment, receipt.at)
    })
}

fn lines_of_text(parts: Parts) -> String {
    parts.history().with(|state| {
        let mut lines = String::new();
        for receipt in state.history().receipts() {
            if let Some(line) = line(parts, receipt) {
                lines.push_str(&format::whole_moment(receipt.at.wall.0 as f64));
                lines.push('\t');
                // No-break spaces are for the screen.
                lines.push_str(&text::replace(&line, "\u{a0}·\u{a0}", " · "));
                lines.push('\n');
            }
        }
        lines
    })
}

fn copy(lines: String, announcer: Announcer) {
    let written = write_to_clipboard(&lines);
    let (copied, not_copied) = (say!("copied"), say!("not-copied"));
    match written {
        Some(written) => settled(&written, move |outcome| {
            announcer.polite(match outcome {
                Ok(_) => copied,
                Err(_) => not_copied,
            });
        }),
        None => soon(move || announcer.polite(not_copied)),
    }
}

/// None if the page has no clipboard access: it came neither over HTTPS nor from this machine.
fn write_to_clipboard(text: &str) -> Option<Promise> {
    let clipboard = property::read(&property::global("navigator"), "clipboard");
    let write: Function = property::read(&clipboard, "writeText").dyn_into().ok()?;
    write.call1(&clipboard, &text.into()).ok()?.dyn_into().ok()
}
