//! The supervisor's devices, and the one in use.
//!
//! The choice is sticky: it changes only if a person chooses another device, or if the device is gone.
//! A device that loses a capability or becomes inactive stays in use, because it may be monitoring
//! somebody. A device that the embedder sets has to wait until nothing is monitored or pending with the
//! one in use, so that ongoing monitoring stays in view.

use std::sync::Arc;

use gws::{Call, Capability, Device, DeviceId};

/// The supervisor's devices.
#[derive(Clone, Debug, Default)]
pub struct MyDevice {
    devices: Vec<Arc<Device>>,
    /// The device that the embedder has set.
    wanted: Option<DeviceId>,
    /// A person has chosen another device than the embedder's.
    is_overruled: bool,
    /// The embedder has set another device than before, which is not used yet.
    is_to_follow: bool,
    used: Option<DeviceId>,
    /// Whether the devices were read.
    is_read: bool,
    /// Whether the devices, or the calls, that were last read were most likely another person's.
    are_devices_doubted: bool,
    are_calls_doubted: bool,
}

/// Another device is used than before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DeviceSwitch {
    pub(crate) before: Option<DeviceId>,
    pub(crate) after: Option<DeviceId>,
    /// The previous device is no longer the supervisor's.
    pub(crate) is_gone: bool,
    /// Its number.
    pub(crate) number: String,
}

impl MyDevice {
    pub(crate) fn new(wanted: Option<DeviceId>) -> Self {
        Self {
            wanted,
            ..Self::default()
        }
    }

    /// All devices.
    pub fn all(&self) -> &[Arc<Device>] {
        &self.devices
    }

    /// The numbers of all devices.
    pub(crate) fn numbers(&self) -> Vec<String> {
        let mut numbers = Vec::new();
        for device in &self.devices {
            numbers.push(device.phone_number.clone());
        }
        numbers
    }

    /// The device in use.
    pub fn used(&self) -> Option<&Device> {
        self.find(self.used.as_ref()?)
    }

    /// The id of the device in use.
    pub fn id(&self) -> Option<&DeviceId> {
        self.used.as_ref()
    }

    /// The device with this id.
    pub fn find(&self, id: &DeviceId) -> Option<&Device> {
        self.shared(id).map(|device| &**device)
    }

    pub(crate) fn shared(&self, id: &DeviceId) -> Option<&Arc<Device>> {
        self.devices.iter().find(|device| device.id == *id)
    }

    /// Whether this is none of the supervisor's devices, as far as they were read.
    pub(crate) fn is_unknown(&self, id: &DeviceId) -> bool {
        self.is_read && self.find(id).is_none()
    }

    /// Whether it is known that there is no device to use.
    pub(crate) fn is_missing(&self) -> bool {
        self.is_read && self.used.is_none()
    }

    /// The embedder's device, if it does not exist.
    pub fn unknown(&self) -> Option<&DeviceId> {
        let wanted = self.wanted.as_ref()?;
        let is_settled = self.is_read && !self.is_overruled && !self.is_to_follow;
        let is_missing = is_settled && self.find(wanted).is_none();
        is_missing.then_some(wanted)
    }

    /// Whether the devices that were read are most likely another person's: none of the known ones is
    /// among them. Returns true only once in a row: then it was checked who is signed in.
    pub(crate) fn are_others(&mut self, read: &[Arc<Device>]) -> bool {
        let is_known = |device: &Arc<Device>| self.find(&device.id).is_some();
        let is_doubtful =
            !self.devices.is_empty() && !read.is_empty() && !read.iter().any(is_known);
        let was_doubted = core::mem::replace(&mut self.are_devices_doubted, is_doubtful);
        is_doubtful && !was_doubted
    }

    /// Like [`are_others`](Self::are_others), for calls: all are on unknown devices.
    pub(crate) fn are_calls_of_others(&mut self, read: &[Arc<Call>]) -> bool {
        let is_elsewhere = |call: &Arc<Call>| {
            let device = call.device();
            device.is_some_and(|device| self.find(&device).is_none())
        };
        let is_doubtful =
            !self.devices.is_empty() && !read.is_empty() && read.iter().all(is_elsewhere);
        let was_doubted = core::mem::replace(&mut self.are_calls_doubted, is_doubtful);
        is_doubtful && !was_doubted
    }

    /// Takes all devices of a read. Devices that are not among them are gone.
    pub(crate) fn learn_all(&mut self, devices: Vec<Arc<Device>>) -> Option<DeviceSwitch> {
        let before = core::mem::replace(&mut self.devices, devices);
        self.is_read = true;
        let mut switch = self.settle()?;
        let mut known = before.iter();
        let gone = known.find(|device| Some(&device.id) == switch.before.as_ref());
        switch.number = gone.map_or_else(String::new, |device| device.phone_number.clone());
        Some(switch)
    }

    /// Takes one device of a notification.
    pub(crate) fn learn(&mut self, device: Arc<Device>) -> Option<DeviceSwitch> {
        match self.devices.iter_mut().find(|known| known.id == device.id) {
            Some(known) => *known = device,
            None => self.devices.push(device),
        }
        // The right one can only be chosen when all are known.
        if self.is_read { self.settle() } else { None }
    }

    /// A person chooses this device. One that does not exist is not used.
    pub(crate) fn choose(&mut self, id: DeviceId) -> Option<DeviceSwitch> {
        self.find(&id)?;
        self.is_overruled = true;
        self.is_to_follow = false;
        self.used_becomes(Some(id))
    }

    /// The embedder sets another device, or none. It is used from [`follow`](Self::follow) on.
    pub(crate) fn want(&mut self, id: Option<DeviceId>) {
        self.wanted = id;
        self.is_overruled = false;
        self.is_to_follow = true;
    }

    /// Whether the embedder's device is still to be used, now that all are known.
    pub(crate) fn is_to_follow(&self) -> bool {
        self.is_to_follow && self.is_read
    }

    /// Uses the embedder's device. Without one, the device in use stays.
    pub(crate) fn follow(&mut self) -> Option<DeviceSwitch> {
        self.is_to_follow = false;
        match &self.wanted {
            None => self.settle(),
            Some(wanted) => {
                let is_there = self.find(wanted).is_some();
                self.used_becomes(self.wanted.clone().filter(|_| is_there))
            }
        }
    }

    /// Forgets everything of the previous person.
    pub(crate) fn forget(&mut self) {
        *self = Self::new(self.wanted.take());
    }

    /// Keeps the device in use, if it exists; otherwise takes the embedder's, or the one that monitors
    /// somebody, or the first that can. If the embedder's device does not exist, it is not replaced,
    /// unless a person has chosen another one.
    fn settle(&mut self) -> Option<DeviceSwitch> {
        let is_there = |id: &DeviceId| self.find(id).is_some();
        if self.used.as_ref().is_some_and(is_there) {
            return None;
        }
        let used = match &self.wanted {
            Some(wanted) if !self.is_overruled => Some(wanted.clone()).filter(is_there),
            _ => self.best(),
        };
        self.used_becomes(used)
    }

    fn best(&self) -> Option<DeviceId> {
        let monitors = |device: &&Arc<Device>| device.supervisor_monitoring_state.is_some();
        let can = |device: &&Arc<Device>| device.is_active() && device.can(&Capability::ListenIn);
        let devices = || self.devices.iter();
        devices()
            .find(monitors)
            .or_else(|| devices().find(can))
            .or_else(|| devices().find(|device| device.is_active()))
            .or_else(|| devices().next())
            .map(|device| device.id.clone())
    }

    fn used_becomes(&mut self, used: Option<DeviceId>) -> Option<DeviceSwitch> {
        if self.used == used {
            return None;
        }
        let before = core::mem::replace(&mut self.used, used.clone());
        let is_gone = before.as_ref().is_some_and(|id| self.find(id).is_none());
        Some(DeviceSwitch {
            before,
            after: used,
            is_gone,
            number: String::new(),
        })
    }
}
