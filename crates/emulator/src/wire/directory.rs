//! People and what belongs to them, on the wire: users, channels, contacts, groups, features.

use gws::UserId;
use gws::user::{Availability, ContactNumber};
use serde::Serialize;
use serde_json::Value;

use super::{Call, Device};
use crate::world;

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
    pub(crate) settings: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) groups: Option<Vec<Group>>,
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

/// An agent group (*BusinessUnitAPI*, and captured traffic).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) contains: [&'static str; 2],
    pub(crate) uri: String,
    pub(crate) path: String,
}

/// An agent group with its subresources.
#[derive(Clone, Debug, Serialize)]
pub struct WholeGroup {
    #[serde(flatten)]
    pub(crate) group: Group,
    pub(crate) users: Vec<User>,
    pub(crate) supervisors: Vec<User>,
}

/// An entry of the directory (*ContactsResource*): a user, or the queue.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) phone_numbers: Vec<ContactNumber>,
    /// What only users have.
    #[serde(flatten)]
    pub(crate) person: Option<ContactPerson>,
    pub(crate) uri: String,
    pub(crate) path: String,
}

/// What only users have among the entries of the directory.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactPerson {
    pub(crate) user_name: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) employee_id: String,
    pub(crate) email_address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) availability: Option<Availability>,
    pub(crate) business_units: [&'static str; 0],
    pub(crate) roles: Vec<&'static str>,
}

/// A feature with the properties of captured traffic.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Feature {
    #[serde(flatten)]
    pub(crate) resource: gws::Feature,
    pub(crate) auto_assign_on_contact_center_create: bool,
    pub(crate) uri: String,
    pub(crate) path: String,
}

impl Feature {
    /// A feature as a resource.
    pub(crate) fn of(feature: world::Feature, base: &str) -> Self {
        let id = feature.id();
        let (name, description) = feature.name_and_description();
        Self {
            resource: gws::Feature {
                id: id.to_owned(),
                display_name: name.to_owned(),
                description: description.to_owned(),
            },
            // As in captured traffic of 8.5.202.96. In 8.5.0 the supervisors' two were not.
            auto_assign_on_contact_center_create: true,
            uri: format!("{base}/features/{id}"),
            path: format!("/features/{id}"),
        }
    }
}
