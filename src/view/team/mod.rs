//! The team: the field *Agent* with the list of people below it, a popup where the element is narrow, and always shown
//! where it is wide. An editable combobox with list autocomplete and manual selection, as in the ARIA Authoring
//! Practices.
//!
//! | file | holds |
//! |---|---|
//! | `combobox` | its state |
//! | `control` | handles keys, the mouse and new directories |
//! | `toolbar` | which people are listed, and in which order; `group`: of which group; `select`: shared by both |
//! | `shortlist` | pinned and recent people |
//! | `window` | the visible rows; `size`: whether there is room to show the list all the time |
//! | `row` | a person in the list |
//! | `notes` | the notes below the field |
//! | here | the whole |

mod combobox;
mod control;
mod group;
mod notes;
mod row;
mod select;
mod shortlist;
mod size;
mod toolbar;
mod window;

use std::cell::RefCell;
use std::rc::Rc;

use crate::reactive::{NodeRef, RwSignal, Signal, StoredValue, Trigger, untrack};
use crate::view::markup::{Markup, view};
use supervision::Directory;
use tolerant_json::text::decimal;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use self::combobox::{Combobox, Leave};
use self::control::Control;
use self::row::Row;
use self::window::{ROW, Window};
use super::choice::Choice;
use super::parts::Parts;
use super::pieces::{effect, flag_of, id, line, list, not, text_of, word};
use super::texts::{self, Text, message, say};

/// A copyable handle of the team. It is small, because each of many closures has a copy.
#[derive(Clone, Copy)]
struct Team(StoredValue<All>);

/// The view's state of the team.
struct All {
    combobox: RefCell<Combobox>,
    /// Says what was typed and names no agent, until the field is used again.
    dropped: RwSignal<Option<Rc<Leave>>>,
    changed: Trigger,
    window: Window,
    /// The field and the list.
    root: NodeRef,
    input: NodeRef,
    /// See [`monitored`].
    monitored: Signal<Text>,
    parts: Parts,
    choice: Choice,
}

pub(super) fn view(choice: Choice, uid: u32) -> Markup {
    let parts = choice.parts();
    let all = All {
        combobox: RefCell::default(),
        dropped: RwSignal::new(None),
        changed: Trigger::new(),
        window: Window::new(),
        root: NodeRef::new(),
        input: NodeRef::new(),
        monitored: text_of(parts, monitored),
        parts,
        choice,
    };
    let team = Team(StoredValue::new(all));
    team.show_choice();
    effect(move || {
        let collator = texts::collator();
        untrack(|| {
            team.all().combobox.borrow_mut().collator = collator;
            team.list_anew();
        });
    });
    notes::announce(team);
    // Agents' states are a snapshot: it is kept fresh while it is in view, and its age is shown.
    effect(move || {
        parts.now();
        if team.read(Combobox::is_shown) {
            parts.run(|commands| commands.refresh_directory());
        }
    });
    search_on_server(team);
    shortlist::keep(team);
    let bar = toolbar::view(team);
    let gone = notes::gone(team);
    Control::start(team);
    let input_id = id("agent", uid);
    let trouble = text_of(parts, notes::trouble);
    view! {
        <section class="field team" aria-label=message!("team")>
            <label class="label" for=input_id.clone() text=message!("agent")></label>
            {field(team, uid, input_id, bar)}
            {notes::view(team)}
            <span class="pins">{toolbar::pin(team)}</span>
            {gone}
            {line("problem", trouble)}
        </section>
    }
}

/// Searches the typed text on the server, and reads more people when the last rows are in view.
fn search_on_server(team: Team) {
    let mut last = String::new();
    effect(move || {
        let query = team.read(|combobox| combobox.query().map(str::to_owned));
        let query = query.unwrap_or_default();
        if query != last {
            last.clone_from(&query);
            untrack(|| team.parts().run(|commands| commands.search_people(&query)));
        }
    });
    effect(move || {
        let count = count(team);
        let has_more = team.parts().directory(|directory| directory.found.has_more);
        if has_more && team.all().window.rows(count).end == count {
            untrack(|| team.parts().run(|commands| commands.find_more_people()));
        }
    });
}

/// The field, and the list below it.
fn field(team: Team, uid: u32, input_id: Text, bar: Markup) -> Markup {
    let All {
        window,
        root,
        input,
        ..
    } = *team.all();
    let list_id = id("agents", uid);
    let row_id =
        move |row: usize| Text::from([&*id("agent", uid), "-", &decimal(row as u64)].concat());
    let active = move || team.read(Combobox::active).map(row_id);
    let is_shown = flag_of(team, |team| team.read(Combobox::is_shown));
    let rows = list(move || {
        team.read(|combobox| {
            let (count, active) = (combobox.offered.count(), combobox.active());
            let mut rows = Vec::new();
            for row in window.rows(count) {
                if let Some(offer) = combobox.offered.offer(row) {
                    let row = Row {
                        offer,
                        row,
                        count,
                        id: row_id(row),
                        is_active: active == Some(row),
                        is_chosen: team
                            .choice()
                            .picked(|picked| picked.is_some_and(|it| it.is(offer))),
                        shortlist: &combobox.listing.shortlist,
                        monitored: team.all().monitored,
                    };
                    rows.push(row.view(team.parts()));
                }
            }
            rows
        })
    });
    view! {
        <div class="combobox" node_ref=root>
            <input type="text" id=input_id part="agent" node_ref=input role="combobox" autocomplete="off" spellcheck="false"
                dir=move || texts::is_from_right_to_left().then_some("auto")
                placeholder=message!("name-or-number")
                aria-autocomplete="list" aria-haspopup="listbox"
                aria-expanded=word(is_shown)
                aria-controls=list_id.clone()
                aria-activedescendant=active />
            <div class="popup" class:absent=not(is_shown)>
                {bar}
                <div class="list" part="agents" id=list_id role="listbox" aria-label=message!("agents") tabindex="-1"
                    node_ref=window.list>
                    <div class="track" role="presentation" style:height=text_of(team, |team| pixels(count(team)))>
                        <div class="rows" role="presentation" style:transform=text_of(team, offset)>
                            {rows}
                        </div>
                    </div>
                </div>
                <p class="nothing">{text_of(team, |team| nothing(&team.all()))}</p>
                <p class="whole" aria-hidden="true">{text_of(team, row::highlighted)}</p>
                <p class="server">{text_of(team, notes::server)}</p>
                <p class="foot">{text_of(team, notes::foot)}</p>
            </div>
        </div>
    }
}

fn count(team: Team) -> usize {
    team.read(|combobox| combobox.offered.count())
}

/// The height of so many rows.
fn pixels(rows: usize) -> Text {
    (decimal((rows * ROW) as u64) + "px").into()
}

/// Where the first of the rows is.
fn offset(team: Team) -> Text {
    let top = pixels(team.all().window.rows(count(team)).start);
    ["translateY(", &top, ")"].concat().into()
}

/// The text in place of an empty list.
fn nothing(team: &All) -> Text {
    team.read(|combobox| {
        let offered = &combobox.offered;
        if !combobox.is_shown() || offered.count() > 0 {
            return Text::default();
        }
        match combobox.query() {
            _ if !offered.is_read => say!("reading"),
            _ if offered.is_searching => Text::default(),
            _ if !offered.is_everyone => say!("none-in-filter"),
            Some(query) => texts::matches(0, None, query),
            None => texts::all_agents(0),
        }
    })
}

/// The ids of the devices that the supervisor monitors, each behind a line end.
fn monitored(parts: Parts) -> Text {
    let mut ids = String::new();
    for device in parts.all(|state| state.monitored_devices()) {
        ids.push('\n');
        ids.push_str(device.as_str());
    }
    ids.into()
}

impl Team {
    fn all(self) -> Rc<All> {
        self.0.get()
    }

    fn parts(self) -> Parts {
        self.all().parts
    }

    fn choice(self) -> Choice {
        self.all().choice
    }

    /// Reads the combobox, and tracks it.
    fn read<T>(self, read: impl FnOnce(&Combobox) -> T) -> T {
        self.all().read(read)
    }

    /// Lists people anew, and updates the view.
    fn list_anew(self) {
        self.all().change(Combobox::list_anew);
    }

    /// Shows the choice in the field as long as nothing is typed. An unchanged text is not set again: that would move the
    /// caret, or disturb an input method. Another one is selected as on focus, so that typing replaces it.
    fn show_choice(self) {
        effect(move || {
            let title = self.choice().title().unwrap_or_default();
            let input = self.all().input.get();
            if let Some(input) = input.map(JsCast::unchecked_into::<HtmlInputElement>)
                && self.read(|combobox| combobox.typed.is_none())
                && input.value() != *title
            {
                input.set_value(&title);
                if input.matches(":focus").unwrap_or(false) {
                    input.select();
                }
            }
        });
    }
}

impl All {
    fn read<T>(&self, read: impl FnOnce(&Combobox) -> T) -> T {
        self.changed.track();
        read(&self.combobox.borrow())
    }

    /// Changes the combobox, and updates the view.
    fn change<T>(&self, change: impl FnOnce(&mut Combobox, &Directory) -> T) -> T {
        let result = self.alter(change);
        self.changed.notify();
        result
    }

    /// Changes the combobox without updating the view.
    fn alter<T>(&self, change: impl FnOnce(&mut Combobox, &Directory) -> T) -> T {
        let combobox = &mut self.combobox.borrow_mut();
        combobox.now = self.parts.now_untracked();
        self.parts.read(|state| change(combobox, state.directory()))
    }

    fn input(&self) -> Option<HtmlInputElement> {
        let input = self.input.get_untracked();
        input.map(JsCast::unchecked_into)
    }

    /// The field is used again.
    fn forget_dropped(&self) {
        if self.dropped.with_untracked(Option::is_some) {
            self.dropped.set(None);
        }
    }
}
