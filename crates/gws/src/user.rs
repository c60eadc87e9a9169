//! Who someone is (`GET /me`), and the people one may monitor (`GET /users`, `GET /contacts`).

use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::device::{Device, UserState};
use crate::feature::Feature;
use crate::ids::UserId;
use crate::tolerant;

/// A user, with the subresources that were asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The name to log in with.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub user_name: String,
    /// The first name.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub first_name: String,
    /// The last name.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub last_name: String,
    /// `ROLE_AGENT`, `ROLE_SUPERVISOR`, `ROLE_ADMIN`.
    #[serde(default, deserialize_with = "tolerant::or_default")]
    pub roles: Vec<String>,
    /// The devices, if they were asked for.
    #[serde(default, deserialize_with = "tolerant::or_default")]
    pub devices: Vec<Device>,
    /// The calls, if they were asked for.
    #[serde(
        default,
        deserialize_with = "tolerant::or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub calls: Vec<Call>,
    /// The features, if they were asked for.
    #[serde(
        default,
        deserialize_with = "tolerant::or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub features: Vec<Feature>,
}

impl User {
    /// First and last name, or else the name to log in with.
    pub fn name(&self) -> String {
        let name = format!("{} {}", self.first_name, self.last_name);
        match name.trim() {
            "" => self.user_name.clone(),
            name => name.to_owned(),
        }
    }
}

/// An entry of the directory (`GET /contacts?type=User`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// The id; for a user equal to the user's id.
    pub id: String,
    /// `User`, `Queue`, `Custom`.
    #[serde(rename = "type", default, deserialize_with = "tolerant::text")]
    pub kind: String,
    /// The first name.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub first_name: String,
    /// The last name.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub last_name: String,
    /// The numbers.
    #[serde(default, deserialize_with = "tolerant::or_default")]
    pub phone_numbers: Vec<ContactNumber>,
    /// What is known of the person's channels at the time of the reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<Availability>,
}

/// A number of a [`Contact`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactNumber {
    /// The number.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub phone_number: String,
    /// What it is for.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub description: String,
    /// The switch it is on.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub switch_name: String,
}

/// What is known of a contact's channels: a snapshot, no notification brings changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Availability {
    /// One entry a channel.
    #[serde(default, deserialize_with = "tolerant::or_default")]
    pub channels: Vec<ChannelAvailability>,
}

/// One channel of a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelAvailability {
    /// `voice`, `chat`, …
    #[serde(default, deserialize_with = "tolerant::text")]
    pub channel: String,
    /// Whether the person can be reached there.
    #[serde(default, deserialize_with = "tolerant::or_default")]
    pub available: bool,
    /// The number of that channel.
    #[serde(default, deserialize_with = "tolerant::text")]
    pub phone_number: String,
    /// `Idle` and the like.
    #[serde(
        default,
        deserialize_with = "tolerant::some_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub user_activity: Option<String>,
    /// The agent's state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_state: Option<UserState>,
}
