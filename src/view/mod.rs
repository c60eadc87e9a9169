//! The supervisor's view. It reads the state by its parts and calls [`Commands`]; it never fetches and never decides.
//!
//! | file | region |
//! |---|---|
//! | `connection` | the connection to the server, and how old the data is |
//! | `device` | the supervisor's own device |
//! | `monitoring` | who is monitored, and whether there is a call |
//! | `call` | the supervisor's leg |
//! | `choice` | whom to monitor, and how, as chosen |
//! | `form` | the controls for choice and request; `team` is its list of people, `confirm` its confirmation |
//! | `history` | the history |
//! | `announcer` | announcements by a screen reader; `announcements`: those without a line in the history |
//!
//! `pieces` are shared components; `texts` chooses every sentence, `format` writes times and durations, `icon` has
//! the icons, `style` the look. `keys` keeps typed text from the page, `focus` keeps the focus, and `shortcuts` are
//! the keyboard shortcuts. `markup` interprets the output of `view!`.

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

use crate::reactive::NodeRef;
use crate::view::markup::{Markup, view};
use supervision::{Obstacle, Thresholds};
use web_sys::Element;

pub(crate) use self::commands::{Commands, Keep, Reading};
pub(crate) use self::parts::{Parts, Triggers};
pub(crate) use self::pieces::effect;
use self::pieces::text;
pub(crate) use self::shortcuts::bad as bad_shortcuts;
pub(crate) use self::texts::{BadAttribute, InUse, Language, Mistake, OwnTexts, load};

/// The style sheet of the widget. All its rules are under `.li`, and its custom properties begin with `--listen-in-`.
/// The build removes comments (`build.rs`).
pub(crate) const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/style.css"));

/// Puts the embedder's content into an element.
pub(crate) type Fill = Box<dyn FnOnce(&Element)>;

/// The text of an obstacle.
pub(crate) fn why_not(obstacle: &Obstacle) -> String {
    texts::obstacle(obstacle).into()
}

/// The embedder's settings that may change at any time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The time limit, in minutes; 0: none.
    pub(crate) limit: u32,
    pub(crate) until: Option<u64>,
    pub(crate) thresholds: Thresholds,
    pub(crate) shortcuts: String,
    /// Attributes that are not accepted.
    pub(crate) bad: Vec<BadAttribute>,
}

/// The whole widget, in `panel`. `empty` puts the embedder's content in, for the time in which nobody is monitored.
pub(crate) fn panel(panel: NodeRef, parts: Parts, in_use: InUse, empty: Fill) -> Markup {
    history::announce(parts);
    announcements::announce(parts);
    keys::keep(panel);
    focus::keep(panel);
    let shortcuts = shortcuts::keep(panel, parts);
    let regions = parts.announcer().view();
    view! {
        <div class="panel" part="panel" lang=text(texts::language_tag)
            dir=text(|| texts::text_direction().into()) node_ref=panel>
            <div class="sheet">
                <div class="top" part="status">
                    {connection::region(parts)} {device::region(parts, in_use)}
                </div>
                <div class="watch">
                    {monitoring::region(parts, empty)} {call::region(parts)}
                </div>
                {form::form(parts)}
                {history::section(parts)}
            </div>
            {shortcuts} {regions}
        </div>
    }
}
