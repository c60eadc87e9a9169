//! The wire format of users and features. Sources: *UsersAPI*, *Features*, captured traffic.

use gws::UserId;
use serde::Serialize;
use serde_json::Value;

use super::style::Format;
use super::{Call, Device, Group};
use crate::world::{self, Person, Presence, Role};

const CONTACT_CENTER: &str = "f17e1a6b-2b1c-4a5f-9d0e-6a3c54b0c9d1";

/// A user. Subresources that were not requested are absent.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    id: UserId,
    user_name: String,
    first_name: String,
    last_name: String,
    email_address: String,
    roles: &'static [&'static str],
    enabled: bool,
    change_password_on_first_login: bool,
    contact_center_id: &'static str,
    pub(crate) uri: String,
    path: String,
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

impl User {
    /// A user without subresources.
    pub fn new(person: &Person, format: &Format) -> Self {
        Self {
            id: person.id.clone(),
            user_name: person.user_name.clone(),
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            email_address: format!("{}@example.com", person.user_name),
            roles: roles(person.role),
            enabled: true,
            change_password_on_first_login: false,
            contact_center_id: CONTACT_CENTER,
            uri: format!("{}/users/{}", format.base(), person.id),
            path: format!("/users/{}", person.id),
            devices: None,
            calls: None,
            features: None,
            channels: None,
            settings: None,
            groups: None,
        }
    }
}

pub(super) fn roles(role: Role) -> &'static [&'static str] {
    match role {
        Role::Agent => &["ROLE_AGENT"],
        Role::Supervisor => &["ROLE_AGENT", "ROLE_SUPERVISOR"],
    }
}

/// The only channel of a user: voice.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Channel {
    pub(crate) channel: &'static str,
    available: bool,
    phone_number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_state: Option<gws::UserState>,
}

impl Channel {
    /// The voice channel of a user.
    pub(crate) fn new(person: &Person, format: &Format) -> Self {
        Self {
            channel: "voice",
            available: person.presence == Presence::Ready,
            phone_number: person.number.clone(),
            user_state: format.style().user_state(person.presence),
        }
    }
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
    /// A feature as a resource.
    pub(crate) fn new(feature: world::Feature, format: &Format) -> Self {
        let id = feature.id();
        let (name, description) = feature.name_and_description();
        Self {
            resource: gws::Feature {
                id: id.to_owned(),
                display_name: name.to_owned(),
                description: description.to_owned(),
            },
            // As in captured traffic of 8.5.202.96. In 8.5.0 this was different for the two
            // supervisor features.
            auto_assign_on_contact_center_create: true,
            uri: format!("{}/features/{id}", format.base()),
            path: format!("/features/{id}"),
        }
    }
}
