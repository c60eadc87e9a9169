//! Whom each of the supervisor's devices monitors: only what the device says.

use core::mem::discriminant;
use std::sync::Arc;

use gws::{Device, DeviceId, Mode, MonitoringKind, MonitoringState, Scope};

use crate::directory::Directory;
use crate::operation::{MonitoringChoice, Target, is_in_full, is_same_number};
use crate::time::{Bound, Moment, Since};

/// A device's monitoring state.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Monitoring {
    /// The device has not been read yet.
    #[default]
    Unknown,
    /// Nobody is monitored.
    None,
    /// Someone is.
    Active(Arc<Monitored>),
    /// The server says that someone is monitored, in a form that this version can't read.
    Unrecognised(String),
}

/// A monitoring subscription in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Monitored {
    /// How the supervisor takes part.
    pub kind: MonitoringKind,
    /// Which calls.
    pub mode: Mode,
    /// Which part of a call.
    pub scope: Scope,
    /// The monitored device, if its URI is readable.
    pub target: Option<DeviceId>,
    /// The monitored number, if the server says so.
    pub number: Option<String>,
    /// Since when.
    pub since: Since,
}

/// How something was learnt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    /// By a notification: it has just happened.
    Told,
    /// By a read: it happened at some time since the last read or notification, if there was one.
    Found {
        /// When it was last known to be different.
        since: Option<Moment>,
    },
}

/// What all devices of the supervisor monitor.
#[derive(Clone, Debug, Default)]
pub(crate) struct MonitoringBook {
    devices: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    device: DeviceId,
    shown: Monitoring,
    /// When it was last notified or read.
    seen: Moment,
    /// Whether a monitored call was on the device since monitoring began.
    had_call: bool,
    /// The requested target that may be in force, if the device does not say whom it monitors.
    may_be: Option<Target>,
}

/// A device has changed its monitoring.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MonitoringChange {
    pub(crate) device: DeviceId,
    pub(crate) before: Monitoring,
    pub(crate) after: Monitoring,
    pub(crate) source: Source,
    pub(crate) had_call: bool,
}

impl Monitoring {
    /// The subscription in force, if it is readable.
    pub fn active(&self) -> Option<&Arc<Monitored>> {
        match self {
            Self::Active(active) => Some(active),
            _ => None,
        }
    }

    fn of(device: &Device, since: Since) -> Self {
        match &device.supervisor_monitoring_state {
            None => Self::None,
            Some(state) if says_nothing(state) => Self::Unknown,
            Some(MonitoringState::Unrecognised(word)) => Self::Unrecognised(word.clone()),
            Some(MonitoringState::Known(known)) => Self::Active(Arc::new(Monitored {
                kind: known.state.clone(),
                mode: known.mode.clone(),
                scope: known.scope.clone(),
                target: known.target(),
                number: known.phone_number.clone(),
                since,
            })),
        }
    }

    /// Whether `other` is the same, apart from its beginning.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Active(one), Self::Active(other)) => one.is_same(other),
            (Self::Unrecognised(one), Self::Unrecognised(other)) => one == other,
            (one, other) => discriminant(one) == discriminant(other),
        }
    }
}

/// Whether it says neither that somebody is monitored nor that nobody is.
fn says_nothing(state: &MonitoringState) -> bool {
    let word = match state {
        MonitoringState::Known(known) => known.state.as_str(),
        MonitoringState::Unrecognised(word) => word,
    };
    let word = word.trim();
    ["", "none", "false", "null", "a list"]
        .iter()
        .any(|nothing| word.eq_ignore_ascii_case(nothing))
}

impl Monitored {
    /// Whether this is the requested `choice`: target, kind, scope and mode.
    pub(crate) fn is(&self, choice: &MonitoringChoice, directory: &Directory) -> bool {
        self.kind == choice.kind
            && self.has_options(&choice.scope, &choice.mode)
            && self.is_of(&choice.target, directory)
    }

    /// Whether it has this scope and mode.
    pub(crate) fn has_options(&self, scope: &Scope, mode: &Mode) -> bool {
        self.scope == *scope && self.mode == *mode
    }

    /// Whether this target is monitored. A server may send only the device or only the number: then the
    /// directory has the number of the device.
    pub(crate) fn is_of(&self, target: &Target, directory: &Directory) -> bool {
        match target {
            Target::Device(device) => match (&self.target, &self.number) {
                (None, Some(own)) => {
                    let number = directory.number_of(device);
                    number.is_some_and(|number| is_same_number(own, number))
                }
                (target, _) => target.as_ref() == Some(device),
            },
            Target::Number(number) => {
                let of_device = || directory.number_of(self.target.as_ref()?);
                let own = self.number.as_deref().or_else(of_device);
                own.is_some_and(|own| is_same_number(own, number))
            }
        }
    }

    /// Whether this can be the result of `choice`. Assumption: a server may write a number in full that
    /// was requested in short form, name only a device whose number is unknown, or omit scope or mode.
    pub(crate) fn can_be(&self, choice: &MonitoringChoice, directory: &Directory) -> bool {
        let same_target = || match (&choice.target, &self.number) {
            (Target::Number(asked), Some(own)) => is_in_full(own, asked),
            (Target::Number(_), None) => {
                let target = self.target.as_ref();
                target.is_some_and(|target| directory.number_of(target).is_none())
            }
            (Target::Device(_), _) => false,
        };
        let is_scope = self.scope.as_str().is_empty() || self.scope == choice.scope;
        let is_mode = self.mode.as_str().is_empty() || self.mode == choice.mode;
        let same_way = self.kind == choice.kind && is_scope && is_mode;
        same_way && (self.is_of(&choice.target, directory) || same_target())
    }

    /// Whether it is the same agent, monitored in any way.
    pub(crate) fn has_target_of(&self, other: &Self) -> bool {
        match (&self.target, &other.target) {
            (None, None) => self.number == other.number,
            (one, other) => one == other,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        (&self.kind, &self.mode, &self.scope) == (&other.kind, &other.mode, &other.scope)
            && self.has_target_of(other)
    }
}

impl MonitoringBook {
    pub(crate) fn of(&self, device: &DeviceId) -> &Monitoring {
        const UNKNOWN: &Monitoring = &Monitoring::Unknown;
        self.entry(device).map_or(UNKNOWN, |entry| &entry.shown)
    }

    /// The devices that monitor somebody.
    pub(crate) fn active(&self) -> impl Iterator<Item = (&DeviceId, &Arc<Monitored>)> {
        self.devices
            .iter()
            .filter_map(|entry| Some((&entry.device, entry.shown.active()?)))
    }

    /// When the device was last notified or read.
    pub(crate) fn seen(&self, device: &DeviceId) -> Option<Moment> {
        self.entry(device).map(|entry| entry.seen)
    }

    /// Applies what a device says. An unchanged state keeps its beginning.
    pub(crate) fn learn(
        &mut self,
        device: &Device,
        source: Source,
        now: Moment,
    ) -> Option<MonitoringChange> {
        let position = self.devices.iter().position(|e| e.device == device.id);
        let entry = match position {
            Some(position) => &mut self.devices[position],
            None => {
                self.devices.push(Entry {
                    device: device.id.clone(),
                    shown: Monitoring::Unknown,
                    seen: now,
                    had_call: false,
                    may_be: None,
                });
                self.devices.last_mut()?
            }
        };
        // A device of which nothing was known may have been in that state for long.
        let bound = match (source, &entry.shown) {
            (Source::Told, Monitoring::None | Monitoring::Active(_)) => Bound::Exact,
            _ => Bound::AtLeast,
        };
        let new = Monitoring::of(device, Since::new(now, bound));
        entry.seen = now;
        if entry.shown.says_the_same(&new) {
            // A newer server's fields may have been added; the beginning stays.
            return None;
        }
        let before = core::mem::replace(&mut entry.shown, new.clone());
        let had_call = core::mem::take(&mut entry.had_call);
        entry.may_be = None;
        Some(MonitoringChange {
            device: device.id.clone(),
            before,
            after: new,
            source,
            had_call,
        })
    }

    /// The requested target that the device may monitor, if it does not say whom.
    pub(crate) fn may_be(&self, device: &DeviceId) -> Option<&Target> {
        self.entry(device)?.may_be.as_ref()
    }

    /// The device may monitor this target.
    pub(crate) fn may_monitor(&mut self, device: &DeviceId, target: &Target) {
        let entries = self.devices.iter_mut();
        for entry in entries.filter(|entry| entry.device == *device) {
            entry.may_be = Some(target.clone());
        }
    }

    /// A monitored call is on the device.
    pub(crate) fn has_call(&mut self, device: &DeviceId) {
        for entry in &mut self.devices {
            entry.had_call |= entry.device == *device;
        }
    }

    /// The clock was set, or advanced during sleep.
    pub(crate) fn clock_jumped(&mut self, now: Moment) {
        for entry in &mut self.devices {
            if let Monitoring::Active(active) = &mut entry.shown {
                let mut monitored = Monitored::clone(active);
                monitored.since.clock_jumped(now);
                *active = Arc::new(monitored);
            }
        }
    }

    /// Forgets devices that are not among these. Returns whom they monitored.
    pub(crate) fn keep(&mut self, devices: &[Arc<Device>]) -> Vec<(DeviceId, Arc<Monitored>)> {
        let is_gone = |entry: &Entry| devices.iter().all(|device| device.id != entry.device);
        let mut gone = Vec::new();
        while let Some(position) = self.devices.iter().position(is_gone) {
            let entry = self.devices.remove(position);
            if let Monitoring::Active(monitored) = entry.shown {
                gone.push((entry.device, monitored));
            }
        }
        gone
    }

    fn entry(&self, device: &DeviceId) -> Option<&Entry> {
        self.devices.iter().find(|entry| entry.device == *device)
    }
}
