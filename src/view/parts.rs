//! The state as signals, one a part, each set at most once a response.

use gws::{Device, DeviceId, User};
use leptos::prelude::*;
use supervision::{
    Changes, Connection, Directory, Instant, Journal, Leg, Monitoring, Pending, Problem, State,
};

/// What the view reads.
#[derive(Clone, Copy)]
pub(crate) struct Parts {
    pub(super) connection: RwSignal<Connection>,
    pub(super) person: RwSignal<Person>,
    pub(super) monitoring: RwSignal<Monitoring>,
    pub(super) request: RwSignal<Asked>,
    pub(super) legs: RwSignal<Vec<Leg>>,
    pub(super) directory: RwSignal<Directory>,
    pub(super) journal: RwSignal<Journal>,
    /// Advances once a second.
    pub(super) now: RwSignal<Instant>,
}

/// The supervisor and their devices.
#[derive(Clone, Default)]
pub(crate) struct Person {
    pub(super) me: Option<User>,
    pub(super) devices: Vec<Device>,
    pub(super) chosen: Option<DeviceId>,
}

/// What was asked for, or why it did not come about.
#[derive(Clone, Default)]
pub(crate) struct Asked {
    pub(super) pending: Option<Pending>,
    pub(super) problem: Option<Problem>,
}

impl Person {
    pub(super) fn device(&self) -> Option<&Device> {
        let chosen = self.chosen.as_ref()?;
        self.devices.iter().find(|device| device.id == *chosen)
    }
}

impl Parts {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            connection: RwSignal::default(),
            person: RwSignal::default(),
            monitoring: RwSignal::default(),
            request: RwSignal::default(),
            legs: RwSignal::default(),
            directory: RwSignal::default(),
            journal: RwSignal::default(),
            now: RwSignal::new(now),
        }
    }

    /// Takes over the parts that have changed.
    pub(crate) fn update(self, state: &State, changes: Changes, now: Instant) {
        if changes.touch(Changes::CONNECTION) {
            self.connection.set(state.connection.clone());
        }
        if changes.touch(Changes::DEVICE) {
            self.person.set(Person {
                me: state.me.clone(),
                devices: state.devices.clone(),
                chosen: state.device.clone(),
            });
        }
        if changes.touch(Changes::MONITORING) {
            self.monitoring.set(state.monitoring.clone());
        }
        if changes.touch(Changes::REQUEST) {
            self.request.set(Asked {
                pending: state.pending.clone(),
                problem: state.problem.clone(),
            });
        }
        if changes.touch(Changes::LEGS) {
            self.legs.set(state.legs.clone());
        }
        if changes.touch(Changes::DIRECTORY) {
            self.directory.set(state.directory.clone());
        }
        if changes.touch(Changes::JOURNAL) {
            self.journal.set(state.journal.clone());
        }
        self.tick(now);
    }

    /// Lets the clocks go on.
    pub(crate) fn tick(self, now: Instant) {
        self.now.set(now);
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
