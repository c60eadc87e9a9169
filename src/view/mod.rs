//! What a supervisor sees. It reads the state by its parts and asks the [`Desk`]; it never fetches
//! and never decides.
//!
//! | file | region |
//! |---|---|
//! | `connection` | how well the server is heard, and how old the data is |
//! | `device` | the supervisor's own device |
//! | `monitoring` | who is monitored, and whether there is a call |
//! | `call` | the supervisor's leg |
//! | `choice` | whom to listen to and how; `picker` is its combobox |
//! | `journal` | what happened |
//!
//! `pieces` are what stands in every region; `words` holds every sentence, `format` times and spans, `icon` the signs, `style.css` the look.
//!
//! Each `view!` carries a global class: it keeps Leptos from building static parts with
//! `<template>.innerHTML`, which a page that requires Trusted Types forbids.

mod call;
mod choice;
mod connection;
mod desk;
mod device;
mod format;
mod icon;
mod journal;
mod monitoring;
mod parts;
mod picker;
mod pieces;
mod words;

use leptos::prelude::*;

pub(crate) use self::desk::{Desk, DeskHandle};
pub(crate) use self::parts::{Parts, Triggers};
pub(crate) use self::words::phase_key;

/// The style sheet of everything here. All its rules are under `.li`, and its custom properties
/// begin with `--listen-in-`.
pub(crate) const STYLE: &str = include_str!("style.css");

/// The whole widget.
pub(crate) fn panel(parts: Parts, desk: DeskHandle) -> impl IntoView {
    view! { class = "li",
        <div class="panel" part="panel" lang="en">
            <div class="sheet">
                <header class="top" part="status">
                    {connection::region(parts, desk)} {device::region(parts, desk)}
                </header>
                <div class="watch">
                    {monitoring::region(parts, desk)} {call::region(parts, desk)}
                </div>
                {choice::form(parts, desk)} {journal::section(parts, desk)}
            </div>
            {journal::announcer(parts)}
        </div>
    }
}
