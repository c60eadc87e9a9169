//! The truth about the contact centre for the users, present and past.

use core::slice::from_ref;

use bayeux::Instant;
use gws::MonitoringKind;
use gws::call::Call;
use gws::{
    CallOperation, CallState, Device, DeviceId, Monitoring, MonitoringState, Notification, Toggle,
    UserId,
};
use supervision::Operation;

use super::gws::{Gws, Message};
use super::operation::is_in_force;

/// The truth at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Truth {
    /// Who is signed in.
    pub(super) user: Option<UserId>,
    /// The devices of all users who sign in here.
    pub(super) devices: Vec<DeviceTruth>,
}

/// The truth about a device.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DeviceTruth {
    pub(super) id: DeviceId,
    pub(super) owner: UserId,
    /// Whom it monitors.
    pub(super) monitoring: Option<Monitoring>,
    /// Its calls, without their durations, which change by themselves.
    pub(super) calls: Vec<Call>,
}

impl Truth {
    fn of(gws: &Gws) -> Self {
        let devices = gws.users.iter().flat_map(|user| {
            user.people.iter().map(|person| {
                let device = gws.device(*person).resource;
                let calls = gws.calls(*person).into_iter();
                DeviceTruth {
                    id: device.id.clone(),
                    owner: user.id.clone(),
                    monitoring: monitoring(&device),
                    calls: calls
                        .map(|call| Call {
                            id: gws.call_id(*person, &call.resource.id),
                            duration: None,
                            ..call.resource
                        })
                        .collect(),
                }
            })
        });
        Self {
            user: gws.user().map(|user| user.id.clone()),
            devices: devices.collect(),
        }
    }

    pub(super) fn device(&self, id: &DeviceId) -> Option<&DeviceTruth> {
        self.devices.iter().find(|device| device.id == *id)
    }

    /// Whether an operation is in force on a device.
    pub(super) fn is_so(&self, device: &DeviceId, asked: &Operation) -> bool {
        let Some(device) = self.device(device) else {
            return false;
        };
        match asked {
            Operation::Call { .. } => is_so_of_calls(&device.calls, asked),
            _ => is_in_force(asked, device.monitoring.as_ref()),
        }
    }
}

/// Whether these calls of a device show that an operation on one of them was carried out.
pub(super) fn is_so_of_calls(calls: &[Call], asked: &Operation) -> bool {
    let Operation::Call {
        call: id,
        operation,
    } = asked
    else {
        return false;
    };
    let Some(call) = calls.iter().find(|call| call.id == *id) else {
        return *operation == CallOperation::Hangup;
    };
    let is_joined = matches!(call.state, CallState::Established | CallState::Held);
    match operation {
        CallOperation::Answer => is_joined,
        CallOperation::SwitchToBargeIn => {
            is_joined && takes_part(call) == Some(&MonitoringKind::BargeIn)
        }
        CallOperation::SwitchToListenIn => {
            is_joined && takes_part(call) == Some(&MonitoringKind::ListenIn)
        }
        CallOperation::MuteCall => call.mute == Some(Toggle::On),
        CallOperation::UnmuteCall => call.mute == Some(Toggle::Off),
        CallOperation::MuteMonitoredUser => call.monitored_user_muted,
        CallOperation::UnmuteMonitoredUser => !call.monitored_user_muted,
        CallOperation::Hangup => false,
    }
}

impl DeviceTruth {
    /// Whether customers can hear the supervisor through this device.
    pub(super) fn is_heard(&self) -> bool {
        let heard = |call: &Call| {
            call.state == CallState::Established
                && takes_part(call) == Some(&MonitoringKind::BargeIn)
        };
        self.calls.iter().any(heard)
    }
}

fn monitoring(device: &Device) -> Option<Monitoring> {
    match &device.supervisor_monitoring_state {
        Some(MonitoringState::Known(monitoring)) => Some(monitoring.clone()),
        _ => None,
    }
}

fn takes_part(call: &Call) -> Option<&MonitoringKind> {
    let monitoring = call.supervisor_monitoring_state.as_ref()?;
    Some(&monitoring.state)
}

/// Each truth with its beginning, the present one last; and the delivered notifications.
#[derive(Debug)]
pub(super) struct Model {
    truths: Vec<(Instant, Truth)>,
    delivered: Vec<(Instant, Notification)>,
}

impl Model {
    pub(super) fn new(gws: &Gws, now: Instant) -> Self {
        Self {
            truths: vec![(now, Truth::of(gws))],
            delivered: Vec::new(),
        }
    }

    /// Reads the truth again. Returns whether it has changed.
    pub(super) fn observe(&mut self, gws: &Gws, now: Instant) -> bool {
        let truth = Truth::of(gws);
        let has_changed = truth != *self.truth();
        if has_changed {
            self.truths.push((now, truth));
        }
        has_changed
    }

    /// A notification is delivered.
    pub(super) fn delivered(&mut self, message: &Message, now: Instant) {
        let told = Notification::decode(message.data.get()).ok();
        self.delivered.extend(told.map(|told| (now, told)));
    }

    /// Whether a notification since then shows the operation in force.
    pub(super) fn was_delivered(
        &self,
        since: Instant,
        device: Option<&DeviceId>,
        asked: &Operation,
    ) -> bool {
        let told = self.delivered.iter().rev();
        let mut told = told.take_while(|(at, _)| *at >= since);
        told.any(|(_, told)| match told {
            Notification::Devices(devices) => devices.iter().any(|found| {
                Some(&found.id) == device && is_in_force(asked, monitoring(found).as_ref())
            }),
            Notification::Call(call) => {
                let calls = match call.state.is_over() {
                    true => &[],
                    false => from_ref(&**call),
                };
                matches!(asked, Operation::Call { call: of, .. } if *of == call.id)
                    && is_so_of_calls(calls, asked)
            }
            _ => false,
        })
    }

    /// A transient truth: one subscription ends before another replaces it.
    pub(super) fn passes(&mut self, device: &Device, now: Instant) {
        let mut truth = self.truth().clone();
        let mut devices = truth.devices.iter_mut();
        if let Some(found) = devices.find(|found| found.id == device.id) {
            found.monitoring = monitoring(device);
        }
        if truth != *self.truth() {
            self.truths.push((now, truth));
        }
    }

    /// The present truth.
    pub(super) fn truth(&self) -> &Truth {
        // There is always at least one.
        &self.truths[self.truths.len() - 1].1
    }

    /// Whether it held at some moment since then.
    pub(super) fn was_ever(&self, since: Instant, is_so: impl Fn(&Truth) -> bool) -> bool {
        for (at, truth) in self.truths.iter().rev() {
            if is_so(truth) {
                return true;
            }
            if *at <= since {
                return false;
            }
        }
        false
    }
}
