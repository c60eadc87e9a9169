//! What goes over the wire beside the contract's own types: properties that a real server sends
//! and the widget has no use for. A client must live with them, so they are here.

use gws::{DeviceId, UserId};
use serde::Serialize;

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

/// A user. Subresources that were not asked for are absent.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub(crate) id: UserId,
    pub(crate) user_name: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email_address: String,
    pub(crate) roles: Vec<&'static str>,
    pub(crate) enabled: bool,
    pub(crate) change_password_on_first_login: bool,
    pub(crate) contact_center_id: &'static str,
    pub(crate) uri: String,
    pub(crate) path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) devices: Option<Vec<Device>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) calls: Option<Vec<Call>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) features: Option<Vec<Feature>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) channels: Option<Vec<Channel>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) settings: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) skills: Option<[&'static str; 0]>,
}

/// A channel of a user.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Channel {
    pub(crate) channel: &'static str,
    pub(crate) available: bool,
    pub(crate) phone_number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_state: Option<gws::UserState>,
}

/// An entry of the directory with the properties of captured traffic.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    #[serde(flatten)]
    pub(crate) resource: gws::Contact,
    pub(crate) name: String,
    pub(crate) user_name: String,
    pub(crate) employee_id: String,
    pub(crate) email_address: String,
    pub(crate) business_units: [&'static str; 0],
    pub(crate) roles: Vec<&'static str>,
    pub(crate) uri: String,
    pub(crate) path: String,
}

/// A feature with the properties of captured traffic.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Feature {
    #[serde(flatten)]
    resource: gws::Feature,
    auto_assign_on_contact_center_create: bool,
    pub(crate) uri: String,
    path: String,
}

impl Feature {
    /// The features of the contact centre.
    pub(crate) fn all(base: &str) -> Vec<Self> {
        let feature = |id: &str, name: &str, description: &str| Self {
            resource: gws::Feature {
                id: id.to_owned(),
                display_name: name.to_owned(),
                description: description.to_owned(),
            },
            auto_assign_on_contact_center_create: true,
            uri: format!("{base}/features/{id}"),
            path: format!("/features/{id}"),
        };
        vec![
            feature(gws::feature::VOICE, "Voice API", "API for voice"),
            feature(
                gws::feature::SUPERVISOR_MONITORING,
                "Supervisor Monitoring API",
                "API for the monitoring of agents by supervisors",
            ),
            feature(
                "api-user-account-management",
                "User Account API",
                "API for users",
            ),
        ]
    }

    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }
}
