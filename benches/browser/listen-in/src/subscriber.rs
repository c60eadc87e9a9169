//! Handles messages. `cometd/subscriber.js` does the same.

use std::collections::HashMap;

use bayeux::Incoming;
use gws::{Call, CallId, Device, DeviceId, Notification};

/// Handles messages.
#[derive(Default)]
pub(crate) struct Subscriber {
    work: Work,
    expected: u32,
    messages: u32,
    /// When the last expected message was handled, in milliseconds since 1970.
    finished: f64,
    devices: HashMap<DeviceId, Device>,
    calls: HashMap<CallId, Call>,
    unreadable: u32,
}

/// How messages are handled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Work {
    /// Counted.
    #[default]
    Count,
    /// Decoded; the latest of each device is kept, and of each call until it ends.
    Read,
}

impl Subscriber {
    pub(crate) fn expect(&mut self, messages: u32, work: Work) {
        *self = Self {
            work,
            expected: messages,
            ..Self::default()
        };
    }

    pub(crate) fn take(&mut self, message: &Incoming) {
        self.messages += 1;
        if self.work == Work::Read {
            self.read(message);
        }
        if self.messages == self.expected {
            self.finished = super::wall();
        }
    }

    fn read(&mut self, message: &Incoming) {
        match Notification::decode(message.data.get()) {
            Ok(Notification::Devices(devices)) => {
                for device in devices {
                    self.devices.insert(device.id.clone(), device);
                }
            }
            Ok(Notification::Call(call)) if call.state.is_over() => {
                self.calls.remove(&call.id);
            }
            Ok(Notification::Call(call)) => {
                self.calls.insert(call.id.clone(), *call);
            }
            Ok(_) => {}
            Err(_) => self.unreadable += 1,
        }
    }

    pub(crate) fn report(&self, memory: u32) -> String {
        let ready = self.devices.values().filter(|device| {
            device
                .user_state
                .as_ref()
                .is_some_and(|user| user.state == gws::device::AgentState::Ready)
        });
        format!(
            r#"{{"messages":{},"devices":{},"ready":{},"calls":{},"unreadable":{},"finished":{},"wasmMemory":{memory}}}"#,
            self.messages,
            self.devices.len(),
            ready.count(),
            self.calls.len(),
            self.unreadable,
            self.finished,
        )
    }
}
