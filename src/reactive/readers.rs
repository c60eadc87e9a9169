//! Memos that read parts of the state. Most messages change such a part without changing the memo's value. So when a
//! part has changed, its memos are first computed outside of Leptos' graph, and the graph recomputes only those whose
//! value differs: it takes several times as long for each.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use leptos::prelude::*;
use leptos::reactive::graph::{AnySubscriber, Observer, WithObserver};
use leptos::reactive::owner::WeakOwner;
use supervision::Changes;

use super::{Computed, StoredValue, Value};

thread_local! {
    /// The memo that is being computed.
    static CURRENT: RefCell<Option<Rc<Reader>>> = const { RefCell::new(None) };
}

/// The memos of a widget that have read parts of its state.
#[derive(Clone, Copy)]
pub(crate) struct Readers(StoredValue<Vec<Weak<Reader>>>);

impl Readers {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(Vec::new()))
    }

    /// Notes that a memo reads this part, if one is being computed.
    pub(crate) fn note(self, part: Changes) -> bool {
        CURRENT.with_borrow(|current| {
            let Some(reader) = current else {
                return false;
            };
            reader.parts.set(reader.parts.get() | part);
            if !reader.is_listed.replace(true) {
                let reader = Rc::downgrade(reader);
                self.0.try_update_value(|readers| readers.push(reader));
            }
            true
        })
    }

    /// Computes those that have read a changed part.
    pub(crate) fn check(self, changes: Changes) {
        // Others may be computed for the first time in between.
        let readers = self.0.try_update_value(core::mem::take);
        let mut readers = readers.unwrap_or_default();
        readers.retain(|reader| {
            let reader = reader.upgrade();
            reader.inspect(|reader| reader.check(changes)).is_some()
        });
        self.0.try_update_value(|new| {
            readers.append(new);
            *new = readers;
        });
    }
}

/// Computes a memo, within the graph or outside of it.
pub(super) struct Reader {
    computed: Computed,
    is_other: IsOther,
    owner: Option<WeakOwner>,
    /// The parts it has read; none while the graph is to recompute it.
    parts: Cell<Changes>,
    /// The memo in the graph.
    memo: RefCell<Option<AnySubscriber>>,
    is_listed: Cell<bool>,
    latest: RefCell<Option<Value>>,
    changed: ArcTrigger,
}

/// Whether a value differs from the last one.
pub(super) type IsOther = fn(Option<&Value>, Option<&Value>) -> bool;

impl Reader {
    pub(super) fn new(computed: Computed, is_other: IsOther) -> Rc<Self> {
        Rc::new(Self {
            computed,
            is_other,
            owner: Owner::current().map(|owner| owner.downgrade()),
            parts: Cell::default(),
            memo: RefCell::default(),
            is_listed: Cell::default(),
            latest: RefCell::default(),
            changed: ArcTrigger::new(),
        })
    }

    /// Computes it within the graph.
    pub(super) fn compute(self: &Rc<Self>) -> Value {
        self.parts.take();
        self.memo.replace(Observer::get());
        let value = self.noting();
        if !self.parts.get().is_empty() {
            self.changed.track();
        }
        self.latest.replace(Some(value.clone()));
        value
    }

    /// Computes it, and notes the parts that it reads.
    fn noting(self: &Rc<Self>) -> Value {
        let outer = CURRENT.replace(Some(Rc::clone(self)));
        let value = self.computed.call();
        CURRENT.set(outer);
        value
    }

    fn check(self: &Rc<Self>, changes: Changes) {
        if !self.parts.get().touch(changes) {
            return;
        }
        let Some(owner) = self.owner.as_ref().and_then(WeakOwner::upgrade) else {
            return;
        };
        let Some(memo) = self.memo.borrow().clone() else {
            return;
        };
        // The same value may come from other parts and signals than before: the memo depends on these, too, from now on.
        let value = owner.with(|| memo.with_observer(|| self.noting()));
        if (self.is_other)(self.latest.borrow().as_ref(), Some(&value)) {
            self.parts.take();
            self.changed.notify();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    use super::*;
    use crate::reactive::Memo;
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
