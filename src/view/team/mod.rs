//! The combobox *Agent* with its listbox *Agents*: an editable combobox with list autocomplete and
//! manual selection, as the ARIA Authoring Practices describe it.
//!
//! | file | holds |
//! |---|---|
//! | `combobox` | what it is doing |
//! | `control` | what keys, the mouse and a new directory do to it |
//! | `window` | the rows that can be seen |
//! | here | how it looks |

mod combobox;
mod control;
mod window;

use std::cell::RefCell;
use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;

use self::combobox::Combobox;
pub(in crate::view) use self::combobox::Offer;
use self::control::Control;
use self::window::{ROW, Window};
use super::announcer::Announcer;
use super::choice::{Choice, Picked};
use super::commands::Handle;
use super::format;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::pieces::{effect, flag, label, line, text};
use super::texts::{self, message, say};

/// What the view shows of the combobox.
#[derive(Clone, Copy)]
struct Team {
    combobox: StoredValue<Rc<RefCell<Combobox>>, LocalStorage>,
    /// What was typed and is no agent, in words, until the field is used again.
    dropped: RwSignal<Option<String>>,
    changed: Trigger,
    window: Window,
    input: NodeRef<html::Input>,
    parts: Parts,
    commands: Handle,
    choice: Choice,
}

pub(super) fn view(
    parts: Parts,
    commands: Handle,
    choice: Choice,
    announcer: Announcer,
    uid: u32,
) -> impl IntoView {
    let team = Team {
        combobox: StoredValue::new_local(Rc::default()),
        dropped: RwSignal::new(None),
        changed: Trigger::new(),
        window: Window::new(),
        input: NodeRef::new(),
        parts,
        commands,
        choice,
    };
    let trouble = text(move || directory_trouble(parts));
    team.show_choice();
    announce_trouble(team, announcer.clone());
    let announcements = announcer.clone();
    let mut last = None;
    effect(move || {
        let has_left = choice.has_left(parts);
        if last != has_left {
            announcements.polite(has_left.clone().unwrap_or_default());
            last = has_left;
        }
    });
    // What agents do is a snapshot: it is kept fresh while it is looked at, and its age is shown.
    effect(move || {
        parts.now.track();
        if team.read(|combobox| combobox.is_open) {
            commands.run(|commands| commands.refresh_directory());
        }
    });
    Control::start(team, announcer);
    let input_id = format!("listen-in-agent-{uid}");
    view! { class = "li",
        <div class="field team">
            <label class="label" for=input_id.clone()>{label(message!("agent"))}</label>
            {field(team, uid, input_id)}
            {below_field(team)}
            {line("problem", trouble)}
        </div>
    }
}

/// The field, and the list below it.
fn field(team: Team, uid: u32, input_id: String) -> impl IntoView {
    let window = team.window;
    let list_id = format!("listen-in-agents-{uid}");
    let row_id = move |row: usize| format!("listen-in-agent-{uid}-{row}");
    let count = move || team.read(|combobox| combobox.offered.count());
    let active = move || team.read(Combobox::active).map(row_id);
    let is_open = flag(move || team.read(|combobox| combobox.is_open));
    let rows = move || {
        let chosen = team.choice.picked();
        team.read(|combobox| {
            let (count, active) = (combobox.offered.count(), combobox.active());
            window
                .rows(count)
                .filter_map(|row| {
                    let offer = combobox.offered.offer(row)?;
                    Some(option(Row {
                        offer,
                        row,
                        count,
                        id: row_id(row),
                        is_active: active == Some(row),
                        is_chosen: chosen.as_ref().is_some_and(|chosen| chosen.is(offer)),
                    }))
                })
                .collect::<Vec<_>>()
        })
    };
    view! { class = "li",
        <div class="combobox">
            <input type="text" id=input_id part="agent" node_ref=team.input role="combobox" autocomplete="off" spellcheck="false"
                dir=move || texts::is_from_right_to_left().then_some("auto")
                placeholder=label(message!("name-or-number"))
                aria-autocomplete="list" aria-haspopup="listbox"
                aria-expanded=text(move || is_open.get().to_string())
                aria-controls=list_id.clone()
                aria-activedescendant=active />
            <div class="popup" class:absent=flag(move || !is_open.get())>
                <div class="list" part="agents" id=list_id role="listbox" aria-label=label(message!("agents")) tabindex="-1"
                    node_ref=window.list>
                    <div class="track" role="presentation" style:height=text(move || format!("{}px", count() * ROW))>
                        <div class="rows" role="presentation" style:transform=text(move || format!("translateY({}px)", window.rows(count()).start * ROW))>
                            {rows}
                        </div>
                    </div>
                </div>
                <p class="nothing">{text(move || nothing(team))}</p>
                <p class="whole" aria-hidden="true">{text(move || highlighted(team))}</p>
            </div>
        </div>
    }
}

/// An agent, or a number, in the list.
struct Row<'a> {
    offer: Offer<'a>,
    row: usize,
    count: usize,
    id: String,
    is_active: bool,
    is_chosen: bool,
}

fn option(row: Row<'_>) -> AnyView {
    let what = match row.offer {
        Offer::Person(entry) => {
            let (name, number) = (entry.name.clone(), entry.number.clone());
            let presence = &entry.presence;
            let sign = Icon::of_presence(presence);
            view! { class = "li",
                <span class="name" title=name.clone()>{name.clone()}</span>
                <bdi class="number" dir="ltr" title=number.clone()>{number.clone()}</bdi>
                <span class="presence">
                    {icon(move || sign)} {texts::presence(presence)}
                </span>
            }
            .into_any()
        }
        Offer::Number(number) => {
            view! { class = "li", <span class="name">{texts::monitor_number(number)}</span> }
                .into_any()
        }
    };
    view! { class = "li",
        <div class="row" role="option" id=row.id
            class:is-active=row.is_active
            aria-selected=row.is_chosen.to_string()
            aria-posinset=(row.row + 1).to_string()
            aria-setsize=row.count.to_string()>
            {what}
        </div>
    }
    .into_any()
}

/// What the agent who is picked was doing, and when; or what became of a text that was no agent.
fn below_field(team: Team) -> impl IntoView {
    let Team {
        parts,
        choice,
        dropped,
        ..
    } = team;
    let presence = move || {
        let Some(Picked::Person(picked)) = choice.picked() else {
            return None;
        };
        let id = picked.id();
        parts.directory(|directory| directory.find(&id).map(|entry| entry.presence.clone()))
    };
    let sign = move || presence().map_or(Icon::Off, |presence| Icon::of_presence(&presence));
    let note = text(move || {
        if let Some(note) = dropped.get().or_else(|| choice.has_left(parts)) {
            return note;
        }
        let read_at = parts.directory(|directory| directory.read_at);
        match (presence(), read_at) {
            (Some(presence), Some(at)) => {
                let age = say!("ago", span = format::span(parts.now.get().since(at)));
                texts::beside(&[&texts::presence(&presence), &age])
            }
            _ => String::new(),
        }
    });
    let has_no_sign =
        flag(move || dropped.with(Option::is_some) || choice.has_left(parts).is_some());
    view! { class = "li",
        <span class="presence" class:absent=flag(move || note.with(String::is_empty)) title=note>
            <span class:absent=has_no_sign>{icon(sign)}</span>
            <span>{note}</span>
        </span>
    }
}

fn directory_trouble(parts: Parts) -> String {
    // Not again with each second.
    let now = parts.now.get_untracked();
    parts.directory(|directory| {
        let wait = directory.next_try.map(|at| at.since(now));
        let wait = wait.filter(|wait| wait.as_secs() >= 30);
        let text = |trouble| texts::directory_trouble(trouble, directory.read_at.is_some(), wait);
        directory.trouble.as_ref().map(text).unwrap_or_default()
    })
}

/// Announces a trouble once, however often it recurs, while the list is open.
fn announce_trouble(team: Team, announcer: Announcer) {
    let mut announced = None;
    effect(move || {
        let is_open = team.read(|combobox| combobox.is_open);
        let (trouble, was_read) = team
            .parts
            .directory(|directory| (directory.trouble.clone(), directory.read_at.is_some()));
        if is_open || trouble.is_none() {
            let text = |trouble| texts::directory_trouble(trouble, was_read, None);
            let text = trouble.as_ref().map(text);
            if announced != text {
                announcer.polite(text.clone().unwrap_or_default());
                announced = text;
            }
        }
    });
}

/// The row that is highlighted, in full, if it is so long that it may be cut.
fn highlighted(team: Team) -> String {
    /// So many characters have place in a row of the narrowest list.
    const SHORT: usize = 34;
    team.read(|combobox| {
        let offer = combobox
            .active()
            .and_then(|row| combobox.offered.offer(row));
        let whole = match offer {
            Some(Offer::Person(entry)) => {
                let title = texts::title_within(&entry.name, &entry.number);
                texts::title(&title, &texts::presence(&entry.presence))
            }
            Some(Offer::Number(number)) => texts::monitor_number(number),
            None => String::new(),
        };
        if whole.chars().count() > SHORT {
            whole
        } else {
            String::new()
        }
    })
}

/// What stands in place of an empty list.
fn nothing(team: Team) -> String {
    team.read(|combobox| {
        let offered = &combobox.offered;
        if !combobox.is_open || offered.count() > 0 {
            return String::new();
        }
        match combobox.query() {
            _ if !offered.is_read => say!("reading"),
            Some(query) => texts::matches(0, None, query),
            None => texts::all_agents(0),
        }
    })
}

impl Team {
    /// Reads the combobox, and tracks it.
    fn read<T>(self, read: impl FnOnce(&Combobox) -> T) -> T {
        self.changed.track();
        let combobox = self.combobox.with_value(Rc::clone);
        read(&combobox.borrow())
    }

    /// Shows the choice in the field as long as nothing is typed. A text that is there already is
    /// not set again: that would move the caret, or disturb an input method.
    fn show_choice(self) {
        effect(move || {
            let title = self.choice.title(self.parts).unwrap_or_default();
            if let Some(input) = self.input.get()
                && self.read(|combobox| combobox.typed.is_none())
                && input.value() != title
            {
                input.set_value(&title);
            }
        });
    }
}
