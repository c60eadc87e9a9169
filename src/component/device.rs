//! The device in use, which both the application and a person can choose.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gws::DeviceId;
use leptos::prelude::*;
use supervision::State;

use super::Model;
use super::handle::Inner;
use crate::browser::Dispatch;

/// Keeps the application's model in step with the device in use. A device that the application sets is used as soon
/// as nothing is monitored with the one in use; until then the model holds the new one.
#[derive(Clone)]
pub(super) struct DeviceInUse {
    model: Model<Option<DeviceId>>,
    /// The device that the application asks for.
    wanted: Rc<RefCell<Option<DeviceId>>>,
    /// The device used last.
    used: Rc<RefCell<Option<DeviceId>>>,
    /// The value to which the model was set from here, until its effect has run.
    told: Rc<RefCell<Option<Option<DeviceId>>>>,
}

impl DeviceInUse {
    /// Makes the machine of a handle follow the model.
    pub(super) fn follow(model: Model<Option<DeviceId>>, handle: Weak<Inner>) -> Self {
        let device = Self {
            model,
            wanted: Rc::new(RefCell::new(model.value().get_untracked())),
            used: Rc::default(),
            told: Rc::default(),
        };
        let this = device.clone();
        let mut is_first = true;
        Effect::new(move || {
            let device = model.value().get();
            let is_told = this.told.take().is_some_and(|told| told == device);
            if core::mem::take(&mut is_first) || is_told {
                return;
            }
            this.wanted.replace(device.clone());
            let control = handle.upgrade().and_then(|handle| handle.control());
            if let Some(control) = control {
                control.want_device(device);
            }
        });
        device
    }

    /// The device with which a new machine starts.
    pub(super) fn begin(&self) -> Option<DeviceId> {
        self.used.take();
        self.wanted.borrow().clone()
    }

    /// Returns a function that sets the model, if the device in use has changed.
    pub(super) fn used_by(&self, state: &State) -> Option<Dispatch> {
        let used = state.my_device().id().cloned();
        if self.used.replace(used.clone()) == used {
            return None;
        }
        let this = self.clone();
        Some(Box::new(move || {
            if this.model.value().get_untracked() != used {
                this.told.replace(Some(used.clone()));
                this.model.set(used);
            }
        }))
    }
}
