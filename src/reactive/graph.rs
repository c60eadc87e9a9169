//! The graph of signals, memos and effects. A change marks what depends on it; effects then run after the current task,
//! in the order in which they were marked, if a value that they have read has changed. Memos are computed when they are
//! read.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen_futures::spawn_local;

use super::owner::Owner;
use super::readers::Reader;
use super::{Call, Run};

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
    /// The value is computed on each read.
    Derived(Box<dyn Call<Value>>),
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

    pub(super) fn derived(compute: Box<dyn Call<Value>>) -> Rc<Self> {
        Self::new(State::Clean, None, Work::Derived(compute))
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
        if let Work::Derived(compute) = &self.work {
            return compute.call();
        }
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
            spawn_local(async { run_marked() });
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
            Work::Nothing | Work::Derived(_) => {}
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

    fn forget_sources(self: &Rc<Self>) {
        for source in self.sources.take().iter().filter_map(Weak::upgrade) {
            let mut readers = source.readers.borrow_mut();
            readers.retain(|reader| !is_of(reader, self));
        }
    }

    /// What a memo has read of the state.
    pub(super) fn as_reader(&self) -> Option<&Reader> {
        match &self.work {
            Work::Memo { reader, .. } => Some(reader),
            _ => None,
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        for source in self.sources.take().iter().filter_map(Weak::upgrade) {
            let mut readers = source.readers.borrow_mut();
            readers.retain(|reader| !core::ptr::eq(reader.as_ptr(), self));
        }
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

/// Whether something depends on what is read.
pub(crate) fn is_tracking() -> bool {
    OBSERVER.with_borrow(Option::is_some)
}
