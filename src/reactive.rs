//! Signals, memos, effects and stored values of the widget, with the names and the semantics of Leptos' (whose own, for
//! several threads, take 9 kB more, brotli). Within the graph all values are of one type, so that its code is compiled once;
//! the types here are thin. What runs in this graph must not read signals of Leptos', nor the reverse: neither is told of
//! the other's changes.
//!
//! | file | holds |
//! |---|---|
//! | `graph` | what depends on what, and when it runs |
//! | `graph/owner` | when it ends |
//! | `graph/readers` | memos that read parts of the machine's state |
//! | `calls` | functions behind a pointer |

mod calls;
mod graph;

use core::marker::PhantomData;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

pub(crate) use self::calls::{Call, Handle, Run};
use self::graph::{Id, Node, Value, node, own, try_node};
pub(crate) use self::graph::{Owner, Readers, provide_context, untrack, use_context};

fn of<T: 'static>(value: &Value) -> &T {
    let value = value.downcast_ref();
    value.expect("a value is read as what it was written as")
}

// Values are read at many places: these are not generic.

fn read(id: Id) -> Value {
    node(id).read()
}

fn read_untracked(id: Id) -> Value {
    node(id).read_untracked()
}

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name<T>(Id, PhantomData<fn() -> T>);

        impl<T> $name<T> {
            fn own(node: Rc<Node>) -> Self {
                Self(own(node), PhantomData)
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}
    )*};
}

macro_rules! readable {
    ($($name:ident),*) => {$(
        #[allow(dead_code, reason = "all that can be read can be read alike")]
        impl<T: Clone + 'static> $name<T> {
            /// Reads the value, and tracks it.
            pub(crate) fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
                read(of(&self::read(self.0)))
            }

            pub(crate) fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
                read(of(&read_untracked(self.0)))
            }

            pub(crate) fn get(&self) -> T {
                self.with(T::clone)
            }

            pub(crate) fn get_untracked(&self) -> T {
                self.with_untracked(T::clone)
            }

            pub(crate) fn track(&self) {
                self::read(self.0);
            }
        }
    )*};
}

handles! {
    /// A value that is tracked where it is read, and set or computed elsewhere, or constant.
    Signal;
    /// A value that is tracked where it is read.
    RwSignal;
    /// A value that is recomputed when its sources change, and notifies when it differs.
    Memo;
    /// A value that stays the same.
    StoredValue;
}

readable!(Signal, RwSignal, Memo);

impl<T: 'static> Signal<T> {
    pub(crate) fn stored(value: T) -> Self {
        Self::own(Node::of_value(Rc::new(value)))
    }
}

impl<T: Clone + 'static> RwSignal<T> {
    pub(crate) fn new(value: T) -> Self {
        Self::own(Node::of_value(Rc::new(value)))
    }

    /// Does nothing if it was disposed of with its owner.
    pub(crate) fn set(&self, value: T) {
        set(self.0, Rc::new(value));
    }

    /// None if it was disposed of with its owner.
    pub(crate) fn try_get_untracked(&self) -> Option<T> {
        Some(of::<T>(&try_node(self.0)?.read_untracked()).clone())
    }

    pub(crate) fn update(&self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }
}

fn set(id: Id, value: Value) {
    if let Some(node) = try_node(id) {
        node.set(value);
    }
}

/// Like [`RwSignal`], but not owned.
pub(crate) struct ArcRwSignal<T>(Rc<Node>, PhantomData<fn() -> T>);

impl<T> Clone for ArcRwSignal<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0), PhantomData)
    }
}

impl<T: Clone + 'static> ArcRwSignal<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Node::of_value(Rc::new(value)), PhantomData)
    }

    pub(crate) fn get(&self) -> T {
        of::<T>(&self.0.read()).clone()
    }

    pub(crate) fn get_untracked(&self) -> T {
        self.with_untracked(T::clone)
    }

    pub(crate) fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(of(&self.0.read_untracked()))
    }

    pub(crate) fn set(&self, value: T) {
        self.0.set(Rc::new(value));
    }
}

impl<T> From<ArcRwSignal<T>> for Signal<T> {
    fn from(signal: ArcRwSignal<T>) -> Self {
        Self::own(signal.0)
    }
}

impl<T> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Self {
        Self(memo.0, PhantomData)
    }
}

impl<T> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self(signal.0, PhantomData)
    }
}

impl<T: PartialEq + 'static> Memo<T> {
    pub(crate) fn new(compute: impl Fn() -> T + 'static) -> Self {
        let compute = move || -> Value { Rc::new(compute()) };
        let is_other = |last: &Value, now: &Value| of::<T>(last) != of::<T>(now);
        Self::own(Node::memo(Box::new(compute), is_other))
    }
}

impl<T: 'static> StoredValue<T> {
    pub(crate) fn new(value: T) -> Self {
        Self::own(Node::of_value(Rc::new(value)))
    }

    pub(crate) fn get(self) -> Rc<T> {
        let value = self.try_get();
        value.expect("a stored value is read while its owner is there")
    }

    /// None if it was disposed of with its owner.
    pub(crate) fn try_get(self) -> Option<Rc<T>> {
        try_node(self.0)?.value().downcast().ok()
    }
}

/// Notifies without a value.
#[derive(Clone, Copy)]
pub(crate) struct Trigger(Id);

impl Trigger {
    pub(crate) fn new() -> Self {
        Self(own(Node::trigger()))
    }

    pub(crate) fn track(self) {
        node(self.0).track();
    }

    /// Does nothing if it was disposed of with its owner.
    pub(crate) fn notify(self) {
        if let Some(node) = try_node(self.0) {
            node.notify();
        }
    }
}

/// Like [`Trigger`], but not owned.
#[derive(Clone)]
pub(crate) struct ArcTrigger(Rc<Node>);

impl ArcTrigger {
    pub(crate) fn new() -> Self {
        Self(Node::trigger())
    }

    pub(crate) fn track(&self) {
        self.0.track();
    }

    #[cfg(feature = "element")]
    pub(crate) fn notify(&self) {
        self.0.notify();
    }
}

/// Runs after the current task, and again after each in which its sources have changed, until the owner is disposed of.
pub(crate) fn effect(run: Box<dyn Run>) {
    let effect = Node::effect(run);
    effect.schedule();
    own(effect);
}

/// An effect that runs at once, and ends when this is dropped.
pub(crate) struct RenderEffect(#[allow(dead_code, reason = "keeps it")] Rc<Node>);

impl RenderEffect {
    pub(crate) fn new(run: impl Run + 'static) -> Self {
        let effect = Node::effect(Box::new(run));
        effect.run();
        Self(effect)
    }
}

/// A reference to an element, set when the element is in the page.
#[derive(Clone, Copy)]
pub(crate) struct NodeRef(RwSignal<Option<HtmlElement>>);

impl Default for NodeRef {
    fn default() -> Self {
        Self::new()
    }
}

impl NodeRef {
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    pub(crate) fn load(self, element: &Element) {
        self.0.set(Some(element.clone().unchecked_into()));
    }

    pub(crate) fn get(self) -> Option<HtmlElement> {
        self.0.get()
    }

    /// None also if it was disposed of with its owner.
    pub(crate) fn get_untracked(self) -> Option<HtmlElement> {
        self.0.try_get_untracked().flatten()
    }
}
