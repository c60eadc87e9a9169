//! Handles keys, the mouse and new directories for the combobox.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use crate::property;
use crate::reactive::{Owner, untrack};
use crate::timer;
use gloo_timers::callback::Timeout;
use supervision::Directory;
use tolerant_json::text;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, Node};

use super::combobox::{Combobox, Leave, Offer, OfferId, Outcome};
use super::notes::not_picked;
use super::size::{has_room, watch_size};
use super::{All, Team, nothing};
use crate::view::choice::Picked;
use crate::view::keys;
use crate::view::pieces::{effect, listen, page};
use crate::view::texts::{self, Text, say};

pub(super) struct Control {
    team: Rc<All>,
    /// The mouse's distance from the top of the browser window; none: it is not over the list.
    mouse: Cell<Option<i32>>,
    /// Rows have just moved: a click is meant for what was there before. Ends after a while.
    unsettled: RefCell<Option<Timeout>>,
    /// Shows a directory that was read. Ends by itself.
    due: RefCell<Option<Timeout>>,
    /// Whether the mouse button was pressed while rows had just moved.
    is_press_ignored: Cell<bool>,
    /// Whether the mouse button is down anywhere in the page, and whether the focus has left since then.
    is_down: Cell<bool>,
    has_left: Cell<bool>,
}

/// How long after rows have moved clicks on them are ignored, in milliseconds.
const UNSETTLED: u32 = 500;
/// A directory of more people is shown in a task of its own.
const LARGE: usize = 1_000;

impl Control {
    /// Adds the listeners.
    pub(super) fn start(team: Team) {
        let All {
            parts,
            window,
            root,
            input,
            ..
        } = *team.all();
        let control = Rc::new(Self {
            team: team.all(),
            mouse: Cell::new(None),
            unsettled: RefCell::default(),
            due: RefCell::default(),
            is_press_ignored: Cell::new(false),
            is_down: Cell::new(false),
            has_left: Cell::new(false),
        });
        let (of_field, of_list) = (Rc::clone(&control), Rc::clone(&control));
        let of_page = Rc::clone(&control);
        listen(page(), "mousedown mouseup dragend", move |event| {
            of_page.page(event)
        });
        listen(input, "input keydown click focus", move |event| {
            of_field.field(event)
        });
        let of_root = Rc::clone(&control);
        listen(root, "focusout keydown mousedown", move |event| {
            of_root.root(event)
        });
        listen(
            window.list,
            "mousedown mousemove mouseleave click scroll",
            move |event| of_list.list(event),
        );
        let (refreshed, owner) = (Rc::clone(&control), Owner::new());
        effect(move || {
            let is_large = parts.directory(|directory| directory.entries.len() > LARGE);
            match is_large {
                // Showing many people has a task of its own, behind what else has changed.
                true => refreshed.refresh_later(owner.clone()),
                false => untrack(|| refreshed.refresh()),
            }
        });
        let measured = Rc::downgrade(&control);
        watch_size(&control.team, move || {
            let measured = measured.clone();
            // A size that changes while sizes are reported causes an error event in the page.
            timer::next_frame(move || {
                if let Some(control) = measured.upgrade() {
                    control.measure();
                }
            });
        });
        parts.on_other_person(move || control.reset());
    }

    /// Drops the typed text, and closes the list.
    fn reset(&self) {
        self.change(Combobox::close);
        self.team.forget_dropped();
        self.announce_after_pause(None);
    }

    /// Handles events of the field.
    fn field(&self, event: &Event) {
        match event.type_().as_str() {
            "input" => self.type_text(),
            "keydown" => event
                .dyn_ref()
                .into_iter()
                .for_each(|event| self.key(event)),
            "click" => self.open(),
            "focus" => {
                self.team.forget_dropped();
                mark(&self.team);
            }
            _ => {}
        }
    }

    /// Handles the mouse button anywhere in the page.
    fn page(&self, event: &Event) {
        // The options of a select take its release.
        let is_down = event.type_() == "mousedown" && is_main(event) && !is_at(event, "select");
        self.is_down.set(is_down);
        if !is_down && self.has_left.take() {
            self.leave();
        }
    }

    /// Handles events of the field and the list together.
    fn root(&self, event: &Event) {
        if event.type_() == "mousedown" {
            // The field keeps the focus.
            if !is_at(event, "input, select") {
                event.prevent_default();
            }
            return;
        }
        if let Some(key) = event.dyn_ref::<KeyboardEvent>() {
            let is_of_field = is_at(event, "input");
            let is_open = self.team.combobox.borrow().is_open;
            if key.key() == "Escape" && !is_of_field && is_open && !event.default_prevented() {
                event.prevent_default();
                if let Some(input) = self.team.input.get_untracked() {
                    let _ = input.focus();
                }
                self.change(Combobox::close);
            }
            return;
        }
        let to = property::read(event, "relatedTarget");
        let to: Option<Node> = to.dyn_into().ok();
        let root = self.team.root.get_untracked();
        // The list's own controls belong to it.
        if root.is_some_and(|root| to.is_some() && root.contains(to.as_ref())) {
            return;
        }
        // What is pressed must not move before it is released: it would not be clicked.
        match self.is_down.get() {
            true => self.has_left.set(true),
            false => self.leave(),
        }
    }

    /// The element was resized: there may be room for the list, or for more rows.
    fn measure(&self) {
        let is_static = has_room(&self.team);
        if self.team.combobox.borrow().is_static != is_static {
            self.change(|combobox, directory| combobox.set_static(is_static, directory));
            self.team.window.scroll_to(0);
        }
        self.team.window.measure();
    }

    /// Handles events of the list.
    fn list(self: &Rc<Self>, event: &Event) {
        match event.type_().as_str() {
            "mousedown" => {
                let is_unsettled = self.unsettled.borrow().is_some();
                self.is_press_ignored.set(is_unsettled);
                if is_main(event) && !is_unsettled && row_of(event).is_some() {
                    self.change(|combobox, _| combobox.press());
                }
            }
            "mousemove" => self.mouse.set(number(event, "clientY").map(|y| y as i32)),
            "mouseleave" => {
                self.mouse.set(None);
                self.release();
            }
            "click" => {
                let is_pressed = self.team.combobox.borrow().is_pressed();
                let is_unsettled = !is_pressed && self.unsettled.borrow().is_some();
                let is_ignored = self.is_press_ignored.take() || is_unsettled;
                let row = row_of(event).filter(|_| !is_ignored);
                let picked = row.and_then(|row| {
                    let combobox = self.team.combobox.borrow();
                    combobox.offered.offer(row).map(Offer::picked)
                });
                match picked {
                    Some(picked) => self.choose(picked),
                    None => self.release(),
                }
            }
            _ => self.team.window.scrolled(),
        }
    }

    fn key(&self, event: &KeyboardEvent) {
        // Keys of an input method, and keys that move the caret or scroll the page.
        if keys::is_composed(event) || event.ctrl_key() || event.meta_key() {
            return;
        }
        if event.key() == "Tab" {
            // The list's own controls come next only if nothing was typed.
            if self.team.combobox.borrow().typed.is_some() {
                self.resolve();
            }
            return;
        }
        let (key, has_alt) = (event.key(), event.alt_key());
        // Held down, a key takes one step only.
        if event.repeat() && matches!(key.as_str(), "Enter" | "Escape") {
            return;
        }
        let was_open = self.team.combobox.borrow().is_open;
        let choice = self.team.choice;
        let page = self.team.window.visible();
        match self.alter(|combobox, directory| combobox.key(&key, has_alt, page, directory)) {
            Outcome::Unused => return,
            Outcome::Unchoose if !untrack(|| choice.is_picked()) => return,
            Outcome::Unchoose => choice.pick(None),
            Outcome::Choose(picked) => self.choose(picked),
            Outcome::Changed => self.announce_changed(true),
            Outcome::Show(row) => self.team.window.show(row),
            Outcome::Done => {}
        }
        self.team.changed.notify();
        event.prevent_default();
        let is_open = self.team.combobox.borrow().is_open;
        match (was_open, is_open) {
            (false, true) => {
                self.viewed();
                self.announce_opened();
            }
            (true, false) => self.announce_after_pause(None),
            _ => {}
        }
    }

    fn type_text(&self) {
        let Some(input) = self.team.input() else {
            return;
        };
        self.change(|combobox, directory| combobox.type_text(input.value(), directory));
        self.team.window.scroll_to(0);
        self.viewed();
        self.announce_after_pause(self.matches());
    }

    fn open(&self) {
        let is_opened = self.change(Combobox::open);
        self.viewed();
        if is_opened {
            if !self.team.combobox.borrow().is_static {
                self.team.window.scroll_to(0);
            }
            self.announce_opened();
        }
    }

    /// The list is in view.
    fn viewed(&self) {
        self.team.forget_dropped();
        self.team.parts.run(|commands| commands.refresh_directory());
    }

    fn choose(&self, picked: Picked) {
        self.team.choice.pick(Some(picked));
        self.change(Combobox::close);
        self.announce_after_pause(None);
        let team = Rc::clone(&self.team);
        timer::next_frame(move || mark(&team));
    }

    /// The focus leaves the field and the list.
    fn leave(&self) {
        let root = self.team.root.get_untracked();
        if root.is_some_and(|root| root.matches(":focus-within").unwrap_or(false)) {
            // The whole window lost the focus: typing continues when it is back.
            return;
        }
        self.resolve();
    }

    /// Picks the agent whom the typed text names, or says that it names none.
    fn resolve(&self) {
        let choice = self.team.choice;
        match self.change(Combobox::leave) {
            Leave::Nothing => {}
            Leave::Emptied => choice.pick(None),
            Leave::Named(entry) => choice.pick(Some(Picked::Person(entry))),
            left => {
                // It says that nobody new is picked, and who stays picked.
                self.team.parts.announce(not_picked(&left, choice));
                self.team.dropped.set(Some(Rc::new(left)));
            }
        }
        self.announce_after_pause(None);
    }

    fn release(self: &Rc<Self>) {
        self.keep_in_place(Combobox::release);
    }

    /// Refreshes in a task of its own, in the language of the `owner`.
    fn refresh_later(self: &Rc<Self>, owner: Owner) {
        let control = Rc::downgrade(self);
        let later = timer::later(0, move || {
            if let Some(control) = control.upgrade() {
                owner.with(|| control.refresh());
            }
        });
        self.due.replace(Some(later));
    }

    fn refresh(self: &Rc<Self>) {
        let (had_lost, was_settled) = {
            let combobox = self.team.combobox.borrow();
            (combobox.has_lost_highlight(), combobox.offered.is_settled())
        };
        let is_changed = self.keep_in_place(Combobox::refresh);
        let has_lost = self.team.combobox.borrow().has_lost_highlight();
        if has_lost && !had_lost {
            self.team.parts.announce(say!("highlight-lost"));
        }
        if is_changed {
            self.announce_changed(was_settled);
        }
    }

    /// Changes the offer, and scrolls so that the row somebody is looking at stays in place: the one
    /// under the mouse, or the highlighted one, or the first. If that is not possible, the next click
    /// is ignored.
    fn keep_in_place(self: &Rc<Self>, change: fn(&mut Combobox, &Directory) -> bool) -> bool {
        let window = self.team.window;
        let id_at = |row: usize| {
            self.team
                .combobox
                .borrow()
                .offered
                .offer(row)
                .map(Offer::id)
        };
        let at_mouse = self.mouse.get().and_then(|y| window.row_at(y));
        let row = at_mouse.or_else(|| self.team.combobox.borrow().active());
        let row = row.unwrap_or_else(|| window.first());
        let was_empty = self.team.combobox.borrow().offered.count() == 0;
        let id = id_at(row);
        let is_changed = self.change(change);
        let now = id
            .clone()
            .and_then(|id| self.team.combobox.borrow().offered.row_of(&id));
        if let Some(now) = now {
            window.move_by(now as isize - row as isize);
        }
        if is_changed && (at_mouse.is_some() || !was_empty) {
            self.unsettle(at_mouse.map(|_| id));
        }
        is_changed
    }

    /// Ignores clicks for a while, unless the row `under_mouse` is still there.
    fn unsettle(self: &Rc<Self>, under_mouse: Option<Option<OfferId>>) {
        let settle = |control: &Weak<Self>| {
            if let Some(control) = control.upgrade() {
                control.unsettled.take();
            }
        };
        let control = Rc::downgrade(self);
        let later = timer::later(UNSETTLED, move || settle(&control));
        self.unsettled.replace(Some(later));
        let (control, window) = (Rc::downgrade(self), self.team.window);
        // After the frame in which the list scrolls.
        timer::next_frame(move || {
            let is_there = control.upgrade().is_some_and(|control| {
                let row = control.mouse.get().and_then(|y| window.row_at(y));
                let combobox = control.team.combobox.borrow();
                let id = row
                    .and_then(|row| combobox.offered.offer(row))
                    .map(Offer::id);
                under_mouse == Some(id)
            });
            if is_there {
                settle(&control);
            }
        });
    }

    /// The number of matches, as a text.
    fn matches(&self) -> Option<Text> {
        let combobox = self.team.combobox.borrow();
        let offered = &combobox.offered;
        let query = combobox.query().filter(|_| combobox.is_open)?;
        match (offered.is_settled(), offered.number()) {
            (true, number) => Some(texts::matches(offered.people(), number, query)),
            (false, Some(number)) => Some(texts::number_offered(number)),
            (false, None) if offered.is_read => Some(say!("searching")),
            (false, None) => Some(say!("reading")),
        }
    }

    /// Announces what an opened list shows instead of rows.
    fn announce_opened(&self) {
        let nothing = untrack(|| nothing(&self.team));
        self.team.parts.announce(nothing);
    }

    /// Announces, after a pause, that other rows are on offer for the text, or the offer once known.
    fn announce_changed(&self, was_settled: bool) {
        let combobox = self.team.combobox.borrow();
        let text = match (was_settled, self.matches()) {
            (false, Some(matches)) => matches,
            (false, None) if combobox.is_open => texts::all_agents(combobox.offered.people()),
            (true, Some(matches)) => {
                let enter_takes = combobox.offered.sole().map(|offer| match offer {
                    Offer::Person(entry) => texts::title_within(&entry.name, &entry.number),
                    Offer::Number(number) => texts::monitor_number(number),
                });
                texts::list_changed(matches, enter_takes)
            }
            _ => return,
        };
        self.announce_after_pause(Some(text));
    }

    /// Announces a text unless another one follows soon; none: drops the waiting one.
    fn announce_after_pause(&self, text: Option<Text>) {
        self.team.parts.announcer().after_pause(text);
    }

    fn change<T>(&self, change: impl FnOnce(&mut Combobox, &Directory) -> T) -> T {
        self.team.change(change)
    }

    fn alter<T>(&self, change: impl FnOnce(&mut Combobox, &Directory) -> T) -> T {
        self.team.alter(change)
    }
}

/// Selects the text of the field if it has the focus, so that typing replaces it. Selecting would move the focus here.
fn mark(team: &All) {
    if let Some(input) = team.input()
        && input.matches(":focus").unwrap_or(false)
        && team.combobox.borrow().typed.is_none()
    {
        input.select();
    }
}

/// Whether an event is of the main button of the mouse.
fn is_main(event: &Event) -> bool {
    number(event, "button") == Some(0.0)
}

/// A property of an event; none: events of its class have no such property.
fn number(event: &Event, property: &str) -> Option<f64> {
    property::read(event, property).as_f64()
}

/// Whether an event happened at such an element.
fn is_at(event: &Event, selector: &str) -> bool {
    let target = event.composed_path().get(0);
    let target: Option<&Element> = target.dyn_ref();
    target.is_some_and(|target| target.matches(selector).unwrap_or(false))
}

/// The row in which an event happened, if any.
fn row_of(event: &Event) -> Option<usize> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let row = target.closest("[role=option]").ok()??;
    let position = text::number(&row.get_attribute("aria-posinset")?)?;
    (position as usize).checked_sub(1)
}
