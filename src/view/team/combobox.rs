//! The state of the combobox: whether its list is open, what is typed, which agent is highlighted.
//! The highlight belongs to a person, not to a row: rows move when the directory is read again.

use std::sync::Arc;

use supervision::{Directory, Entry, EntryId, Instant, Listing, Show};

use crate::view::choice::Picked;
use crate::view::texts::{self, Collator};

#[derive(Debug, Default)]
pub(super) struct Combobox {
    pub(super) is_open: bool,
    /// The list is shown even when it is not open, because there is room for it.
    pub(super) is_static: bool,
    /// Who is listed, and in which order.
    pub(super) listing: Listing,
    /// The order of names in the language in use; none: no collator.
    pub(super) collator: Option<Collator>,
    pub(super) now: Instant,
    /// Pinned people who are no longer in the list.
    pub(super) gone: Vec<EntryId>,
    /// The typed text; none: the field shows the choice.
    pub(super) typed: Option<String>,
    pub(super) offered: Offered,
    /// The highlighted row, kept when it is no longer offered.
    highlighted: Option<OfferId>,
    /// Whether the directory was read again after typing, and Enter would now pick somebody who has
    /// not been announced yet.
    has_unseen_match: bool,
    /// A mouse button is down on a row. Until it is released the rows do not move: a click picks
    /// the entry that was pressed.
    is_pressed: bool,
}

/// The rows on offer: agents, in order, and after them a typed number that belongs to no agent.
#[derive(Debug, Default)]
pub(super) struct Offered {
    entries: Arc<[Entry]>,
    /// Counts the changes of the entries and their order.
    version: u32,
    /// People whom the server found, counted after the entries.
    found: Arc<[Entry]>,
    matches: Vec<usize>,
    number: Option<String>,
    /// Whoever the typed text names completely, listed or not.
    named: Option<EntryId>,
    /// The row that the typed text names completely, or the only row.
    sole: Option<usize>,
    /// Whether the directory was read.
    pub(super) is_read: bool,
    /// Whether the server's search is pending.
    pub(super) is_searching: bool,
    /// Whether only the typed text leaves people out.
    pub(super) is_everyone: bool,
}

/// A row on offer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::view) enum Offer<'a> {
    Person(&'a Entry),
    Number(&'a str),
}

impl Picked {
    /// Whether it identifies this offer.
    pub(super) fn is(&self, offer: Offer<'_>) -> bool {
        match (self, offer) {
            (Self::Person(own), Offer::Person(entry)) => own.id() == entry.id(),
            (Self::Number(own), Offer::Number(number)) => own == number,
            _ => false,
        }
    }
}

/// The identity of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum OfferId {
    Person(EntryId),
    Number,
}

impl Offer<'_> {
    /// Whether the id is this row's.
    fn is(self, id: &OfferId) -> bool {
        match (self, id) {
            (Self::Person(entry), OfferId::Person(id)) => entry.is(id),
            (Self::Number(_), OfferId::Number) => true,
            _ => false,
        }
    }

    /// Whether it is the same row as another one, whatever the people are doing.
    fn is_row_of(self, other: Self) -> bool {
        match (self, other) {
            (Self::Person(one), Self::Person(other)) => {
                one.user == other.user && one.device == other.device
            }
            (Self::Number(_), Self::Number(_)) => true,
            _ => false,
        }
    }

    pub(super) fn id(self) -> OfferId {
        match self {
            Self::Person(entry) => OfferId::Person(entry.id()),
            Self::Number(_) => OfferId::Number,
        }
    }

    pub(super) fn picked(self) -> Picked {
        match self {
            Self::Person(entry) => Picked::Person(entry.clone()),
            Self::Number(number) => Picked::Number(number.to_owned()),
        }
    }
}

/// The result of a key.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    /// The key is not for the combobox.
    Unused,
    /// Nothing is left to do.
    Done,
    /// This row has to be scrolled into view.
    Show(usize),
    Choose(Picked),
    /// Nobody is picked: the text now matches somebody else than when it was typed.
    Changed,
    /// The choice is cleared.
    Unchoose,
}

/// The result of leaving the field.
#[derive(Debug, PartialEq)]
pub(super) enum Leave {
    /// Nothing was typed.
    Nothing,
    /// The text was deleted.
    Emptied,
    /// The text names one agent.
    Named(Entry),
    /// The text names nobody, or several; with the number that it is, if that is nobody's.
    Dropped(String, Option<String>),
    /// The server's search, which may find others, is pending.
    Unsearched(String),
    /// The text names one agent now, and named nobody or another one when it was typed.
    Changed(String, Entry),
}

impl Offered {
    fn of(typed: &str, combobox: &Combobox, directory: &Directory) -> Self {
        let Combobox { listing, now, .. } = combobox;
        let collator = combobox.collator.as_ref();
        let compare = |one: &str, other: &str| texts::compare(collator, one, other);
        let is_search = !typed.is_empty();
        let is_complete = directory.is_complete(typed);
        let found = directory.search(typed);
        let number = directory.other_number_among(typed, &found);
        let named = || directory.named_among(typed, &found).map(Entry::id);
        // Somebody who is not listed may be meant.
        let named = if is_search && is_complete {
            named()
        } else {
            None
        };
        let mut offered = Self {
            entries: Arc::clone(&directory.entries),
            version: directory.version,
            found: Arc::clone(&directory.found.entries),
            matches: directory.list(found, is_search, listing, *now, Some(&compare)),
            number,
            named,
            sole: None,
            is_read: directory.read_at.is_some() && directory.groups.is_read(),
            is_searching: !directory.is_searched(typed),
            is_everyone: listing.show == Show::Everyone && directory.groups.chosen().is_none(),
        };
        if is_search && is_complete {
            offered.sole = match offered.named.clone() {
                Some(id) => offered.row_of(&OfferId::Person(id)),
                None => (offered.count() == 1).then_some(0),
            };
        }
        offered
    }

    /// Whether it is known what is on offer.
    pub(super) fn is_settled(&self) -> bool {
        self.is_read && !self.is_searching
    }

    /// The row that the typed text names completely, or the only row.
    pub(super) fn sole(&self) -> Option<Offer<'_>> {
        self.offer(self.sole?)
    }

    /// Whether the rows are the same, whatever the people are doing.
    fn has_rows_of(&self, other: &Self) -> bool {
        let is_same = |row| {
            let (one, other) = (self.offer(row), other.offer(row));
            one.zip(other)
                .is_some_and(|(one, other)| one.is_row_of(other))
        };
        let are_known = [self, other].map(|it| (it.version, it.found.is_empty()));
        match are_known[0] == are_known[1] && self.found.is_empty() {
            // Ten thousand rows are not compared one by one.
            true => self.matches == other.matches && self.count() == other.count(),
            false => self.count() == other.count() && (0..self.count()).all(is_same),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.matches.len() + usize::from(self.number.is_some())
    }

    /// The number of agents on offer.
    pub(super) fn people(&self) -> usize {
        self.matches.len()
    }

    /// The typed number that belongs to no agent.
    pub(super) fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }

    pub(super) fn offer(&self, row: usize) -> Option<Offer<'_>> {
        match self.matches.get(row) {
            Some(at) => {
                let found = || self.found.get(at.checked_sub(self.entries.len())?);
                self.entries.get(*at).or_else(found).map(Offer::Person)
            }
            None if row == self.matches.len() => self.number.as_deref().map(Offer::Number),
            None => None,
        }
    }

    pub(super) fn row_of(&self, id: &OfferId) -> Option<usize> {
        (0..self.count()).find(|row| self.offer(*row).is_some_and(|offer| offer.is(id)))
    }
}

impl Combobox {
    /// The highlighted row.
    pub(super) fn active(&self) -> Option<usize> {
        self.offered.row_of(self.highlighted.as_ref()?)
    }

    /// Whether the highlighted row is no longer offered.
    pub(super) fn has_lost_highlight(&self) -> bool {
        self.highlighted.is_some() && self.active().is_none()
    }

    /// The typed text, if it is something to search by.
    pub(super) fn query(&self) -> Option<&str> {
        let typed = self.typed.as_deref()?.trim();
        (!typed.is_empty()).then_some(typed)
    }

    /// Whether the list is visible.
    pub(super) fn is_shown(&self) -> bool {
        self.is_open || self.is_static
    }

    /// Handles a key, by its name. `page` is the number of visible rows.
    pub(super) fn key(
        &mut self,
        key: &str,
        has_alt: bool,
        page: usize,
        directory: &Directory,
    ) -> Outcome {
        match key {
            "ArrowDown" | "ArrowUp" if !self.is_open => {
                self.open(directory);
                match key {
                    "ArrowDown" if !has_alt => self.highlight(0),
                    _ => Outcome::Done,
                }
            }
            "ArrowDown" => self.step(1),
            "ArrowUp" => self.step(-1),
            "PageDown" if self.is_open => self.step(page.cast_signed()),
            "PageUp" if self.is_open => self.step(-page.cast_signed()),
            "Enter" if self.is_open => self.enter(),
            // The first press closes the list and drops the typed text; the next one clears the
            // choice.
            "Escape" if self.is_open => {
                self.close(directory);
                Outcome::Done
            }
            "Escape" => Outcome::Unchoose,
            _ => Outcome::Unused,
        }
    }

    /// Opens the list; returns whether it was closed.
    pub(super) fn open(&mut self, directory: &Directory) -> bool {
        let was_closed = !self.is_open;
        if was_closed {
            self.is_open = true;
            self.offered = self.offer(directory);
        }
        was_closed
    }

    pub(super) fn close(&mut self, directory: &Directory) {
        self.rest(directory);
    }

    /// Closes the list, and returns the previous state.
    fn rest(&mut self, directory: &Directory) -> Self {
        let resting = Self {
            is_static: self.is_static,
            listing: self.listing.clone(),
            collator: self.collator.clone(),
            gone: core::mem::take(&mut self.gone),
            now: self.now,
            ..Self::default()
        };
        let was = core::mem::replace(self, resting);
        if self.is_static {
            self.offered = self.offer(directory);
        }
        was
    }

    /// Sets whether the list is always shown.
    pub(super) fn set_static(&mut self, is_static: bool, directory: &Directory) {
        self.is_static = is_static;
        self.list_anew(directory);
    }

    /// Lists other people, or in another order.
    pub(super) fn list_anew(&mut self, directory: &Directory) {
        self.gone = self.listing.shortlist.gone(directory);
        self.offered = match self.is_shown() {
            true => self.offer(directory),
            false => Offered::default(),
        };
        if self.has_lost_highlight() {
            self.highlighted = None;
        }
    }

    pub(super) fn type_text(&mut self, text: String, directory: &Directory) {
        self.is_open = true;
        self.typed = Some(text);
        self.highlighted = None;
        self.has_unseen_match = false;
        self.offered = self.offer(directory);
    }

    /// Offers what the directory has now. Returns whether the offer has changed.
    pub(super) fn refresh(&mut self, directory: &Directory) -> bool {
        if !self.is_shown() || self.is_pressed {
            return false;
        }
        self.gone = self.listing.shortlist.gone(directory);
        let now = self.offer(directory);
        let before = core::mem::replace(&mut self.offered, now);
        let sole = |offered: &Offered| offered.sole().map(Offer::id);
        if before.is_settled() && sole(&before) != sole(&self.offered) {
            self.has_unseen_match = sole(&self.offered).is_some();
        }
        before.is_settled() != self.offered.is_settled() || !before.has_rows_of(&self.offered)
    }

    pub(super) fn press(&mut self) {
        self.is_pressed = true;
    }

    pub(super) fn is_pressed(&self) -> bool {
        self.is_pressed
    }

    pub(super) fn release(&mut self, directory: &Directory) -> bool {
        core::mem::take(&mut self.is_pressed) && self.refresh(directory)
    }

    /// Leaves the field.
    pub(super) fn leave(&mut self, directory: &Directory) -> Leave {
        let was = self.rest(directory);
        let has_unseen_match = |entry: &Entry| {
            let known = was.offered.named.as_ref();
            was.has_unseen_match
                || (was.offered.is_settled() && !known.is_some_and(|known| entry.is(known)))
        };
        match &was.typed {
            None => Leave::Nothing,
            Some(typed) if typed.trim().is_empty() => Leave::Emptied,
            Some(typed) if !directory.is_complete(typed.trim()) => Leave::Unsearched(typed.clone()),
            Some(typed) => match directory.named(typed) {
                Some(entry) if has_unseen_match(entry) => {
                    Leave::Changed(typed.clone(), entry.clone())
                }
                Some(entry) => Leave::Named(entry.clone()),
                None => Leave::Dropped(typed.clone(), directory.other_number(typed)),
            },
        }
    }

    fn offer(&self, directory: &Directory) -> Offered {
        let typed = self.typed.as_deref().unwrap_or_default().trim();
        Offered::of(typed, self, directory)
    }

    fn enter(&mut self) -> Outcome {
        let offer = match self.highlighted {
            Some(_) => self.active().and_then(|row| self.offered.offer(row)),
            None if core::mem::take(&mut self.has_unseen_match) => return Outcome::Changed,
            // A single row need not be highlighted first.
            None => self.offered.sole(),
        };
        match offer {
            Some(offer) => Outcome::Choose(offer.picked()),
            None => {
                // The highlighted row is gone; no other row replaces it unseen.
                self.highlighted = None;
                Outcome::Done
            }
        }
    }

    /// Moves by this many rows; only single steps wrap around.
    fn step(&mut self, by: isize) -> Outcome {
        let Some(last) = self.offered.count().checked_sub(1) else {
            return Outcome::Done;
        };
        self.highlight(match self.active() {
            None if by > 0 => 0,
            None => last,
            Some(at) if by == 1 && at >= last => 0,
            Some(0) if by == -1 => last,
            Some(at) => at.saturating_add_signed(by).min(last),
        })
    }

    fn highlight(&mut self, row: usize) -> Outcome {
        self.highlighted = self.offered.offer(row).map(Offer::id);
        match self.highlighted {
            Some(_) => Outcome::Show(row),
            None => Outcome::Done,
        }
    }
}

#[cfg(test)]
mod tests;
