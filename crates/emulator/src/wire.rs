//! What goes over the wire beside the contract's own types: properties that a real server sends
//! and the widget has no use for. A client must live with them, so they are here.

mod directory;

use gws::DeviceId;
use serde::Serialize;

pub use self::directory::{
    Channel, Contact, ContactPerson, Feature, Group, Skill, User, VoiceEnvironment, WholeGroup,
};

/// A device with the properties of captured traffic.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// The device.
    #[serde(flatten)]
    pub resource: gws::Device,
    description: &'static str,
    dynamic_phone_number: &'static str,
    channels: [&'static str; 1],
}

impl Device {
    pub(crate) fn new(resource: gws::Device) -> Self {
        Self {
            resource,
            description: "",
            dynamic_phone_number: "",
            channels: ["voice"],
        }
    }

    /// Its id.
    pub fn id(&self) -> &DeviceId {
        &self.resource.id
    }
}

/// A call with the properties of captured traffic.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The call.
    #[serde(flatten)]
    pub resource: gws::Call,
    call_uuid: gws::CallId,
    conn_id: String,
    recording_state: &'static str,
    user_data: UserData,
    pub(crate) uri: String,
    path: String,
    /// The number of the device the call is on.
    #[serde(skip)]
    pub(crate) number: String,
}

#[derive(Clone, Debug, Serialize)]
struct UserData {
    #[serde(rename = "Department")]
    department: &'static str,
}

impl Call {
    pub(crate) fn new(resource: gws::Call, base: &str, conn_id: &str, number: &str) -> Self {
        Self {
            call_uuid: resource.id.clone(),
            conn_id: conn_id.to_owned(),
            recording_state: "Stopped",
            user_data: UserData {
                department: "Service",
            },
            uri: format!("{base}/me/calls/{}", resource.id),
            path: format!("/calls/{}", resource.id),
            number: number.to_owned(),
            resource,
        }
    }

    /// The same call when it is over for its owner.
    pub(crate) fn released(mut self) -> Self {
        self.resource.state = gws::CallState::Released;
        self.resource.capabilities.clear();
        self.resource.supervisor_listening_in = false;
        self
    }
}
