//! Leptos' signals, memos and stored values, with the types and methods that are used here. To Leptos all values
//! are of one type, so that its generic code is compiled once; these wrappers are thin.

mod calls;
mod readers;

use core::any::Any;
use core::marker::PhantomData;
use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{self, Get, GetUntracked, Set, Track, WithValue};
use leptos::tachys::html::element::ElementType;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::Element;

pub(crate) use self::calls::{Call, Handle, Run};
pub(crate) use self::readers::Readers;
use self::readers::{IsOther, Reader};

/// A value of any type. It stays on its thread, the only one.
#[derive(Clone)]
struct Value(SendWrapper<Rc<dyn Any>>);

impl Value {
    fn new<T: 'static>(value: T) -> Self {
        Self(SendWrapper::new(Rc::new(value)))
    }

    fn of<T: 'static>(&self) -> &T {
        let value = self.0.downcast_ref();
        value.expect("a value is read as what it was written as")
    }
}

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident of $inner:ty;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name<T> {
            inner: $inner,
            of: PhantomData<fn() -> T>,
        }

        impl<T> $name<T> {
            fn of(inner: $inner) -> Self {
                let of = PhantomData;
                Self { inner, of }
            }
        }
    )*};
}

macro_rules! copied {
    ($($name:ident),*) => {$(
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
                read(self.inner.get().of())
            }

            pub(crate) fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
                read(self.inner.get_untracked().of())
            }

            pub(crate) fn get(&self) -> T {
                self.with(T::clone)
            }

            pub(crate) fn get_untracked(&self) -> T {
                self.with_untracked(T::clone)
            }

            pub(crate) fn track(&self) {
                self.inner.track();
            }
        }
    )*};
}

handles! {
    /// A value that is computed on each read, or constant.
    Signal of prelude::Signal<Value>;
    /// A value that is tracked where it is read.
    RwSignal of prelude::RwSignal<Value>;
    /// Like [`RwSignal`], but reference-counted.
    ArcRwSignal of prelude::ArcRwSignal<Value>;
    /// A value that is recomputed when its sources change, and notifies when it differs.
    Memo of prelude::Memo<Value>;
    /// A value that is not tracked.
    StoredValue of prelude::StoredValue<Value>;
}

readable!(Signal, RwSignal, ArcRwSignal, Memo);

copied!(Signal, RwSignal, Memo, StoredValue);

impl<T> Clone for ArcRwSignal<T> {
    fn clone(&self) -> Self {
        Self::of(self.inner.clone())
    }
}

type Computed = Box<dyn Call<Value> + Send + Sync>;

impl<T: 'static> Signal<T> {
    pub(crate) fn derive(compute: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self::of(derived(Box::new(move || Value::new(compute()))))
    }

    pub(crate) fn stored(value: T) -> Self {
        Self::of(prelude::Signal::stored(Value::new(value)))
    }
}

impl<T: Clone + 'static> RwSignal<T> {
    pub(crate) fn new(value: T) -> Self {
        Self::of(prelude::RwSignal::new(Value::new(value)))
    }

    pub(crate) fn set(&self, value: T) {
        self.inner.set(Value::new(value));
    }

    /// None if it was disposed of with its owner.
    pub(crate) fn try_get_untracked(&self) -> Option<T> {
        Some(self.inner.try_get_untracked()?.of::<T>().clone())
    }

    pub(crate) fn update(&self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }
}

#[cfg(feature = "element")]
impl<T: 'static> ArcRwSignal<T> {
    pub(crate) fn new(value: T) -> Self {
        Self::of(prelude::ArcRwSignal::new(Value::new(value)))
    }

    pub(crate) fn set(&self, value: T) {
        self.inner.set(Value::new(value));
    }
}

impl<T> From<ArcRwSignal<T>> for Signal<T> {
    fn from(signal: ArcRwSignal<T>) -> Self {
        Self::of(signal.inner.into())
    }
}

impl<T> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Self {
        Self::of(memo.inner.into())
    }
}

impl<T: PartialEq + 'static> Memo<T> {
    pub(crate) fn new(compute: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self::of(memo(
            Box::new(move || Value::new(compute())),
            |last, now| last.map(Value::of::<T>) != now.map(Value::of::<T>),
        ))
    }
}

fn derived(computed: Computed) -> prelude::Signal<Value> {
    prelude::Signal::derive(move || computed.call())
}

fn memo(compute: Computed, is_other: IsOther) -> prelude::Memo<Value> {
    let reader = SendWrapper::new(Reader::new(compute, is_other));
    prelude::Memo::new_with_compare(move |_| reader.compute(), is_other)
}

impl<T: 'static> StoredValue<T> {
    pub(crate) fn new(value: T) -> Self {
        Self::of(prelude::StoredValue::new(Value::new(RefCell::new(value))))
    }

    pub(crate) fn with_value<R>(self, read: impl FnOnce(&T) -> R) -> R {
        let value = self.inner.with_value(Value::clone);
        read(&value.of::<RefCell<T>>().borrow())
    }

    /// None if it was disposed of with its owner.
    pub(crate) fn try_with_value<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        let value = self.inner.try_with_value(Value::clone)?;
        Some(read(&value.of::<RefCell<T>>().borrow()))
    }

    /// None if it was disposed of with its owner.
    pub(crate) fn try_update_value<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let value = self.inner.try_with_value(Value::clone)?;
        Some(change(&mut value.of::<RefCell<T>>().borrow_mut()))
    }

    /// Does nothing if it was disposed of with its owner.
    pub(crate) fn set_value(self, value: T) {
        let last = self.try_update_value(|now| core::mem::replace(now, value));
        // Dropping the last value may read this one.
        drop(last);
    }
}

/// A reference to an element, set when the element is in the page.
pub(crate) struct NodeRef<E>(RwSignal<Option<Element>>, PhantomData<fn() -> E>);

impl<E> Clone for NodeRef<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for NodeRef<E> {}

impl<E> Default for NodeRef<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> NodeRef<E> {
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(None), PhantomData)
    }

    pub(crate) fn load(self, element: &Element) {
        self.0.set(Some(element.clone()));
    }
}

impl<E: ElementType<Output: JsCast>> NodeRef<E> {
    pub(crate) fn get(self) -> Option<E::Output> {
        self.0.get().map(JsCast::unchecked_into)
    }

    pub(crate) fn get_untracked(self) -> Option<E::Output> {
        self.0.get_untracked().map(JsCast::unchecked_into)
    }

    /// None if it was disposed of with its owner.
    pub(crate) fn try_get_untracked(self) -> Option<Option<E::Output>> {
        let element = self.0.try_get_untracked()?;
        Some(element.map(JsCast::unchecked_into))
    }
}
