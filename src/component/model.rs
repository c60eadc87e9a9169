//! A value that the application and the widget both set.

use leptos::prelude::*;

/// A value that both the application and the widget set. Made from a value, an `RwSignal`, or both halves of a signal.
#[derive(Debug)]
pub struct Model<T: Send + Sync + 'static> {
    value: Signal<T>,
    setter: SignalSetter<T>,
}

impl<T: Send + Sync + 'static> Model<T> {
    pub(super) fn value(self) -> Signal<T> {
        self.value
    }

    pub(super) fn set(self, value: T) {
        self.setter.set(value);
    }
}

impl<T: Send + Sync> Clone for Model<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Model<T> {}

impl<T: Default + Send + Sync> Default for Model<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T: Send + Sync> From<T> for Model<T> {
    fn from(value: T) -> Self {
        RwSignal::new(value).into()
    }
}

impl<T: Send + Sync> From<RwSignal<T>> for Model<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self {
            value: signal.into(),
            setter: signal.into(),
        }
    }
}

impl<T: Send + Sync> From<(ReadSignal<T>, WriteSignal<T>)> for Model<T> {
    fn from((value, setter): (ReadSignal<T>, WriteSignal<T>)) -> Self {
        Self {
            value: value.into(),
            setter: setter.into(),
        }
    }
}

impl<T: Send + Sync> From<(Signal<T>, SignalSetter<T>)> for Model<T> {
    fn from((value, setter): (Signal<T>, SignalSetter<T>)) -> Self {
        Self { value, setter }
    }
}
