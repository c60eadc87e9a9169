//! The visible rows. However many agents there are, only these and a few more above and below exist
//! in the page.

use crate::reactive::{NodeRef, RwSignal};
use crate::timer;

/// The height of a row in CSS pixels; the style sheet uses the same.
pub(super) const ROW: usize = 44;
/// How many rows are visible before the list was measured.
const VISIBLE: usize = 6;
/// How many more exist above and below, so that scrolling shows no gap.
const SPARE: usize = 4;

#[derive(Clone, Copy)]
pub(super) struct Window {
    /// The first visible row.
    top: RwSignal<usize>,
    /// How many rows are visible.
    visible: RwSignal<usize>,
    /// The list will be scrolled to the first visible row. Until then it is elsewhere.
    is_due: RwSignal<bool>,
    pub(super) list: NodeRef,
}

impl Window {
    pub(super) fn new() -> Self {
        Self {
            top: RwSignal::new(0),
            visible: RwSignal::new(VISIBLE),
            is_due: RwSignal::new(false),
            list: NodeRef::new(),
        }
    }

    /// The rows that exist, out of `count`.
    pub(super) fn rows(self, count: usize) -> core::ops::Range<usize> {
        let top = self.top.get().min(count);
        top.saturating_sub(SPARE)..(top + self.visible.get() + 1 + SPARE).min(count)
    }

    /// How many rows are visible.
    pub(super) fn visible(self) -> usize {
        self.visible.get_untracked()
    }

    /// Measures the height of the list, which may have changed.
    pub(super) fn measure(self) {
        let height = self
            .list
            .get_untracked()
            .map_or(0, |list| list.client_height());
        let visible = usize::try_from(height).unwrap_or(0) / ROW;
        // The height is zero while the list is hidden.
        if visible > 0 && visible != self.visible() {
            self.visible.set(visible);
        }
    }

    /// The first visible row.
    pub(super) fn first(self) -> usize {
        self.top.get_untracked()
    }

    /// The row at this distance in pixels from the top of the browser window.
    pub(super) fn row_at(self, y: i32) -> Option<usize> {
        let list = self.list.get_untracked()?;
        let within = y - list.get_bounding_client_rect().top() as i32;
        let pixels = usize::try_from(within + list.scroll_top()).ok()?;
        Some(pixels / ROW)
    }

    /// Scrolls a row into view.
    pub(super) fn show(self, row: usize) {
        let top = self.first();
        if row < top {
            self.scroll_to(row);
        } else if row >= top + self.visible() {
            self.scroll_to(row + 1 - self.visible());
        }
    }

    /// Scrolls so that this row is the first one.
    pub(super) fn scroll_to(self, top: usize) {
        if self.first() != top {
            self.top.set(top);
        }
        self.is_due.set(true);
        // With the next frame, whose layout is needed anyway: scrolling computes the layout.
        timer::next_frame(move || {
            if let Some(list) = self.list.get_untracked() {
                list.set_scroll_top(pixels(self.first()));
            }
            self.is_due.set(false);
        });
    }

    /// Scrolls by this many rows once they are in the page.
    pub(super) fn move_by(self, rows: isize) {
        if rows == 0 {
            return;
        }
        self.top
            .update(|top| *top = top.saturating_add_signed(rows));
        if self.is_due() {
            return;
        }
        timer::next_frame(move || {
            if let Some(list) = self.list.get_untracked() {
                let by = pixels(rows.unsigned_abs()) * rows.signum() as i32;
                list.set_scroll_top(list.scroll_top() + by);
                self.scrolled();
            }
        });
    }

    /// Follows the list, which was scrolled.
    pub(super) fn scrolled(self) {
        if let Some(list) = self.list.get_untracked().filter(|_| !self.is_due()) {
            let top = usize::try_from(list.scroll_top()).unwrap_or(0) / ROW;
            if self.first() != top {
                self.top.set(top);
            }
        }
    }

    fn is_due(self) -> bool {
        self.is_due.try_get_untracked() == Some(true)
    }
}

fn pixels(rows: usize) -> i32 {
    i32::try_from(rows * ROW).unwrap_or(i32::MAX)
}
