//! What the view asks for. It never does anything itself.

use std::cell::Ref;
use std::rc::Rc;

use gws::{CallId, DeviceId, Mode, Scope};
use leptos::prelude::{LocalStorage, StoredValue, WithValue};
use supervision::{Instant, State};

/// Whoever carries out what a supervisor clicks.
pub(crate) trait Desk {
    fn listen_in(&self, target: DeviceId, scope: Scope, mode: Mode);
    fn stop(&self);
    fn answer(&self, call: &CallId);
    fn leave(&self, call: &CallId);
    fn retry_now(&self);
    fn look_at_directory(&self);
    fn choose_device(&self, device: DeviceId);
    fn dismiss_problem(&self);
    /// What there is to see.
    fn state(&self) -> Ref<'_, State>;
    /// The wall clock's reading at `at`, in milliseconds since 1970.
    fn wall(&self, at: Instant) -> f64;
}

/// A desk that closures can copy.
#[derive(Clone, Copy)]
pub(crate) struct DeskHandle(StoredValue<Rc<dyn Desk>, LocalStorage>);

impl DeskHandle {
    pub(crate) fn new(desk: Rc<dyn Desk>) -> Self {
        Self(StoredValue::new_local(desk))
    }

    /// Looks at the state.
    pub(super) fn read<T>(self, look: impl FnOnce(&State) -> T) -> T {
        let desk = self.0.with_value(Rc::clone);
        let state = desk.state();
        look(&state)
    }

    /// Asks the desk. Nobody else is held up meanwhile: the desk may change what is shown.
    pub(super) fn ask<T>(self, ask: impl FnOnce(&dyn Desk) -> T) -> T {
        let desk = self.0.with_value(Rc::clone);
        ask(&*desk)
    }
}
