//! People and what belongs to them, on the wire: users, channels, features.

use gws::UserId;
use serde::Serialize;

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
