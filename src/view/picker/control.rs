//! What keys, the mouse and a new directory do to the combobox.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use supervision::Directory;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, MouseEvent};

use super::Picker;
use super::combobox::{Combobox, Left, Offer, Outcome};
use crate::view::announcer::Announcer;
use crate::view::choice::Picked;
use crate::view::keys;
use crate::view::pieces::{effect, listen};
use crate::view::words;

pub(super) struct Control {
    picker: Picker,
    combobox: Rc<RefCell<Combobox>>,
    announcer: Announcer,
    /// Where the mouse is over the list, from the top of the browser's window; none: elsewhere.
    mouse: Cell<Option<i32>>,
    /// How many agents matched when it was last to be told.
    count: Cell<Option<usize>>,
}

impl Control {
    /// Begins to listen.
    pub(super) fn start(picker: Picker, announcer: Announcer) {
        let control = Rc::new(Self {
            picker,
            combobox: picker.combobox.with_value(Rc::clone),
            announcer,
            mouse: Cell::new(None),
            count: Cell::new(None),
        });
        let (of_field, of_list) = (Rc::clone(&control), Rc::clone(&control));
        listen(
            move || Some((*picker.input.get()?).clone().into()),
            &["input", "keydown", "click", "focus", "blur"],
            move |event| of_field.field(event),
        );
        listen(
            move || Some((*picker.window.list.get()?).clone().into()),
            &["mousedown", "mousemove", "mouseleave", "click", "scroll"],
            move |event| of_list.list(event),
        );
        effect(move || {
            picker.parts.directory(|_| ());
            untrack(|| control.refresh());
        });
    }

    /// What happens in the field.
    fn field(&self, event: &Event) {
        match event.type_().as_str() {
            "input" => self.type_text(),
            "keydown" => event
                .dyn_ref()
                .into_iter()
                .for_each(|event| self.key(event)),
            "click" => self.open(),
            "focus" => {
                self.picker.dropped.set(None);
                mark(self.picker, &self.combobox);
            }
            _ => self.leave(),
        }
    }

    /// What happens in the list.
    fn list(&self, event: &Event) {
        let Picker { window, .. } = self.picker;
        let mouse: Option<&MouseEvent> = event.dyn_ref();
        match event.type_().as_str() {
            "mousedown" => {
                // The field keeps the focus.
                event.prevent_default();
                let is_main = mouse.is_some_and(|mouse| mouse.button() == 0);
                if is_main && row_of(event).is_some() {
                    self.change(|combobox, _| combobox.press());
                }
            }
            "mousemove" => self.mouse.set(mouse.map(MouseEvent::client_y)),
            "mouseleave" => {
                self.mouse.set(None);
                self.release();
            }
            "click" => {
                let row = row_of(event);
                let picked = row.and_then(|row| {
                    let combobox = self.combobox.borrow();
                    combobox.offered.offer(row).map(Offer::picked)
                });
                match picked {
                    Some(picked) => self.choose(picked),
                    None => self.release(),
                }
            }
            _ => window.scrolled(),
        }
    }

    fn key(&self, event: &KeyboardEvent) {
        // Keys of an input method, and those by which a caret or a page is moved.
        if keys::is_composed(event) || event.ctrl_key() || event.meta_key() {
            return;
        }
        let (key, has_alt) = (event.key(), event.alt_key());
        let was_open = self.combobox.borrow().is_open;
        let target = self.picker.choice.picked;
        match self.alter(|combobox, directory| combobox.key(&key, has_alt, directory)) {
            Outcome::Unused => return,
            Outcome::Unchoose if target.with_untracked(Option::is_none) => return,
            Outcome::Unchoose => target.set(None),
            Outcome::Choose(picked) => self.choose(picked),
            Outcome::Show(row) => self.picker.window.show(row),
            Outcome::Done => {}
        }
        self.picker.changed.notify();
        event.prevent_default();
        let is_open = self.combobox.borrow().is_open;
        match (was_open, is_open) {
            (false, true) => self.opened(),
            (true, false) => self.announcer.after_pause(None),
            _ => {}
        }
    }

    fn type_text(&self) {
        let Some(input) = self.picker.input.get_untracked() else {
            return;
        };
        self.change(|combobox, directory| combobox.type_text(input.value(), directory));
        self.picker.window.scroll_to(0);
        self.opened();
        self.count.set(None);
        self.tell_count();
    }

    fn open(&self) {
        if self.change(Combobox::open) {
            self.picker.window.scroll_to(0);
        }
        self.opened();
    }

    /// Somebody looks at the list.
    fn opened(&self) {
        self.picker.dropped.set(None);
        self.picker
            .commands
            .ask(|commands| commands.look_at_directory());
    }

    fn choose(&self, picked: Picked) {
        self.picker.choice.picked.set(Some(picked));
        self.change(|combobox, _| combobox.close());
        self.announcer.after_pause(None);
        let (picker, combobox) = (self.picker, Rc::clone(&self.combobox));
        request_animation_frame(move || mark(picker, &combobox));
    }

    /// Leaves the field: what was typed is taken if it is one agent, and otherwise it is said that
    /// it is not.
    fn leave(&self) {
        let input = self.picker.input.get_untracked();
        if input.is_some_and(|input| input.matches(":focus").unwrap_or(false)) {
            // It is the window that was left. Back in it, one goes on typing.
            return;
        }
        let Picker { choice, parts, .. } = self.picker;
        match self.change(Combobox::leave) {
            Left::Nothing => {}
            Left::Emptied => choice.picked.set(None),
            Left::Named(entry) => choice.picked.set(Some(Picked::Person(entry))),
            Left::Dropped(typed) => {
                let kept = untrack(|| choice.title(parts));
                let words = words::not_picked(typed.trim(), kept.as_deref());
                self.announcer.polite(words.clone());
                self.picker.dropped.set(Some(words));
            }
        }
        self.announcer.after_pause(None);
    }

    fn release(&self) {
        self.keep_in_place(Combobox::release);
    }

    fn refresh(&self) {
        let had_lost = self.combobox.borrow().has_lost_highlight();
        self.keep_in_place(Combobox::refresh);
        let has_lost = self.combobox.borrow().has_lost_highlight();
        if has_lost && !had_lost {
            self.announcer.polite(words::HIGHLIGHT_LOST.to_owned());
        }
        self.tell_count();
    }

    /// Changes what is offered, and scrolls so that the row at which somebody looks stays where it
    /// was: the one under the mouse, or the one the arrows are on, or the first.
    fn keep_in_place(&self, change: fn(&mut Combobox, &Directory)) {
        let window = self.picker.window;
        let at_mouse = self.mouse.get().and_then(|y| window.row_at(y));
        let row = at_mouse.or_else(|| self.combobox.borrow().active());
        let row = row.unwrap_or_else(|| window.first());
        let id = self.combobox.borrow().offered.offer(row).map(Offer::id);
        self.change(change);
        let now = id.and_then(|id| self.combobox.borrow().offered.row_of(&id));
        if let Some(now) = now {
            window.move_by(now as isize - row as isize);
        }
    }

    /// Tells how many match when typing pauses: not on each key, and not again when the directory
    /// was read again and it is still so.
    fn tell_count(&self) {
        let is_read = self
            .picker
            .commands
            .read(|state| state.directory().read_at.is_some());
        let combobox = self.combobox.borrow();
        let query = combobox.query().filter(|_| is_read && combobox.is_open);
        let count = query.map(|_| combobox.offered.count());
        if self.count.replace(count) != count {
            let words = query.map(|query| words::matches(combobox.offered.people(), query));
            self.announcer.after_pause(words);
        }
    }

    /// Changes the combobox, and has it shown.
    fn change<T>(&self, change: impl FnOnce(&mut Combobox, &Directory) -> T) -> T {
        let result = self.alter(change);
        self.picker.changed.notify();
        result
    }

    fn alter<T>(&self, change: impl FnOnce(&mut Combobox, &Directory) -> T) -> T {
        let combobox = &mut self.combobox.borrow_mut();
        self.picker
            .commands
            .read(|state| change(combobox, state.directory()))
    }
}

/// Marks what the field shows, so that typing replaces it. Only where the focus is: marking would
/// bring it here.
fn mark(picker: Picker, combobox: &RefCell<Combobox>) {
    if let Some(input) = picker.input.try_get_untracked().flatten()
        && input.matches(":focus").unwrap_or(false)
        && combobox.borrow().typed.is_none()
    {
        input.select();
    }
}

/// The row at which something happened, if it was one.
fn row_of(event: &Event) -> Option<usize> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let row = target.closest("[role=option]").ok()??;
    let position: usize = row.get_attribute("aria-posinset")?.parse().ok()?;
    position.checked_sub(1)
}
