//! The combobox *Agent* with its listbox *Agents*: an editable combobox with list autocomplete and
//! manual selection, as the ARIA Authoring Practices describe it. The list is windowed: however
//! many agents there are, only the rows that can be seen exist.

use gws::DeviceId;
use leptos::html;
use leptos::prelude::*;
use supervision::{Directory, Entry};
use wasm_bindgen::JsCast;

use super::choice::Choice;
use super::desk::DeskHandle;
use super::format;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::pieces::{flag, line, text};
use super::words;

/// The height of a row in CSS pixels; the style sheet uses the same.
const ROW: usize = 36;
/// How many rows can be seen.
const VISIBLE: usize = 7;
/// How many more exist above and below, so that scrolling shows no gap.
const SPARE: usize = 4;

/// What the combobox is doing.
#[derive(Clone, Copy)]
struct Picker {
    is_open: RwSignal<bool>,
    /// What is being typed; none: the field shows the choice.
    query: RwSignal<Option<String>>,
    /// Which match the arrows are on.
    active: RwSignal<Option<usize>>,
    /// The first row that can be seen.
    top: RwSignal<usize>,
    list: NodeRef<html::Div>,
    input: NodeRef<html::Input>,
}

pub(super) fn combobox(parts: Parts, desk: DeskHandle, choice: Choice, uid: u32) -> impl IntoView {
    let picker = Picker {
        is_open: RwSignal::new(false),
        query: RwSignal::new(None),
        active: RwSignal::new(None),
        top: RwSignal::new(0),
        list: NodeRef::new(),
        input: NodeRef::new(),
    };
    let matches = Memo::new(move |_| {
        let query = picker.query.get().unwrap_or_default();
        if picker.is_open.get() {
            parts.directory.with(|directory| directory.matching(&query))
        } else {
            Vec::new()
        }
    });
    let chosen_text = move || {
        let target = choice.target.get();
        target.map(|target| parts.name_of(Some(&target), None))
    };
    let shown = text(move || picker.query.get().or_else(chosen_text).unwrap_or_default());
    let choose = move |position: usize| {
        let device = matches.with_untracked(|matches| {
            let position = *matches.get(position)?;
            let device =
                |directory: &Directory| Some(directory.entries.get(position)?.device.clone());
            untrack(|| parts.directory.with(device))
        });
        if let Some(device) = device {
            choice.target.set(Some(device));
            picker.close();
            request_animation_frame(move || picker.select());
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        let count = matches.with_untracked(Vec::len);
        let is_open = picker.is_open.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if !is_open => {
                picker.open(desk);
                if !event.alt_key() {
                    picker.go_to(Some(0));
                }
            }
            "ArrowUp" if !is_open => picker.open(desk),
            "ArrowDown" => picker.step(count, 1),
            "ArrowUp" => picker.step(count, -1),
            "PageDown" if is_open => picker.step(count, VISIBLE as isize),
            "PageUp" if is_open => picker.step(count, -(VISIBLE as isize)),
            "Enter" if is_open => {
                // Where only one is left there is no need to go to it first.
                let only = (count == 1).then_some(0);
                if let Some(position) = picker.active.get_untracked().or(only) {
                    choose(position);
                }
            }
            // First the list goes, and the text that was typed; then the choice.
            "Escape" if is_open => picker.close(),
            "Escape" if choice.target.with_untracked(Option::is_some) => choice.target.set(None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let input = move |event| {
        picker.open(desk);
        picker.query.set(Some(event_target_value(&event)));
        picker.go_to(None);
        picker.scroll_to(0);
    };
    let list_id = format!("listen-in-agents-{uid}");
    let row_id = move |position: usize| format!("listen-in-agent-{uid}-{position}");
    // The rows that exist: from the first to before the second.
    let window = move || {
        let count = matches.with(Vec::len);
        let top = picker.top.get().min(count);
        let first = top.saturating_sub(SPARE);
        (first, (top + VISIBLE + 1 + SPARE).min(count))
    };
    let rows = move || {
        let (first, end) = window();
        let entries = parts.directory.with(|directory| directory.entries.clone());
        matches.with(|matches| {
            let count = matches.len();
            (first..end)
                .filter_map(|position| {
                    let entry = entries.get(*matches.get(position)?)?;
                    let row = Row {
                        position,
                        count,
                        id: row_id(position),
                    };
                    Some(option(entry, &row, picker, choice, Box::new(choose)))
                })
                .collect::<Vec<_>>()
        })
    };
    let note = text(move || {
        let trouble = parts
            .directory
            .with(|directory| directory.trouble.as_ref().map(words::trouble));
        let is_read = parts
            .directory
            .with(|directory| directory.read_at.is_some());
        match trouble {
            Some(trouble) if is_read => {
                format!("The list of agents may be out of date: {trouble}. It is being read again.")
            }
            Some(trouble) => {
                format!("The list of agents can’t be read: {trouble}. It is being tried again.")
            }
            None => String::new(),
        }
    });
    let nothing = text(move || {
        if !picker.is_open.get() || !matches.with(Vec::is_empty) {
            return String::new();
        }
        match picker.query.get() {
            Some(query) if !query.trim().is_empty() => format!("No agent matches “{query}”."),
            _ if parts
                .directory
                .with(|directory| directory.read_at.is_none()) =>
            {
                "Reading the list of agents…".to_owned()
            }
            _ => "There are no agents.".to_owned(),
        }
    });
    // What agents do is a snapshot: it is kept fresh while it is looked at, and its age is shown.
    Effect::new(move |_| {
        parts.now.track();
        if picker.is_open.get() || choice.target.with(Option::is_some) {
            desk.ask(|desk| desk.look_at_directory());
        }
    });
    let chosen_presence = move || {
        let target = choice.target.get()?;
        let presence = |entry: &Entry| entry.presence.clone();
        parts
            .directory
            .with(|directory| directory.entry(&target).map(presence))
    };
    let chosen_words = text(move || {
        let read_at = parts.directory.with(|directory| directory.read_at);
        match (chosen_presence(), read_at) {
            (Some(presence), Some(at)) => {
                let age = format::span(parts.now.get().since(at));
                format!("{} · {age} ago", words::presence(&presence))
            }
            _ => String::new(),
        }
    });
    let chosen_icon = move || chosen_presence().map_or(Icon::Off, |p| Icon::of_presence(&p));
    let nobody_chosen = flag(move || chosen_presence().is_none());
    let input_id = format!("listen-in-agent-{uid}");
    view! { class = "li",
        <div class="field picker">
            <label class="label" for=input_id.clone()>"Agent"</label>
            <div class="combobox">
                <input type="text" id=input_id part="agent" node_ref=picker.input role="combobox" autocomplete="off" spellcheck="false"
                    placeholder="Name or number"
                    aria-autocomplete="list" aria-haspopup="listbox"
                    aria-expanded=text(move || picker.is_open.get().to_string())
                    aria-controls=list_id.clone()
                    aria-activedescendant=move || picker.active.get().map(row_id)
                    prop:value=shown
                    on:input=input
                    on:keydown=key
                    on:click=move |_| picker.open(desk)
                    on:focus=move |_| picker.select()
                    on:blur=move |_| picker.close() />
                <div class="popup" class:absent=flag(move || !picker.is_open.get())>
                    <div class="list" part="agents" id=list_id role="listbox" aria-label="Agents" tabindex="-1"
                        node_ref=picker.list
                        on:mousedown=|event| event.prevent_default()
                        on:scroll=move |_| picker.scrolled()>
                        <div class="track" role="presentation" style:height=text(move || format!("{}px", matches.with(Vec::len) * ROW))>
                            <div class="rows" role="presentation" style:transform=text(move || format!("translateY({}px)", window().0 * ROW))>
                                {rows}
                            </div>
                        </div>
                    </div>
                    <p class="nothing">{nothing}</p>
                </div>
            </div>
            <span class="presence" class:absent=nobody_chosen>
                {icon(Signal::derive(chosen_icon))}
                <span>{chosen_words}</span>
            </span>
            {line("problem", note)}
        </div>
    }
}

/// Where a row stands.
struct Row {
    position: usize,
    count: usize,
    id: String,
}

fn option(
    entry: &Entry,
    row: &Row,
    picker: Picker,
    choice: Choice,
    choose: Box<dyn Fn(usize)>,
) -> impl IntoView + use<> {
    let Row {
        position,
        count,
        id,
    } = row;
    let (position, count) = (*position, *count);
    let device: DeviceId = entry.device.clone();
    let is_chosen = move || {
        choice
            .target
            .with(|target| target.as_ref() == Some(&device))
    };
    let sign = Icon::of_presence(&entry.presence);
    let is_active = move || picker.active.get() == Some(position);
    view! { class = "li",
        <div class="row" role="option" id=id.clone()
            class:is-active=flag(is_active)
            aria-selected=text(move || is_chosen().to_string())
            aria-posinset=(position + 1).to_string()
            aria-setsize=count.to_string()
            on:click=move |_| choose(position)>
            <span class="name">{entry.name.clone()}</span>
            <bdi class="number" dir="ltr">{entry.number.clone()}</bdi>
            <span class="presence">
                {icon(Signal::stored(sign))} {words::presence(&entry.presence)}
            </span>
        </div>
    }
}

impl Picker {
    fn open(self, desk: DeskHandle) {
        desk.ask(|desk| desk.look_at_directory());
        if !self.is_open.get_untracked() {
            self.is_open.set(true);
            self.scroll_to(0);
        }
    }

    fn close(self) {
        self.is_open.set(false);
        self.query.set(None);
        self.go_to(None);
    }

    /// Selects what the field shows, so that typing replaces it.
    fn select(self) {
        if let Some(input) = self.input.get_untracked() {
            input.select();
        }
    }

    fn go_to(self, position: Option<usize>) {
        self.active.set(position);
        if let Some(position) = position {
            self.show(position);
        }
    }

    /// Moves by so many rows; from the last to the first and back only by single steps.
    fn step(self, count: usize, by: isize) {
        let Some(last) = count.checked_sub(1) else {
            return self.go_to(None);
        };
        let position = match self.active.get_untracked() {
            None if by > 0 => 0,
            None => last,
            Some(at) if by == 1 && at >= last => 0,
            Some(0) if by == -1 => last,
            Some(at) => at.saturating_add_signed(by).min(last),
        };
        self.go_to(Some(position));
    }

    /// Scrolls so that a row can be seen.
    fn show(self, position: usize) {
        let top = self.top.get_untracked();
        if position < top {
            self.scroll_to(position);
        } else if position >= top + VISIBLE {
            self.scroll_to(position + 1 - VISIBLE);
        }
    }

    fn scroll_to(self, top: usize) {
        self.top.set(top);
        if let Some(list) = self.list.get_untracked() {
            let pixels = i32::try_from(top * ROW).unwrap_or(i32::MAX);
            list.unchecked_ref::<web_sys::Element>()
                .set_scroll_top(pixels);
        }
    }

    fn scrolled(self) {
        if let Some(list) = self.list.get_untracked() {
            let pixels = list.unchecked_ref::<web_sys::Element>().scroll_top();
            let top = usize::try_from(pixels).unwrap_or(0) / ROW;
            if self.top.get_untracked() != top {
                self.top.set(top);
            }
        }
    }
}
