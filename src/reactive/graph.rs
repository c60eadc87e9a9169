//! The graph of signals, memos and effects. A change marks what depends on it; effects then run after the current task,
//! in the order in which they were marked, if a value that they have read has changed. Memos are computed when they are
//! read.

mod owner;
mod readers;

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

pub(super) use self::owner::{Id, node, own, try_node};
pub(crate) use self::owner::{Owner, provide_context, use_context};
use self::readers::Reader;
pub(crate) use self::readers::Readers;
use super::{Call, Run};
use crate::promise::soon;

thread_local! {
    /// The memo or effect that is running, which depends on what is read.
    static OBSERVER: RefCell<Option<Rc<Node>>> = const { RefCell::new(None) };
    /// The effects that are marked.
    static MARKED: RefCell<Vec<Weak<Node>>> = const { RefCell::new(Vec::new()) };
}

/// A value of any type.
pub(super) type Value = Rc<dyn Any>;

/// Whether a value differs from the last one.
pub(super) type IsOther = fn(&Value, &Value) -> bool;

/// A signal, trigger, memo, effect or stored value.
pub(super) struct Node {
    state: Cell<State>,
    /// None before a memo is computed, and always of an effect.
    value: RefCell<Option<Value>>,
    work: Work,
    /// What it has read.
    sources: RefCell<Vec<Weak<Self>>>,
    /// Those that have read it.
    readers: RefCell<Vec<Weak<Self>>>,
}

/// Whether a memo or an effect must run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Clean,
    /// If a memo that it has read has changed.
    Check,
    Dirty,
}

enum Work {
    /// The value is set.
    Nothing,
    Memo {
        compute: Box<dyn Call<Value>>,
        is_other: IsOther,
        owner: Owner,
        reader: Reader,
    },
    Effect {
        run: RefCell<Box<dyn Run>>,
        owner: Owner,
    },
}

impl Node {
    fn new(state: State, value: Option<Value>, work: Work) -> Rc<Self> {
        Rc::new(Self {
            state: Cell::new(state),
            value: RefCell::new(value),
            work,
            sources: RefCell::default(),
            readers: RefCell::default(),
        })
    }

    pub(super) fn of_value(value: Value) -> Rc<Self> {
        Self::new(State::Clean, Some(value), Work::Nothing)
    }

    /// A node without a value.
    pub(super) fn trigger() -> Rc<Self> {
        Self::new(State::Clean, None, Work::Nothing)
    }

    pub(super) fn memo(compute: Box<dyn Call<Value>>, is_other: IsOther) -> Rc<Self> {
        let work = Work::Memo {
            compute,
            is_other,
            owner: Owner::new(),
            reader: Reader::default(),
        };
        Self::new(State::Dirty, None, work)
    }

    /// An effect that has not run.
    pub(super) fn effect(run: Box<dyn Run>) -> Rc<Self> {
        let work = Work::Effect {
            run: RefCell::new(run),
            owner: Owner::new(),
        };
        Self::new(State::Dirty, None, work)
    }

    /// The value, which the observer depends on.
    pub(super) fn read(self: &Rc<Self>) -> Value {
        self.update();
        self.track();
        self.value()
    }

    /// The value as it is.
    pub(super) fn value(&self) -> Value {
        let value = self.value.borrow().clone();
        value.expect("what is read has a value")
    }

    pub(super) fn read_untracked(self: &Rc<Self>) -> Value {
        untrack(|| self.read())
    }

    /// Makes the observer depend on this.
    pub(super) fn track(self: &Rc<Self>) {
        let Some(observer) = observer() else {
            return;
        };
        let mut sources = observer.sources.borrow_mut();
        if !sources.iter().any(|source| is_of(source, self)) {
            sources.push(Rc::downgrade(self));
            self.readers.borrow_mut().push(Rc::downgrade(&observer));
        }
    }

    pub(super) fn set(&self, value: Value) {
        let last = self.value.replace(Some(value));
        self.notify();
        drop(last);
    }

    /// Marks what depends on this.
    pub(super) fn notify(&self) {
        self.mark_readers(State::Dirty);
    }

    fn mark_readers(&self, state: State) {
        let readers = self.readers.borrow().clone();
        for reader in readers.iter().filter_map(Weak::upgrade) {
            reader.mark(state);
        }
    }

    fn mark(self: &Rc<Self>, state: State) {
        let before = self.state.get();
        self.state.set(before.max(state));
        if before != State::Clean {
            return;
        }
        match &self.work {
            Work::Effect { .. } => self.schedule(),
            _ => self.mark_readers(State::Check),
        }
    }

    /// Runs an effect after the current task.
    pub(super) fn schedule(self: &Rc<Self>) {
        let is_first = MARKED.with_borrow_mut(|marked| {
            marked.push(Rc::downgrade(self));
            marked.len() == 1
        });
        if is_first {
            soon(run_marked);
        }
    }

    /// Computes a memo or runs an effect, if something that it has read has changed.
    fn update(self: &Rc<Self>) {
        if self.state.get() == State::Check {
            let sources = self.sources.borrow().clone();
            for source in sources.iter().filter_map(Weak::upgrade) {
                source.update();
                if self.state.get() == State::Dirty {
                    break;
                }
            }
        }
        match self.state.get() {
            State::Dirty => self.run(),
            _ => self.state.set(State::Clean),
        }
    }

    /// Computes a memo or runs an effect.
    pub(super) fn run(self: &Rc<Self>) {
        self.forget_sources();
        match &self.work {
            Work::Nothing => {}
            Work::Effect { run, owner } => {
                self.state.set(State::Clean);
                owner.clear();
                owner.with(|| observed(Some(Rc::clone(self)), || run.borrow_mut().run()));
            }
            Work::Memo {
                compute,
                is_other,
                owner,
                reader,
            } => {
                reader.parts.take();
                owner.clear();
                let value = owner.with(|| observed(Some(Rc::clone(self)), || compute.call()));
                let last = self.value.replace(Some(Rc::clone(&value)));
                self.state.set(State::Clean);
                if last.is_none_or(|last| is_other(&last, &value)) {
                    self.notify();
                }
            }
        }
    }

    fn forget_sources(&self) {
        for source in self.sources.take().iter().filter_map(Weak::upgrade) {
            let mut readers = source.readers.borrow_mut();
            readers.retain(|reader| !core::ptr::eq(reader.as_ptr(), self));
        }
    }

    /// What a memo has read of the state.
    fn as_reader(&self) -> Option<&Reader> {
        match &self.work {
            Work::Memo { reader, .. } => Some(reader),
            _ => None,
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.forget_sources();
    }
}

fn is_of(weak: &Weak<Node>, node: &Rc<Node>) -> bool {
    weak.as_ptr() == Rc::as_ptr(node)
}

fn run_marked() {
    for effect in MARKED.take().iter().filter_map(Weak::upgrade) {
        effect.update();
    }
}

/// The memo or effect that is running.
pub(super) fn observer() -> Option<Rc<Node>> {
    OBSERVER.with_borrow(Clone::clone)
}

fn observed<T>(observer: Option<Rc<Node>>, run: impl FnOnce() -> T) -> T {
    let outer = OBSERVER.replace(observer);
    let result = run();
    leave(outer);
    result
}

fn leave(outer: Option<Rc<Node>>) {
    // Dropping the last handle of an effect may read others.
    drop(OBSERVER.replace(outer));
}

/// Runs a function without depending on what it reads.
pub(crate) fn untrack<T>(run: impl FnOnce() -> T) -> T {
    observed(None, run)
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::reactive::{Memo, RenderEffect, RwSignal, StoredValue, Trigger, effect};
    use crate::test;

    type Log = Rc<RefCell<Vec<String>>>;

    fn check(log: &Log, expect: &[&str]) {
        assert_eq!(log.take(), expect);
    }

    /// Logs a value.
    fn watch(log: &Log, name: &'static str, value: impl Fn() -> i32 + 'static) {
        let log = Rc::clone(log);
        effect(Box::new(move || {
            let value = value();
            log.borrow_mut().push(format!("{name} {value}"));
        }));
    }

    #[test]
    fn effects_run_after_the_task_once_and_in_order() {
        let log = Log::default();
        Owner::new().with(|| {
            let (one, two) = (RwSignal::new(1), RwSignal::new(2));
            watch(&log, "two", move || two.get());
            watch(&log, "one", move || one.get());
            watch(&log, "sum", move || one.get() + two.get());
            check(&log, &[]);
            run_marked();
            check(&log, &["two 2", "one 1", "sum 3"]);
            one.set(3);
            two.set(4);
            one.set(5);
            check(&log, &[]);
            run_marked();
            check(&log, &["one 5", "sum 9", "two 4"]);
            run_marked();
            check(&log, &[]);
        });
    }

    #[test]
    fn an_effect_runs_only_if_a_memo_that_it_reads_differs() {
        let log = Log::default();
        Owner::new().with(|| {
            let number = RwSignal::new(1);
            let computed = Rc::clone(&log);
            let half = Memo::new(move || {
                computed.borrow_mut().push("halved".to_owned());
                number.get() / 2
            });
            let other = Memo::new(move || number.get() % 2);
            let both = Memo::new(move || 10 * half.get() + other.get());
            watch(&log, "half", move || half.get());
            watch(&log, "both", move || both.get());
            run_marked();
            check(&log, &["halved", "half 0", "both 1"]);
            number.set(0);
            run_marked();
            check(&log, &["halved", "both 0"]);
            number.set(2);
            assert_eq!(both.get(), 10, "up to date before effects run");
            check(&log, &["halved"]);
            run_marked();
            check(&log, &["half 1", "both 10"]);
        });
    }

    #[test]
    fn an_effect_depends_on_what_it_read_last() {
        let log = Log::default();
        Owner::new().with(|| {
            let (choice, one, two) = (RwSignal::new(true), RwSignal::new(1), RwSignal::new(2));
            let chosen = move || if choice.get() { one.get() } else { two.get() };
            watch(&log, "is", chosen);
            run_marked();
            two.set(3);
            run_marked();
            check(&log, &["is 1"]);
            choice.set(false);
            run_marked();
            one.set(4);
            run_marked();
            two.set(untrack(|| two.get()) + 1);
            run_marked();
            check(&log, &["is 3", "is 4"]);
        });
    }

    #[test]
    fn an_effect_that_changes_what_it_reads_runs_again() {
        let log = Log::default();
        Owner::new().with(|| {
            let number = RwSignal::new(0);
            effect(Box::new(move || {
                if number.get() < 3 {
                    number.update(|number| *number += 1);
                }
            }));
            watch(&log, "is", move || number.get());
            while MARKED.with_borrow(|marked| !marked.is_empty()) {
                run_marked();
            }
            assert_eq!(number.get_untracked(), 3);
        });
        assert_eq!(log.take().last().unwrap(), "is 3");
    }

    #[test]
    fn what_an_effect_creates_ends_when_it_runs_again() {
        struct Logged(Log, i32);

        impl Drop for Logged {
            fn drop(&mut self) {
                self.0.borrow_mut().push(format!("dropped {}", self.1));
            }
        }

        let log = Log::default();
        let owner = Owner::new();
        let (outer, inner) = owner.with(|| {
            let (outer, inner) = (RwSignal::new(1), RwSignal::new(1));
            let own = Rc::clone(&log);
            effect(Box::new(move || {
                StoredValue::new(Logged(Rc::clone(&own), outer.get()));
                watch(&own, "inner", move || inner.get());
            }));
            (outer, inner)
        });
        run_marked();
        run_marked();
        check(&log, &["inner 1"]);
        inner.set(2);
        outer.set(2);
        run_marked();
        run_marked();
        check(&log, &["inner 2", "dropped 1", "inner 2"]);
        drop(owner);
        check(&log, &["dropped 2"]);
        inner.set(3);
        run_marked();
        check(&log, &[]);
        assert!(inner.try_get_untracked().is_none(), "it has ended");
        // Another may have its place.
        let later = Owner::new();
        later.with(|| [RwSignal::new(7), RwSignal::new(8), RwSignal::new(9)]);
        assert!(inner.try_get_untracked().is_none(), "it is another one");
    }

    #[test]
    fn a_handle_is_of_no_later_node() {
        let new = || Owner::new().with(|| RwSignal::new(0));
        let first = new();
        // Each has the place of the one before.
        for _ in 0..5_000 {
            new();
            assert!(first.try_get_untracked().is_none());
        }
    }

    #[test]
    fn a_render_effect_runs_at_once_and_ends_when_it_is_dropped() {
        let log = Log::default();
        Owner::new().with(|| {
            let changed = Trigger::new();
            let own = Rc::clone(&log);
            let effect = RenderEffect::new(move || {
                changed.track();
                own.borrow_mut().push("ran".to_owned());
            });
            check(&log, &["ran"]);
            changed.notify();
            run_marked();
            check(&log, &["ran"]);
            changed.notify();
            drop(effect);
            run_marked();
            check(&log, &[]);
        });
    }
}
