//! The state by its parts. Nothing is copied: a part says when it has changed, at most once a
//! response, and whoever reads it looks at the state itself.

use gws::DeviceId;
use leptos::prelude::*;
use supervision::{Changes, Connection, Directory, Instant, Journal, Leg, Monitoring, State};

use super::desk::DeskHandle;

/// What tells the view that it should look again.
#[derive(Clone, Copy)]
pub(crate) struct Triggers {
    connection: Trigger,
    person: Trigger,
    monitoring: Trigger,
    request: Trigger,
    legs: Trigger,
    directory: Trigger,
    journal: Trigger,
    /// Advances once a second.
    now: RwSignal<Instant>,
}

impl Triggers {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            connection: Trigger::new(),
            person: Trigger::new(),
            monitoring: Trigger::new(),
            request: Trigger::new(),
            legs: Trigger::new(),
            directory: Trigger::new(),
            journal: Trigger::new(),
            now: RwSignal::new(now),
        }
    }

    /// Tells whoever reads them that these parts have changed.
    pub(crate) fn notify(self, changes: Changes, now: Instant) {
        for (part, trigger) in [
            (Changes::CONNECTION, self.connection),
            (Changes::DEVICE, self.person),
            (Changes::MONITORING, self.monitoring),
            (Changes::REQUEST, self.request),
            (Changes::LEGS, self.legs),
            (Changes::DIRECTORY, self.directory),
            (Changes::JOURNAL, self.journal),
        ] {
            if changes.touch(part) {
                trigger.notify();
            }
        }
        self.tick(now);
    }

    /// Lets the clocks go on.
    pub(crate) fn tick(self, now: Instant) {
        self.now.set(now);
    }
}

/// What the view reads.
#[derive(Clone, Copy)]
pub(crate) struct Parts {
    pub(super) connection: Part<Connection>,
    /// The supervisor and their devices.
    pub(super) person: Part<State>,
    pub(super) monitoring: Part<Monitoring>,
    /// What was asked for, or why it did not come about.
    pub(super) request: Part<State>,
    pub(super) legs: Part<Vec<Leg>>,
    pub(super) directory: Part<Directory>,
    pub(super) journal: Part<Journal>,
    pub(super) now: RwSignal<Instant>,
}

/// A part of the state.
pub(super) struct Part<T: 'static> {
    changed: Trigger,
    desk: DeskHandle,
    of: fn(&State) -> &T,
}

impl Parts {
    pub(crate) fn new(triggers: Triggers, desk: DeskHandle) -> Self {
        Self {
            connection: Part::new(triggers.connection, desk, |state| &state.connection),
            person: Part::new(triggers.person, desk, |state| state),
            monitoring: Part::new(triggers.monitoring, desk, |state| &state.monitoring),
            request: Part::new(triggers.request, desk, |state| state),
            legs: Part::new(triggers.legs, desk, |state| &state.legs),
            directory: Part::new(triggers.directory, desk, |state| &state.directory),
            journal: Part::new(triggers.journal, desk, |state| &state.journal),
            now: triggers.now,
        }
    }

    /// How a device is called: name and number from the directory, or else what is known of it.
    pub(super) fn name_of(self, device: Option<&DeviceId>, number: Option<&str>) -> String {
        let known = device.and_then(|device| {
            self.directory.with(|directory| {
                let entry = directory.entry(device)?;
                Some(format!("{} · {}", entry.name, entry.number))
            })
        });
        known
            .or_else(|| number.map(str::to_owned))
            .or_else(|| device.map(|device| format!("device {device}")))
            .unwrap_or_else(|| "an unknown device".to_owned())
    }
}

impl<T> Part<T> {
    fn new(changed: Trigger, desk: DeskHandle, of: fn(&State) -> &T) -> Self {
        Self { changed, desk, of }
    }

    /// Looks at it, and again whenever it has changed.
    pub(super) fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.changed.track();
        self.desk.read(|state| look((self.of)(state)))
    }

    /// Looks again whenever it has changed.
    pub(super) fn track(self) {
        self.changed.track();
    }
}

impl<T> Clone for Part<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Part<T> {}
