//! A device as it is sent. Sources: *CallsDeviceResource*, *DevicesAttribs*, captured traffic.

use gws::{DeviceId, MonitoringState};
use serde::{Serialize, Serializer};

use super::style::{Dialect, Style};

/// A device with the properties of captured traffic.
#[derive(Clone, Debug)]
pub struct Device {
    /// The device.
    pub resource: gws::Device,
    style: Style,
}

impl Device {
    pub(crate) fn new(resource: gws::Device, style: Style) -> Self {
        Self { resource, style }
    }

    /// Its id.
    pub fn id(&self) -> &DeviceId {
        &self.resource.id
    }
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
        match (
            self.style.dialect,
            &self.resource.supervisor_monitoring_state,
        ) {
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
