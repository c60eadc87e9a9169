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

/// A device as an administrator reads it: with what is known of it from its provisioning.
///
/// Assumption: nobody else gets these attributes, which are named in *DevicesAttribs*; every device
/// is an `ACDPosition` in one country, and where nothing is known of it the text is empty.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvisionedDevice {
    /// What everybody reads.
    #[serde(flatten)]
    pub device: Device,
    /// What kind of telephone the switch takes it for.
    pub r#type: &'static str,
    /// Who made it.
    pub vendor: &'static str,
    /// Which one it is.
    pub model: &'static str,
    /// Where it is.
    pub country: Country,
    /// Where in the country.
    pub location: &'static str,
    /// The number within the country.
    pub local_number: String,
    /// The number as a URI.
    pub phone_number_uri: String,
}

/// A country, with the code by which it is called.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Country {
    /// Its name.
    pub name: &'static str,
    /// Its code in ISO 3166.
    pub code: &'static str,
    /// The digits to dial before a number.
    pub calling_code: &'static str,
}

impl From<Device> for ProvisionedDevice {
    fn from(device: Device) -> Self {
        let number = device.resource.phone_number.clone();
        Self {
            device,
            r#type: "ACDPosition",
            vendor: "",
            model: "",
            country: Country {
                name: "United States",
                code: "US",
                calling_code: "1",
            },
            location: "",
            phone_number_uri: format!("tel:{number}"),
            local_number: number,
        }
    }
}
