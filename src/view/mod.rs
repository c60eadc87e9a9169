//! What a supervisor sees. It reads the state by its parts and gives [`Commands`]; it never fetches
//! and never decides.
//!
//! | file | region |
//! |---|---|
//! | `connection` | the connection to the server, and how old the data is |
//! | `device` | the supervisor's own device |
//! | `monitoring` | who is monitored, and whether there is a call |
//! | `call` | the supervisor's leg |
//! | `choice` | whom to monitor, and how, as chosen |
//! | `form` | where that is chosen and asked for; `team` is its list of people, `confirm` its second step |
//! | `history` | what happened |
//! | `announcer` | announcements by a screen reader; `announcements`: which, besides the history |
//!
//! `pieces` are what stands in every region; `texts` chooses every sentence, `format` times and spans,
//! `icon` the signs, `style` the look. `keys` keeps from the page what is typed here, `focus`
//! the focus from getting lost, and `shortcuts` are keys for what is done most.
//! `markup` is what `view!` makes of markup.

mod announcements;
mod announcer;
mod call;
mod choice;
mod commands;
mod confirm;
mod connection;
mod device;
mod focus;
mod form;
mod format;
mod history;
mod icon;
mod keys;
pub(crate) mod markup;
mod monitoring;
mod parts;
mod pieces;
mod shortcuts;
mod team;
mod texts;

use crate::reactive::{NodeRef, Signal};
use crate::view::markup::view;
use leptos::html;
use leptos::prelude::*;
use supervision::Obstacle;

use self::announcer::Announcer;
pub(crate) use self::commands::{Commands, Handle, Keep};
pub(crate) use self::parts::{Parts, Triggers};
pub(crate) use self::pieces::effect;
use self::pieces::text;
pub(crate) use self::shortcuts::bad as bad_shortcuts;
pub(crate) use self::texts::{BadAttribute, InUse, Language, OwnTexts, load};

/// The style sheet of everything here. All its rules are under `.li`, and its custom properties
/// begin with `--listen-in-`. The build takes out comments (`build.rs`).
pub(crate) const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/style.css"));

/// Why something can't be asked for, in words.
pub(crate) fn why_not(obstacle: &Obstacle) -> String {
    texts::obstacle(obstacle)
}

/// The whole widget, in `panel`. `limit` is the time limit that an embedder sets, in minutes; 0: none;
/// `bad` are attributes that can't be used, `shortcuts` are as an embedder writes them. `empty` is the page's own, shown
/// while nobody is monitored.
pub(crate) fn panel(
    panel: NodeRef<html::Div>,
    parts: Parts,
    commands: Handle,
    limit: Signal<u32>,
    bad: Signal<Vec<BadAttribute>>,
    shortcuts: Signal<String>,
    empty: AnyView,
) -> impl IntoView {
    let announcer = Announcer::new();
    history::announce(parts, announcer.clone());
    announcements::announce(parts, &announcer);
    keys::keep(panel);
    focus::keep(panel);
    let shortcuts = shortcuts::keep(panel, shortcuts, announcer.clone());
    let regions = announcer.view();
    view! { class = "li",
        <div class="panel" part="panel" lang=text(texts::language_tag)
            dir=text(|| texts::text_direction().to_owned()) node_ref=panel>
            <div class="sheet">
                <div class="top" part="status">
                    {connection::region(parts, commands)} {device::region(parts, commands, bad)}
                </div>
                <div class="watch">
                    {monitoring::region(parts, commands, empty)} {call::region(parts, commands)}
                </div>
                {form::form(parts, commands, announcer.clone(), limit)}
                {history::section(parts, announcer)}
            </div>
            {shortcuts} {regions}
        </div>
    }
}
