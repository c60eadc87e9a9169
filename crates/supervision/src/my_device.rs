//! The supervisor's devices, and which of them is used.
//!
//! The choice is sticky: once made, it changes only by a person, or when the device is gone. That a
//! device loses a capability, or becomes inactive, is no reason to use another one: it may be
//! monitoring somebody. An embedder that asks for another one has to wait until nothing is monitored or
//! asked for with the one in use: what goes on must not get out of sight.

use gws::{Call, Capability, Device, DeviceId};

/// The supervisor's devices.
#[derive(Clone, Debug, Default)]
pub struct MyDevice {
    devices: Vec<Device>,
    /// The one that the embedder asks for.
    wanted: Option<DeviceId>,
    /// A person has chosen another one than the embedder asks for.
    is_overruled: bool,
    /// The embedder asks for another one than before, and it is not used yet.
    is_to_follow: bool,
    used: Option<DeviceId>,
    /// Whether the devices were read.
    is_read: bool,
    /// Whether the devices, or the calls, that were read last were most likely another person's.
    are_devices_doubted: bool,
    are_calls_doubted: bool,
}

/// That another device is used than before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DeviceSwitch {
    pub(crate) before: Option<DeviceId>,
    pub(crate) after: Option<DeviceId>,
    /// The device before is not the supervisor's any more.
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
    pub fn all(&self) -> &[Device] {
        &self.devices
    }

    /// The one that is used.
    pub fn used(&self) -> Option<&Device> {
        self.find(self.used.as_ref()?)
    }

    /// The id of the one that is used.
    pub fn id(&self) -> Option<&DeviceId> {
        self.used.as_ref()
    }

    /// The device of that id.
    pub fn find(&self, id: &DeviceId) -> Option<&Device> {
        self.devices.iter().find(|device| device.id == *id)
    }

    /// Whether that is none of the supervisor's devices, as far as was read.
    pub(crate) fn is_unknown(&self, id: &DeviceId) -> bool {
        self.is_read && self.find(id).is_none()
    }

    /// Whether it is known that there is none to use.
    pub(crate) fn is_missing(&self) -> bool {
        self.is_read && self.used.is_none()
    }

    /// The device that the embedder asks for, if it is not among those that there are.
    pub fn unknown(&self) -> Option<&DeviceId> {
        let wanted = self.wanted.as_ref()?;
        let is_settled = self.is_read && !self.is_overruled && !self.is_to_follow;
        let is_missing = is_settled && self.find(wanted).is_none();
        is_missing.then_some(wanted)
    }

    /// Whether these devices, as they were read, are most likely another person's: none of those that
    /// were known is among them. Says so once in a row: then it was made sure who is signed in.
    pub(crate) fn are_others(&mut self, read: &[Device]) -> bool {
        let is_known = |device: &Device| self.find(&device.id).is_some();
        let is_doubtful =
            !self.devices.is_empty() && !read.is_empty() && !read.iter().any(is_known);
        let was_doubted = core::mem::replace(&mut self.are_devices_doubted, is_doubtful);
        is_doubtful && !was_doubted
    }

    /// The same of calls: all are on devices that are not known.
    pub(crate) fn are_calls_of_others(&mut self, read: &[Call]) -> bool {
        let is_elsewhere = |call: &Call| {
            let device = call.device();
            device.is_some_and(|device| self.find(&device).is_none())
        };
        let is_doubtful =
            !self.devices.is_empty() && !read.is_empty() && read.iter().all(is_elsewhere);
        let was_doubted = core::mem::replace(&mut self.are_calls_doubted, is_doubtful);
        is_doubtful && !was_doubted
    }

    /// Takes all devices, as they were read. They are used as they are: who is not among them is
    /// gone.
    pub(crate) fn learn_all(&mut self, devices: Vec<Device>) -> Option<DeviceSwitch> {
        let before = core::mem::replace(&mut self.devices, devices);
        self.is_read = true;
        let mut switch = self.settle()?;
        let mut known = before.iter();
        let gone = known.find(|device| Some(&device.id) == switch.before.as_ref());
        switch.number = gone.map_or_else(String::new, |device| device.phone_number.clone());
        Some(switch)
    }

    /// Takes one device, as a notification told of it.
    pub(crate) fn learn(&mut self, device: Device) -> Option<DeviceSwitch> {
        match self.devices.iter_mut().find(|known| known.id == device.id) {
            Some(known) => *known = device,
            None => self.devices.push(device),
        }
        // Which of several is the right one can be said when all are known.
        if self.is_read { self.settle() } else { None }
    }

    /// A person wants to use that device. One that is not there is not used.
    pub(crate) fn choose(&mut self, id: DeviceId) -> Option<DeviceSwitch> {
        self.find(&id)?;
        self.is_overruled = true;
        self.is_to_follow = false;
        self.used_becomes(Some(id))
    }

    /// The embedder asks for another device than before, or for none in particular. It counts from
    /// [`follow`](Self::follow) on.
    pub(crate) fn want(&mut self, id: Option<DeviceId>) {
        self.wanted = id;
        self.is_overruled = false;
        self.is_to_follow = true;
    }

    /// Whether the embedder asks for a device that can be used now that all are known.
    pub(crate) fn is_to_follow(&self) -> bool {
        self.is_to_follow && self.is_read
    }

    /// Uses the device that the embedder asks for. Without one, the device in use stays.
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

    /// Forgets what belongs to the person who was signed in before.
    pub(crate) fn forget(&mut self) {
        *self = Self::new(self.wanted.take());
    }

    /// Keeps the device that is used, if it is there; otherwise takes the one that was asked for, or
    /// the one that monitors somebody, or the first that can. A device that an embedder asks for and
    /// that is not there is not replaced, unless a person has chosen another one.
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
        let monitors = |device: &&Device| device.supervisor_monitoring_state.is_some();
        let can = |device: &&Device| device.is_active() && device.can(&Capability::ListenIn);
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
