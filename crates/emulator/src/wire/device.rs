//! The wire format of a device. Sources: *CallsDeviceResource*, *DevicesAttribs*, captured traffic.

use gws::device::TelephonyNetwork;
use gws::{DeviceId, DeviceState, Monitoring, MonitoringState, Toggle};
use serde::{Serialize, Serializer};

use super::style::{Dialect, Format};
use crate::world::{DeviceSnapshot, MonitoringSummary, Presence};

/// The switch of all numbers.
pub(super) const SWITCH: &str = "SIP_Switch";

/// A device with the properties of captured traffic.
#[derive(Clone, Debug)]
pub struct Device {
    /// The device.
    pub resource: gws::Device,
    dialect: Dialect,
}

impl Device {
    /// A device as its owner sees it.
    pub fn new(seen: &DeviceSnapshot, format: &Format) -> Self {
        let style = format.style();
        let monitoring = seen.monitoring.as_ref();
        let resource = gws::Device {
            id: seen.id.clone(),
            device_state: Some(match seen.presence {
                Presence::LoggedOut => DeviceState::Inactive,
                _ => DeviceState::Active,
            }),
            user_state: style.user_state(seen.presence),
            phone_number: seen.number.clone(),
            e164_number: style.e164(&seen.number),
            telephony_network: Some(TelephonyNetwork::Private),
            do_not_disturb: Some(match seen.do_not_disturb {
                true => Toggle::On,
                false => Toggle::Off,
            }),
            forward_to: None,
            voice_environment_uri: None,
            capabilities: seen.capabilities.clone(),
            supervisor_monitoring_state: monitoring.map(|found| monitoring_state(found, format)),
        };
        Self {
            resource,
            dialect: style.dialect,
        }
    }

    /// Its id.
    pub fn id(&self) -> &DeviceId {
        &self.resource.id
    }
}

fn monitoring_state(found: &MonitoringSummary, format: &Format) -> MonitoringState {
    MonitoringState::Known(Monitoring {
        state: found.how.to_kind(),
        mode: found.mode.clone(),
        scope: found.scope.clone(),
        target_device_uri: found.target_device.to_uri(format.base()),
        phone_number: Some(found.target_number.clone()),
        switch_name: Some(SWITCH.to_owned()),
    })
}

impl Serialize for Device {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Shape<'a> {
            #[serde(flatten)]
            resource: &'a gws::Device,
            #[serde(skip_serializing_if = "Option::is_none")]
            supervisor_monitoring_mode: Option<&'a gws::Mode>,
            description: &'a str,
            dynamic_phone_number: &'a str,
            channels: [&'a str; 1],
        }
        let shape = |resource, supervisor_monitoring_mode| Shape {
            resource,
            supervisor_monitoring_mode,
            description: "",
            dynamic_phone_number: "",
            channels: ["voice"],
        };
        match (self.dialect, &self.resource.supervisor_monitoring_state) {
            (Dialect::V851, Some(MonitoringState::Known(monitoring))) => {
                let word = monitoring.state.to_string();
                let older = gws::Device {
                    supervisor_monitoring_state: Some(MonitoringState::Unrecognised(word)),
                    ..self.resource.clone()
                };
                shape(&older, Some(&monitoring.mode)).serialize(to)
            }
            _ => shape(&self.resource, None).serialize(to),
        }
    }
}
