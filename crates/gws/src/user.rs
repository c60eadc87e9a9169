//! Users: who is signed in (`GET /me`), the people who can be monitored (`GET /users`, `GET
//! /contacts`), and their groups (`GET /me/groups`).

use std::sync::Arc;

use serde::Serialize;

use crate::call::Call;
use crate::device::{Device, UserState};
use crate::feature::Feature;
use crate::ids::{GroupId, UserId};
use tolerant_json::{Node, Read};

/// A user, with the requested subresources.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The login name.
    pub user_name: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// `ROLE_AGENT`, `ROLE_SUPERVISOR`, `ROLE_ADMIN`.
    pub roles: Vec<String>,
    /// The devices, if requested.
    pub devices: Vec<Arc<Device>>,
    /// The calls, if requested.
    pub calls: Vec<Arc<Call>>,
    /// The features, if requested.
    pub features: Vec<Feature>,
}

impl User {
    /// First and last name, or else the login name, or else the id.
    pub fn name(&self) -> String {
        let name = [&*self.first_name, " ", &self.last_name].concat();
        for name in [name.trim(), self.user_name.trim()] {
            if !name.is_empty() {
                return name.to_owned();
            }
        }
        self.id.as_str().to_owned()
    }
}

impl Read for User {
    const WHAT: &'static str = "user";

    fn read(node: Node<'_>) -> Option<Self> {
        Some(Self {
            id: UserId::new(node.some_string("id")?),
            user_name: node.string("userName"),
            first_name: node.string("firstName"),
            last_name: node.string("lastName"),
            roles: node.words("roles"),
            devices: node.readable("devices"),
            calls: node.readable("calls"),
            features: node.readable("features"),
        })
    }
}

/// An agent group (`GET /me/groups`); a Configuration Server's agent group is a group of type
/// `BusinessUnit` (*BusinessUnitAPI*).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The id.
    pub id: GroupId,
    /// The name.
    pub name: String,
}

impl Read for Group {
    const WHAT: &'static str = "group";

    fn read(node: Node<'_>) -> Option<Self> {
        Some(Self {
            id: GroupId::new(node.some_string("id")?),
            name: node.some_string("name")?,
        })
    }
}

/// A page of the directory (`GET /contacts?type=User`), by its ids.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactPage {
    /// How many contacts match on all pages.
    pub total: Option<u32>,
    /// The ids of those on this page; a user's contact has the id of the user.
    pub ids: Vec<UserId>,
}

/// A number of a directory entry.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactNumber {
    /// The number.
    pub phone_number: String,
    /// What it is for.
    pub description: String,
    /// The switch it is on.
    pub switch_name: String,
}

/// The channels of a contact: a snapshot without notifications.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Availability {
    /// One entry per channel.
    pub channels: Vec<ChannelAvailability>,
}

/// One channel of a contact.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelAvailability {
    /// `voice`, `chat`, …
    pub channel: String,
    /// Whether the person can be reached there.
    pub available: bool,
    /// The number of that channel.
    pub phone_number: String,
    /// `Idle` and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_activity: Option<String>,
    /// The agent's state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_state: Option<UserState>,
}

#[cfg(test)]
mod tests {
    use crate::reply;

    #[test]
    fn a_user_without_a_name_has_another_one() {
        let name = |user: &str| {
            let body = format!(r#"{{"statusCode":0,"users":[{{"id":"u1",{user}"devices":[]}}]}}"#);
            reply::users(200, body.as_bytes()).unwrap()[0].name()
        };
        assert_eq!(name(r#""firstName":"Bo","userName":"bo1","#), "Bo");
        assert_eq!(
            name(r#""firstName":" ","lastName":"","userName":"bo1","#),
            "bo1"
        );
        assert_eq!(name(r#""userName":"","#), "u1");
    }
}
