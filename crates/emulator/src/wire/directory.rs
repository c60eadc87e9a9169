//! The wire format of agent groups and directory entries. Sources: *BusinessUnitAPI*,
//! *ContactsResource*, captured traffic.
//!
//! The oddities of the documented samples are kept: a logged-out user has no `availability`,
//! `businessUnits` is empty.

use gws::user::{Availability, ChannelAvailability, ContactNumber};
use serde::Serialize;

use super::User;
use super::device::SWITCH;
use super::style::Format;
use super::user::roles;
use crate::world::{AgentGroup, PersonId, Presence, QUEUE, QUEUE_ID, SERVICE_NUMBER, World};

/// An agent group.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    pub(crate) contains: [&'static str; 2],
    pub(crate) uri: String,
    path: String,
}

impl Group {
    /// The type of agent groups.
    pub(crate) const TYPE: &'static str = "BusinessUnit";

    /// A group without subresources.
    pub(crate) fn new(group: &AgentGroup, format: &Format) -> Self {
        Self {
            id: group.id.clone(),
            name: group.name.clone(),
            kind: Self::TYPE,
            contains: ["users", "supervisors"],
            uri: format!("{}/groups/{}", format.base(), group.id),
            path: format!("/groups/{}", group.id),
        }
    }
}

/// An agent group with its subresources.
#[derive(Clone, Debug, Serialize)]
pub struct WholeGroup {
    #[serde(flatten)]
    pub(crate) group: Group,
    pub(crate) users: Vec<User>,
    pub(crate) supervisors: Vec<User>,
}

impl WholeGroup {
    /// A group with all its members and managers.
    pub(crate) fn new(group: &AgentGroup, world: &World, format: &Format) -> Self {
        let user = |&person: &PersonId| User::new(world.person(person), format);
        Self {
            group: Group::new(group, format),
            users: group.members.iter().map(user).collect(),
            supervisors: vec![user(&group.manager)],
        }
    }
}

/// An entry of the directory: a user, or the queue.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) phone_numbers: [ContactNumber; 1],
    /// The properties that only users have.
    #[serde(flatten)]
    pub(crate) person: Option<ContactPerson>,
    uri: String,
    path: String,
}

/// The properties that only users have among the directory entries.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactPerson {
    user_name: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    employee_id: String,
    email_address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) availability: Option<Availability>,
    business_units: [&'static str; 0],
    roles: &'static [&'static str],
}

impl Contact {
    /// A user as an entry.
    pub(crate) fn user(world: &World, id: PersonId, format: &Format) -> Self {
        let person = world.person(id);
        let availability = person.is_active().then(|| Availability {
            channels: vec![ChannelAvailability {
                channel: "voice".to_owned(),
                available: world.is_free(id),
                phone_number: person.number.clone(),
                user_activity: Some(activity(world, id).to_owned()),
                user_state: format.style().user_state(person.presence),
            }],
        });
        let extra = ContactPerson {
            user_name: person.user_name.clone(),
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            employee_id: format!("E{}", person.number),
            email_address: format!("{}@example.com", person.user_name),
            availability,
            business_units: [],
            roles: roles(person.role),
        };
        let number = number(&person.number, "Office");
        let entry = Self::entry(
            person.id.as_str(),
            "User",
            &person.user_name,
            number,
            format,
        );
        Self {
            person: Some(extra),
            ..entry
        }
    }

    /// The queue as an entry.
    pub(crate) fn queue(format: &Format) -> Self {
        let number = number(SERVICE_NUMBER, "Routing point");
        Self::entry(QUEUE_ID, "Queue", QUEUE, number, format)
    }

    fn entry(
        id: &str,
        kind: &'static str,
        name: &str,
        number: ContactNumber,
        format: &Format,
    ) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
            phone_numbers: [number],
            person: None,
            uri: format!("{}/contacts/{id}", format.base()),
            path: format!("/contacts/{id}"),
        }
    }
}

fn number(number: &str, description: &str) -> ContactNumber {
    ContactNumber {
        phone_number: number.to_owned(),
        description: description.to_owned(),
        switch_name: SWITCH.to_owned(),
    }
}

/// Assumption: the values besides `Idle`, which is the documented one.
fn activity(world: &World, person: PersonId) -> &'static str {
    match world.person(person).presence {
        _ if world.has_calls(person) => "OnCall",
        Presence::AfterCallWork => "AfterCallWork",
        _ => "Idle",
    }
}
