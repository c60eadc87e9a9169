//! Memos that read parts of the state. Most messages change such a part without changing the memo's value. So when a
//! part has changed, its memos are first computed at once, and only those whose value differs mark what depends on
//! them.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use supervision::Changes;

use super::{Node, observer};
use crate::reactive::StoredValue;

/// The memos of a widget that have read parts of its state.
#[derive(Clone, Copy)]
pub(crate) struct Readers(StoredValue<RefCell<Vec<Weak<Node>>>>);

/// What a memo has read of the state.
#[derive(Default)]
pub(super) struct Reader {
    /// The parts that it has read; none while it is to be computed.
    pub(super) parts: Cell<Changes>,
    is_listed: Cell<bool>,
}

impl Readers {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(RefCell::default()))
    }

    /// Notes that a memo reads this part, if one is being computed.
    pub(crate) fn note(self, part: Changes) -> bool {
        let observer = observer();
        let Some((memo, reader)) = observer.as_ref().and_then(|it| Some((it, it.as_reader()?)))
        else {
            return false;
        };
        reader.parts.set(reader.parts.get() | part);
        if !reader.is_listed.replace(true) {
            let memo = Rc::downgrade(memo);
            if let Some(readers) = self.0.try_get() {
                readers.borrow_mut().push(memo);
            }
        }
        true
    }

    /// Computes those that have read a changed part.
    pub(crate) fn check(self, changes: Changes) {
        let Some(all) = self.0.try_get() else {
            return;
        };
        // Others may be computed for the first time in between.
        let mut readers = all.take();
        readers.retain(|memo| {
            let memo = memo.upgrade();
            let is_reader = |memo: &Rc<Node>| {
                let reader = memo.as_reader();
                reader.is_some_and(|reader| reader.parts.get().touch(changes))
            };
            if let Some(memo) = memo.as_ref().filter(|memo| is_reader(memo)) {
                memo.run();
            }
            memo.is_some()
        });
        readers.append(&mut all.take());
        all.replace(readers);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    use super::*;
    use crate::reactive::{Memo, Owner, RwSignal};
    use crate::test;

    #[test]
    fn the_graph_recomputes_only_memos_whose_value_differs() {
        let owner = Owner::new();
        owner.with(|| {
            let readers = Readers::new();
            let (state, runs) = (Arc::new(AtomicU32::new(1)), Arc::new(AtomicU32::new(0)));
            let (read, counted) = (Arc::clone(&state), Arc::clone(&runs));
            let is_odd = Memo::new(move || {
                readers.note(Changes::LEGS);
                read.load(Relaxed) % 2 == 1
            });
            let shown = Memo::new(move || {
                counted.fetch_add(1, Relaxed);
                is_odd.get()
            });
            let look = |to: u32, changes: Changes| {
                state.store(to, Relaxed);
                readers.check(changes);
                (shown.get_untracked(), runs.load(Relaxed))
            };
            assert_eq!(look(1, Changes::ALL), (true, 1));
            assert_eq!(look(3, Changes::LEGS), (true, 1));
            assert_eq!(look(4, Changes::DEVICE), (true, 1), "another part");
            assert_eq!(look(4, Changes::LEGS), (false, 2));
            assert_eq!(look(5, Changes::LEGS | Changes::HEARD), (true, 3));
            assert!(!readers.note(Changes::LEGS), "no memo is computed");
        });
    }

    #[test]
    fn a_memo_depends_on_what_it_read_although_its_value_stayed_the_same() {
        let owner = Owner::new();
        owner.with(|| {
            let readers = Readers::new();
            let state = Arc::new(AtomicU32::new(0));
            let chosen = RwSignal::new(false);
            let read = Arc::clone(&state);
            // Bit 0 is of one part, bit 1 of another, which is read only if bit 0 is set.
            let all = Memo::new(move || {
                let bit = |part, bit| {
                    readers.note(part);
                    read.load(Relaxed) & bit != 0
                };
                bit(Changes::DEVICE, 1) && (bit(Changes::LEGS, 2) || chosen.get())
            });
            let shown = Memo::new(move || all.get());
            let look = |to: u32, changes: Changes| {
                state.store(to, Relaxed);
                readers.check(changes);
                shown.get_untracked()
            };
            assert!(!look(0, Changes::ALL));
            assert!(!look(1, Changes::DEVICE));
            chosen.set(true);
            assert!(shown.get_untracked(), "the signal was read");
            chosen.set(false);
            assert!(!look(0, Changes::DEVICE));
            assert!(!look(1, Changes::DEVICE));
            assert!(look(3, Changes::LEGS), "the other part was read");
        });
    }
}
